"""The routes of this folder."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from curagraph.serve import negotiation, responding


def routes() -> list[BaseRoute]:
    """All that is under the base; it comes last."""
    return [Route("/{path:path}", thing)]


async def thing(request: Request) -> Response:
    accepted = negotiation.chosen(request.headers.get("accept", ""), negotiation.DOCUMENTS)
    view = "curagraph.serve.things.documents:answer"
    return await responding.show(request, view, request.path_params["path"], accepted, responding.root(request))
