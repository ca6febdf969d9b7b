"""Matches that a person has decided about: the files `ontology/matches/*.sssom.tsv`, read and checked.

A row in which nobody is named as reviewer is a proposal and counts for nothing. One with a reviewer is a decision:
accepted, or rejected where its `predicate_modifier` is `Not`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from curagraph.config import Project
from curagraph.matching import sssom
from curagraph.matching.matchrow import BUILT_IN, NO_TERM, OWN, REPLACED, Decision, Match, Reader
from curagraph.matching.sssom import Table
from curagraph.problem import ProjectError

FOLDER = "matches"


@dataclass(frozen=True)
class Matches:
    """All rows of a project's files, in the order of the files and lines.

    >>> Matches.load(Project.default()).canonical()
    {}
    """

    base: str
    prefixes: Mapping[str, str]
    tables: Mapping[str, Table]
    rows: tuple[Match, ...]

    @classmethod
    def load(cls, project: Project) -> Matches:
        """Read and check the files.

        Raises `ProjectError`, which names the file and line, where a row is wrong or two rows cannot both hold.
        """
        own = {prefix: project.base + path for prefix, path in OWN.items()}
        prefixes = {**project.vocabulary.prefixes, **BUILT_IN, **own}
        files = project.ontology(f"{FOLDER}/*{sssom.SUFFIX}")
        tables = {file.name.removesuffix(sssom.SUFFIX): sssom.read(file, _place(file)) for file in files}
        rows = [row for table in tables.values() for row in Reader(table, project.base, prefixes).rows()]
        decided = [row for row in rows if row.decision is not Decision.PROPOSED]
        _decided_once(decided)
        _nothing_beside_no_term(decided)
        _no_chain([row for row in decided if row.decision is Decision.ACCEPTED and row.predicate == REPLACED])
        declared = (table.prefixes for table in tables.values())
        prefixes |= {prefix: iri for each in declared for prefix, iri in each.items()}
        return cls(project.base, prefixes, tables, tuple(rows))

    @cached_property
    def decided(self) -> tuple[Match, ...]:
        """The rows that a person has accepted or rejected."""
        return tuple(row for row in self.rows if row.decision is not Decision.PROPOSED)

    @cached_property
    def accepted(self) -> tuple[Match, ...]:
        """The rows that hold; that nothing matches a topic is a decision, and no match."""
        return tuple(row for row in self.decided if row.decision is Decision.ACCEPTED and row.object != NO_TERM)

    def triples(self) -> list[tuple[str, str, str]]:
        """The accepted matches as subject, predicate and object in N-Triples notation, sorted, each once."""
        return sorted({(f"<{row.subject}>", f"<{row.predicate}>", f"<{row.object}>") for row in self.accepted})

    def topics(self) -> list[tuple[str, str]]:
        """Each topic that a person has decided about, whichever way: its label and IRI, sorted, each once."""
        ends = {(row.subject_label, row.subject) for row in self.decided}
        ends |= {(row.object_label, row.object) for row in self.decided}
        return sorted(end for end in ends if end[0] and end[1].startswith(f"{self.base}topic/"))

    def canonical(self) -> dict[str, str]:
        """For the IRI of an author or brand that is another spelling: the IRI of the one that stays."""
        return {row.subject: row.object for row in self.accepted if row.predicate == REPLACED}

    def place(self, subject: str, predicate: str, object_: str) -> str:
        """Where an accepted match stands, for IRIs with or without `<>`; empty where it is not one of these."""
        wanted = tuple(term.removeprefix("<").removesuffix(">") for term in (subject, predicate, object_))
        return self._places.get(wanted, "")

    @cached_property
    def _places(self) -> dict[tuple[str, ...], str]:
        return {(row.subject, row.predicate, row.object): row.place for row in reversed(self.accepted)}

    def curie(self, iri: str) -> str:
        """An IRI by its prefix. Raises `ProjectError` where no prefix fits."""
        fitting = [(len(space), prefix) for prefix, space in self.prefixes.items() if iri.startswith(space)]
        if not fitting:
            raise ProjectError(f"no prefix stands for the beginning of {iri}; bind one in ontology/*.ttl")
        length, prefix = max(fitting)
        return f"{prefix}:{iri[length:]}"


def _place(file: Path) -> str:
    return f"ontology/{FOLDER}/{file.name}"


def _fail(row: Match, message: str) -> ProjectError:
    return ProjectError(f"{row.place}: {message}")


def _decided_once(rows: Iterable[Match]) -> None:
    first: dict[frozenset[str], Match] = {}
    for row in rows:
        other = first.setdefault(row.pair, row)
        if other.verdict != row.verdict and row.object != NO_TERM:
            raise _fail(row, f"{other.place} decides about the same pair, but differently; keep one of the two rows")


def _nothing_beside_no_term(rows: Iterable[Match]) -> None:
    none = {(row.subject, row.predicate): row for row in rows if row.object == NO_TERM}
    for row in rows:
        other = none.get((row.subject, row.predicate))
        if other and row.object != NO_TERM and row.decision is Decision.ACCEPTED:
            raise _fail(row, f"{other.place} says that nothing matches {row.subject_label}; keep one of the two rows")


def _no_chain(rows: Iterable[Match]) -> None:
    stays: dict[str, Match] = {}
    for row in rows:
        other = stays.setdefault(row.subject, row)
        if other.object != row.object:
            raise _fail(row, f"{other.place} names another one that {row.subject_label} is replaced by; keep one")
    for row in stays.values():
        if row.object in stays:
            other = stays[row.object]
            raise _fail(row, f"{other.place} replaces in turn what this row names; name in both the one that stays")
