"""What a build hands to those who convert, and what it gets back: text ready to be loaded, and small numbers."""

from __future__ import annotations

from typing import NamedTuple

from curagraph.problem import Problem


class Task(NamedTuple):
    """A file to convert; `digest` is that of its content at the last build, None where it was not there."""

    path: str
    name: str
    stamp: str
    digest: str | None


class Shared(NamedTuple):
    """A statement about a shared thing: its line, and for one of several spellings its slot and other line."""

    line: str
    slot: str
    variant_line: str


class Outcome(NamedTuple):
    """What one file became, ready for the store and the state. `same` when its content had not changed.

    `former` has, where its thing was taken down, the digest of each former path of it with its IRI.
    """

    task: Task
    digest: str = ""
    same: bool = False
    iri: str = ""
    lines: bytes = b""
    triples: int = 0
    shared: tuple[int, ...] = ()
    page: str = ""
    problems: tuple[Problem, ...] = ()
    set_aside: bool = False
    former: tuple[tuple[str, str], ...] = ()


class Batch(NamedTuple):
    """The outcomes of some files, and the shared statements that they number."""

    outcomes: list[Outcome]
    shared: list[Shared]
