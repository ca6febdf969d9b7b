"""Where concepts stand: a scheme as a tree, and the ways from a concept up to the top."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import pyoxigraph as ox

from curagraph.ontologypage.glossary import SKOS
from curagraph.serve.edition import Edition
from curagraph.serve.things.terms import TYPE, Shown, Terms

CONCEPT, SCHEME = (ox.NamedNode(SKOS + name) for name in ("Concept", "ConceptScheme"))
_IN_SCHEME, _BROADER, _NARROWER, _DEFINITION = (
    ox.NamedNode(SKOS + name) for name in ("inScheme", "broader", "narrower", "definition")
)
# A larger scheme is a list with pages, which `incoming` makes.
_MOST = 1000
_WAYS = 5
_DEEPEST = 20


@dataclass(frozen=True)
class Branch:
    """A concept with those below it; `anchor` is where it stands the first time, else empty."""

    thing: Shown
    definition: str
    below: tuple[Branch, ...]
    anchor: str = ""


class Trees:
    """The trees of an edition's concepts."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.edition: Edition = terms.edition
        self.standing: set[str] = set()

    def is_a(self, iri: str, class_: ox.NamedNode) -> bool:
        return any(self.edition.store.quads_for_pattern(ox.NamedNode(iri), TYPE, class_, None))

    def scheme(self, iri: str) -> tuple[Branch, ...]:
        """The tree of a scheme; empty where it has too many concepts for one, or none that is below another."""
        quads = self.edition.store.quads_for_pattern(None, _IN_SCHEME, ox.NamedNode(iri), None)
        found = list(
            islice((quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)), _MOST + 1)
        )
        if len(found) > _MOST:
            return ()
        concepts = set(found)
        tops = [each for each in concepts if concepts.isdisjoint(self.broader(each))]
        below = {each: [one for one in self.narrower(each) if one in concepts] for each in concepts}
        return self._branches(tops, below, ()) if any(below.values()) else ()

    def below(self, iri: str) -> tuple[Branch, ...]:
        """What is below a concept, one step down."""
        return self._branches(self.narrower(iri), {}, (iri,))

    def ways(self, iri: str) -> list[list[Shown]]:
        """The ways down to a concept from the top, those through the first wider concepts."""
        found = islice(self._ways(iri, (iri,)), _WAYS)
        return [[self.terms.thing(each) for each in way] for way in found]

    def _ways(self, iri: str, way: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        above = [each for each in self.broader(iri) if each not in way]
        if not above or len(way) > _DEEPEST:
            yield way[:-1]
        for each in above:
            yield from self._ways(each, (each, *way))

    def schemes(self, iri: str) -> list[Shown]:
        return [self.terms.thing(each) for each in self._values(iri, _IN_SCHEME)]

    def broader(self, iri: str) -> list[str]:
        return self._values(iri, _BROADER)

    def narrower(self, iri: str) -> list[str]:
        quads = self.edition.store.quads_for_pattern(None, _BROADER, ox.NamedNode(iri), None)
        found = {quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)}
        return sorted(found | set(self._values(iri, _NARROWER)), key=self._order)

    def _branches(self, iris: list[str], below: dict[str, list[str]], above: tuple[str, ...]) -> tuple[Branch, ...]:
        found = []
        for iri in sorted(iris, key=self._order):
            inner = [each for each in below.get(iri, ()) if each not in above]
            anchor = "" if iri in self.standing else iri.rstrip("/#").rpartition("/")[2]
            self.standing.add(iri)
            shown = self.terms.thing(iri)
            found.append(Branch(shown, self._definition(iri), self._branches(inner, below, (*above, iri)), anchor))
        return tuple(found)

    def _definition(self, iri: str) -> str:
        quads = self.edition.store.quads_for_pattern(ox.NamedNode(iri), _DEFINITION, None, None)
        return min((quad.object.value for quad in quads if isinstance(quad.object, ox.Literal)), default="")

    def _values(self, iri: str, property_: ox.NamedNode) -> list[str]:
        quads = self.edition.store.quads_for_pattern(ox.NamedNode(iri), property_, None, None)
        return sorted({quad.object.value for quad in quads if isinstance(quad.object, ox.NamedNode)}, key=self._order)

    def _order(self, iri: str) -> tuple[str, str]:
        return (self.edition.labels.of(iri).casefold(), iri)
