"""The command `curagraph serve`."""

from __future__ import annotations

from typing import Annotated

import typer

from curagraph.commands.options import HERE, ProjectOption
from curagraph.config import Project


def serve(
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 is any that is free.")] = 8000,
    project: ProjectOption = HERE,
) -> None:
    """Serve the graph: pages for people, documents for programs, and a SPARQL endpoint.

    Each request is a line of JSON on standard output. A new build is shown as soon as it is there. Ends with 0 when it
    is told to stop, 2 where there is no graph or the address cannot be had.
    """
    from curagraph.serve import listening  # it loads what only a server needs

    listening.run(Project.load(project), host, port)
