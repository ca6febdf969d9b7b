"""The things that belong to another so closely that its page tells of them: its picture, its page, its original."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from curagraph.serve.edition import Edition


def relatives(edition: Edition, node: ox.NamedNode, quads: Iterable[ox.Quad]) -> list[ox.NamedNode]:
    """The other subjects of a thing's own graph, its page, and the parts that are named by fragments of its IRI."""
    base = edition.project.base
    own = ox.NamedNode(f"{base}graph/{node.value.removeprefix(base)}")
    page = edition.project.vocabulary.prefixes.get("cu", "?") + "page"
    found: set[ox.NamedNode] = set()
    for quad in quads:
        if quad.graph_name == own:
            found |= _named(quad.subject)
        is_page = quad.subject == node and quad.predicate.value == page
        if is_page or _is_part(node, quad.object):
            found |= _named(quad.object)
    return sorted(found - {node}, key=lambda each: each.value)


def held(node: ox.NamedNode, quads: Iterable[ox.Quad]) -> list[ox.NamedNode]:
    """The things that a named graph tells of, by IRI; none where the thing is no graph."""
    found = {each for quad in quads if quad.graph_name == node for each in _named(quad.subject)}
    return sorted(found, key=lambda each: each.value)


def parts(edition: Edition, node: ox.NamedNode) -> Iterator[ox.Quad]:
    """What is said of the parts of a thing, which a mention for one has."""
    new, seen = [node], {node}
    while new:
        for quad in edition.store.quads_for_pattern(new.pop(), None, None, None):
            if quad.subject != node:
                yield quad
            found = _named(quad.object) - seen if _is_part(node, quad.object) else set()
            new += found
            seen |= found


def _named(term: object) -> set[ox.NamedNode]:
    return {term} if isinstance(term, ox.NamedNode) else set()


def _is_part(node: ox.NamedNode, term: object) -> bool:
    return isinstance(term, ox.NamedNode) and term.value.startswith(f"{node.value}#")
