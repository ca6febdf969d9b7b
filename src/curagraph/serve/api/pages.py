"""The pages of named queries: the list of them, and each with its form, its answer and its text."""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import pyoxigraph as ox

from curagraph.asking.queryfile import Parameter, Question, without_header
from curagraph.serve import frame
from curagraph.serve.api import asking, cells, formats
from curagraph.serve.api.asking import Given
from curagraph.serve.edition import Edition
from curagraph.serve.page import Page, Refusal
from curagraph.serve.sparql import formats as answers
from curagraph.serve.worker import Out

# Characters of triples that a page shows.
_SHOWN = 200_000


def prepare(edition: Edition) -> None:
    """Read the questions once for all workers, which then all know the same ones."""
    assert edition.questions is not None


@dataclass(frozen=True)
class Answer:
    """An answer for people: a table, a truth, or triples as Turtle, which may be cut off at its end."""

    table: cells.Table | None = None
    truth: bool | None = None
    turtle: str = ""
    is_cut: bool = False


@dataclass(frozen=True)
class Pages:
    """Which rows are shown, and the addresses of the pages around them."""

    start: int
    end: int
    previous: str
    next: str


def listing_as_json(edition: Edition, out: Out, root: str) -> Page:
    """The queries for programs, as `curagraph queries --format json` has them."""
    found = [question.as_json() for question in edition.questions.values()]
    return Page(json.dumps(found, ensure_ascii=False, indent=2).encode() + b"\n", formats.LISTS["json"])


def listing_as_html(edition: Edition, out: Out, root: str) -> Page:
    """The queries for people, in groups of a kind."""
    groups: dict[str, list[Question]] = {"choice": [], "list": [], "graph": [], "check": []}
    for question in sorted(edition.questions.values(), key=lambda question: question.summary.lower()):
        groups[_group(question)].append(question)
    return frame.page(edition, "queries.html", root, groups=groups, count=len(edition.questions))


def _group(question: Question) -> str:
    if question.name.endswith("-violation"):
        return "check"
    if asking.answers_with_triples(question):
        return "graph"
    return "choice" if question.parameters else "list"


def rows_as(edition: Edition, out: Out, results: bytes, format_: str) -> Page:
    """SPARQL results in JSON in another format."""
    found = ox.parse_query_results(results, ox.QueryResultsFormat.JSON)
    if isinstance(found, ox.QueryBoolean) and format_ != "xml":
        return Page(f"{str(bool(found)).lower()}\n".encode(), formats.ROWS[format_])
    return Page(found.serialize(format=answers.OF_ROWS[format_]) or b"", formats.ROWS[format_])


def question(
    edition: Edition,
    out: Out,
    root: str,
    name: str,
    given: Given,
    text: str,
    body: bytes,
    problem: Refusal | None,
    limit: int,
    offset: int,
    has_more: bool,
) -> Page:
    """A query with its form, and its answer or what went wrong; `body` is the answer as the query pool gave it."""
    asked = asking.find(edition, name)
    has_triples = asking.answers_with_triples(asked)
    answer = None if problem else _answer(edition, root, body, has_triples)
    own = {key: value for key, value in given if asking.own_paging(asked) or key not in asking.PAGING}
    values = {parameter.name: own.get(parameter.name, parameter.default) for parameter in asked.parameters}
    return frame.page(
        edition,
        "query.html",
        root,
        status=problem.status if problem else 200,
        question=asked,
        fields=[_field(parameter, values[parameter.name]) for parameter in asked.parameters],
        answer=answer,
        problem=problem,
        pages=_pages(root, name, own, answer, limit, offset, has_more) if answer and answer.table else None,
        is_paged=not asking.own_paging(asked),
        text=_text(text or asked.text),
        editor=f"{root}sparql#{urlencode({'query': _text(text)}, quote_via=quote)}" if text else "",
        downloads=_downloads(root, name, own, formats.TRIPLES if has_triples else formats.ROWS),
    )


def _answer(edition: Edition, root: str, body: bytes, has_triples: bool) -> Answer:
    if has_triples:
        turtle = body.decode()
        shown = turtle if len(turtle) <= _SHOWN else turtle[: turtle.rfind("\n", 0, _SHOWN)]
        return Answer(turtle=shown, is_cut=len(shown) < len(turtle))
    found = ox.parse_query_results(body, ox.QueryResultsFormat.JSON)
    if isinstance(found, ox.QueryBoolean):
        return Answer(truth=bool(found))
    assert isinstance(found, ox.QuerySolutions)
    return Answer(cells.table(edition, root, found))


def _pages(root: str, name: str, own: dict[str, str], answer: Answer, limit: int, offset: int, has_more: bool) -> Pages:
    assert answer.table

    def at(start: int) -> str:
        return f"{_address(root, name)}?{urlencode(own | {'limit': str(limit), 'offset': str(start)})}"

    previous = at(max(0, offset - limit)) if offset else ""
    return Pages(offset + 1, offset + len(answer.table.rows), previous, at(offset + limit) if has_more else "")


def _address(root: str, name: str) -> str:
    return f"{root}queries/{quote(name)}"


def _downloads(root: str, name: str, own: dict[str, str], offered: dict[str, str]) -> list[tuple[str, str]]:
    """What people call each format, and the address of the whole answer in it."""
    query = f"?{urlencode(own)}" if own else ""
    found = formats.downloads(offered).items()
    return [(shown, f"{_address(root, name)}.{suffix}{query}") for suffix, shown in found]


@dataclass(frozen=True)
class Field:
    """A parameter in the form, with the value that it has there and the kind of input that fits it."""

    parameter: Parameter
    value: str
    kind: str


def _field(parameter: Parameter, value: str) -> Field:
    is_day = parameter.type == "date" and len(value) == len("2020-12-26")
    kind = {"integer": "number", "boolean": "boolean"}.get(parameter.type, "date" if is_day else "text")
    return Field(parameter, value, kind)


def _text(text: str) -> str:
    """The text of a query without the header of its file."""
    return without_header(text).strip() + "\n"
