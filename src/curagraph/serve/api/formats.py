"""The formats of the answer to a named query, by their suffixes; programs that take anything get the first."""

from __future__ import annotations

from collections.abc import Mapping

from curagraph.serve.sparql import formats as answers

_HTML = {"html": "text/html"}
# For queries that answer with rows, or with yes and no, and for those that answer with triples.
ROWS = {"json": answers.ROWS["json"], **_HTML, **answers.ROWS}
TRIPLES = {"ttl": answers.TRIPLES["ttl"], **_HTML, **answers.TRIPLES}
LISTS = {"json": "application/json", **_HTML}
_NAMES = {
    "json": "JSON",
    "csv": "CSV",
    "tsv": "TSV",
    "xml": "XML",
    "ttl": "Turtle",
    "jsonld": "JSON-LD",
    "nt": "N-Triples",
    "rdf": "RDF/XML",
}


def downloads(offered: Mapping[str, str]) -> dict[str, str]:
    """The suffixes on offer but HTML, with what people call them.

    >>> downloads(LISTS)
    {'json': 'JSON'}
    """
    return {suffix: name for suffix, name in _NAMES.items() if suffix in offered}


def split(path: str, known: Mapping[str, str]) -> tuple[str, str]:
    """A name and the suffix of a format behind it, which may be empty.

    >>> split("latest-items.csv", ROWS), split("dots.in.it", ROWS)
    (('latest-items', 'csv'), ('dots.in.it', ''))
    """
    name, _, suffix = path.rpartition(".")
    return (name, suffix) if name and suffix in known else (path, "")
