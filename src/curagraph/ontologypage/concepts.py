"""The parts of the page that show concept schemes: each as a tree, and each concept with all that is said of it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import pyoxigraph as ox

from curagraph.matching.matches import Matches
from curagraph.ontologypage.entries import entry, part, rows
from curagraph.ontologypage.glossary import PART, SKOS, Glossary
from curagraph.ontologypage.markup import Content, Element, tag
from curagraph.reasoning.expressions import OWL, RDF

_INVERSE = ox.NamedNode(OWL + "inverseOf")
# What the tree, the heading or the definition shows already.
_SHOWN = {
    RDF + "type",
    *(SKOS + name for name in ("inScheme", "topConceptOf", "hasTopConcept", "prefLabel", "definition")),
}
_FIRST = (*(SKOS + name for name in ("altLabel", "broader", "narrower", "related")),)
_LAST = (
    *(SKOS + name for name in ("scopeNote", "note", "editorialNote", "notation")),
    "http://purl.org/dc/terms/source",
)
# What the row of a property is called on the side of its value.
_FROM = ", said of"


class Concepts:
    """The concepts of one scheme on the page.

    Raises `ProjectError` where a file of matches is wrong.
    """

    def __init__(self, glossary: Glossary, scheme: str) -> None:
        self.glossary = glossary
        self.scheme = scheme
        self.anchor = f"{PART}{glossary.anchors[scheme]}"
        self.matches = Matches.load(glossary.project)

    @cached_property
    def all(self) -> list[str]:
        """The concepts, by label."""
        return [iri for iri in self.glossary.of_type(SKOS + "Concept") if self.scheme in self.glossary.schemes_of(iri)]

    @property
    def entries(self) -> list[Element]:
        """The concepts one by one; one of several schemes has its entry in the first."""
        here = (iri for iri in self.all if self.glossary.schemes_of(iri)[0] == self.scheme)
        return [entry(self.glossary, iri, self._said(iri), "h4") for iri in here]

    def broader(self, iri: str) -> list[str]:
        """The next wider concepts of the scheme."""
        found = (each.value for each in self.glossary.values(iri, SKOS + "broader") if isinstance(each, ox.NamedNode))
        return [each for each in found if each in self.all]

    def narrower(self, iri: str) -> list[str]:
        """The next narrower concepts of the scheme, by label."""
        return [each for each in self.all if iri in self.broader(each)]

    def tree(self, iris: list[str], above: tuple[str, ...] = ()) -> Element:
        """Concepts with those below them; one with two wider concepts stands below both."""
        found = []
        for iri in iris:
            below = [each for each in self.narrower(iri) if each not in above]
            found.append(tag("li", self.glossary.link(iri), *([self.tree(below, (*above, iri))] if below else [])))
        return tag("ul", *found)

    def element(self, *figure: Content) -> Element:
        """The whole part: the scheme's own description, a figure, the tree, and the concepts."""
        header = {name: values for name, values in self._said(self.scheme).items() if name != "description"}
        tops = [iri for iri in self.all if not self.broader(iri)]
        return part(
            self.anchor,
            self.glossary.label(self.scheme),
            tag("p", self.glossary.definition(self.scheme), class_="lead"),
            *figure,
            tag("h3", "As a tree"),
            tag("div", self.tree(tops), class_="tree"),
            tag("h3", "One by one"),
            *self.entries,
            tag("h3", "About this scheme"),
            tag("div", *rows(header), id=self.glossary.anchors[self.scheme]),
        )

    def _said(self, iri: str) -> dict[str, list[list[Content]]]:
        found: dict[str, list[list[Content]]] = {}
        for predicate, value in sorted(self._statements(iri), key=_place):
            found.setdefault(self.glossary.label(predicate), []).append(self._shown(value))
        for name, subject in self._incoming(iri):
            found.setdefault(name, []).append([self.glossary.link(subject)])
        for name, matched in self._matched(iri):
            found.setdefault(name, []).append(matched)
        return found

    def _statements(self, iri: str) -> Iterator[tuple[str, ox.Literal | ox.NamedNode]]:
        """What the scheme says of a concept, and what follows when it is said from the other side."""
        for triple in self.glossary.triples(iri):
            if triple.predicate.value not in _SHOWN and isinstance(triple.object, ox.Literal | ox.NamedNode):
                yield triple.predicate.value, triple.object
        for subject, predicate in self._named_by(iri):
            if inverse := self._inverse(predicate):
                yield inverse, ox.NamedNode(subject)

    def _incoming(self, iri: str) -> Iterator[tuple[str, str]]:
        for subject, predicate in self._named_by(iri):
            if not self._inverse(predicate) and ox.NamedNode(subject) not in self.glossary.values(iri, predicate):
                yield f"{self.glossary.label(predicate)}{_FROM}", subject

    def _named_by(self, iri: str) -> list[tuple[str, str]]:
        node = ox.NamedNode(iri)
        found = ((t.subject, t.predicate.value) for t in self.glossary.schemes.triples if t.object == node)
        return sorted((s.value, p) for s, p in found if isinstance(s, ox.NamedNode) and p not in _SHOWN)

    def _inverse(self, predicate: str) -> str:
        """The declared inverse of a property; empty where there is none."""
        found = self.glossary.values(predicate, _INVERSE.value)
        return next((each.value for each in found if isinstance(each, ox.NamedNode)), "")

    def _matched(self, iri: str) -> Iterator[tuple[str, list[Content]]]:
        """The matches that people have accepted, with the labels that they saw."""
        for match in self.matches.accepted:
            row = self.glossary.label(match.predicate)
            if match.subject == iri:
                yield row, self._end(match.object, match.object_label)
            elif match.object == iri:
                yield f"{row}{_FROM}", self._end(match.subject, match.subject_label)

    def _end(self, iri: str, label: str) -> list[Content]:
        return [self.glossary.link(iri, label), " ", tag("code", self.matches.curie(iri))]

    def _shown(self, value: ox.Literal | ox.NamedNode) -> list[Content]:
        if isinstance(value, ox.Literal):
            return [value.value]
        return [self.glossary.link(value.value)]


def _place(said: tuple[str, ox.Literal | ox.NamedNode]) -> tuple[int, str, str]:
    predicate, value = said
    if predicate in _LAST:
        return (2 + _LAST.index(predicate), predicate, str(value))
    return (
        0 if predicate in _FIRST else 1,
        str(_FIRST.index(predicate)) if predicate in _FIRST else predicate,
        str(value),
    )
