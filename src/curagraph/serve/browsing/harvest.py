"""What the index is made of, read from the graph: items with their values, names of things, and texts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import pyoxigraph as ox

from curagraph.asking.answers import ask
from curagraph.serve.browsing import facets
from curagraph.serve.browsing.facets import Facet
from curagraph.serve.labels import Labels
from curagraph.snapshot import INFERRED, Snapshot

_PREFIXES = """
PREFIX cu: <https://data.medigy.com/ontology#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
_NAMING = tuple(
    ox.NamedNode(iri)
    for iri in (
        "http://www.w3.org/2004/02/skos/core#prefLabel",
        "http://purl.org/dc/terms/title",
        "https://schema.org/name",
        "http://www.w3.org/2004/02/skos/core#altLabel",
        "http://www.w3.org/2004/02/skos/core#notation",
        "https://schema.org/alternateName",
    )
)
# Pages and their parts have the names of other things, and the ontology has a page of its own.
_NO_THINGS = {
    "http://www.w3.org/2002/07/owl#Ontology",
    *(f"https://schema.org/{name}" for name in ("WebPage", "CollectionPage", "ProfilePage", "ListItem")),
}
_MONTH = re.compile(r"\d{4}-\d\d(?=-\d\d)")


@dataclass
class Item:
    """An item as lists show it; `values` are the IRIs, or dates, of its facets."""

    iri: str
    created: str
    title: str = ""
    trail: str = ""
    original: str = ""
    values: list[tuple[Facet, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Thing:
    """Another thing of ours than an item, with all its names and the class that it is stated to be in."""

    iri: str
    names: list[str]
    kind: str


class Harvest:
    """The items of a snapshot, the newest first, and what they have; a graph that lacks any of it gives less."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.base = snapshot.project.base
        self.labels = Labels(snapshot)

    @cached_property
    def items(self) -> list[Item]:
        """All items with what is short; the texts come one by one from `excerpts`."""
        created = dict(self._rows("SELECT ?item ?created { ?item dcterms:created ?created }"))
        rows = self._ask("SELECT DISTINCT ?item { ?item a cu:CuratedItem }")
        found = {row[0].value: Item(row[0].value, created.get(row[0].value, "")) for row in rows}
        for name, path in (("title", "dcterms:title"), ("trail", "cu:trailText"), ("original", "cu:curatedFrom")):
            for iri, text in self._rows(f"SELECT ?item ?text {{ ?item {path} ?text }}"):
                if iri in found and not (getattr(found[iri], name) and getattr(found[iri], name) < text):
                    setattr(found[iri], name, text)
        self._give_values(found)
        return sorted(found.values(), key=lambda item: (item.created, item.iri), reverse=True)

    def _give_values(self, items: dict[str, Item]) -> None:
        schemes = defaultdict(set)
        for topic, scheme in self._rows("SELECT ?topic ?scheme { ?topic skos:inScheme ?scheme }"):
            schemes[topic].add(scheme)
        for facet in facets.FACETS:
            for iri, value in self._led(facet.path) if facet.path else ():
                if iri in items and ":" in value and (facet, value) not in items[iri].values:
                    items[iri].values.append((facet, value))
        for item in items.values():
            sources = {scheme for facet, topic in item.values if facet is facets.TOPIC for scheme in schemes[topic]}
            item.values += [(facets.SOURCE, source) for source in sources]
            month = _MONTH.match(item.created)
            if month:
                item.values += [(facets.YEAR, month[0][:4]), (facets.MONTH, month[0])]
            item.values.sort(key=lambda pair: pair[1])

    def _led(self, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        """The items and values that a path joins, step by step, which is quicker than to let SPARQL join them."""
        first, *others = path
        steps = []
        for property_ in others:
            step = defaultdict(list)
            for one, other in self._rows(f"SELECT ?one ?other {{ ?one {property_} ?other }}"):
                step[one].append(other)
            steps.append(step)
        for item, value in self._rows(f"SELECT ?item ?value {{ ?item {first} ?value }}"):
            values = [value]
            for step in steps:
                values = [other for one in values for other in step.get(one, ())]
            yield from ((item, each) for each in values)

    def excerpts(self) -> Iterator[tuple[str, str]]:
        """The IRI of an item and a text of its excerpt."""
        return self._rows("SELECT ?item ?text { ?item cu:excerpt ?text }")

    def things(self) -> Iterator[Thing]:
        """What has a name and an IRI of ours, without items: topics, people, sites, concepts, schemes, texts."""
        kinds: dict[str, str] = {}
        for kind in self._classes():
            for row in self._ask(f"SELECT DISTINCT ?it {{ {self._stated(f'?it a <{kind}>')} }}"):
                kinds.setdefault(row[0].value, kind)
        for iri in sorted(kinds):
            names = self._names(iri) if iri.startswith(self.base) else []
            if names:
                yield Thing(iri, names, self.labels.of(kinds[iri]))

    def _classes(self) -> list[str]:
        """The classes of what is a thing to people, the small ones first, found by an example of each.

        Items are not among them, nor what has no name or only lends that of another thing.
        """
        items = {item.iri for item in self.items}
        query = "SELECT ?class (SAMPLE(?it) AS ?one) (COUNT(?it) AS ?size)"
        rows = self._ask(f"{query} {{ {self._stated('?it a ?class')} }} GROUP BY ?class")
        found = sorted((int(row[2].value), row[0].value, row[1].value) for row in rows)
        return [
            kind
            for _, kind, one in found
            if kind not in _NO_THINGS and one.startswith(self.base) and one not in items and self._names(one)
        ]

    def _stated(self, pattern: str) -> str:
        """A pattern in the graphs of what is stated: to name them all would take long where each item has one."""
        inferred = ", ".join(f"<{self.base}graph/{name}>" for name in INFERRED)
        return f"GRAPH ?graph {{ {pattern} }} FILTER(?graph NOT IN ({inferred}))"

    def _names(self, iri: str) -> list[str]:
        """The names of a thing, the first of which is its label."""
        found: dict[str, None] = {}
        for property_ in _NAMING:
            quads = self.snapshot.store.quads_for_pattern(ox.NamedNode(iri), property_, None, None)
            found |= dict.fromkeys(sorted(quad.object.value for quad in quads if isinstance(quad.object, ox.Literal)))
        return list(found)

    def source_of(self, iri: str) -> str:
        """The name of the scheme of a topic or a concept, or the empty text."""
        scheme = ox.NamedNode("http://www.w3.org/2004/02/skos/core#inScheme")
        found = sorted(
            quad.object.value
            for quad in self.snapshot.store.quads_for_pattern(ox.NamedNode(iri), scheme, None, None)
            if isinstance(quad.object, ox.NamedNode)
        )
        return self.labels.of(found[0]) if found else ""

    def _rows(self, query: str) -> Iterator[tuple[str, str]]:
        return ((first.value, second.value) for first, second in self._ask(query))

    def _ask(self, query: str) -> ox.QuerySolutions:
        answer = ask(self.snapshot, _PREFIXES + query)
        assert isinstance(answer, ox.QuerySolutions)
        return answer
