"""The parts of the page that list terms: our own at length, those of other vocabularies in tables."""

from __future__ import annotations

from collections.abc import Iterator

from curagraph.ontologypage.entries import entry, part, rows
from curagraph.ontologypage.facts import Facts
from curagraph.ontologypage.glossary import PART, Glossary
from curagraph.ontologypage.markup import Element, tag
from curagraph.reasoning.expressions import OWL, RDF, RDFS

# Each kind of term: the anchor of its part, its title, what it is, and the types by which it is known.
_KINDS = (
    ("classes", "Classes", "Sorts of things.", (OWL + "Class", RDFS + "Class")),
    ("links", "From thing to thing", "Object properties lead from one thing to another.", (OWL + "ObjectProperty",)),
    ("texts", "What is said of a thing", "Datatype properties have a text, a number or a date as their value.",
     (OWL + "DatatypeProperty",)),
    ("notes", "Notes on terms", "Annotation properties, and others from which nothing follows.",
     (OWL + "AnnotationProperty", RDF + "Property")),
)  # fmt: skip


class Terms:
    """The terms of a project's ontology on the page."""

    def __init__(self, glossary: Glossary) -> None:
        self.glossary = glossary
        self.facts = Facts(glossary)
        self.parts = [(PART + anchor, title, lead, self._own(types)) for anchor, title, lead, types in _KINDS]
        lead = "Members of classes that the ontology itself names."
        self.parts.append((f"{PART}members", "Things that are always there", lead, self._members()))
        self.parts = [each for each in self.parts if each[3]]

    def _own(self, types: tuple[str, ...]) -> list[str]:
        """Our own terms of a kind; one of several kinds belongs to the first."""
        found = filter(self.glossary.is_own, self.glossary.of_type(*types))
        return [iri for iri in found if _kind(self.glossary.types[iri]) == types]

    def _members(self) -> list[str]:
        """What has a type and is no term, no header, and no concept of a scheme."""
        found = sorted(self.glossary.vocabulary.declared - set(self.glossary.headers))
        return [iri for iri in found if self.glossary.is_own(iri) and self._is_member(iri)]

    def _is_member(self, iri: str) -> bool:
        return not _kind(self.glossary.types[iri]) and not self.glossary.schemes_of(iri)

    def elements(self) -> Iterator[Element]:
        """The parts, one for each kind of term that there is."""
        for anchor, title, lead, iris in self.parts:
            entries = (entry(self.glossary, iri, self.facts.of(iri)) for iri in iris)
            yield part(anchor, title, tag("p", lead, class_="lead"), *entries)

    def outside(self) -> Element:
        """The terms of other vocabularies, in a table for each."""
        tables: dict[str, list[str]] = {}
        for iri in sorted(self.glossary.vocabulary.declared, key=self.glossary.name):
            if not self.glossary.is_own(iri) and not self.glossary.schemes_of(iri):
                tables.setdefault(self.glossary.name(iri).partition(":")[0], []).append(iri)
        lead = "Declared as far as they are used here; their own vocabularies define them, and none is imported."
        found = (self._table(prefix, iris) for prefix, iris in tables.items())
        return part(f"{PART}outside", "Terms of others", tag("p", lead, class_="lead"), *found)

    def _table(self, prefix: str, iris: list[str]) -> Element:
        space = self.glossary.prefixes.get(prefix, "")
        head = tag("tr", tag("th", "Term", scope="col"), tag("th", "As it is used here", scope="col"))
        table = tag("table", tag("thead", head), tag("tbody", *map(self._row, iris)))
        heading = tag("h3", tag("code", f"{prefix}:"), " ", self.glossary.link(space, space))
        return tag("div", heading, tag("div", table, class_="scroll"), class_="vocabulary")

    def _row(self, iri: str) -> Element:
        name = tag("th", tag("code", self.glossary.name(iri)), tag("br"), self.glossary.label(iri), scope="row")
        definition = tag("p", self.glossary.definition(iri))
        return tag("tr", name, tag("td", definition, *rows(self.facts.of(iri))), id=self.glossary.anchors[iri])

    def contents(self) -> Iterator[tuple[str, str, list[Element]]]:
        """For the list of contents: the anchor and title of each part, and links to what stands in it."""
        for anchor, title, _, iris in self.parts:
            yield anchor, title, [self.glossary.link(iri) for iri in iris]
        yield f"{PART}outside", "Terms of others", []


def _kind(found: list[str]) -> tuple[str, ...]:
    """The types of the first kind that one of some types belongs to."""
    return next((types for *_, types in _KINDS if not set(types).isdisjoint(found)), ())
