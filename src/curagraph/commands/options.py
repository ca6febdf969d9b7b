"""What the commands share: exit statuses, the option that names the project, and how they write."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from curagraph.problem import UsageError

# Exit statuses: outside programs rely on them.
DONE, INCOMPLETE, WRONG_USAGE, STOPPED = 0, 1, 2, 3


def _named(folder: str) -> Path:
    """A folder by its name; that of none is not this one, as `Path` has it."""
    if not folder:
        raise UsageError("-o wants the folder of all partners, found nothing; name one, such as out")
    return Path(folder)


TextFormat = StrEnum("TextFormat", ["table", "json"])
CheckFormat = StrEnum("CheckFormat", ["table", "json", "sarif", "github"])

ProjectOption = Annotated[
    Path, typer.Option("--project", metavar="DIR", help="The project folder.", show_default="this folder")
]
SourcesArgument = Annotated[
    list[str] | None, typer.Argument(metavar="[SOURCE]...", help="Folders or files to read.", show_default="seeds/")
]
OutputOption = Annotated[str, typer.Option("-o", "--output", metavar="PATH", help="Where to write.")]
PackedOption = Annotated[
    str, typer.Option("-o", "--output", metavar="PATH", help="Where to write; packed where it ends with .gz.")
]
DeliveryOption = Annotated[
    Path,
    typer.Option(
        "-o", "--output", metavar="DIR", help="The folder of all partners.", show_default=False, parser=_named
    ),
]
PartnerOption = Annotated[
    str, typer.Option("--partner", metavar="NAME", help="Only what this partner receives.", show_default="all")
]
HERE = Path()


def absolute(source: list[str] | None) -> list[Path]:
    """Sources as they are named on the command line, which is from where it stands."""
    return [Path(each).absolute() for each in source or ()]


def write(data: bytes) -> None:
    """Write to standard output at once."""
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def print_json(value: object) -> None:
    """Write a value to standard output as JSON for other programs."""
    write((json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode())
