"""The facets that items are chosen by, and how each is read from the graph."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Facet:
    """A side from which items are looked at: the name of its parameter, what people call one and several of it.

    `path` has the properties that lead from an item to a value; facets without one are read from others.
    """

    name: str
    one: str
    several: str
    path: tuple[str, ...] = ()


TOPIC = Facet("topic", "Topic", "Topics", ("cu:hasTopic",))
BRAND = Facet("brand", "Brand", "Brands", ("cu:curatedFrom", "cu:hostedOn"))
CURATOR = Facet("curator", "Curator", "Curators", ("cu:curatedBy",))
SOURCE = Facet("source", "Topic source", "Topic sources")
COMMUNITY = Facet("community", "Community", "Communities", ("cu:inSection", "cu:sectionOf"))
KIND = Facet("kind", "Kind", "Kinds", ("cu:contentKind",))
YEAR = Facet("year", "Year", "Years")
MONTH = Facet("month", "Month", "Months")

FACETS = (TOPIC, BRAND, CURATOR, COMMUNITY, KIND, SOURCE, YEAR, MONTH)
BY_NAME = {facet.name: facet for facet in FACETS}
# The values of these are dates, and no things of the graph.
DATES = (YEAR, MONTH)


def keys(iris: set[str], base: str) -> dict[str, str]:
    """The names of things in addresses: what follows the kind of thing in the path below the base, where that is clear.

    >>> keys({"https://e.org/brand/fox.com", "https://e.org/topic/a/b", "https://w.org/x#Kind"}, "https://e.org/")
    {'https://e.org/brand/fox.com': 'fox.com', 'https://e.org/topic/a/b': 'a/b', 'https://w.org/x#Kind': 'Kind'}
    """
    found = {iri: _key(iri, base) for iri in sorted(iris)}
    used = list(found.values())
    twice = {key for key in used if used.count(key) > 1} if len(set(used)) < len(used) else set()
    return {iri: iri if not key or key in twice else key for iri, key in found.items()}


def _key(iri: str, base: str) -> str:
    path = iri.removeprefix(base)
    if path != iri and "/" in path and "#" not in path:
        return path.partition("/")[2]
    return iri.rpartition("#" if "#" in iri else "/")[2]
