"""Asking: a question put to a snapshot or to a remote endpoint, and its answer in the format that is wanted."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

import pyoxigraph as ox

from curagraph.asking import queryfile, sparqltokens
from curagraph.asking.queryfile import Question
from curagraph.config import Project
from curagraph.problem import CuragraphError, UsageError
from curagraph.settings import is_address
from curagraph.snapshot import Snapshot
from curagraph.vocabulary import Vocabulary

Answer = ox.QuerySolutions | ox.QueryBoolean | Iterable[ox.Triple]


class AnswerFormat(StrEnum):
    """The formats of an answer; the last three are for queries that answer with triples."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    TSV = "tsv"
    XML = "xml"
    TURTLE = "turtle"
    JSONLD = "jsonld"
    NTRIPLES = "ntriples"


_SOLUTIONS = {
    AnswerFormat.JSON: ox.QueryResultsFormat.JSON,
    AnswerFormat.CSV: ox.QueryResultsFormat.CSV,
    AnswerFormat.TSV: ox.QueryResultsFormat.TSV,
    AnswerFormat.XML: ox.QueryResultsFormat.XML,
}
TRIPLES = (AnswerFormat.TURTLE, AnswerFormat.JSONLD, AnswerFormat.NTRIPLES)


class QueryFailed(CuragraphError):
    """A query that is not SPARQL, or that an endpoint would not answer."""


def ask(snapshot: Snapshot, query: str, given: Mapping[str, str] | None = None, *, stated: bool = False) -> Answer:
    """The answer of the graph to a named question, a file or SPARQL, over the union of all graphs.

    With `stated`, over the graphs of what somebody has stated, without what was inferred from it.

    Raises `UsageError` where there is no such question or a parameter is wrong, `QueryFailed` where it is not SPARQL.
    """
    text = prepared(snapshot.project, query, given)
    try:
        prefixes = snapshot.project.vocabulary.prefixes
        if stated:
            return snapshot.store.query(text, prefixes=prefixes, default_graph=snapshot.stated_graphs())
        return snapshot.store.query(text, prefixes=prefixes, use_default_graph_as_union=True)
    except (SyntaxError, UnicodeEncodeError) as error:
        raise QueryFailed(f"the query is not SPARQL: {' '.join(str(error).split())}") from None
    except (RuntimeError, OSError) as error:
        raise QueryFailed(f"the query could not be answered: {error}") from None


def prepared(project: Project, query: str, given: Mapping[str, str] | None = None) -> str:
    """The SPARQL text of a question, with its parameters bound."""
    question = queryfile.find(project, query)
    return with_values(question, question.bind(given or {}, project))


def ask_remote(project: Project, endpoint: str, query: str, given: Mapping[str, str] | None = None) -> Answer:
    """The answer of a remote SPARQL 1.1 endpoint to the same question.

    Raises `QueryFailed` where the endpoint cannot be reached, refuses, or answers with something else.
    """
    from SPARQLWrapper import JSON, POST, SPARQLWrapper  # brings rdflib, which is slow to load
    from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

    if not is_address(endpoint):
        raise UsageError(f"--endpoint wants an address such as http://localhost:7878/query, found {endpoint!r}")
    client = SPARQLWrapper(endpoint, agent="curagraph")
    client.setMethod(POST)
    text = prepared(project, query, given)
    client.setQuery(with_prefixes(text, project.vocabulary.prefixes))
    # It would look for the form of the query in comments too, and take the word "copy" there for an update.
    client.queryType = _form(text)
    with_triples = client.queryType in ("CONSTRUCT", "DESCRIBE")
    client.setReturnFormat("n3" if with_triples else JSON)
    try:
        data = bytes(client.query().response.read())
        if with_triples:
            return [quad.triple for quad in ox.parse(data, ox.RdfFormat.TURTLE)]
        answer = ox.parse_query_results(data, ox.QueryResultsFormat.JSON)
        if isinstance(answer, ox.QuerySolutions):
            # Rows are read as they are asked for: an answer that was cut short must fail here, not there.
            deque(answer, maxlen=0)
        return ox.parse_query_results(data, ox.QueryResultsFormat.JSON)
    except (SPARQLWrapperException, OSError, SyntaxError) as error:
        raise QueryFailed(f"{endpoint} did not answer: {' '.join(str(error).split())[:300]}") from None


def _form(text: str) -> str:
    """The form of a query. Raises `QueryFailed` where it has none."""
    found = sparqltokens.form(sparqltokens.tokens(text))
    if found not in sparqltokens.FORMS:
        raise QueryFailed("the query is not SPARQL: found none of SELECT, ASK, CONSTRUCT and DESCRIBE")
    return found


def with_values(question: Question, terms: Mapping[str, Any]) -> str:
    """The text of a question with its parameters bound.

    Each parameter becomes a VALUES at the start of the outermost group, with a term that the store's own serializer
    writes, so that no value can become syntax, and the same text does for every server. (The store's
    `substitutions` reach only variables that the query selects.)
    """
    if not terms:
        return question.text
    at = _group_start(question.text)
    values = "".join(f" VALUES ?{name} {{ {term} }}" for name, term in terms.items())
    return question.text[:at] + values + question.text[at:]


def with_prefixes(text: str, prefixes: Mapping[str, str]) -> str:
    """The text of a query with the prefixes declared that it does not declare itself."""
    declared = sparqltokens.declared(sparqltokens.tokens(text))
    missing = {name: iri for name, iri in prefixes.items() if name not in declared}
    return " ".join(f"PREFIX {name}: <{iri}>" for name, iri in sorted(missing.items())) + "\n" + text


def _group_start(text: str) -> int:
    """Where the outermost group of a query begins: behind its first brace that is not a CONSTRUCT template's."""
    in_template, last = 0, ""
    for token in sparqltokens.tokens(text):
        if token.text == "{" and not in_template and last != "CONSTRUCT":
            return token.start + 1
        in_template += (token.text == "{") - (token.text == "}")
        last = token.keyword
    raise QueryFailed("the query has no group that its parameters could be bound in")


def serialize(answer: Answer, format_: AnswerFormat, vocabulary: Vocabulary) -> bytes:
    """An answer in a format other than a table. Raises `UsageError` where the two do not go together."""
    if isinstance(answer, ox.QuerySolutions | ox.QueryBoolean):
        if format_ in TRIPLES:
            raise UsageError(f"{format_} holds triples, and this query answers with rows; take json, csv, tsv or xml")
        if isinstance(answer, ox.QueryBoolean) and format_ in (AnswerFormat.CSV, AnswerFormat.TSV):
            return f"{str(bool(answer)).lower()}\n".encode()
        return answer.serialize(format=_SOLUTIONS[format_]) or b""
    if format_ not in TRIPLES:
        raise UsageError(f"{format_} holds rows, and this query answers with triples; take turtle, jsonld or ntriples")
    from curagraph.exporting import serialize as graphs  # only this kind of answer needs it

    lines = sorted({f"{triple} .\n" for triple in answer})
    return graphs.triples(lines, graphs.Format(format_.value), vocabulary)
