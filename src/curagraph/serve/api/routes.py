"""The routes of named queries: the list, each query with its answer, and the description of all for programs."""

from __future__ import annotations

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from curagraph.serve import negotiation, responding
from curagraph.serve.api import formats
from curagraph.serve.api.calling import question
from curagraph.serve.page import Refusal
from curagraph.serve.sparql import formats as answers
from curagraph.serve.sparql.answered import answered
from curagraph.serve.sparql.protocol import Operation


def routes() -> list[BaseRoute]:
    return [
        Route("/queries", listing),
        Route("/queries.{suffix:str}", listing),
        Route("/queries/{path:path}", question),
        Route("/openapi.json", description),
        Route("/sparql/terms.json", terms),
        Route("/sparql.{suffix:str}", answer),
    ]


async def listing(request: Request) -> Response:
    """All named queries."""
    suffix = request.path_params.get("suffix")
    wanted = suffix or negotiation.chosen(responding.accepted(request), formats.LISTS)
    if wanted not in formats.LISTS:
        detail = f"Take one of {', '.join(formats.LISTS.values())}."
        title = "The list of queries cannot be had in that format"
        raise Refusal(404, "no-such-format", title, detail) if suffix else Refusal(406, "not-acceptable", title, detail)
    view = f"curagraph.serve.api.pages:listing_as_{wanted}"
    response = await responding.show(request, view, responding.root(request))
    if not suffix:
        response.headers["Vary"] = "Accept"
    return response


async def description(request: Request) -> Response:
    """The OpenAPI document."""
    return await responding.show(request, "curagraph.serve.api.openapi:document", responding.address(request))


async def answer(request: Request) -> Response:
    """The answer to a query in the format of a suffix, for links and for forms, which cannot say what they accept."""
    suffix = request.path_params["suffix"]
    operation = await Operation.of(request)
    if operation is None or suffix not in {**answers.ROWS, **answers.TRIPLES}:
        detail = f"Give a query, and one of the suffixes {', '.join([*answers.ROWS, *answers.TRIPLES])}."
        raise Refusal(404, "no-such-format", "There is no such answer", detail)
    return await answered(request, replace(operation, format=suffix))


async def terms(request: Request) -> Response:
    """The terms that the editor completes."""
    return await responding.show(request, "curagraph.serve.sparql.editor:terms")
