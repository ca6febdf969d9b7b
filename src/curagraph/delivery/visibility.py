"""What a partner may see of the graph: a rule about whole things, so that no statement leads to what is hidden.

A thing is hidden where the partner's profile leaves out its kind (images, curators), or where only items name it that
were not chosen. A statement is seen when its graph is published and neither its subject nor its object is hidden.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from curagraph.delivery import selection
from curagraph.delivery.partner import Partner
from curagraph.exporting.description import UNPUBLISHED
from curagraph.snapshot import Snapshot

_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
# The class of a kind of things, the path of their IRIs, and the graphs of what only such things name. A thing may be
# named that is not described, as by a match; then its path alone tells of what kind it is.
_IMAGES = ("Image", "image/", ("pixels",))
_CURATORS = ("Author", "author/", ("author", "author-page"))


class Visibility:
    """Which statements of a snapshot a partner sees."""

    def __init__(self, snapshot: Snapshot, partner: Partner) -> None:
        self.snapshot = snapshot
        self.partner = partner
        self.store = snapshot.store
        kinds = [*([] if partner.images else [_IMAGES]), *([] if partner.curators else [_CURATORS])]
        cu = snapshot.project.vocabulary.prefixes["cu"]
        self.classes = [ox.NamedNode(cu + class_) for class_, _, _ in kinds]
        self.paths = tuple(snapshot.project.base + path for _, path, _ in kinds)
        self.kinds = [self.graph(f"shared/{name}") for _, _, graphs in kinds for name in graphs]
        unpublished = [name for name in UNPUBLISHED if not (partner.excerpts and name == "excerpts")]
        self.graphs = {*map(self.graph, unpublished), *self.kinds}

    def graph(self, name: str) -> ox.NamedNode:
        return ox.NamedNode(f"{self.snapshot.project.base}graph/{name}")

    def lines(self, dump: Path) -> Iterator[bytes]:
        """Those lines that the partner sees of a file with all N-Quads of the snapshot."""
        hidden = self._hidden()
        graphs = tuple(f" {graph} .\n".encode() for graph in self.graphs)
        paths = tuple(f"<{path}".encode() for path in self.paths)
        if self.partner.chooses_items:
            choice = selection.Choice(self.snapshot, self.partner, dump, hidden)
            hidden |= choice.hidden
        with dump.open("rb") as file:
            for line in file:
                subject, _, rest = line.split(b" ", 2)
                if subject in hidden or line.startswith(paths) or line.endswith(graphs):
                    continue
                if rest.startswith(b"<") and (rest.startswith(paths) or rest[: rest.index(b"> ") + 1] in hidden):
                    continue
                if self.partner.chooses_items and choice.leaves_out(line):
                    continue
                yield line

    def _hidden(self) -> set[bytes]:
        """The terms of all things of the hidden kinds."""
        found = {q.subject for class_ in self.classes for q in self.store.quads_for_pattern(None, _TYPE, class_, None)}
        found |= {q.subject for graph in self.kinds for q in self.store.quads_for_pattern(None, None, None, graph)}
        return {str(thing).encode() for thing in found}

    def of(self, thing: ox.NamedNode) -> list[bytes]:
        """The statements about one thing that the partner sees, as lines in order; for a partner who gets all items."""
        quads = [q for q in self.store.quads_for_pattern(thing, None, None, None) if q.graph_name not in self.graphs]
        if not quads or self.is_hidden(thing):
            return []
        return sorted(f"{quad} .\n".encode() for quad in quads if not self.is_hidden(quad.object))

    def is_hidden(self, thing: object) -> bool:
        """Whether a thing is of a hidden kind."""
        if not isinstance(thing, ox.NamedNode):
            return False
        if thing.value.startswith(self.paths):
            return True
        kinds = [(_TYPE, class_, None) for class_ in self.classes]
        graphs = [(None, None, graph) for graph in self.kinds]
        found = (self.store.quads_for_pattern(thing, *each) for each in (*kinds, *graphs))
        return any(next(quads, None) for quads in found)
