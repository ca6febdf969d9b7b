"""The command `curagraph feed`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from curagraph.config import Project
from curagraph.options import HERE, ProjectOption
from curagraph.problem import UsageError


def feed(
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="DIR", help="The folder of the feeds.", show_default=False)
    ],
    partner: Annotated[
        str, typer.Option("--partner", metavar="NAME", help="Only this partner's.", show_default="all partners")
    ] = "",
    project: ProjectOption = HERE,
) -> None:
    """Bring the change feeds of partners up to date with the graph.

    Ends with 0 when all feeds are up to date, 2 for wrong usage, 3 when one could not be written.
    """
    from curagraph.delivery.feeds.feed import update
    from curagraph.snapshot import Snapshot

    loaded = Project.load(project)
    if partner and partner not in loaded.partners:
        raise UsageError(f"there is no partner {partner}; known are {', '.join(loaded.partners)}")
    snapshot = Snapshot.current(loaded)
    for name in [partner] if partner else loaded.partners:
        print(f"{name}: {update(snapshot, loaded.partners[name], output).words}")
