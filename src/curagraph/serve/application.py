"""The application: its routes, and what stands around them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from curagraph.config import Project
from curagraph.serve import responding
from curagraph.serve.api import routes as api
from curagraph.serve.browsing import routes as browsing
from curagraph.serve.page import Refusal
from curagraph.serve.serving import Serving
from curagraph.serve.sparql import routes as sparql
from curagraph.serve.things import routes as things

_TITLES = {404: "There is no such page", 405: "That cannot be done here"}


def application(project: Project) -> Starlette:
    """The server of a project as an ASGI application."""
    serving = Serving(project)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await serving.start()
        watching = asyncio.create_task(serving.watch())
        try:
            yield
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
            await serving.close()

    routes = [Route("/health", health), *sparql.routes(), *api.routes(), *browsing.routes(), *things.routes()]
    handlers = {Refusal: _refused, HTTPException: _not_there}
    app = Starlette(routes=routes, exception_handlers=handlers, lifespan=lifespan)  # type: ignore[arg-type]
    app.state.serving = serving
    return app


async def health(request: Request) -> Response:
    """Whether the server can answer, and which snapshot it shows."""
    return PlainTextResponse(
        f"ok, snapshot {responding.serving(request).number}\n", headers={"Cache-Control": "no-store"}
    )


async def _refused(request: Request, error: Refusal) -> Response:
    return await responding.refuse(request, error)


async def _not_there(request: Request, error: HTTPException) -> Response:
    title = _TITLES.get(error.status_code, error.detail)
    detail = f"{request.method} {request.url.path}: {error.detail}"
    refusal = Refusal(
        error.status_code, f"status-{error.status_code}", title, detail, tuple((error.headers or {}).items())
    )
    return await responding.refuse(request, refusal)
