"""The route of the endpoint."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from curagraph.serve import negotiation, responding
from curagraph.serve.page import Refusal
from curagraph.serve.sparql import formats
from curagraph.serve.sparql.answered import Gone, answered
from curagraph.serve.sparql.protocol import Operation

_METHODS = ("GET", "HEAD", "POST", "OPTIONS")
_DESCRIPTIONS = {**formats.TRIPLES, "html": "text/html"}
# What a program of another site may send (Fetch Standard, CORS protocol).
_PREFLIGHT = {
    "Allow": ", ".join(_METHODS),
    "Access-Control-Allow-Methods": ", ".join(_METHODS),
    "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "86400",
}


def routes() -> list[BaseRoute]:
    return [Route("/sparql", sparql, methods=list(_METHODS))]


async def sparql(request: Request) -> Response:
    """The answer to a query; without one the editor for people, and the service description for programs."""
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=_PREFLIGHT)
    try:
        operation = await Operation.of(request)
        if operation is None:
            return await _described(request)
        return await answered(request, operation)
    except Gone:
        return _Nothing()


async def _described(request: Request) -> Response:
    accept = request.headers.get("accept", "")
    chosen = negotiation.chosen(accept, _DESCRIPTIONS, formats.TRIPLES_ALIASES)
    if chosen == "html":
        response = await responding.show(request, "curagraph.serve.sparql.editor:page", responding.root(request))
        response.headers["Vary"] = "Accept"
        return response
    if not chosen:
        detail = f"The description of this endpoint can be had in {', '.join(_DESCRIPTIONS.values())}."
        raise Refusal(406, "not-acceptable", "There is no such format of the description", detail)
    address = f"{responding.address(request)}sparql"
    return await responding.show(request, "curagraph.serve.sparql.description:page", address, chosen)


class _Nothing(Response):
    """No response: there is nobody who would read it."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send nothing."""
