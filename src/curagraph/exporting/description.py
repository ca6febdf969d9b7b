"""The description of a thing: the triples that every surface shows where it shows the thing.

It is what the thing's own graph says, or all statements about it; what was inferred about these; the shared things that
they name, each whole; and of these, what they are and whose page they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import pyoxigraph as ox

from curagraph.problem import UsageError
from curagraph.snapshot import Snapshot

# What is for a file of its own, or for nobody outside.
UNPUBLISHED = ("provenance", "excerpts", "ontology", "inferred-ontology", "mentions")

# What is said of terms and of mentions, which have no other description.
_OF_TERMS = ("ontology", "inferred-ontology", "mentions")
# So many shared things are kept in mind.
_KEPT = 4096

_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_IN_SCHEME = ox.NamedNode("http://www.w3.org/2004/02/skos/core#inScheme")
_MAIN_ENTITY = ox.NamedNode("https://schema.org/mainEntity")


def quads(snapshot: Snapshot, thing: ox.NamedNode, *, excerpts: bool = False) -> set[ox.Quad]:
    """The statements of the description of a thing. Raises `UsageError` where the graph has none."""
    return Descriptions(snapshot, excerpts=excerpts).quads(thing)


@dataclass(frozen=True)
class Shared:
    """What is said of a shared thing, as quads and as lines of N-Triples, and what it names in its turn."""

    quads: tuple[ox.Quad, ...]
    lines: tuple[str, ...]
    names: tuple[ox.NamedNode, ...]


class Descriptions:
    """Describes the things of a snapshot; what many of them share is read once."""

    def __init__(self, snapshot: Snapshot, *, excerpts: bool = False) -> None:
        self.store = snapshot.store
        self.base = snapshot.project.base
        self.ours = (self.base, snapshot.project.site)
        self.excerpts = excerpts
        self.unpublished = {self.graph(name) for name in UNPUBLISHED if not (excerpts and name == "excerpts")}
        self.never = self.unpublished - {self.graph(name) for name in _OF_TERMS}
        self.inferred, self.schemes = self.graph("inferred"), self.graph("shared/schemes")
        self.shared = lru_cache(maxsize=_KEPT)(self._shared)

    def graph(self, name: str) -> ox.NamedNode:
        return ox.NamedNode(f"{self.base}graph/{name}")

    def quads(self, thing: ox.NamedNode) -> set[ox.Quad]:
        """The statements of the description of a thing. Raises `UsageError` where the graph has none."""
        own = self.own(thing)
        return own.union(*(shared.quads for shared in self.neighbours(own)))

    def lines(self, thing: ox.NamedNode) -> list[str]:
        """The same as triples, in sorted lines of N-Triples."""
        own = self.own(thing)
        lines = {f"{quad.triple} .\n" for quad in own}
        return sorted(lines.union(*(shared.lines for shared in self.neighbours(own))))

    def own(self, thing: ox.NamedNode) -> set[ox.Quad]:
        """What is said of a thing and of what its own graph describes, and what follows of these."""
        found = self._stated(thing)
        if not found:
            raise UsageError(f"there is nothing in the graph about {thing.value}")
        for subject in {quad.subject for quad in found}:
            found |= set(self.store.quads_for_pattern(subject, None, None, self.inferred))
        if self.excerpts:
            found |= set(self.store.quads_for_pattern(thing, None, None, self.graph("excerpts")))
        return found

    def _stated(self, thing: ox.NamedNode) -> set[ox.Quad]:
        """What is said of a thing in its own graph, or else anywhere; of a named graph, what it holds."""
        if found := set(
            self.store.quads_for_pattern(None, None, None, self.graph(thing.value.removeprefix(self.base)))
        ):
            return found
        about = list(self.store.quads_for_pattern(thing, None, None, None))
        inside = set() if thing in self.never else set(self.store.quads_for_pattern(None, None, None, thing))
        if found := {quad for quad in about if quad.graph_name not in self.unpublished} | inside:
            return found | self._members(thing)
        if found := {quad for quad in about if quad.graph_name not in self.never}:
            return found
        # What is named and never described, such as the version of an ontology.
        return {q for q in self.store.quads_for_pattern(None, None, thing, None) if q.graph_name not in self.never}

    def _members(self, thing: ox.NamedNode) -> set[ox.Quad]:
        """What a scheme of ours says of its concepts: it is published as a whole."""
        concepts = self.store.quads_for_pattern(None, _IN_SCHEME, thing, self.schemes)
        return {q for each in concepts for q in self.store.quads_for_pattern(each.subject, None, None, self.schemes)}

    def neighbours(self, own: Iterable[ox.Quad]) -> list[Shared]:
        """The shared things that a description names, and those that these name."""
        found = []
        waiting = list(dict.fromkeys(self._named(own)))
        seen = set(waiting)
        while waiting:
            shared = self.shared(waiting.pop())
            if shared.quads:
                found.append(shared)
                new = [node for node in shared.names if node not in seen]
                seen.update(new)
                waiting += new
        return found

    def _shared(self, node: ox.NamedNode) -> Shared:
        if not node.value.startswith(self.ours):
            return Shared((), (), ())
        graphs = f"{self.base}graph/shared/"
        found = [
            quad
            for quad in self.store.quads_for_pattern(node, None, None, None)
            if isinstance(quad.graph_name, ox.NamedNode) and quad.graph_name.value.startswith(graphs)
        ]
        names = tuple(dict.fromkeys(self._named(found)))
        for predicate in (_TYPE, _MAIN_ENTITY) if found else ():
            found += self.store.quads_for_pattern(node, predicate, None, self.inferred)
        return Shared(tuple(found), tuple(f"{quad.triple} .\n" for quad in found), names)

    def _named(self, quads: Iterable[ox.Quad]) -> Iterator[ox.NamedNode]:
        """What quads lead to. A concept leads to all others of its scheme, which are not about what names it."""
        for quad in quads:
            if isinstance(quad.object, ox.NamedNode) and quad.graph_name != self.schemes:
                yield quad.object
