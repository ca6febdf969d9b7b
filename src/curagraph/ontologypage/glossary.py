"""What each term and concept is called, what it means, and where on the page it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

import pyoxigraph as ox

from curagraph.building.schemes import schemes
from curagraph.config import Project
from curagraph.ontologypage.markup import Content, Element, tag
from curagraph.reasoning.expressions import OWL, RDF, RDFS
from curagraph.reasoning.wording import Wording

SKOS = "http://www.w3.org/2004/02/skos/core#"
_LABELS = (RDFS + "label", SKOS + "prefLabel", "http://purl.org/dc/terms/title")
_DEFINITIONS = (SKOS + "definition", RDFS + "comment", "http://purl.org/dc/terms/description")
_NAME = re.compile(r"[A-Za-z][\w-]*:[\w-]+(?:\.[\w-]+)*")
# The anchors of the page's own parts begin with this.
PART = "the-"


class Glossary:
    """The terms of a project's ontology and the concepts of its schemes.

    Raises `ProjectError` where a file of `ontology/` is wrong.
    """

    def __init__(self, project: Project) -> None:
        self.project = project
        self.vocabulary = project.vocabulary
        self.schemes = schemes(project)
        self.prefixes = {**self.schemes.prefixes, **self.vocabulary.prefixes}
        self.wording = Wording(self.prefixes)

    @cached_property
    def types(self) -> dict[str, list[str]]:
        """The IRIs of all that has a type, with the types, sorted."""
        found: dict[str, list[str]] = {}
        for vocabulary in (self.vocabulary, self.schemes):
            for iri in sorted(vocabulary.declared):
                found[iri] = [each.value for each in self.values(iri, RDF + "type") if isinstance(each, ox.NamedNode)]
        return found

    def of_type(self, *types: str) -> list[str]:
        """The IRIs of what has one of some types: our own first, then by label."""
        found = (iri for iri, own in self.types.items() if not set(own).isdisjoint(types))
        return sorted(found, key=lambda iri: (not self.is_own(iri), self.label(iri).casefold(), iri))

    def triples(self, iri: str) -> list[ox.Triple]:
        """The triples about a thing, in a stable order."""
        node = ox.NamedNode(iri)
        return [*self.vocabulary.about(node), *self.schemes.about(node)]

    def values(self, iri: str, *predicates: str) -> list[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple]:
        """The values of properties of a thing, those of the first property first."""
        said = self.triples(iri)
        return [triple.object for wanted in predicates for triple in said if triple.predicate.value == wanted]

    def text(self, iri: str, *predicates: str) -> str:
        """The first text among the values, an English one where there is one."""
        texts = [value for value in self.values(iri, *predicates) if isinstance(value, ox.Literal)]
        english = [text for text in texts if text.language == "en"]
        return next((text.value for text in english or texts), "")

    def label(self, iri: str) -> str:
        """The label of a thing, or what stands for it."""
        return self.text(iri, *_LABELS) or self.name(iri)

    def definition(self, iri: str) -> str:
        return self.text(iri, *_DEFINITIONS)

    def name(self, iri: str) -> str:
        """An IRI by its prefix, or as it is where no prefix fits."""
        return self.wording.term(f"<{iri}>").strip("<>")

    def iri(self, name: str) -> str:
        """What a prefixed name stands for; empty where the page does not tell of it."""
        prefix, _, local = name.partition(":")
        iri = self.prefixes.get(prefix, "") + local
        return iri if prefix in self.prefixes and iri in self.types else ""

    @cached_property
    def headers(self) -> list[str]:
        """The ontologies and the concept schemes that the files describe."""
        wanted = {OWL + "Ontology", SKOS + "ConceptScheme"}
        return [iri for iri, types in self.types.items() if not wanted.isdisjoint(types)]

    def is_own(self, iri: str) -> bool:
        """Whether a thing belongs to an ontology or scheme that is described here; others are only used."""
        return iri.startswith(tuple(self.headers))

    def schemes_of(self, iri: str) -> list[str]:
        """The concept schemes that a thing is in."""
        found = self.values(iri, SKOS + "inScheme", SKOS + "topConceptOf")
        return sorted({each.value for each in found if isinstance(each, ox.NamedNode)} & set(self.headers))

    @cached_property
    def anchors(self) -> dict[str, str]:
        """Where each thing stands: at the fragment of its IRI, at its last name, or at its prefixed name.

        So an address such as `https://data.medigy.com/ontology#about` leads to the term, wherever that is served.
        """
        found: dict[str, str] = {}
        taken: set[str] = set()
        for iri in sorted(self.types, key=lambda iri: (not self.is_own(iri), "#" not in iri, iri)):
            name = re.sub(r"[^\w:.-]", "-", self.name(iri))
            local = re.split("[/#]", iri.rstrip("/#"))[-1] if self.is_own(iri) else ""
            free = (each for each in (local, name, *self._numbered(name)) if each and each not in taken)
            found[iri] = next(each for each in free if not each.startswith(PART))
            taken.add(found[iri])
        return found

    def _numbered(self, name: str) -> Iterator[str]:
        return (f"{name}.{number}" for number in range(2, len(self.types) + 3))

    def link(self, iri: str, text: str = "") -> Element:
        """A link to where a thing stands on the page, by its label unless told; else to its address on the web.

        An IRI of another kind is no link: what a `javascript:` one would do, no reader has asked for.
        """
        if iri in self.anchors:
            return tag("a", text or self.label(iri), href=f"#{self.anchors[iri]}")
        if iri.startswith(("http://", "https://")):
            return tag("a", text or self.name(iri), href=iri, rel="external")
        return tag("span", text or self.name(iri))

    def linked(self, text: str) -> list[Content]:
        """A text in which the prefixed names of what stands on the page are links."""
        found: list[Content] = []
        last = 0
        for match in _NAME.finditer(text):
            iri = self.iri(match[0])
            if iri:
                found += [text[last : match.start()], self.link(iri, match[0])]
                last = match.end()
        return [part for part in (*found, text[last:]) if part]

    def named_in(self, text: str) -> list[str]:
        """What the prefixed names in a text stand for."""
        return [iri for name in _NAME.findall(text) if (iri := self.iri(name))]
