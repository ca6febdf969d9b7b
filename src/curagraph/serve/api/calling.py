"""A call of a named query: from the request to its answer, whole or in pages, for programs and for people."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response

from curagraph.serve import negotiation, responding
from curagraph.serve.api import formats
from curagraph.serve.api.asking import MOST, Asked, Given
from curagraph.serve.page import Page, Refusal
from curagraph.serve.serving import Kept
from curagraph.serve.sparql import formats as answers
from curagraph.serve.sparql.answered import answered, unless_gone
from curagraph.serve.sparql.protocol import Operation

_PAGES = "curagraph.serve.api.pages"
_ANSWERING = "curagraph.serve.sparql.answering"
# Rows on a page for people.
_ROWS = 100


@dataclass(frozen=True)
class Call:
    """A request for the answer of a query: its name, the suffix that the path ends with, and what was given."""

    request: Request
    name: str
    suffix: str
    given: Given

    @classmethod
    def of(cls, request: Request) -> Call:
        name, suffix = formats.split(request.path_params["path"], formats.ROWS | formats.TRIPLES)
        return cls(request, name, suffix, tuple(request.query_params.multi_items()))

    @property
    def wanted(self) -> tuple[str, str]:
        """The formats that the client would have of rows and of triples."""
        if self.suffix:
            return self.suffix, self.suffix
        accept = responding.accepted(self.request)
        rows = negotiation.chosen(accept, formats.ROWS, answers.ROWS_ALIASES)
        return rows, negotiation.chosen(accept, formats.TRIPLES, answers.TRIPLES_ALIASES)

    @property
    def is_for_people(self) -> bool:
        return "html" in self.wanted

    async def asked(self) -> Asked:
        """What is asked. Raises `Refusal` where it cannot be asked so."""
        arguments = (self.name, self.given, *self.wanted, self.suffix)
        kept = await responding.serving(self.request).show("curagraph.serve.api.asking:asked", *arguments)
        return Asked(**json.loads(kept.page.body))

    def at(self, limit: int, offset: int) -> str:
        """The address of a page of this answer."""
        given = [row for row in self.given if row[0] not in ("limit", "offset")]
        pairs = [*given, ("limit", str(limit)), *([("offset", str(offset))] if offset else [])]
        path = quote(self.request.path_params["path"])
        return f"{responding.root(self.request)}queries/{path}?{urlencode(pairs)}"


async def question(request: Request) -> Response:
    """The answer of a named query."""
    call = Call.of(request)
    if call.is_for_people:
        return await unless_gone(request.receive, _for_people(call))
    asked = await call.asked()
    if asked.is_paged:
        return await unless_gone(request.receive, _part(call, asked))
    return await answered(request, Operation(asked.text, asked.format, None, None))


async def _rows(call: Call, asked: Asked, limit: int, offset: int) -> tuple[Page, bool]:
    """A page of rows as SPARQL results in JSON, which is kept, and whether there are more."""
    serving = responding.serving(call.request)
    key = (serving.edition, f"{_ANSWERING}:rows", asked.text, offset, limit)
    kept = await serving.kept.soon(key)
    if kept is None:
        with serving.kept.making(key):
            kept = Kept(await _page(call, "rows", asked.text, offset, limit), "")
            if not asked.is_volatile:
                serving.keep(key, kept)
    return kept.page, dict(kept.page.headers).get("X-More") == "1"


async def _page(call: Call, view: str, *arguments: object) -> Page:
    """What a view of the query pool makes, within the limits of a client."""
    serving, client = responding.serving(call.request), responding.client(call.request)
    seconds = serving.limits.seconds
    return await serving.queries.page(f"{_ANSWERING}:{view}", *arguments, seconds=seconds, client=client)


async def _part(call: Call, asked: Asked) -> Response:
    """A page of rows in the format that is wanted, with links to the pages before and behind it."""
    limit, offset = asked.limit or MOST, asked.offset or 0
    page, has_more = await _rows(call, asked, limit, offset)
    if asked.format != "json":
        serving = responding.serving(call.request)
        page = await serving.pages.page(f"{_PAGES}:rows_as", page.body, asked.format, seconds=serving.limits.seconds)
    links = _links(call, limit, offset, has_more)
    page = replace(page, media_type=formats.ROWS[asked.format], headers=(("Link", links),))
    return _response(call, page, is_kept=not asked.is_volatile)


def _links(call: Call, limit: int, offset: int, has_more: bool) -> str:
    """The Link header of a page (RFC 8288)."""
    found = {"first": 0}
    if offset:
        found["prev"] = max(0, offset - limit)
    if has_more:
        found["next"] = offset + limit
    return ", ".join(f'<{call.at(limit, start)}>; rel="{relation}"' for relation, start in found.items())


async def _for_people(call: Call) -> Response:
    """The page with the form, the answer and the text of a query; what went wrong is said in the same place."""
    body, problem, limit, offset, has_more, text, links = b"", None, _ROWS, 0, False, "", ""
    is_kept = False
    try:
        asked = await call.asked()
        text, limit, offset = asked.text, asked.limit or _ROWS, asked.offset or 0
        is_kept = not asked.is_volatile
        if asked.has_triples:
            body = (await _page(call, "answer", text, "ttl", None, None)).body
        else:
            page, has_more = await _rows(call, asked, limit, offset)
            body = page.body
            links = _links(call, limit, offset, has_more) if asked.has_pages else ""
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        problem, is_kept = refusal, False
    serving = responding.serving(call.request)
    arguments = (responding.root(call.request), call.name, call.given, text, body, problem, limit, offset, has_more)
    page = await serving.pages.page(f"{_PAGES}:question", *arguments, seconds=serving.limits.seconds)
    headers = problem.headers if problem else (("Link", links),) if links else ()
    return _response(call, replace(page, headers=headers), is_kept=is_kept)


def _response(call: Call, page: Page, *, is_kept: bool) -> Response:
    """The response with an entity tag, or 304 where the client has it; without, where it may be another next time."""
    headers = {**dict(page.headers), **({} if call.suffix else {"Vary": "Accept"})}
    if not is_kept:
        return Response(page.body, page.status, headers | {"Cache-Control": "no-store"}, page.media_type)
    return responding.tagged(call.request, Kept.of(page), headers)
