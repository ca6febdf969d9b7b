"""The page as a whole: one file of HTML that needs nothing else, with its pictures and its style inside."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from curagraph.config import Project
from curagraph.ontologypage.concepts import Concepts
from curagraph.ontologypage.entries import part, rows
from curagraph.ontologypage.facetpicture import FacetPicture
from curagraph.ontologypage.facets import Facets
from curagraph.ontologypage.glossary import PART, SKOS, Glossary
from curagraph.ontologypage.markup import Content, Element, tag
from curagraph.ontologypage.overview import ANCHOR, Overview
from curagraph.ontologypage.plan import Plan
from curagraph.ontologypage.terms import Terms
from curagraph.reasoning.expressions import OWL, RDF

# The style of the page, and of pictures, which are shown elsewhere too.
_STYLES = [Path(__file__).with_name(name) for name in ("style.css", "picture.css")]
_ABOUT = f"{PART}end"
_VIEWPORT = "width=device-width, initial-scale=1"


def page(project: Project) -> bytes:
    """The page of a project's ontology and concept schemes: HTML in UTF-8, the same bytes each time.

    Raises `ProjectError` where a file of `ontology/` is wrong.
    """
    return f"<!DOCTYPE html>\n{_Page(project).element()}".encode()


class _Page:
    def __init__(self, project: Project) -> None:
        self.glossary = Glossary(project)
        self.plan = Plan.load()
        self.terms = Terms(self.glossary)
        self.overview = Overview(self.glossary, self.plan)

    @cached_property
    def schemes(self) -> list[Concepts]:
        schemes = self.glossary.of_type(SKOS + "ConceptScheme")
        found = (Concepts(self.glossary, iri) for iri in schemes)
        return [concepts for concepts in found if concepts.all]

    @cached_property
    def ontologies(self) -> list[str]:
        return self.glossary.of_type(OWL + "Ontology")

    @property
    def title(self) -> str:
        named = [self.glossary.label(iri) for iri in self.ontologies]
        return " and ".join(named) or "Ontology"

    def element(self) -> Element:
        head = tag(
            "head",
            tag("meta", charset="utf-8"),
            tag("meta", name="viewport", content=_VIEWPORT),
            tag("title", self.title),
            tag("style", "".join(file.read_text("utf-8") for file in _STYLES)),
        )
        skip = tag("a", "To the content", href=f"#{PART}content", class_="skip")
        body = tag("body", skip, self._contents(), tag("main", *self._parts(), id=f"{PART}content"))
        return tag("html", head, body, lang="en")

    def _parts(self) -> Iterator[Element]:
        yield self._header()
        yield from self.overview.elements()
        yield from self.terms.elements()
        drawn = next((facets for each in self.schemes if (facets := Facets(each, self.plan)).fits), None)
        for concepts in self.schemes:
            figure = [FacetPicture(drawn).element()] if drawn and drawn.concepts is concepts else []
            yield concepts.element(*figure)
        yield self.terms.outside()
        yield self._about()

    def _header(self) -> Element:
        leads = [tag("p", self.glossary.definition(iri), class_="lead") for iri in self.ontologies]
        return tag("header", tag("h1", self.title), *leads, class_="header")

    def _about(self) -> Element:
        """What the ontologies say of themselves, and the prefixes."""
        prefixes = {f"{prefix}:": [[space]] for prefix, space in sorted(self.glossary.prefixes.items())}
        own = [tag("div", *rows(self._said(iri)), id=self.glossary.anchors[iri]) for iri in self.ontologies]
        return part(_ABOUT, "About this page", *own, tag("h3", "Prefixes"), *rows(prefixes))

    def _said(self, iri: str) -> dict[str, list[list[Content]]]:
        """The header of an ontology: its texts, and the addresses of its licence and its version."""
        said: dict[str, list[list[Content]]] = {"address": [[tag("code", iri)]], **self.terms.facts.of(iri)}
        for triple in self.glossary.triples(iri):
            predicate = triple.predicate.value
            if isinstance(triple.object, ox.NamedNode) and predicate != RDF + "type":
                said[self.glossary.label(predicate)] = [[self.glossary.link(triple.object.value)]]
        return said

    def _contents(self) -> Element:
        """The list of contents; the style leaves the inner lists out where the screen is narrow."""
        parts = [tag("li", tag("a", "The ontology in a picture", href=f"#{ANCHOR}"))] if self.overview.arrows else []
        for anchor, title, links in self._listed():
            inside = [tag("ul", *(tag("li", link) for link in links))] if links else []
            parts.append(tag("li", tag("a", title, href=f"#{anchor}"), *inside))
        return tag(
            "nav",
            tag("p", "Contents"),
            tag("ul", *parts),
            class_="contents",
            aria_label="Contents",
        )

    def _listed(self) -> Iterator[tuple[str, str, list[Element]]]:
        *own, outside = self.terms.contents()
        yield from own
        for concepts in self.schemes:
            links = [self.glossary.link(iri) for iri in concepts.all]
            yield concepts.anchor, self.glossary.label(concepts.scheme), links
        yield outside
        yield _ABOUT, "About this page", []
