"""Names for people: what a thing is called, and the short form of an IRI."""

from __future__ import annotations

from functools import lru_cache

import pyoxigraph as ox

from curagraph.snapshot import Snapshot

# The first of these that a thing has is its name.
_NAMING = (
    "http://www.w3.org/2004/02/skos/core#prefLabel",
    "http://purl.org/dc/terms/title",
    "https://schema.org/name",
    "https://schema.org/headline",
    "http://www.w3.org/2000/01/rdf-schema#label",
)
_MOST = 20_000


class Labels:
    """The names of the things of a snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.store = snapshot.store
        self.base = snapshot.project.base
        self.prefixes = snapshot.project.vocabulary.prefixes
        self.naming = [ox.NamedNode(iri) for iri in _NAMING]
        self.of = lru_cache(maxsize=_MOST)(self._of)

    def _of(self, iri: str) -> str:
        """What a thing is called; its short form where the graph has no name for it."""
        node = ox.NamedNode(iri)
        for property_ in self.naming:
            found = (q.object for q in self.store.quads_for_pattern(node, property_, None, None))
            names = sorted(term.value for term in found if isinstance(term, ox.Literal))
            if names:
                return names[0]
        return self.short(iri)

    def short(self, iri: str) -> str:
        """The prefixed name, the path below the base, or the IRI itself."""
        for prefix, namespace in self.prefixes.items():
            if iri.startswith(namespace) and iri != namespace:
                return f"{prefix}:{iri.removeprefix(namespace)}"
        return iri.removeprefix(self.base) or iri
