"""Bringing a store to what is published: what differs is found graph by graph, and sent while the next is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from curagraph import workplace
from curagraph.config import Project
from curagraph.delivery.remote.batches import Batch, Batches
from curagraph.delivery.remote.checking import Samples
from curagraph.delivery.remote.content import Content, Graph, Piece, slice_of
from curagraph.delivery.remote.record import Entry, Held, Record
from curagraph.delivery.remote.store import Store
from curagraph.problem import PublishStopped

# A store that has no more than one graph in so many is loaded.
_FEW = 8
# Triples of the slices whose subjects are asked for at once: fewer than the rows after which most stores cut an answer.
_ASKED = 5000


@dataclass
class Published:
    """What became of the graphs: those sent with how many triples, those removed, and how many are as they were."""

    graphs: int = 0
    triples: int = 0
    sent: dict[str, int] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    wrong: dict[str, str] = field(default_factory=dict)
    rewritten: list[str] = field(default_factory=list)
    requests: int = 0


class Sender:
    """Sends requests in their order, one at a time, while the next is made; `dry` sends nothing."""

    def __init__(self, record: Record, *, dry: bool) -> None:
        self.record = record
        self.dry = dry
        self._thread = ThreadPoolExecutor(1)
        self._sending: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._thread.shutdown()

    def send(self, batches: Iterable[Batch]) -> None:
        """Send requests. Raises `PublishStopped` where the one before has failed."""
        for batch in batches:
            self.wait()
            if not self.dry:
                self._sending = self._thread.submit(self._send, batch)

    def wait(self) -> None:
        """Wait for what is being sent."""
        sending, self._sending = self._sending, None
        if sending:
            sending.result()

    def _send(self, batch: Batch) -> None:
        store = self.record.store
        if batch.as_quads:
            before, after = batch.around(self.record)
            store.update(before)
            store.add(batch.quads())
            store.update(after)
        else:
            store.update(batch.update(self.record))


class Publishing:
    """One publication."""

    def __init__(self, content: Content, record: Record, sender: Sender) -> None:
        self.content = content
        self.store = record.store
        self.record = record
        self.sender = sender
        self.batches = Batches()
        self.samples = Samples()
        self.done = Published()
        self.by_quads = False

    def run(self, progress: Callable[[int, int], None] | None) -> Published:
        """Remove what is gone, send what differs, and look whether it is there."""
        held = self.record.read()
        gone = sorted(held.keys() - set(self.content.graphs))
        counts = self.store.counts(sorted({*self.content.graphs, *gone}))
        self.by_quads = self.store.takes_quads and len(self.content.graphs) > _FEW * len(counts)
        for graph in gone:
            self._remove(graph, held[graph])
        for number, graph in enumerate(self.content.graphs, 1):
            self._bring(graph, held.get(graph), counts.get(graph, 0))
            if progress:
                progress(number, len(self.content.graphs))
        self.sender.send(self.batches.flush())
        self.sender.wait()
        if not self.sender.dry:
            self.samples.check(self.store, self.done)
        self.done.requests = self.store.connection.requests
        return self.done

    def _remove(self, graph: str, held: Held) -> None:
        self.sender.send(self.batches.change(graph, [graph], held.names))
        self.batches.end([graph])
        self.done.removed.append(graph)
        self.samples.expect(graph, 0)

    def _bring(self, iri: str, held: Held | None, count: int) -> None:
        """Bring one graph, of which the store has so many triples, to what it is here."""
        with self.content.graph(iri, held.digits if held else None) as graph:
            if not graph.pieces:
                if held:
                    self._remove(iri, held)
                return
            self.done.graphs += 1
            self.done.triples += graph.triples
            if held is None and not count:
                self._send(graph, graph.pieces, quads=self.by_quads)
            elif held is None or held.unfinished or held.triples != count or held.digits != graph.digits:
                self._replace(graph, held)
            else:
                self._compare(graph, held)

    def _compare(self, graph: Graph, held: Held) -> None:
        """Send the pieces that differ from the record."""
        differing = [piece for piece in graph.pieces if held.pieces.get(piece.iri) != _entry(piece)]
        gone = sorted(held.pieces.keys() - {piece.iri for piece in graph.pieces})
        changes = len(differing) + len(gone)
        if changes and (not graph.digits or 2 * changes > len(graph.pieces)):
            self._replace(graph, held)
            return
        here = {piece.iri: piece for piece in differing}
        for several in _groups([*here, *gone], held):
            if not self.sender.dry:
                self._take_away(graph, several, held)
            self._send(graph, [here[iri] for iri in several if iri in here])
            self.batches.end([iri for iri in several if iri not in here])
        if gone and not differing:
            self.done.sent[graph.iri] = 0
            self.samples.expect(graph.iri, graph.triples)

    def _take_away(self, graph: Graph, pieces: list[str], held: Held) -> None:
        """Take what the store has of some slices away."""
        slices = [iri.partition("#")[2] for iri in pieces]
        found = self.store.subjects(graph.iri, slices)
        subjects = [subject for subject in found if slice_of(subject, graph.digits) in slices]
        forgotten = [iri for iri in pieces if iri in held.pieces]
        self.sender.send(self.batches.change(graph.iri, pieces, forgotten, subjects))

    def _replace(self, graph: Graph, held: Held | None) -> None:
        names = held.names if held else []
        self.sender.send(self.batches.change(graph.iri, [graph.pieces[0].iri], names))
        self._send(graph, graph.pieces)

    def _send(self, graph: Graph, pieces: Iterable[Piece], *, quads: bool = False) -> None:
        for piece in pieces:
            lines = graph.lines(piece)
            self.samples.take(graph.iri, lines)
            self.sender.send(self.batches.add(graph.iri, piece.iri, _entry(piece), lines, quads=quads))
            self.done.sent[graph.iri] = self.done.sent.get(graph.iri, 0) + piece.triples
            self.samples.expect(graph.iri, graph.triples)


def _entry(piece: Piece) -> Entry:
    return Entry(piece.digest, piece.triples)


def _groups(pieces: list[str], held: Held) -> Iterator[list[str]]:
    """Pieces in groups of which a store has not too many triples."""
    group: list[str] = []
    size = 0
    for iri in sorted(pieces):
        triples = held.pieces[iri].triples if iri in held.pieces else 0
        if group and size + triples > _ASKED:
            yield group
            group, size = [], 0
        group.append(iri)
        size += triples
    if group:
        yield group


def publish(
    content: Content,
    store: Store,
    project: Project,
    *,
    dry: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Published:
    """Bring a store to what is published; `dry` changes nothing and tells what would be done.

    Raises `PublishStopped` where the store cannot be brought there; what was done so far stands, and is recorded.
    """
    record = Record(store, project.base)
    with _lock(project), Sender(record, dry=dry) as sender:
        return Publishing(content, record, sender).run(progress)


@contextmanager
def _lock(project: Project) -> Iterator[None]:
    """Hold the right to publish. Raises `PublishStopped` where another has it."""
    error = PublishStopped(f"another `curagraph publish` of {project.folder} runs; wait until it has ended")
    with workplace.alone(project.state / "publish.lock", error):
        yield
