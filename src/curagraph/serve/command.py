"""The command `curagraph serve`."""

from __future__ import annotations

from typing import Annotated

import typer

from curagraph.config import Project
from curagraph.options import HERE, ProjectOption


def serve(
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 is any that is free.")] = 8000,
    project: ProjectOption = HERE,
) -> None:
    """Serve the graph: pages for people, documents for programs, and a SPARQL endpoint."""
    import uvicorn

    from curagraph.serve.application import application
    from curagraph.snapshot import Snapshot

    loaded = Project.load(project)
    Snapshot.current(loaded)  # else there is nothing to serve
    uvicorn.run(application(loaded), host=host, port=port, access_log=False, server_header=False)
