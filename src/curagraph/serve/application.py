"""The application: its routes, and what stands around them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from curagraph.serve import responding, static
from curagraph.serve.api import routes as api
from curagraph.serve.browsing import routes as browsing
from curagraph.serve.headers import Headers
from curagraph.serve.observing import Metrics, Observing
from curagraph.serve.page import Refusal
from curagraph.serve.prefix import Prefix
from curagraph.serve.serving import Serving
from curagraph.serve.sparql import routes as sparql
from curagraph.serve.sparql.answered import Gone, Nothing
from curagraph.serve.things import routes as things

_TITLES = {404: "There is no such page", 405: "That cannot be done here"}


def application(serving: Serving) -> Starlette:
    """The server of a project as an ASGI application."""
    metrics = Metrics(serving)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        watching = asyncio.create_task(serving.watch())
        try:
            yield
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
            await serving.close()

    app = Starlette(
        routes=[
            Route("/health", health),
            Route("/metrics", metrics.page),
            Route("/static/{digest}/{name:path}", static.file),
            *sparql.routes(),
            *api.routes(),
            *browsing.routes(),
            *things.routes(),
        ],
        middleware=[
            Middleware(Prefix, serving.limits.proxies),
            Middleware(ProxyHeadersMiddleware, list(serving.limits.proxies)),
            Middleware(Observing, metrics),
            Middleware(Headers),
        ],
        exception_handlers={Refusal: _refused, Gone: _gone, HTTPException: _not_there},  # type: ignore[dict-item]
        lifespan=lifespan,
    )
    app.state.serving = serving
    return app


async def health(request: Request) -> Response:
    """That the server can answer, and which snapshot it shows."""
    text = f"ok, snapshot {responding.serving(request).number}\n"
    return PlainTextResponse(text, headers={"Cache-Control": "no-store"})


async def _refused(request: Request, error: Refusal) -> Response:
    return await responding.refuse(request, error)


async def _gone(_: Request, __: Gone) -> Response:
    return Nothing()


async def _not_there(request: Request, error: HTTPException) -> Response:
    code = error.status_code
    title = _TITLES.get(code, error.detail)
    detail = f"{request.method} {request.url.path}: {error.detail}"
    refusal = Refusal(code, f"status-{code}", title, detail, tuple((error.headers or {}).items()))
    return await responding.refuse(request, refusal)
