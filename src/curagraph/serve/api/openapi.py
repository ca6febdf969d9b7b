"""The OpenAPI 3.1 document: what the server answers, made from the queries and formats that there are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pyoxigraph as ox

from curagraph.asking.queryfile import Question
from curagraph.serve import negotiation
from curagraph.serve.api import asking, formats, schemas
from curagraph.serve.api.schemas import Schema, reference
from curagraph.serve.browsing import facets
from curagraph.serve.browsing.question import PAGES
from curagraph.serve.edition import Edition
from curagraph.serve.page import Page
from curagraph.serve.worker import Out

_PROBLEMS = {
    "400": "A parameter is wrong, unknown or missing.",
    "403": "That is not done here.",
    "404": "There is no such thing.",
    "406": "It cannot be had in the format that was asked for.",
    "410": "It was published once and is gone.",
    "413": "The answer, or the query, is larger than it may be.",
    "414": "The address is too long.",
    "415": "The query came in a format that is not read.",
    "429": "The client has too many queries running.",
    "503": "The query took too long, needed too much memory, or too many are running.",
}
_ANSWERED = ("400", "404", "406", "413", "429", "503")
_TEXT: Schema = {"schema": {"type": "string"}}
_JSONLD: Schema = {"type": ["object", "array"]}


def document(edition: Edition, out: Out, address: str) -> Page:
    """The OpenAPI document of a server at an address."""
    name = edition.project.publisher.name or edition.project.base
    found = {
        "openapi": "3.1.0",
        "info": {
            "title": f"The graph of {name}",
            "version": edition.number,
            "description": "Named queries, SPARQL and documents about things. The version is that of the snapshot.",
        },
        "servers": [{"url": address.rstrip("/") or "/"}],
        "tags": [{"name": tag, "description": text} for tag, text in _TAGS.items()],
        "paths": _paths(edition),
        "components": {"schemas": schemas.COMPONENTS, "responses": {**_refusals()}},
    }
    return Page(json.dumps(found, ensure_ascii=False, indent=1).encode() + b"\n", "application/json")


_TAGS = {
    "queries": "Questions that were written down, each with parameters of its own.",
    "SPARQL": "Any other question.",
    "documents": "Documents about the things of the graph.",
    "operation": "How the server is.",
}


def _refusals() -> dict[str, Schema]:
    content = {"application/problem+json": {"schema": reference("Problem")}, "text/html": _TEXT}
    return {f"Problem{code}": {"description": text, "content": content} for code, text in _PROBLEMS.items()}


def _paths(edition: Edition) -> dict[str, Schema]:
    questions = edition.questions.items()
    queries = {f"/queries/{name}": {"get": _query(edition, question)} for name, question in questions}
    return {"/queries": {"get": _listing()}, **queries, **_sparql(), **_search(), **_documents(), **_operation()}


def _operation_of(tag: str, summary: str, answers: Schema, problems: tuple[str, ...], **more: Any) -> Schema:
    refused = {code: {"$ref": f"#/components/responses/Problem{code}"} for code in problems}
    return {"tags": [tag], "summary": summary, **more, "responses": {"200": answers, **refused}}


def _content(media_types: Mapping[str, str], described: Mapping[str, Schema] | None = None) -> Schema:
    """The content of an answer in any of some media types; `described` has schemas of those that are JSON."""
    return {
        media.partition(";")[0]: {"schema": (described or {}).get(name, {"type": "string"})}
        for name, media in media_types.items()
    }


def _listing() -> Schema:
    answer = {
        "description": "The queries with their parameters.",
        "content": _content(formats.LISTS, {"json": {"type": "array", "items": reference("Query")}}),
    }
    return _operation_of("queries", "All named queries", answer, ("406",), operationId="queries")


def _query(edition: Edition, question: Question) -> Schema:
    has_triples = asking.answers_with_triples(question)
    parameters = [schemas.parameter(each) for each in question.parameters]
    offered = formats.TRIPLES if has_triples else formats.ROWS
    answer: Schema = {"description": "The answer."}
    if has_triples:
        answer["content"] = _content(offered, {"jsonld": _JSONLD})
    else:
        answer["content"] = _content(offered, {"json": _rows(edition, question)})
    if not has_triples and not asking.own_paging(question):
        parameters += [schemas.LIMIT, schemas.OFFSET]
        answer["headers"] = {
            "Link": {"description": "Of a page: the first page, those before and behind it (RFC 8288).", **_TEXT}
        }
    return _operation_of(
        "queries",
        question.summary or question.name,
        answer,
        _ANSWERED,
        operationId=f"query-{question.name.replace('/', '-')}",
        description=question.description,
        parameters=parameters,
    )


def _rows(edition: Edition, question: Question) -> Schema:
    """The schema of a query's rows; its columns are read from the query, by asking an empty store."""
    values = {each.name: each.default for each in question.parameters}
    if not all(values.values()):
        return reference("Rows")
    text = asking.bound(edition, question, values)
    found = ox.Store().query(text, prefixes=edition.project.vocabulary.prefixes)
    if not isinstance(found, ox.QuerySolutions):
        return reference("Truth")
    return schemas.rows([variable.value for variable in found.variables])


