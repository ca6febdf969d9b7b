"""A remote store, in the words of SPARQL 1.1."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import urlencode

import pyoxigraph as ox

from curagraph.delivery.remote.addresses import Addresses
from curagraph.delivery.remote.connection import Connection
from curagraph.problem import PublishStopped

# So many terms stand in one VALUES: less than what any store's parser gives up at.
TERMS = 200

# Digits of a hash that tell a few rows from all others.
LONGEST = 5

Row = Mapping[str, Mapping[str, str]]


class Store:
    """What is asked of a store, and how it is changed."""

    def __init__(self, addresses: Addresses, connection: Connection) -> None:
        self.addresses = addresses
        self.connection = connection

    @property
    def takes_quads(self) -> bool:
        """Whether N-Quads can be sent to it."""
        return bool(self.addresses.quads)

    def rows(self, query: str) -> list[Row]:
        """The rows of a SELECT, in the shape of SPARQL 1.1 Query Results JSON."""
        # Virtuoso 7 waits for ever on some connections when a query is not sent as a form.
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/sparql-results+json",
        }
        answer = self.connection.post(self.addresses.query, urlencode({"query": query}).encode(), headers)
        try:
            rows: list[Row] = json.loads(answer)["results"]["bindings"]
        except (ValueError, KeyError, TypeError):
            raise PublishStopped(
                f"{self.addresses.query} does not answer queries in JSON; is it the address of a SPARQL endpoint?"
            ) from None
        return rows

    def number(self, query: str) -> int:
        """The number `?n` that a query answers with."""
        return int(self.rows(query)[0]["n"]["value"])

    def counts(self, graphs: Sequence[str]) -> dict[str, int]:
        """How many triples each of some named graphs holds; those that hold none are left out."""
        found: dict[str, int] = {}
        for part in portions(graphs, TERMS):
            rows = self.rows(
                f"SELECT ?g (COUNT(*) AS ?n) {{ VALUES ?g {{ {terms(part)} }} GRAPH ?g {{ ?s ?p ?o }} }} GROUP BY ?g"
            )
            found |= {row["g"]["value"]: int(row["n"]["value"]) for row in rows if "g" in row}
        return {graph: count for graph, count in found.items() if count}

    def subjects(self, graph: str, starts: Sequence[str]) -> list[str]:
        """The subjects of a graph the MD5 of whose IRIs begins in one of some ways, all of one length.

        They are asked for in parts where a store answers with fewer rows than there are. Raises `PublishStopped` where
        that does not help.
        """
        wanted = ", ".join(f'"{start}"' for start in starts)
        hashed = f"SUBSTR(MD5(STR(?s)), 1, {len(starts[0])})"
        asked = f"GRAPH <{graph}> {{ ?s ?p ?o }} FILTER({hashed} IN ({wanted}))"
        rows = self.rows(f"SELECT DISTINCT ?s {{ {asked} }}")
        if len(rows) == self.number(f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ {asked} }}"):
            return [row["s"]["value"] for row in rows if row["s"]["type"] == "uri"]
        if len(starts[0]) > LONGEST:
            raise PublishStopped(f"the subjects of {graph} cannot be read: the store counts other rows than it sends")
        parts = portions(starts, (len(starts) + 1) // 2) if len(starts) > 1 else longer(starts[0])
        return [subject for part in parts for subject in self.subjects(graph, part)]

    def about(self, graph: str, subject: str) -> set[tuple[str, str]]:
        """The predicates and objects of a subject in a graph, as (IRI, term of N-Triples)."""
        rows = self.rows(f"SELECT ?p ?o {{ GRAPH <{graph}> {{ {subject} ?p ?o }} }}")
        return {(row["p"]["value"], term(row["o"])) for row in rows}

    def update(self, text: str) -> None:
        """Carry out a SPARQL update."""
        self.connection.post(self.addresses.update, text.encode(), {"Content-Type": "application/sparql-update"})

    def add(self, lines: bytes) -> None:
        """Add statements in N-Quads."""
        self.connection.post(self.addresses.quads, lines, {"Content-Type": "application/n-quads"})


def terms(iris: Iterable[str]) -> str:
    """IRIs as SPARQL has them in VALUES.

    >>> terms(["urn:a", "urn:b"])
    '<urn:a> <urn:b>'
    """
    return " ".join(f"<{iri}>" for iri in iris)


def longer(start: str) -> Iterator[list[str]]:
    """The beginning of a hash with each digit that may follow it."""
    return ([start + digit] for digit in "0123456789abcdef")


def portions(values: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """Values in portions of a size."""
    return (values[at : at + size] for at in range(0, len(values), size))


def term(found: Mapping[str, str]) -> str:
    """A term of a row, in N-Triples as our store writes it."""
    if found["type"] == "uri":
        return str(ox.NamedNode(found["value"]))
    if language := found.get("xml:lang"):
        return str(ox.Literal(found["value"], language=language))
    if datatype := found.get("datatype"):
        return str(ox.Literal(found["value"], datatype=ox.NamedNode(datatype)))
    return str(ox.Literal(found["value"]))
