"""The formats of answers to SPARQL, by the suffixes that files of theirs have."""

from __future__ import annotations

import pyoxigraph as ox

from curagraph.exporting.serialize import Format

# What comes first is given to those who take anything.
ROWS: dict[str, str] = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8",
}
TRIPLES: dict[str, str] = {
    "ttl": "text/turtle; charset=utf-8",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
}
# Media types that clients also say.
ROWS_ALIASES = {"application/json": "json", "application/xml": "xml", "text/xml": "xml"}
TRIPLES_ALIASES = {
    "application/json": "jsonld",
    "application/x-turtle": "ttl",
    "application/xml": "rdf",
    "text/n3": "ttl",
    "text/plain": "nt",
    "text/xml": "rdf",
}

OF_ROWS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
OF_TRIPLES = {"ttl": Format.TURTLE, "jsonld": Format.JSONLD, "nt": Format.NTRIPLES, "rdf": Format.RDFXML}
