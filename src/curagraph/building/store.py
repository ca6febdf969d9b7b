"""Writing the store of the snapshot that is being built.

Statements arrive as N-Quads text and go in by the chunk: that is a tenth of the cost of making objects of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from curagraph.building import schemes
from curagraph.config import Project
from curagraph.converting.program import SIDE_GRAPHS
from curagraph.exporting.description import UNPUBLISHED
from curagraph.mentioning import webannotation
from curagraph.values import english

# Bytes of N-Quads that are loaded at once. The first chunk is small, so that loading begins while files are still being
# converted; each next one is larger, because the store must merge what every load leaves behind.
_FIRST, _LARGEST = 6 << 20, 64 << 20
# What is smaller goes in by a transaction; a bulk load would make a file for each index.
_SMALL = 1 << 20


class Writer:
    """A store that is open for writing."""

    def __init__(self, project: Project, store: ox.Store) -> None:
        self.project = project
        self.store = store
        self.waiting: list[bytes] = []
        self.size = 0
        self.chunk = _FIRST
        self.sides = [ox.NamedNode(f"{project.base}graph/{name}") for name in SIDE_GRAPHS]
        self.inferred = ox.NamedNode(f"{project.base}graph/inferred")
        # Every triple that was removed, if perhaps put back, and every one that was put in before it was removed.
        self.went: set[ox.Triple] = set()
        self.came: set[ox.Triple] = set()
        # The things about which any partner may now see something else, as terms; None is all of them.
        self.touched: set[str] | None = None
        self.unseen = {ox.NamedNode(f"{project.base}graph/{name}") for name in UNPUBLISHED if name != "excerpts"}
        self.is_new = True

    @classmethod
    def empty(cls, project: Project, path: Path) -> Writer:
        return cls(project, ox.Store(str(path)))

    @classmethod
    def copy(cls, project: Project, old: Path, path: Path) -> Writer:
        """A store that begins as a copy of another, by hard links."""
        ox.Store.read_only(str(old)).backup(str(path))
        writer = cls(project, ox.Store(str(path)))
        writer.is_new = False
        writer.touched = set()
        return writer

    def load_fixed(self) -> int:
        """Load what no document says, and answer how many triples it is."""
        quads = list(schemes.fixed(self.project))
        self.store.extend(quads)
        if not self.project.excerpt_rights:
            return len(quads)
        excerpts = f"<{self.project.base}graph/excerpts>"
        rights = english(self.project.excerpt_rights)
        self.add(f"{excerpts} <http://purl.org/dc/terms/rights> {rights} {excerpts} .\n".encode())
        return len(quads) + 1

    def add(self, lines: bytes) -> None:
        """Add statements in N-Quads; they are in the store after `flush`."""
        if lines:
            self.waiting.append(lines)
            self.size += len(lines)
            if self.size >= self.chunk:
                self.flush()
                self.chunk = min(2 * self.chunk, _LARGEST)

    def flush(self) -> None:
        load = self.store.bulk_load if self.size > _SMALL else self.store.load
        data = b"".join(self.waiting)
        self.waiting, self.size = [], 0
        if not self.is_new:
            for quad in ox.parse(data, ox.RdfFormat.N_QUADS):
                self.touch(quad)
                if quad.graph_name not in self.sides and quad.triple not in self.went:
                    self.came.add(quad.triple)
        load(data, ox.RdfFormat.N_QUADS)

    def touch(self, quad: ox.Quad) -> None:
        """Remember what a statement that came or went is about."""
        if self.touched is not None and quad.graph_name not in self.unseen:
            self.touched.add(str(quad.subject))

    def infer(self, lines: bytes) -> None:
        """Add to what is inferred triples in N-Triples that the store has written itself and need no checks."""
        load = self.store.bulk_load if len(lines) > _SMALL else self.store.load
        load(lines, ox.RdfFormat.N_TRIPLES, to_graph=self.inferred, lenient=True)

    def remove(self, lines: Iterable[str]) -> None:
        """Remove statements in N-Quads."""
        self._remove(ox.parse("".join(lines), ox.RdfFormat.N_QUADS))

    def _remove(self, quads: Iterable[ox.Quad]) -> None:
        for quad in quads:
            self.touch(quad)
            self.went.add(quad.triple)
            self.store.remove(quad)

    def remove_item(self, iri: str) -> None:
        """Remove the graph of an item, given by its term, and what other graphs say of the things in it."""
        self.flush()
        graph = ox.NamedNode(f"{self.project.base}graph/{iri[1 + len(self.project.base) : -1]}")
        quads = list(self.store.quads_for_pattern(None, None, None, graph))
        subjects = {quad.subject for quad in quads} | {graph} | self._annotations(ox.NamedNode(iri[1:-1]))
        self._remove(quads)
        for side in self.sides:
            for subject in subjects:
                for quad in list(self.store.quads_for_pattern(subject, None, None, side)):
                    self.touch(quad)
                    self.store.remove(quad)
        self.store.remove_graph(graph)

    def _annotations(self, thing: ox.NamedNode) -> set[ox.NamedNode]:
        """The nodes of the annotations of a thing: those that lead to it, and what these lead to and from."""
        start = f"{self.project.base}{webannotation.PATH}"
        graph = self.sides[SIDE_GRAPHS.index(webannotation.GRAPH)]
        found: set[ox.NamedNode] = set()
        waiting = [thing]
        while waiting:
            node = waiting.pop()
            above = (quad.subject for quad in self.store.quads_for_pattern(None, None, node, graph))
            below = (quad.object for quad in self.store.quads_for_pattern(node, None, None, graph))
            new = {
                end for end in (*above, *below) if isinstance(end, ox.NamedNode) and end.value.startswith(start)
            } - found
            found |= new
            waiting += new
        return found

    def describes(self, thing: ox.NamedNode | ox.BlankNode | ox.Triple) -> bool:
        """Whether anything is stated about a thing, or stands in a graph of its name."""
        about = self.store.quads_for_pattern(thing, None, None, None)
        inside = self.store.quads_for_pattern(None, None, None, thing) if isinstance(thing, ox.NamedNode) else iter(())
        return next(about, None) is not None or next(inside, None) is not None

    def close(self) -> None:
        """Write everything to disk and let go of the store."""
        self.flush()
        self.store.flush()
        del self.store