def _sparql() -> dict[str, Schema]:
    content = _content(formats.ROWS | formats.TRIPLES, {"json": {"type": "object"}, "jsonld": _JSONLD})
    answer = {
        "description": "The answer, or without a query the editor or the service description.",
        "content": content,
    }
    problems = ("400", "403", "406", "413", "429", "503")
    graphs = {"type": "array", "items": {"type": "string", "format": "iri"}}
    named = ("default-graph-uri", "named-graph-uri")
    parameters = [
        {"name": "query", "in": "query", "description": "The text of the query.", "schema": {"type": "string"}},
        *({"name": name, "in": "query", "description": "Graphs to ask.", "schema": graphs} for name in named),
    ]
    properties = {"query": {"type": "string"}} | dict.fromkeys(named, graphs)
    form = {"type": "object", "required": ["query"], "properties": properties}
    body = {
        "required": True,
        "content": {"application/x-www-form-urlencoded": {"schema": form}, "application/sparql-query": _TEXT},
    }
    summary = "SPARQL 1.1 Protocol"
    post = ("400", "403", "406", "413", "415", "429", "503")
    return {
        "/sparql": {
            "get": _operation_of("SPARQL", summary, answer, problems, operationId="sparql", parameters=parameters),
            "post": _operation_of("SPARQL", summary, answer, post, operationId="sparql-post", requestBody=body),
        }
    }


def _search() -> dict[str, Schema]:
    """The search, whose facets choose among what the words find."""
    values = {"type": "array", "items": {"type": "string"}}
    parameters = [
        {"name": "q", "in": "query", "description": "Words to find.", "schema": {"type": "string"}},
        *(
            {"name": name, "in": "query", "description": f"A {name} to choose.", "schema": values}
            for name in facets.BY_NAME
        ),
        {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": PAGES}},
    ]
    content = _content(formats.LISTS, {"json": {"type": "object"}})
    answer = {"description": "Items, with the facets by which to choose among them.", "content": content}
    summary = "Items by words and facets"
    return {
        "/search": {
            "get": _operation_of(
                "documents", summary, answer, ("400", "404", "406", "414"), operationId="search", parameters=parameters
            )
        }
    }


def _documents() -> dict[str, Schema]:
    media_types = negotiation.DOCUMENTS
    path = {"name": "key", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[0-9]+$"}}
    answer = {
        "description": "The document.",
        "content": _content(media_types, {"jsonld": _JSONLD}),
    }
    see = _operation_of("documents", "An item", answer, ("404", "406", "410"), operationId="item", parameters=[path])
    see["description"] = "Leads to the document in the format that is asked for. Other things answer in the same way."
    see["responses"] = {"303": {"description": "The document is elsewhere; Location says where."}} | see["responses"]
    return {"/item/{key}": {"get": see}}


def _operation() -> dict[str, Schema]:
    text = {"description": "A line of text.", "content": {"text/plain": _TEXT}}
    numbers = {"description": "Numbers in the text format of Prometheus.", "content": {"text/plain": _TEXT}}
    health = _operation_of("operation", "Whether the server can answer", text, ("503",), operationId="health")
    metrics = _operation_of("operation", "Numbers of the server", numbers, (), operationId="metrics")
    return {"/health": {"get": health}, "/metrics": {"get": metrics}}
