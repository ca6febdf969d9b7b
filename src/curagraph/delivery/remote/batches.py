"""What is to be done, packed into requests of a bounded size, in an order that may be cut anywhere.

Each request first takes from the record what it is about to change, then changes it, then records it again. A store
that carries out a request as a whole, or not at all, is never in between; in one that stops half-way the record never
claims what is not there, and it always names what may be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from curagraph.delivery.remote.record import Entry, Record
from curagraph.delivery.remote.store import TERMS, portions, terms

# Statements and bytes of an update: Virtuoso 7 cannot read one with 5,000 statements.
_STATEMENTS, _BYTES = 2000, 1 << 20
# Bytes of N-Quads that are sent at once: enough for a store's bulk loader to be worth its while.
_QUADS = 32 << 20
# Statements that a piece takes in the record, before and after.
_RECORDED = 4


@dataclass
class Batch:
    """One request, or where N-Quads are sent, these and an update before and after.

    `forgotten` are pieces that leave the record, `begun` those that are changed from here on, and `done` those that are
    whole again. `cleared` are graphs, `subjects` those whose statements leave a graph.
    """

    as_quads: bool
    forgotten: list[str] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)
    cleared: list[str] = field(default_factory=list)
    subjects: list[tuple[str, list[str]]] = field(default_factory=list)
    lines: list[tuple[str, list[bytes]]] = field(default_factory=list)
    done: list[tuple[str, Entry | None]] = field(default_factory=list)
    statements: int = 0
    size: int = 0

    def update(self, record: Record) -> str:
        """All of it as one SPARQL update."""
        return _joined([*self._before(record), *self._between(), *self._after(record)])

    def around(self, record: Record) -> tuple[str, str]:
        """The updates before and after what is sent as N-Quads."""
        return _joined(self._before(record)), _joined(self._after(record))

    def quads(self) -> bytes:
        """The statements as N-Quads."""
        return b"".join(b"".join(found).replace(b" .\n", f" <{graph}> .\n".encode()) for graph, found in self.lines)

    def _before(self, record: Record) -> Iterator[str]:
        inside = f"GRAPH <{record.graph}>"
        for part in portions(self.forgotten, TERMS):
            pattern = f"{inside} {{ ?piece ?p ?o }}"
            yield f"DELETE {{ {pattern} }} WHERE {{ VALUES ?piece {{ {terms(part)} }} {pattern} }}"
        if self.begun:
            yield f"INSERT DATA {{ {inside} {{ {record.marks(self.begun)} }} }}"
        for graph in self.cleared:
            yield f"CLEAR SILENT GRAPH <{graph}>"
        for graph, subjects in self.subjects:
            for part in portions(subjects, TERMS):
                pattern = f"GRAPH <{graph}> {{ ?s ?p ?o }}"
                yield f"DELETE {{ {pattern} }} WHERE {{ VALUES ?s {{ {terms(part)} }} {pattern} }}"

    def _between(self) -> Iterator[str]:
        if self.lines:
            graphs = (f"GRAPH <{graph}> {{\n{b''.join(found).decode()}}}" for graph, found in self.lines)
            yield f"INSERT DATA {{ {' '.join(graphs)} }}"

    def _after(self, record: Record) -> Iterator[str]:
        inside = f"GRAPH <{record.graph}>"
        # The digests come before the marks go: in between a piece is ours and unfinished, and never nobody's.
        if entries := [(iri, entry) for iri, entry in self.done if entry]:
            yield f"INSERT DATA {{ {inside} {{ {' '.join(record.statements(entries))} }} }}"
        if self.done:
            yield f"DELETE DATA {{ {inside} {{ {record.marks(iri for iri, _ in self.done)} }} }}"


def _joined(operations: Iterable[str]) -> str:
    return " ;\n".join(operations)


class Batches:
    """Packs what is to be done, and answers with the requests that are full."""

    def __init__(self) -> None:
        self._batch = Batch(as_quads=False)

    def add(self, graph: str, piece: str, entry: Entry, lines: list[bytes], *, quads: bool) -> Iterator[Batch]:
        """Send a piece, as N-Quads where the store takes them and has nothing of the graph yet."""
        size = sum(map(len, lines))
        yield from self._room(len(lines) + _RECORDED, size, quads)
        self._batch.begun.append(piece)
        if not quads:
            *full, lines = _cut(lines)
            for part in full:
                self._put(graph, part)
                yield from self.flush()
        self._put(graph, lines)
        self._batch.done.append((piece, entry))

    def change(
        self, graph: str, pieces: Iterable[str], forgotten: list[str], subjects: list[str] | None = None
    ) -> Iterator[Batch]:
        """Before pieces are sent: take away what a graph says of some subjects, or all of it.

        What is recorded of the pieces in `forgotten` goes with it.
        """
        yield from self._room(len(forgotten) + len(subjects or ()), 0, quads=False)
        self._batch.forgotten += forgotten
        self._batch.begun += pieces
        if subjects is None:
            self._batch.cleared.append(graph)
        else:
            self._batch.subjects.append((graph, subjects))

    def end(self, pieces: Iterable[str]) -> None:
        """Say that pieces are gone, and so is the word that they are being changed."""
        self._batch.done += [(piece, None) for piece in pieces]

    def flush(self) -> Iterator[Batch]:
        """The request that is not full yet, unless there is nothing in it."""
        batch, self._batch = self._batch, Batch(as_quads=False)
        if batch.begun or batch.forgotten or batch.lines or batch.done:
            yield batch

    def _room(self, statements: int, size: int, quads: bool) -> Iterator[Batch]:
        """Make room for so much, if in another request; N-Quads and updates never go together."""
        batch = self._batch
        if batch.as_quads:
            is_full = not quads or batch.size + size > _QUADS
        else:
            is_full = quads or batch.statements + statements > _STATEMENTS or batch.size + size > _BYTES
        if is_full:
            yield from self.flush()
            self._batch.as_quads = quads

    def _put(self, graph: str, lines: list[bytes]) -> None:
        self._batch.lines.append((graph, lines))
        self._batch.statements += len(lines) + _RECORDED
        self._batch.size += sum(map(len, lines))


def _cut(lines: list[bytes]) -> list[list[bytes]]:
    """Lines in portions that fit in one update."""
    found: list[list[bytes]] = [[]]
    size = 0
    for line in lines:
        if found[-1] and (len(found[-1]) == _STATEMENTS or size + len(line) > _BYTES):
            found.append([])
            size = 0
        found[-1].append(line)
        size += len(line)
    return found
