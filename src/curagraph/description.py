"""The description of a thing: the triples that every surface shows where it shows the thing.

It is what the thing's own graph says, or all statements about it; what was inferred about these; the shared things that
they name, each whole; and of these, what they are and whose page they are.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from curagraph.problem import UsageError
from curagraph.snapshot import Snapshot

# What is for a file of its own, or for nobody outside.
UNPUBLISHED = ("provenance", "excerpts", "ontology", "inferred-ontology", "mentions")

# What is said of terms and of mentions, which have no other description.
_OF_TERMS = ("ontology", "inferred-ontology", "mentions")

_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_IN_SCHEME = ox.NamedNode("http://www.w3.org/2004/02/skos/core#inScheme")
_MAIN_ENTITY = ox.NamedNode("https://schema.org/mainEntity")


def quads(snapshot: Snapshot, thing: ox.NamedNode, *, excerpts: bool = False) -> set[ox.Quad]:
    """The statements of the description of a thing. Raises `UsageError` where the graph has none."""
    base = snapshot.project.base
    store = snapshot.store
    found = _own(snapshot, thing)
    if not found:
        raise UsageError(f"there is nothing in the graph about {thing.value}")
    inferred = ox.NamedNode(f"{base}graph/inferred")
    for subject in {quad.subject for quad in found}:
        found |= set(store.quads_for_pattern(subject, None, None, inferred))
    if excerpts:
        found |= set(store.quads_for_pattern(thing, None, None, ox.NamedNode(f"{base}graph/excerpts")))
    return found | _neighbours(snapshot, found)


def _own(snapshot: Snapshot, thing: ox.NamedNode) -> set[ox.Quad]:
    """What is said of a thing in its own graph, or else anywhere; of a named graph, what it holds."""
    base = snapshot.project.base
    hidden = {ox.NamedNode(f"{base}graph/{name}") for name in UNPUBLISHED}
    own = ox.NamedNode(f"{base}graph/{thing.value.removeprefix(base)}")
    store = snapshot.store
    if found := set(store.quads_for_pattern(None, None, None, own)):
        return found
    if found := {quad for quad in store.quads_for_pattern(thing, None, None, None) if quad.graph_name not in hidden}:
        return found | _members(snapshot, thing)
    of_terms = {ox.NamedNode(f"{base}graph/{name}") for name in _OF_TERMS}
    if found := {quad for quad in store.quads_for_pattern(thing, None, None, None) if quad.graph_name in of_terms}:
        return found
    return set() if thing in hidden - of_terms else set(store.quads_for_pattern(None, None, None, thing))


def _members(snapshot: Snapshot, thing: ox.NamedNode) -> set[ox.Quad]:
    """What a scheme of ours says of its concepts: it is published as a whole."""
    graph = ox.NamedNode(f"{snapshot.project.base}graph/shared/schemes")
    concepts = snapshot.store.quads_for_pattern(None, _IN_SCHEME, thing, graph)
    return {q for each in concepts for q in snapshot.store.quads_for_pattern(each.subject, None, None, graph)}


def _neighbours(snapshot: Snapshot, own: set[ox.Quad]) -> set[ox.Quad]:
    """What is said of the shared things that a description names, and of those that these name."""
    base = snapshot.project.base
    schemes, inferred = (ox.NamedNode(f"{base}graph/{name}") for name in ("shared/schemes", "inferred"))
    found: set[ox.Quad] = set()
    new, seen = own, set[ox.NamedNode]()
    while new:
        # A concept leads to all others of its scheme, which are not about the item.
        named = {q.object for q in new if isinstance(q.object, ox.NamedNode) and q.graph_name != schemes} - seen
        seen |= named
        new = {quad for node in named for quad in _shared_statements_of(snapshot, node)}
        found |= new
    for node in {quad.subject for quad in found}:
        for predicate in (_TYPE, _MAIN_ENTITY):
            found |= set(snapshot.store.quads_for_pattern(node, predicate, None, inferred))
    return found


def _shared_statements_of(snapshot: Snapshot, node: ox.NamedNode) -> Iterator[ox.Quad]:
    shared = f"{snapshot.project.base}graph/shared/"
    if node.value.startswith(snapshot.project.base):
        for quad in snapshot.store.quads_for_pattern(node, None, None, None):
            if isinstance(quad.graph_name, ox.NamedNode) and quad.graph_name.value.startswith(shared):
                yield quad
