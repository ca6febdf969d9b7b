"""Asking a named question over HTTP: which one it is, with which values, and in which format it can be answered."""

from __future__ import annotations

import difflib
import json
from collections import Counter
from dataclasses import asdict, dataclass

from curagraph.asking import answers, sparqltokens
from curagraph.asking.queryfile import Question
from curagraph.problem import CuragraphError
from curagraph.serve.api import formats
from curagraph.serve.edition import Edition
from curagraph.serve.page import Page, Refusal
from curagraph.serve.worker import Out

Given = tuple[tuple[str, str], ...]
PAGING = ("limit", "offset")
# Rows of a page at most, and where the last page may begin.
MOST = 10_000
FARTHEST = 1_000_000_000


@dataclass(frozen=True)
class Asked:
    """A question with its values bound: the SPARQL text, the form of its answer, and the format that it will have.

    It has pages where it answers with rows and no parameter of its own is called like one of paging. It is volatile
    where the same graph may give another answer.
    """

    text: str
    has_triples: bool
    has_pages: bool
    is_volatile: bool
    format: str
    limit: int | None
    offset: int | None

    @property
    def is_paged(self) -> bool:
        return self.limit is not None or self.offset is not None


def asked(edition: Edition, out: Out, name: str, given: Given, rows: str, triples: str, suffix: str) -> Page:
    """What is asked, as JSON: `rows` and `triples` are the formats that the client prefers, `suffix` the one it names.

    Raises `Refusal` where there is no such question, it cannot be asked so, or not be answered in that format.
    """
    question = find(edition, name)
    has_triples = answers_with_triples(question)
    offered = formats.TRIPLES if has_triples else formats.ROWS
    format_ = suffix or (triples if has_triples else rows)
    if format_ not in offered:
        raise _unoffered(question, has_triples, offered, suffix)
    values, limit, offset = _values(question, given, has_triples)
    text = bound(edition, question, values)
    has_pages = not (has_triples or own_paging(question))
    is_volatile = sparqltokens.Outline(text, edition.project.vocabulary.prefixes).is_volatile
    found = Asked(text, has_triples, has_pages, is_volatile, format_, limit, offset)
    return Page(json.dumps(asdict(found)).encode(), "application/json")


def find(edition: Edition, name: str) -> Question:
    """The question of a name. Raises `Refusal` where there is none, with a name that is near."""
    question = edition.questions.get(name)
    if question:
        return question
    near = difflib.get_close_matches(name, edition.questions, n=1)
    advice = f"Did you mean {near[0]}? " if near else ""
    raise Refusal(404, "no-such-query", f"There is no query {name}", f"{advice}The page of queries lists all of them.")


def answers_with_triples(question: Question) -> bool:
    """Whether a question answers with triples, and not with rows."""
    return sparqltokens.form(sparqltokens.tokens(question.text)) in ("CONSTRUCT", "DESCRIBE")


def own_paging(question: Question) -> bool:
    """Whether a parameter of the question itself is called like one of paging, and therefore means itself."""
    return any(parameter.name in PAGING for parameter in question.parameters)


def bound(edition: Edition, question: Question, values: dict[str, str]) -> str:
    """The SPARQL text with values in it. Raises `Refusal` where one is wrong, unknown or missing."""
    for parameter in question.parameters:
        if not values.get(parameter.name, parameter.default):
            detail = f"{question.name} wants a value for {parameter.name}: {parameter.description}."
            raise Refusal(400, "missing-parameter", "A parameter has no value", detail)
    try:
        return answers.with_values(question, question.bind(values, edition.project))
    except CuragraphError as error:
        raise Refusal(400, "wrong-parameter", "A parameter is wrong", f"{error}.") from None


def _values(question: Question, given: Given, has_triples: bool) -> tuple[dict[str, str], int | None, int | None]:
    """The values of the question's parameters, and those of paging."""
    twice = [name for name, count in Counter(name for name, _ in given).items() if count > 1]
    if twice:
        detail = f"{twice[0]} was given more than once; give it one value."
        raise Refusal(400, "wrong-parameter", "A parameter is wrong", detail)
    values = dict(given)
    if own_paging(question):
        return values, None, None
    if has_triples and any(name in values for name in PAGING):
        detail = f"{question.name} answers with triples, which come whole; leave out limit and offset."
        raise Refusal(400, "wrong-parameter", "Triples have no pages", detail)
    limit = _number("limit", values.pop("limit", None), 1, MOST)
    offset = _number("offset", values.pop("offset", None), 0, FARTHEST)
    return values, limit, offset


def _number(name: str, text: str | None, least: int, most: int) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(most)) and least <= int(text) <= most):
        detail = f"{name}: found {text!r:.40}, wanted a whole number from {least:,} to {most:,}."
        raise Refusal(400, "wrong-parameter", "A parameter is wrong", detail)
    return int(text)


def _unoffered(question: Question, has_triples: bool, offered: dict[str, str], suffix: str) -> Refusal:
    what = "triples" if has_triples else "rows"
    if suffix:
        detail = f"{question.name} answers with {what}; take one of .{', .'.join(offered)}."
        return Refusal(404, "no-such-format", "There is no such format of the answer", detail)
    detail = f"{question.name} answers with {what}; accept one of {', '.join(offered.values())}."
    return Refusal(406, "not-acceptable", "The answer cannot be had in that format", detail)
