"""The command `curagraph new`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make.", show_default=False)],
) -> None:
    """Make a project folder ready to edit and build."""
    from curagraph import scaffold

    made = scaffold.new(folder)
    typer.echo(f"made {folder} with " + ", ".join(path.name + "/" * path.is_dir() for path in made))
    typer.echo(f"try: curagraph build --project {folder}")
