"""What may be matched: the topics, authors and brands of the graph, and the concepts of the schemes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import pyoxigraph as ox

from curagraph.matching.likeness import labels_of
from curagraph.snapshot import Snapshot
from curagraph.vocabulary import CU, SCHEMA, SKOS, Term, Vocabulary

_SKOS = "http://www.w3.org/2004/02/skos/core#"
_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


class Thing(NamedTuple):
    """What may be matched: its IRI, its labels with the preferred one first, and the list that it belongs to."""

    iri: str
    labels: tuple[str, ...]
    group: str


def things(snapshot: Snapshot, kind: str) -> list[Thing]:
    """What of a kind is in the graph, by IRI; with the topics, behind them, the concepts of `ontology/schemes/`."""
    if kind == "people":
        return _named(snapshot, CU.Author, "author/", (SCHEMA.name, SCHEMA.alternateName))
    if kind == "brands":
        return _named(snapshot, CU.SourceSite, "brand/", (SCHEMA.name,))
    topics = _named(snapshot, CU.Topic, "topic/", (SKOS.prefLabel, SKOS.altLabel))
    return [*topics, *concepts(Vocabulary.load(snapshot.project.ontology("schemes/*.ttl")))]


def _named(snapshot: Snapshot, class_: Term, path: str, properties: Sequence[Term]) -> list[Thing]:
    vocabulary, start = snapshot.project.vocabulary, snapshot.project.base + path
    if not vocabulary.declares(class_):
        return []
    node = {term: ox.NamedNode(vocabulary.iri(term)) for term in (class_, *properties) if vocabulary.declares(term)}
    found = {
        quad.subject for quad in snapshot.store.quads_for_pattern(None, ox.NamedNode(_RDF_TYPE), node[class_], None)
    }
    iris = sorted(each.value for each in found if isinstance(each, ox.NamedNode) and each.value.startswith(start))
    return [thing(iri, [t for p in properties if p in node for t in _texts(snapshot, iri, node[p])]) for iri in iris]


def _texts(snapshot: Snapshot, iri: str, property_: ox.NamedNode) -> list[str]:
    quads = snapshot.store.quads_for_pattern(ox.NamedNode(iri), property_, None, None)
    return sorted(quad.object.value for quad in quads if isinstance(quad.object, ox.Literal))


def concepts(schemes: Vocabulary) -> list[Thing]:
    """The concepts of schemes, by IRI."""
    labels: dict[str, list[str]] = defaultdict(list)
    for name in ("prefLabel", "altLabel"):
        found = (triple for triple in schemes.triples if triple.predicate == ox.NamedNode(f"{_SKOS}{name}"))
        pairs = ((t.subject.value, t.object.value) for t in found
                 if isinstance(t.subject, ox.NamedNode) and isinstance(t.object, ox.Literal))  # fmt: skip
        for iri, label in sorted(pairs):
            labels[iri].append(label)
    type_, concept = ox.NamedNode(_RDF_TYPE), ox.NamedNode(f"{_SKOS}Concept")
    typed = {str(t.subject)[1:-1] for t in schemes.triples if t.predicate == type_ and t.object == concept}
    return [thing(iri, labels[iri]) for iri in sorted(typed & labels.keys())]


def thing(iri: str, labels: Sequence[str]) -> Thing:
    """A thing; where a label brings its abbreviation along, both are labels behind it."""
    given = list(labels) or [iri.rsplit("/", 1)[-1]]
    more = [part for label in given for part in labels_of(label) if part not in given]
    return Thing(iri, tuple(dict.fromkeys([*given, *more])), group(iri))


def group(iri: str) -> str:
    """The list that something belongs to: its IRI without the last part."""
    return iri[: max(iri.rfind("/"), iri.rfind("#")) + 1]
