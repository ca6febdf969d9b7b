"""From a page to a response: entity tags, caching, and the headers that keep hostile text harmless."""

from __future__ import annotations

import json
from functools import lru_cache
from ipaddress import IPv6Address, IPv6Network

from starlette.requests import Request
from starlette.responses import Response

from curagraph.serve import negotiation
from curagraph.serve.page import Refusal
from curagraph.serve.serving import Kept, Serving

# A page stays as it is until the next snapshot; a cache asks again after a minute, and is mostly told: the same.
CACHING = "public, max-age=60"
_PROBLEMS = {"json": "application/problem+json", "html": "text/html"}


def serving(request: Request) -> Serving:
    found: Serving = request.app.state.serving
    return found


def root(request: Request) -> str:
    """The path below which the server is reached, with a slash at its end."""
    return str(request.scope.get("curagraph.root", "/"))


def accepted(request: Request) -> str:
    """What the client takes: its Accept headers as one (RFC 9110, section 5.3)."""
    return ", ".join(request.headers.getlist("accept"))


def client(request: Request) -> str:
    """By what the limits of a client count: its address, or the network of that; empty where it is not known."""
    return subscriber(request.client.host) if request.client else ""


@lru_cache(maxsize=1024)
def subscriber(host: str) -> str:
    """An address, or of IPv6 the network that is one subscriber's at least (RFC 6177, section 2).

    >>> subscriber("2001:db8:0:1::7")
    '2001:db8:0:1::/64'
    >>> subscriber("192.0.2.7"), subscriber("::ffff:192.0.2.7")
    ('192.0.2.7', '192.0.2.7')
    """
    try:
        address = IPv6Address(host)
    except ValueError:
        return host
    return str(address.ipv4_mapped or IPv6Network((address, 64), strict=False))


def raw_path(request: Request) -> str:
    """The path below the root as the client sent it, without the slash at its beginning."""
    return bytes(request.scope["raw_path"]).decode("ascii", "replace").partition("?")[0].removeprefix("/")


def address(request: Request) -> str:
    """The address of the server as the client knows it, with a slash at its end."""
    return f"{request.url.scheme}://{request.url.netloc}{root(request)}"


async def show(request: Request, view: str, *arguments: str | int | tuple[tuple[str, str], ...]) -> Response:
    """The response that shows what a view makes, or 304 where the client has it."""
    kept = await serving(request).show(view, *arguments, client=client(request))
    page = kept.page
    headers = dict(page.headers)
    if page.status == 200:
        return tagged(request, kept, headers)
    if page.status in (301, 303):
        headers["Cache-Control"] = CACHING
    return Response(page.body, page.status, headers, page.media_type)


def tagged(request: Request, kept: Kept, headers: dict[str, str]) -> Response:
    """The response with a page and its entity tag, or 304 where the client has it."""
    headers = headers | {"ETag": kept.etag, "Cache-Control": CACHING}
    if matches(request.headers.get("if-none-match", ""), kept.etag):
        return Response(status_code=304, headers=headers)
    return Response(kept.page.body, kept.page.status, headers, kept.page.media_type)


def matches(condition: str, etag: str) -> bool:
    """Whether an If-None-Match header names an entity tag (RFC 9110, section 13.1.2).

    >>> matches('W/"a", "b"', '"a"'), matches("*", '"a"'), matches('"b"', '"a"')
    (True, True, False)
    """
    found = [part.strip().removeprefix("W/") for part in condition.split(",")]
    return etag in found or condition.strip() == "*"


async def refuse(request: Request, refusal: Refusal) -> Response:
    """A refusal as the client can read it: problem details (RFC 9457), or a page for people."""
    headers = {**dict(refusal.headers), "Cache-Control": "no-store"}
    if negotiation.chosen(accepted(request), _PROBLEMS) == "html":
        page = (await serving(request).show("curagraph.serve.frame:refusal", root(request), refusal)).page
        return Response(page.body, refusal.status, headers, page.media_type)
    return Response(problem(refusal), refusal.status, headers, _PROBLEMS["json"])


def problem(refusal: Refusal) -> bytes:
    """Problem details as JSON."""
    found = {"type": f"urn:curagraph:{refusal.kind}", "title": refusal.title, "status": refusal.status}
    return json.dumps(found | {"detail": refusal.detail}, ensure_ascii=False).encode() + b"\n"
