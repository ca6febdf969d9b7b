"""What a feed must say: how the portion of a partner differs from what the feed last said of each thing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

import pyoxigraph as ox

from curagraph.delivery import portion
from curagraph.delivery.feeds.memory import Memory, digest
from curagraph.delivery.feeds.page import CREATE, DELETE, UPDATE
from curagraph.delivery.partner import Partner
from curagraph.delivery.visibility import Visibility
from curagraph.exporting.lines import without_graph
from curagraph.snapshot import Snapshot

# A thing as a term, what became of it, and what is said of it now, in sorted lines of N-Triples.
Change = tuple[str, str, bytes]


def whole(snapshot: Snapshot, partner: Partner, memory: Memory, file: Path) -> Iterator[Change]:
    """All changes by thing, found by comparing the whole portion, which a file has and which is then removed."""
    has_graphs = portion.is_whole(portion.question(snapshot, partner))
    with file.open("rb") as lines:
        things = ((term.decode(), _said(found, has_graphs)) for term, found in groupby(lines, _subject))
        yield from _compared(things, memory.living())
    file.unlink()


def touched(snapshot: Snapshot, partner: Partner, memory: Memory, terms: list[str]) -> Iterator[Change]:
    """All changes by thing, where nothing else than some things was touched; for a partner who gets all items.

    What has become visible or hidden itself, or may have, shows or hides what leads to it.
    """
    visibility = Visibility(snapshot, partner)
    near = set(terms)
    for term in terms:
        thing = ox.NamedNode(term[1:-1])
        if visibility.is_hidden(thing) or memory.said(term) is None:
            near |= {str(quad.subject) for quad in snapshot.store.quads_for_pattern(None, None, thing, None)}
    for term in sorted(near):
        lines, said = _said(visibility.of(ox.NamedNode(term[1:-1])), has_graphs=True), memory.said(term)
        if said is None and lines:
            yield term, CREATE, lines
        elif said is not None and said != digest(lines):
            yield term, UPDATE if lines else DELETE, lines


def _subject(line: bytes) -> bytes:
    return line[: line.index(b" ")]


def _said(lines: Iterable[bytes], has_graphs: bool) -> bytes:
    """The distinct triples of statements, in order."""
    return b"".join(sorted({without_graph(line) for line in lines} if has_graphs else set(lines)))


def _compared(things: Iterable[tuple[str, bytes]], living: Iterator[tuple[str, bytes]]) -> Iterator[Change]:
    """What differs between things as they are and as they were said to be, both in order."""
    old = next(living, None)
    for term, lines in things:
        while old and old[0] < term:
            yield old[0], DELETE, b""
            old = next(living, None)
        if not old or old[0] != term:
            yield term, CREATE, lines
            continue
        if old[1] != digest(lines):
            yield term, UPDATE if old[1] else CREATE, lines
        old = next(living, None)
    while old:
        yield old[0], DELETE, b""
        old = next(living, None)
