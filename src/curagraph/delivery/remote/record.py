"""The record: what a store says that it holds of us, in a graph of its own, `graph/publication`.

    <https://data.medigy.com/graph/item/3527>
        spdx:checksumValue "9f86d0…" ; void:triples 61 .
    <https://data.medigy.com/graph/inferred#a3>
        spdx:checksumValue "60303a…" ; void:triples 1190 .

A piece that is being changed has the word `unfinished` in place of a digest: it is ours, and nobody knows what it
holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from curagraph.delivery.remote.store import LONGEST, Store, longer
from curagraph.problem import PublishStopped

CHECKSUM = "http://spdx.org/rdf/terms#checksumValue"
TRIPLES = "http://rdfs.org/ns/void#triples"
UNFINISHED = "unfinished"
_INTEGER = "http://www.w3.org/2001/XMLSchema#integer"


@dataclass(frozen=True)
class Entry:
    """What is recorded of a piece: the digest of its sorted N-Triples, and how many these are."""

    digest: str
    triples: int


@dataclass
class Held:
    """What is recorded of a graph: its pieces, by their IRIs, and whether one of them was left unfinished."""

    pieces: dict[str, Entry] = field(default_factory=dict)
    unfinished: list[str] = field(default_factory=list)

    @property
    def triples(self) -> int:
        return sum(entry.triples for entry in self.pieces.values())

    @property
    def names(self) -> list[str]:
        """The IRIs of all that is recorded."""
        return sorted({*self.pieces, *self.unfinished})

    @property
    def digits(self) -> int | None:
        """How many digits of the hash name a slice; `None` where there is no telling."""
        found = {len(iri.partition("#")[2]) for iri in self.pieces}
        return found.pop() if len(found) == 1 and not self.unfinished else None


class Record:
    """The record of one store. Only graphs whose names begin as ours do are believed to be ours."""

    def __init__(self, store: Store, base: str) -> None:
        self.store = store
        self.start = f"{base}graph/"
        self.graph = f"{base}graph/publication"

    def read(self) -> Mapping[str, Held]:
        """What is recorded, by graph."""
        found: dict[str, Held] = {}
        for row in self._digests(""):
            piece = row["piece"]["value"]
            if held := self._held(found, piece):
                if piece in held.pieces:  # two digests: an update that was cut between its two halves
                    held.unfinished.append(piece)
                held.pieces[piece] = Entry(row["digest"]["value"], int(row["triples"]["value"]))
        for row in self.store.rows(
            f'SELECT ?piece {{ GRAPH <{self.graph}> {{ ?piece <{CHECKSUM}> "{UNFINISHED}" }} }}'
        ):
            if held := self._held(found, row["piece"]["value"]):
                held.unfinished.append(row["piece"]["value"])
        return found

    def _held(self, found: dict[str, Held], piece: str) -> Held | None:
        graph = piece.partition("#")[0]
        if not graph.startswith(self.start) or graph == self.graph:
            return None
        return found.setdefault(graph, Held())

    def _digests(self, start: str) -> Iterator[Mapping[str, Mapping[str, str]]]:
        """The rows of all digests that begin so, in parts where a store answers with fewer rows than there are."""
        # Virtuoso 7 finds that no text starts with the empty one.
        filter_ = f' FILTER(STRSTARTS(STR(?digest), "{start}"))' if start else ""
        asked = f"GRAPH <{self.graph}> {{ ?piece <{CHECKSUM}> ?digest ; <{TRIPLES}> ?triples{filter_} }}"
        rows = self.store.rows(f"SELECT ?piece ?digest ?triples {{ {asked} }}")
        if len(rows) == self.store.number(f"SELECT (COUNT(*) AS ?n) {{ {asked} }}"):
            yield from rows
        elif len(start) > LONGEST:
            raise PublishStopped(f"the record {self.graph} cannot be read: the store counts other rows than it sends")
        else:
            for (more,) in longer(start):
                yield from self._digests(more)

    def statements(self, entries: Iterable[tuple[str, Entry]]) -> Iterator[str]:
        """What is recorded of pieces, as N-Triples without line ends."""
        for iri, entry in entries:
            yield f'<{iri}> <{CHECKSUM}> "{entry.digest}" .'
            yield f'<{iri}> <{TRIPLES}> "{entry.triples}"^^<{_INTEGER}> .'

    def marks(self, pieces: Iterable[str]) -> str:
        """What is recorded of pieces while they are changed."""
        return " ".join(f'<{iri}> <{CHECKSUM}> "{UNFINISHED}" .' for iri in pieces)
