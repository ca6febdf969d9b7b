"""Statements of a release as lines of N-Quads in order: their parts, and what is made of many."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from itertools import chain, groupby
from typing import NamedTuple

from curagraph.exporting.lines import without_graph

# RDF 1.1 N-Quads in its canonical form, without blank nodes, which no release has.
_LINE = re.compile(
    rb"(<[^<>\"{}|^`\\\x00-\x20]*>) (<[^<>\"{}|^`\\\x00-\x20]*>) "
    rb'(<[^<>"{}|^`\\\x00-\x20]*>|"(?:[^"\\\n\r]|\\.)*"(?:@[A-Za-z0-9-]+|\^\^<[^<>"{}|^`\\\x00-\x20]*>)?) '
    rb"(?:(<[^<>\"{}|^`\\\x00-\x20]*>) )?\.\n"
)


class Statement(NamedTuple):
    """The terms of a statement as they are written; the graph is empty for the default graph."""

    subject: bytes
    predicate: bytes
    object: bytes
    graph: bytes

    @property
    def triple(self) -> bytes:
        """The line of N-Triples."""
        return b"%s %s %s .\n" % self[:3]


def parsed(line: bytes) -> Statement:
    """A line in its parts. Raises `ValueError` where it is none.

    >>> parsed(b'<s:> <p:> "o"@en <g:> .\\n').graph
    b'<g:>'
    """
    found = _LINE.fullmatch(line)
    if found is None:
        raise ValueError(f"found no line of N-Quads: {line[:80]!r}")
    subject, predicate, object_, graph = found.groups(b"")
    return Statement(subject, predicate, object_, graph)


def is_one(line: bytes) -> bool:
    """Whether a line is one of a release."""
    return _LINE.fullmatch(line) is not None


def subject(line: bytes) -> bytes:
    """The subject of a line."""
    return line.partition(b" ")[0]


def triples(quads: Iterable[bytes]) -> Iterator[bytes]:
    """The triples of lines of N-Quads in order, each once, in the same order.

    Either all lines have a graph or none has, as in every portion.
    """
    rest = iter(quads)
    for first in rest:
        every = chain([first], rest)
        lines = map(without_graph, every) if parsed(first).graph else every
        yield from (line for line, _ in groupby(lines))


def by_subject(lines: Iterable[bytes]) -> Iterator[tuple[bytes, list[bytes]]]:
    """Lines in order, those of each subject together."""
    return ((name, list(group)) for name, group in groupby(lines, subject))


def digest(line: bytes) -> str:
    """The SHA-256 of a line without its end, by which a statement is named that must not be told."""
    return hashlib.sha256(line.removesuffix(b"\n")).hexdigest()
