"""Whether a store has what was sent: it is asked how much it holds, and for some things word by word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from curagraph.delivery.remote.store import Store

if TYPE_CHECKING:
    from curagraph.delivery.remote.publishing import Published


class Samples:
    """What a store must hold after a publication."""

    def __init__(self) -> None:
        self._expected: dict[str, int] = {}
        self._samples: list[tuple[str, str, set[tuple[str, str]]]] = []
        self._taken = 0

    def expect(self, graph: str, triples: int) -> None:
        """A graph must hold so many triples."""
        self._expected[graph] = triples

    def take(self, graph: str, lines: list[bytes]) -> None:
        """Lines are sent; of the first, second, fourth, eighth ... portion one subject is kept to look at."""
        self._taken += 1
        if self._taken & (self._taken - 1):
            return
        subject = _subject(lines[len(lines) // 2])
        about = b"".join(line for line in lines if _subject(line) == subject)
        found = {(quad.predicate.value, str(quad.object)) for quad in ox.parse(about, ox.RdfFormat.N_TRIPLES)}
        self._samples.append((graph, subject.decode(), found))

    def check(self, store: Store, published: Published) -> None:
        """Ask the store, and note which graphs are wrong, and which subjects it tells in other words."""
        counts = store.counts(sorted(self._expected))
        for graph, expected in self._expected.items():
            if (held := counts.get(graph, 0)) != expected:
                published.wrong[graph] = f"{expected:,} triples are wanted and {held:,} found"
        for graph, subject, sent in self._samples:
            if graph not in published.wrong and (found := store.about(graph, subject)) != sent:
                if sorted(map(_loose, found)) == sorted(map(_loose, sent)):
                    published.rewritten.append(subject[1:-1])
                else:
                    published.wrong[graph] = f"what it says of {subject} is not what was sent"


def _subject(line: bytes) -> bytes:
    return line[: line.index(b" ")]


def _loose(statement: tuple[str, str]) -> tuple[str, str]:
    """A predicate and an object, of a literal only that it is one."""
    predicate, object_ = statement
    return predicate, object_ if object_.startswith("<") else '"'
