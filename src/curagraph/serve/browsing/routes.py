"""The routes of the start page, of search and of pictures."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from curagraph.serve import negotiation, responding
from curagraph.serve.browsing import facets
from curagraph.serve.browsing.question import Pairs
from curagraph.serve.page import Refusal

_FORMATS = {"html": "text/html", "json": "application/json"}
_KNOWN = ("q", *facets.BY_NAME, "page", "format")
_PICTURES = ("time", "brands", "topics", "topics.json")
# No address of ours is as long.
_LONGEST = 8000


def routes() -> list[BaseRoute]:
    return [
        Route("/", start),
        Route("/search", search),
        Route("/search/{facet:str}", values),
        Route("/pictures", pictures),
        Route("/pictures/{name:str}", picture),
    ]


async def start(request: Request) -> Response:
    """The start page."""
    return await responding.show(request, "curagraph.serve.browsing.pages:start", responding.root(request))


async def search(request: Request) -> Response:
    """Items by words and facets, as a page or as JSON."""
    formats = request.query_params.getlist("format")
    wanted = formats[-1] if formats else negotiation.chosen(responding.accepted(request), _FORMATS)
    if wanted not in _FORMATS:
        kinds = " or ".join(_FORMATS.values())
        raise Refusal(400 if formats else 406, "no-such-format", "Search has no such format", f"Take {kinds}.")
    pairs = _pairs(request)
    unknown = sorted({name for name, _ in pairs if name not in _KNOWN})
    if wanted == "json" and unknown:
        detail = f"Known are {', '.join(_KNOWN)}; found {unknown[0][:80]!r}."
        raise Refusal(400, "unknown-parameter", "There is no such parameter", detail)
    view = "curagraph.serve.browsing.pages:search"
    known = tuple(pair for pair in pairs if pair[0] in _KNOWN and pair[0] != "format")
    return await responding.show(request, view, known, wanted, responding.root(request))


async def values(request: Request) -> Response:
    """All values of a facet under a choice."""
    view = "curagraph.serve.browsing.pages:values"
    pairs = tuple(pair for pair in _pairs(request) if pair[0] in _KNOWN)
    return await responding.show(request, view, request.path_params["facet"], pairs, responding.root(request))


async def pictures(request: Request) -> Response:
    """What can be looked at."""
    return await responding.show(request, "curagraph.serve.browsing.pictures:overview", responding.root(request))


async def picture(request: Request) -> Response:
    """One picture, or the data of one."""
    name = request.path_params["name"]
    if name not in _PICTURES:
        raise Refusal(404, "no-such-picture", "There is no such picture", f"There are {', '.join(_PICTURES[:3])}.")
    view = f"curagraph.serve.browsing.pictures:{name.replace('.', '_')}"
    return await responding.show(request, view, responding.root(request))


def _pairs(request: Request) -> Pairs:
    if len(request.url.query) > _LONGEST:
        detail = f"It has {len(request.url.query)} characters; {_LONGEST} are the most."
        raise Refusal(414, "long-address", "The address is too long", detail)
    return tuple(request.query_params.multi_items())
