"""The scripts and styles of the pages: each address has a digest of its file, so it may be kept for ever."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from curagraph.serve.templates import static, static_file

_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}


async def file(request: Request) -> Response:
    """A file of `static/`, under the address that `templates.static` gives it."""
    name = request.path_params["name"]
    try:
        path = static_file(name)
    except (FileNotFoundError, ValueError):  # a path may hold what no file system takes
        raise HTTPException(404, f"there is no file {name}") from None
    if static(name) != f"static/{request.path_params['digest']}/{name}":
        raise HTTPException(404, f"the file {name} has changed; load the page again")
    return FileResponse(path, headers=_FOR_EVER)
