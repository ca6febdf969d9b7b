"""The command `curagraph inspect`."""

from __future__ import annotations

from typing import Annotated

import typer

from curagraph.commands.options import (
    DONE,
    HERE,
    INCOMPLETE,
    ProjectOption,
    SourcesArgument,
    TextFormat,
    absolute,
    print_json,
)
from curagraph.config import Project
from curagraph.problem import Severity


def inspect(
    source: SourcesArgument = None,
    format_: Annotated[TextFormat, typer.Option("--format", help="How to answer.")] = TextFormat.table,
    project: ProjectOption = HERE,
) -> None:
    """List the key paths of a folder: how often, which types, examples, and which rules read them."""
    from curagraph import inspection
    from curagraph.commands import display

    found = inspection.inspect(Project.load(project), absolute(source))
    if format_ is TextFormat.json:
        print_json(found.as_json())
    else:
        display.inspection(found)
    raise typer.Exit(INCOMPLETE if any(p.severity is Severity.ERROR for p in found.problems) else DONE)
