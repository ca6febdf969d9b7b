"""The command `curagraph build`."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from curagraph.commands.options import DONE, HERE, INCOMPLETE, ProjectOption, SourcesArgument, absolute
from curagraph.config import Project
from curagraph.problem import UsageError


def build(
    source: SourcesArgument = None,
    project: ProjectOption = HERE,
    jobs: Annotated[int, typer.Option(min=0, help="Processes to use; 0 is one for each processor.")] = 0,
    strict: Annotated[bool, typer.Option("--strict", help="Publish nothing unless everything can be.")] = False,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE.json", help="Write all problems and counts here.")
    ] = None,
) -> None:
    """Bring the graph to what the source folders say.

    Ends with 0 when everything was published, 1 when some input was set aside or a value dropped (the rest is
    published, unless --strict), 2 for wrong usage, 3 when no graph could be written.
    """
    from curagraph.building import building
    from curagraph.commands import summary

    found = Project.load(project)
    if report and (report.is_dir() or not report.parent.is_dir()):
        raise UsageError(f"the report cannot be written to {report}; name a file in a folder that is there")
    with summary.progress() if sys.stderr.isatty() else nullcontext(None) as progress:
        made = building.build(found, absolute(source), jobs=jobs, strict=strict, progress=progress)
    if report:
        made.write(report)
    summary.show(made)
    raise typer.Exit(INCOMPLETE if made.incomplete else DONE)
