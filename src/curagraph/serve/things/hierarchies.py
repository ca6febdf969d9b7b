"""The classes and the properties of an ontology as trees to fold."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from curagraph.ontologypage.entries import part
from curagraph.ontologypage.glossary import PART, Glossary
from curagraph.ontologypage.markup import Element, tag
from curagraph.reasoning.expressions import OWL, RDF, RDFS

CLASSES, PROPERTIES = f"{PART}class-tree", f"{PART}property-tree"
_CLASS = (OWL + "Class", RDFS + "Class")
_PROPERTY = (OWL + "ObjectProperty", OWL + "DatatypeProperty", OWL + "AnnotationProperty", RDF + "Property")


class Hierarchy:
    """The terms of one kind by what is above them; of the terms of others only those above our own."""

    def __init__(self, glossary: Glossary, types: Iterable[str], above: str) -> None:
        self.glossary = glossary
        self.above = above
        terms = glossary.of_type(*types)
        self.terms = list(filter(glossary.is_own, terms))
        for iri in self.terms:
            self.terms += [each for each in self.wider(iri) if each in terms and each not in self.terms]

    def wider(self, iri: str) -> list[str]:
        """The terms directly above a term."""
        return [each.value for each in self.glossary.values(iri, self.above) if isinstance(each, ox.NamedNode)]

    def tree(self, iris: list[str], above: tuple[str, ...] = ()) -> Element:
        """Terms with those below them; one with two above stands below both."""
        found = []
        for iri in sorted(iris, key=lambda each: self.glossary.label(each).casefold()):
            below = [each for each in self.terms if iri in self.wider(each) and each not in above]
            name = tag("p", self.glossary.link(iri), " ", tag("code", self.glossary.name(iri)), class_="leaf")
            mark = tag("summary", tag("span", f"Below {self.glossary.label(iri)}", class_="unseen"))
            inner = [tag("details", mark, self.tree(below, (*above, iri)), open="open")] if below else []
            found.append(tag("li", name, *inner))
        return tag("ul", *found)

    def element(self, anchor: str, title: str) -> Element:
        tops = [iri for iri in self.terms if set(self.terms).isdisjoint(self.wider(iri))]
        return part(anchor, title, tag("div", self.tree(tops), class_="tree"))


def elements(glossary: Glossary) -> list[Element]:
    """The tree of classes and that of properties."""
    return [
        Hierarchy(glossary, _CLASS, RDFS + "subClassOf").element(CLASSES, "Classes as a tree"),
        Hierarchy(glossary, _PROPERTY, RDFS + "subPropertyOf").element(PROPERTIES, "Properties as a tree"),
    ]
