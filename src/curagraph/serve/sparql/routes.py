"""The route of the endpoint."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from curagraph.serve import negotiation, responding
from curagraph.serve.page import Refusal
from curagraph.serve.sparql import formats
from curagraph.serve.sparql.answered import answered
from curagraph.serve.sparql.protocol import Operation

_METHODS = ("GET", "HEAD", "POST", "OPTIONS")
_DESCRIPTIONS = {**formats.TRIPLES, "html": "text/html"}


def routes() -> list[BaseRoute]:
    return [Route("/sparql", sparql, methods=list(_METHODS))]


async def sparql(request: Request) -> Response:
    """The answer to a query; without one the editor for people, and the service description for programs."""
    if request.method == "OPTIONS":
        return Response(status_code=204, headers={"Allow": ", ".join(_METHODS)})
    operation = await Operation.of(request)
    return await _described(request) if operation is None else await answered(request, operation)


async def _described(request: Request) -> Response:
    chosen = negotiation.chosen(responding.accepted(request), _DESCRIPTIONS, formats.TRIPLES_ALIASES)
    if chosen == "html":
        response = await responding.show(request, "curagraph.serve.sparql.editor:page", responding.root(request))
        response.headers["Vary"] = "Accept"
        return response
    if not chosen:
        detail = f"The description of this endpoint can be had in {', '.join(_DESCRIPTIONS.values())}."
        raise Refusal(406, "not-acceptable", "There is no such format of the description", detail)
    address = f"{responding.address(request)}sparql"
    return await responding.show(request, "curagraph.serve.sparql.description:page", address, chosen)
