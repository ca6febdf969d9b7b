"""In which order a page tells what is said of a thing, and which properties have a place of their own on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from curagraph.reasoning.expressions import RDF

_NAMES = ("skos:prefLabel", "dcterms:title", "schema:name", "schema:headline", "rdfs:label")
_LEADS = ("skos:definition", "cu:trailText", "dcterms:description", "schema:description")
# In the order in which one asks for them.
_FIRST = (
    *("skos:altLabel", "cu:curatedFrom", "cu:viaSite", "cu:curatedBy", "dcterms:created", "dcterms:modified"),
    *("cu:hasTopic", "cu:about", "schema:mentions", "cu:inCommunity", "cu:inSection", "cu:form", "cu:contentKind"),
    *("cu:image", "cu:altText", "skos:broader", "skos:narrower", "skos:related", "skos:exactMatch", "skos:closeMatch"),
    *("skos:broadMatch", "skos:narrowMatch", "skos:relatedMatch", "skos:topConceptOf", "skos:hasTopConcept"),
    *("skos:inScheme", "cu:curates", "cu:contributesTo"),
)
_LAST = ("skos:scopeNote", "skos:note", "skos:editorialNote", "skos:notation", "dcterms:source", "cu:wordCount")
# For programs, and for those who look after them.
_TECHNICAL = (
    *("cu:page", "schema:url", "dcterms:identifier", "schema:identifier", "cu:slug", "cu:formerPath", "cu:status"),
    *("cu:recordUuid", "cu:sourceRecord", "cu:titleSource", "schema:genre", "schema:contentUrl", "dcterms:format"),
    *("schema:encodingFormat", "schema:width", "schema:height", "schema:isPartOf", "schema:breadcrumb"),
    *("vann:preferredNamespacePrefix", "vann:preferredNamespaceUri", "owl:versionInfo"),
)
# Things of these classes are shown at once where they belong to another.
_CHIEF = ("cu:OriginalWork", "cu:Image")


class Order:
    """The order of properties, by IRI, in a project with some prefixes."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self.prefixes = prefixes
        self.names = self._iris(_NAMES)
        self.leads = self._iris(_LEADS)
        self.technical = self._iris(_TECHNICAL)
        self.chief = self._iris(_CHIEF)
        groups: tuple[list[str], ...] = (
            [RDF + "type"],
            self.names,
            self.leads,
            self._iris(_FIRST),
            [],
            self._iris(_LAST),
            self.technical,
        )
        self.others = groups.index([])
        self.places = {iri: (group, at) for group, iris in enumerate(groups) for at, iri in enumerate(iris)}

    def place(self, iri: str, *, is_own: bool) -> tuple[int, int, str]:
        """What to sort a property by; those that are not known here stand in the middle, our own first."""
        return (*self.places.get(iri, (self.others, 0 if is_own else 1)), iri)

    def _iris(self, names: Iterable[str]) -> list[str]:
        pairs = (name.split(":") for name in names)
        return [self.prefixes.get(prefix, f"{prefix}:") + local for prefix, local in pairs]
