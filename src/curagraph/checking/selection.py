"""What the shapes are handed of a snapshot: item graphs by the batch, each with the shared things that it names.

Only what the documents state is looked at: no inferred triples, no ontology, no excerpts, no provenance.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import pyoxigraph as ox

from curagraph.checking.shapes import Shapes
from curagraph.snapshot import Snapshot
from curagraph.vocabulary import Vocabulary

# Item graphs that are validated at once: memory does not grow with their number, and shared things are met again once
# for each batch.
_BATCH = 1_000


class Selection:
    """The asserted triples of a snapshot, as far as the shapes of its project need them together."""

    def __init__(self, snapshot: Snapshot, shapes: Shapes) -> None:
        self.store = snapshot.store
        base = f"{snapshot.project.base}graph/"
        self.project, self.base = snapshot.project, snapshot.project.base
        self.own = (f"{base}item/", f"{base}text/")
        self.shared = f"{base}shared/"
        self.shared_objects = {ox.NamedNode(iri) for iri in shapes.shared_objects}

    def everything(self) -> Iterator[set[ox.Triple]]:
        """All item graphs, in batches."""
        names = (name for name in self.store.named_graphs() if isinstance(name, ox.NamedNode))
        return self._batches(name for name in names if name.value.startswith(self.own))

    def of(self, things: Iterable[str]) -> Iterator[set[ox.Triple]]:
        """The graphs of things that are given as terms, in batches."""
        return self._batches(ox.NamedNode(f"{self.base}graph/{term[1 + len(self.base) : -1]}") for term in things)

    def schemes(self) -> set[ox.Triple]:
        """The concept schemes, from their files, so that what is wrong there leads to a line there.

        Raises `ProjectError` where a file is not Turtle.
        """
        return set(Vocabulary.load(self.project.ontology("schemes/*.ttl")).triples)

    def _batches(self, graphs: Iterable[ox.NamedNode]) -> Iterator[set[ox.Triple]]:
        graphs = iter(graphs)
        while batch := list(islice(graphs, _BATCH)):
            own = {quad.triple for graph in batch for quad in self.store.quads_for_pattern(None, None, None, graph)}
            yield own | self._rivals(own) | self._named_by(own)

    def _rivals(self, triples: Iterable[ox.Triple]) -> set[ox.Triple]:
        """What other items say of the same objects, where a shape looks from the object."""
        looked_at = {(t.predicate, t.object) for t in triples if t.predicate in self.shared_objects}
        return {
            quad.triple
            for predicate, object_ in looked_at
            for quad in self.store.quads_for_pattern(None, predicate, object_, None)
            if str(quad.graph_name)[1:].startswith((*self.own, self.shared))
        }

    def _named_by(self, triples: Iterable[ox.Triple]) -> set[ox.Triple]:
        """The descriptions of the shared things that triples name, and of those that these name."""
        found: set[ox.Triple] = set()
        things = {triple.object for triple in triples if isinstance(triple.object, ox.NamedNode)}
        seen = set(things)
        while things:
            described = [
                quad.triple
                for thing in things
                for quad in self.store.quads_for_pattern(thing, None, None, None)
                if str(quad.graph_name)[1:].startswith(self.shared)
            ]
            found.update(described)
            things = {triple.object for triple in described if isinstance(triple.object, ox.NamedNode)} - seen
            seen |= things
        return found
