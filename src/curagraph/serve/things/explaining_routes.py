"""The route of explanations."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from curagraph.serve import negotiation, responding
from curagraph.serve.page import Refusal

_OFFERED = {"html": "text/html", "json": "application/json"}
_NEEDED = ("subject", "predicate", "object")


def routes() -> list[BaseRoute]:
    """`/explain`, by Accept, and `/explain.json`."""
    return [Route("/explain", explain), Route("/explain.json", explain_as_json)]


async def explain(request: Request) -> Response:
    """The explanation of a triple in the format that the client prefers."""
    chosen = negotiation.chosen(responding.accepted(request), _OFFERED)
    if not chosen:
        raise Refusal(406, "not-acceptable", "An explanation is HTML or JSON", "Ask for text/html or application/json.")
    return await _explained(request, chosen)


async def explain_as_json(request: Request) -> Response:
    return await _explained(request, "json")


async def _explained(request: Request, chosen: str) -> Response:
    given = [request.query_params.get(name, "") for name in _NEEDED]
    if not all(given):
        missing = ", ".join(name for name, value in zip(_NEEDED, given, strict=True) if not value)
        detail = f"There is no {missing}. Give an IRI as subject and predicate, and the object in N-Triples notation."
        raise Refusal(400, "no-triple", "An explanation needs a triple", detail)
    view = "curagraph.serve.things.explaining:page"
    return await responding.show(request, view, *given, chosen, responding.root(request))
