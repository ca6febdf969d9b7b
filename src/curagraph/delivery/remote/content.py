"""What is published, in graphs and their pieces.

A small graph is one piece. A large one is cut into slices by a hash of the subject, so that one change does not send
all of it: slice `a3` has the subjects whose MD5, in hexadecimal digits, begins so. The hash is one that SPARQL knows.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from curagraph.exporting import lines
from curagraph.snapshot import Snapshot

# Triples of a slice at most, when a graph is cut for the first time.
_SLICE = 4000
_DIGITS = 16
# Bytes of a graph that are held in memory.
_SMALL = 8 << 20


@dataclass(frozen=True)
class Piece:
    """A graph or a slice of one: its IRI, the SHA-256 of its sorted N-Triples, how many these are, and their place."""

    iri: str
    digest: str
    triples: int
    start: int
    end: int


@dataclass(frozen=True)
class Graph:
    """A graph in pieces. `digits` is how many digits of the hash name a slice; 0 for a graph in one piece."""

    iri: str
    digits: int
    pieces: tuple[Piece, ...]
    _file: IO[bytes]

    @property
    def triples(self) -> int:
        return sum(piece.triples for piece in self.pieces)

    def lines(self, piece: Piece) -> list[bytes]:
        """The sorted N-Triples lines of a piece."""
        self._file.seek(piece.start)
        return self._file.read(piece.end - piece.start).splitlines(keepends=True)


class Content:
    """What of a snapshot is published: what `serve` shows, and the excerpts where they are wanted.

    `folder` takes what does not fit in memory.
    """

    def __init__(self, snapshot: Snapshot, folder: Path, *, excerpts: bool = False) -> None:
        self.folder = folder
        self.store = snapshot.store
        self.start = f"{snapshot.project.base}graph/"
        self.genid = f"<{snapshot.project.base}.well-known/genid/".encode()
        hidden = {self.start + name for name in ("provenance", *([] if excerpts else ["excerpts"]))}
        named = {graph.value for graph in self.store.named_graphs() if isinstance(graph, ox.NamedNode)}
        self.graphs = sorted(named - hidden)

    @contextmanager
    def graph(self, iri: str, digits: int | None) -> Iterator[Graph]:
        """A graph, cut as `digits` says where that still fits its size."""
        with _file() as found, _file() as cut:
            self.store.dump(found, ox.RdfFormat.N_TRIPLES, from_graph=ox.NamedNode(iri))
            found.seek(0)
            count = sum(1 for _ in found)
            found.seek(0)
            named = (self.skolemized(line) if b"_:" in line else line for line in found)
            fitting = digits if digits is not None and _fits(count, digits) else _fresh(count)
            pieces = tuple(_pieces(iri, _sliced(named, fitting, self.folder), cut))
            yield Graph(iri, fitting, pieces, cut)

    def skolemized(self, line: bytes) -> bytes:
        """A line with IRIs in place of the blank nodes of the ontology (RDF 1.1 Concepts, section 3.5).

        A blank node would be another one in each request that names it, and not every store takes one in an update.
        """
        subject, predicate, object_ = line.removesuffix(b" .\n").split(b" ", 2)
        terms = (self.genid + term[2:] + b">" if term.startswith(b"_:") else term for term in (subject, object_))
        return b" ".join((next(terms), predicate, next(terms))) + b" .\n"


def slice_of(subject: str, digits: int) -> str:
    """The slice of a subject, an IRI.

    >>> slice_of("https://data.medigy.com/item/3527", 2)
    '58'
    """
    return hashlib.md5(subject.encode(), usedforsecurity=False).hexdigest()[:digits]


def _file() -> IO[bytes]:
    return tempfile.SpooledTemporaryFile(_SMALL)


def _fresh(triples: int) -> int:
    """How many digits of the hash cut a graph into slices of a good size."""
    digits = 0
    while triples > _SLICE * _DIGITS**digits:
        digits += 1
    return digits


def _fits(triples: int, digits: int) -> bool:
    """Whether a graph may stay as it was cut: it takes more than a few triples to cut, and send, it anew."""
    return triples <= 2 * _SLICE * _DIGITS**digits and (not digits or triples > _SLICE * _DIGITS ** (digits - 1) / 2)


def _sliced(found: Iterable[bytes], digits: int, folder: Path) -> Iterator[tuple[str, Iterable[bytes]]]:
    """The lines of each slice, in order."""
    if not digits:
        yield "", sorted(found)
        return
    named = lines.ordered(_named(found, digits), folder)
    for name, several in groupby(named, lambda line: line[:digits]):
        yield name.decode(), (line[digits:] for line in several)


def _named(found: Iterable[bytes], digits: int) -> Iterator[bytes]:
    """Lines with the names of their slices before them."""
    last, name = b"", b""
    for line in found:
        subject = line[: line.index(b" ")]
        if subject != last:
            last, name = subject, slice_of(subject[1:-1].decode(), digits).encode()
        yield name + line


def _pieces(graph: str, slices: Iterable[tuple[str, Iterable[bytes]]], file: IO[bytes]) -> Iterator[Piece]:
    """The pieces of a graph that hold something; their lines are written to a file."""
    for name, found in slices:
        start, digest, count = file.tell(), hashlib.sha256(), 0
        for line in found:
            digest.update(line)
            file.write(line)
            count += 1
        if count:
            yield Piece(f"{graph}#{name}" if name else graph, digest.hexdigest(), count, start, file.tell())
