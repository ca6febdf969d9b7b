"""Answers to SPARQL: views that run in worker processes, within the limits of the server."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pyoxigraph as ox

from curagraph.asking.sparqltokens import FORMS, UPDATES, Outline
from curagraph.exporting import jsonld
from curagraph.exporting.serialize import Format
from curagraph.serve import seal
from curagraph.serve.edition import Edition
from curagraph.serve.page import Page, Refusal
from curagraph.serve.sparql import dataset, formats
from curagraph.serve.sparql.measure import Measure
from curagraph.serve.worker import Out

Graphs = tuple[str, ...] | None
_Answer = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples

# Brackets in brackets: far more than anybody writes, and far less than the parser has room for.
_DEEPEST = 200
# A line of N-Triples whose object is a triple.
_TRIPLE_TERM = re.compile(rb"\S+ \S+ <<\(")
# Letters of what the parser says.
_LONGEST = 160
_OXIGRAPH = {Format.TURTLE: ox.RdfFormat.TURTLE, Format.RDFXML: ox.RdfFormat.RDF_XML}


def prepare(edition: Edition) -> None:
    """Load what every answer needs, before there are workers."""
    jsonld.prepared(edition.project.vocabulary)


def answer(
    edition: Edition, out: Out, text: str, format_: str, default_graphs: Graphs = None, named_graphs: Graphs = None
) -> None:
    """Write the answer to a query.

    `format_` names the formats that will do, by their suffixes with a space between; the one that fits the form of the
    query is taken. The graphs are those that a request names, in place of those of the text.

    Raises `Refusal` where there is no answer, or none in these formats.
    """
    outline = Outline(text, edition.project.vocabulary.prefixes)
    _refuse_services(outline, is_sealed=seal.is_known())
    _write(edition, out, text, outline, format_, default_graphs, named_graphs)


def federated(
    edition: Edition, out: Out, text: str, format_: str, default_graphs: Graphs = None, named_graphs: Graphs = None
) -> None:
    """The same for a query that calls services, which must be among those that the project allows."""
    outline = Outline(text, edition.project.vocabulary.prefixes)
    _refuse_services(outline, edition.project.limits.services, is_sealed=False)
    _write(edition, out, text, outline, format_, default_graphs, named_graphs)


def rows(edition: Edition, out: Out, text: str, offset: int, limit: int) -> Page:
    """So many rows of an answer as SPARQL results in JSON; the header X-More says that there are more."""
    outline = Outline(text, edition.project.vocabulary.prefixes)
    _refuse_services(outline, is_sealed=seal.is_known())
    found = _answered(edition, text, outline, None, None)
    media_type = formats.ROWS["json"]
    if isinstance(found, ox.QueryBoolean):
        return Page(found.serialize(format=ox.QueryResultsFormat.JSON) or b"", media_type)
    if not isinstance(found, ox.QuerySolutions):
        raise Refusal(400, "no-rows", "The query answers with triples", "Only rows can be had by the page.")
    names = [variable.value for variable in found.variables]
    part = list(_evaluated(islice(found, offset, offset + limit + 1)))
    bindings = [{name: _term(row[name]) for name in names if row[name] is not None} for row in part[:limit]]
    body = json.dumps({"head": {"vars": names}, "results": {"bindings": bindings}}, ensure_ascii=False)
    return Page(body.encode(), media_type, headers=(("X-More", "1"),) if len(part) > limit else ())


def _refuse_services(outline: Outline, allowed: tuple[str, ...] = (), *, is_sealed: bool = True) -> None:
    """Let no service be called but those that are allowed. A sealed process could call none, whatever is asked."""
    refused = next((service for service in outline.services if service not in allowed), None)
    if refused is not None:
        detail = f"SERVICE {refused:.200} is not among the endpoints that this server calls; ask that one yourself."
        raise Refusal(403, "service-refused", "The query calls another server", detail)
    if not is_sealed and outline.may_call_others(allowed):
        detail = "Write each call as SERVICE <address> { ... }, with the address in full, and that word nowhere else."
        raise Refusal(403, "service-refused", "The query may call another server", detail)


def _write(
    edition: Edition, out: Out, text: str, outline: Outline, format_: str, default: Graphs, named: Graphs
) -> None:
    found = _answered(edition, text, outline, default, named)
    headers = (("Cache-Control", "no-store"),) if outline.is_volatile or outline.services else ()
    offered = formats.TRIPLES if isinstance(found, ox.QueryTriples) else formats.ROWS
    chosen = next((name for name in format_.split() if name in offered), "")
    if not chosen:
        detail = f"A {outline.form} query can be answered in {', '.join(offered.values())}."
        raise Refusal(406, "not-acceptable", "There is no such format of the answer", detail)
    out.head = Page(b"", offered[chosen], headers=headers)
    limits = edition.project.limits
    measure = Measure(out, chosen, limits.rows, limits.megabytes << 20)
    try:
        if isinstance(found, ox.QueryTriples):
            _write_triples(edition, found, measure, chosen)
        elif isinstance(found, ox.QueryBoolean) and chosen in ("csv", "tsv"):
            measure.write(f"{str(bool(found)).lower()}\n".encode())
        else:
            found.serialize(measure, formats.OF_ROWS[chosen])  # type: ignore[arg-type]
    except (OSError, RuntimeError) as error:
        raise measure.refusal or _failed(error) from None


def _answered(edition: Edition, text: str, outline: Outline, default: Graphs, named: Graphs) -> _Answer:
    """The answer of the store. Raises `Refusal` where there is none."""
    if outline.is_deeper(_DEEPEST):
        detail = f"Brackets are more than {_DEEPEST} deep."
        raise Refusal(400, "too-deep", "The query is nested too deeply", detail)
    graphs = dataset.graphs(edition.store, outline.graphs, default, named)
    try:
        return edition.store.query(text, prefixes=edition.project.vocabulary.prefixes, **graphs)
    except (SyntaxError, UnicodeEncodeError) as error:
        raise _malformed(error, outline) from None
    except (RuntimeError, OSError) as error:
        raise _failed(error) from None


def _malformed(error: Exception, outline: Outline) -> Refusal:
    if outline.form in UPDATES:
        detail = f"{outline.form} would change the graph, and nobody can do that here."
        return Refusal(403, "updates-refused", "Updates do not exist over HTTP", detail)
    # The parser names every sign that it would have taken.
    detail = _cut(str(error).replace("expected one of", "expected, for example,"))
    missing = "" if outline.form else f" It has none of the words {', '.join(FORMS)}."
    return Refusal(400, "malformed-query", "The query is not SPARQL", f"{detail}{missing}")


def _cut(text: str) -> str:
    """A sentence, or its first words where it is long."""
    words = " ".join(text.split())
    return f"{words}." if len(words) <= _LONGEST else f"{words[:_LONGEST].rpartition(' ')[0].rstrip(',')} ..."


def _evaluated(found: Iterator[ox.QuerySolution]) -> Iterator[ox.QuerySolution]:
    try:
        yield from found
    except (RuntimeError, OSError) as error:
        raise _failed(error) from None


def _failed(error: Exception) -> Refusal:
    return Refusal(500, "failed", "The query could not be answered", " ".join(str(error).split())[:500])


def _write_triples(edition: Edition, found: ox.QueryTriples, measure: Measure, chosen: str) -> None:
    """Write triples in order, each once. They are counted as N-Triples, before any is written."""
    held = io.BytesIO()
    counting = Measure(held, "nt", measure.most, measure.largest)
    try:
        found.serialize(counting, ox.RdfFormat.N_TRIPLES)  # type: ignore[arg-type]
    except (OSError, RuntimeError) as error:
        raise counting.refusal or _failed(error) from None
    if chosen == "jsonld" and any(_TRIPLE_TERM.match(line) for line in held.getvalue().splitlines()):
        detail = "JSON-LD has no triples in triples; ask for Turtle, N-Triples or RDF/XML."
        raise Refusal(406, "not-acceptable", "There is no such format of the answer", detail)
    write_lines(sorted(set(held.getvalue().splitlines(keepends=True))), chosen, edition, measure)


def write_lines(lines: list[bytes], format_: str, edition: Edition, out: Any) -> None:
    """Write N-Triples lines in a format, without a file."""
    vocabulary = edition.project.vocabulary
    wanted = formats.OF_TRIPLES[format_]
    if wanted is Format.JSONLD:
        jsonld.write(lines, out, vocabulary)
    elif wanted is Format.NTRIPLES:
        out.write(b"".join(lines))
    else:
        quads = ox.parse(b"".join(lines), ox.RdfFormat.N_TRIPLES)
        ox.serialize(quads, out, _OXIGRAPH[wanted], prefixes=vocabulary.prefixes)


def _term(term: Any) -> dict[str, Any]:
    """A term as SPARQL results in JSON have it (section 3.2.2)."""
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, ox.Triple):
        parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
        return {"type": "triple", "value": {name: _term(part) for name, part in parts.items()}}
    found = {"type": "literal", "value": term.value}
    if term.language:
        return found | {"xml:lang": term.language}
    is_plain = term.datatype.value == "http://www.w3.org/2001/XMLSchema#string"
    return found if is_plain else found | {"datatype": term.datatype.value}
