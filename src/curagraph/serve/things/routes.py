"""All that is under the base, the context of JSON-LD, and explanations."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from curagraph.serve import negotiation, responding
from curagraph.serve.things import explaining_routes

# Media types that mean one of the formats where they are named.
_ALIASES = {"application/json": "jsonld", "application/xhtml+xml": "html"}
# Letters of the longest IRI of a property.
_LONGEST = 500
_DOCUMENTS = "curagraph.serve.things.documents:answer"


def routes() -> list[BaseRoute]:
    """The routes of things, of which the last takes every path: it comes after all others."""
    return [
        Route("/context.jsonld", context),
        *explaining_routes.routes(),
        Route("/{path:path}", thing),
    ]


async def thing(request: Request) -> Response:
    """A thing under the base, or a document about one."""
    path = responding.raw_path(request)
    accepted = negotiation.chosen(responding.accepted(request), negotiation.DOCUMENTS, _ALIASES)
    incoming, number = request.query_params.get("from", ""), request.query_params.get("page", "")
    arguments = [path, accepted, responding.root(request)]
    if not path.endswith(".html") or not (incoming or number):
        return await responding.show(request, _DOCUMENTS, *arguments)
    page = int(number) if number.isdecimal() and len(number) < 7 else 1
    return await responding.show(request, _DOCUMENTS, *arguments, incoming[:_LONGEST], page)


async def context(request: Request) -> Response:
    """The context of JSON-LD as a document of its own."""
    return await responding.show(request, "curagraph.serve.things.published:context")
