"""The command `curagraph check`."""

from __future__ import annotations

from typing import Annotated

import typer

from curagraph.commands.options import DONE, HERE, INCOMPLETE, CheckFormat, OutputOption, ProjectOption
from curagraph.config import Project


def check(
    changed: Annotated[bool, typer.Option("--changed", help="Shapes look at what the last build changed.")] = False,
    format_: Annotated[CheckFormat, typer.Option("--format", help="How to answer.")] = CheckFormat.table,
    output: OutputOption = "-",
    project: ProjectOption = HERE,
) -> None:
    """Tell everything that is wrong with the graph, with file, line and key.

    Ends with 0 when there is no error (warnings and notes do no harm), 1 when there is one, 2 for wrong usage.
    """
    from curagraph.checking import checks, telling
    from curagraph.exporting.serialize import opened
    from curagraph.snapshot import Snapshot

    loaded = Project.load(project)
    found = checks.check(Snapshot.current(loaded), changed=changed)
    if output == "-" and format_ is CheckFormat.table:
        telling.show(found)
    else:
        with opened(output) as file:
            file.write(telling.written(found, format_.value, loaded.folder).encode())
    raise typer.Exit(INCOMPLETE if found.is_bad else DONE)
