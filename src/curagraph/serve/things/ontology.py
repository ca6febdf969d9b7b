"""The page of the ontology: pictures, trees to fold, and every term at its anchor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyoxigraph as ox
from markupsafe import Markup

from curagraph.ontologypage.entries import part, rows
from curagraph.ontologypage.glossary import PART, SKOS
from curagraph.ontologypage.markup import Content, Element, tag
from curagraph.ontologypage.overview import ANCHOR, Overview
from curagraph.ontologypage.plan import Plan
from curagraph.ontologypage.terms import Terms
from curagraph.reasoning.expressions import OWL, RDF
from curagraph.serve import frame
from curagraph.serve.edition import Edition
from curagraph.serve.page import Page
from curagraph.serve.things import hierarchies
from curagraph.serve.things.linked import LinkedGlossary, glossary
from curagraph.serve.things.thing import Links, head

_SCHEMES = f"{PART}schemes"
_ABOUT = f"{PART}end"


def page(edition: Edition, root: str, jsonld: str, links: Links) -> Page:
    """The page of a project's ontology. Raises `ProjectError` where a file of `ontology/` is wrong."""
    project = edition.project
    made = _Ontology(LinkedGlossary(project, root, _described(edition)))
    iri = next(iter(made.ontologies), f"{project.base}ontology")
    values: dict[str, Any] = {
        "title": made.title,
        "leads": [made.glossary.definition(each) for each in made.ontologies],
        "contents": [(anchor, title, _html(listed)) for anchor, title, listed in made.contents()],
        "parts": _html(made.parts()),
    }
    return frame.page(edition, "ontology.html", root, **values, **head(iri, jsonld, links))


def _described(edition: Edition) -> set[str]:
    """What stands on the page: all that the ontology declares but the concepts of schemes."""
    read = glossary(edition.project)
    return {iri for iri in read.types if not read.schemes_of(iri) and SKOS + "ConceptScheme" not in read.types[iri]}


def _html(elements: Iterator[Element] | list[Element]) -> Markup:
    """Elements as HTML, in which they have escaped every text themselves."""
    return Markup("".join(map(str, elements)))  # noqa: S704


class _Ontology:
    def __init__(self, glossary: LinkedGlossary) -> None:
        self.glossary = glossary
        self.terms = Terms(glossary)
        self.overview = Overview(glossary, Plan.load())
        self.ontologies = glossary.of_type(OWL + "Ontology")
        self.schemes = glossary.of_type(SKOS + "ConceptScheme")

    @property
    def title(self) -> str:
        return " and ".join(map(self.glossary.label, self.ontologies)) or "Ontology"

    def contents(self) -> Iterator[tuple[str, str, list[Element]]]:
        """The anchor and title of each part, and links to what stands in it."""
        if self.overview.arrows:
            yield ANCHOR, "The ontology in a picture", []
        yield hierarchies.CLASSES, "Classes as a tree", []
        yield hierarchies.PROPERTIES, "Properties as a tree", []
        *own, outside = self.terms.contents()
        yield from own
        yield outside
        yield _SCHEMES, "Concept schemes", []
        yield _ABOUT, "About the ontology", []

    def parts(self) -> Iterator[Element]:
        yield from self.overview.elements()
        yield from hierarchies.elements(self.glossary)
        yield from self.terms.elements()
        yield self.terms.outside()
        yield self._schemes()
        yield self._about()

    def _schemes(self) -> Element:
        found = []
        for iri in self.schemes:
            found += [tag("h3", self.glossary.link(iri)), tag("p", self.glossary.definition(iri))]
        return part(_SCHEMES, "Concept schemes", *found)

    def _about(self) -> Element:
        """What the ontologies say of themselves, and the prefixes."""
        own = [tag("div", *rows(self._said(iri)), id=self.glossary.anchors[iri]) for iri in self.ontologies]
        prefixes = {f"{prefix}:": [[space]] for prefix, space in sorted(self.glossary.prefixes.items())}
        return part(_ABOUT, "About the ontology", *own, tag("h3", "Prefixes"), *rows(prefixes))

    def _said(self, iri: str) -> dict[str, list[list[Content]]]:
        said: dict[str, list[list[Content]]] = {"address": [[tag("code", iri)]], **self.terms.facts.of(iri)}
        for triple in self.glossary.triples(iri):
            if isinstance(triple.object, ox.NamedNode) and triple.predicate.value != RDF + "type":
                said[self.glossary.label(triple.predicate.value)] = [[self.glossary.link(triple.object.value)]]
        return said
