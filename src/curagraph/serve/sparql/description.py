"""The service description: what the endpoint is and can do (SPARQL 1.1 Service Description)."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pyoxigraph as ox

from curagraph.serve.edition import Edition
from curagraph.serve.page import Page
from curagraph.serve.sparql import answering, formats
from curagraph.serve.worker import Out

_SD = "http://www.w3.org/ns/sparql-service-description#"
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
# The IRIs by which the W3C calls the formats, https://www.w3.org/ns/formats/.
_FORMATS = "http://www.w3.org/ns/formats/"
_NAMES = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "JSON-LD",
    "N-Triples",
    "RDF_XML",
)


def page(edition: Edition, out: Out, address: str, format_: str) -> Page:
    """The description in a format of triples; `address` is that of the endpoint as the client knows it."""
    lines = sorted({f"{triple} .\n".encode() for triple in _triples(edition, ox.NamedNode(address))})
    body = io.BytesIO()
    answering.write_lines(lines, format_, edition, body)
    return Page(body.getvalue(), formats.TRIPLES[format_], headers=(("Vary", "Accept"),))


def _triples(edition: Edition, endpoint: ox.NamedNode) -> Iterator[ox.Triple]:
    dataset = ox.BlankNode("dataset")
    yield ox.Triple(endpoint, _TYPE, _sd("Service"))
    yield ox.Triple(endpoint, _sd("endpoint"), endpoint)
    yield ox.Triple(endpoint, _sd("supportedLanguage"), _sd("SPARQL11Query"))
    yield ox.Triple(endpoint, _sd("feature"), _sd("UnionDefaultGraph"))
    if edition.project.limits.services:
        yield ox.Triple(endpoint, _sd("feature"), _sd("BasicFederatedQuery"))
    for name in _NAMES:
        yield ox.Triple(endpoint, _sd("resultFormat"), ox.NamedNode(_FORMATS + name))
    yield ox.Triple(endpoint, _sd("defaultDataset"), dataset)
    yield ox.Triple(dataset, _TYPE, _sd("Dataset"))
    yield from _graphs(edition, dataset)


def _graphs(edition: Edition, dataset: ox.BlankNode) -> Iterator[ox.Triple]:
    """The union, and the named graphs but those of single documents, which are as many as there are documents."""
    union = ox.BlankNode("union")
    yield ox.Triple(dataset, _sd("defaultGraph"), union)
    yield ox.Triple(union, _TYPE, _sd("Graph"))
    for number, graph in enumerate(sorted(_shared(edition), key=str)):
        named = ox.BlankNode(f"named{number}")
        yield ox.Triple(dataset, _sd("namedGraph"), named)
        yield ox.Triple(named, _TYPE, _sd("NamedGraph"))
        yield ox.Triple(named, _sd("name"), graph)


def _shared(edition: Edition) -> Iterator[ox.NamedNode]:
    graphs = f"{edition.project.base}graph/"
    for graph in edition.store.named_graphs():
        name = graph.value.removeprefix(graphs)
        if isinstance(graph, ox.NamedNode) and ("/" not in name or name.startswith("shared/")):
            yield graph


def _sd(name: str) -> ox.NamedNode:
    return ox.NamedNode(_SD + name)
