"""The commands `curagraph release` and `curagraph verify`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from curagraph.commands.options import (
    DONE,
    HERE,
    INCOMPLETE,
    CheckFormat,
    DeliveryOption,
    PartnerOption,
    ProjectOption,
    write,
)
from curagraph.config import Project


def release(
    output: DeliveryOption,
    partner: PartnerOption = "",
    sign: Annotated[
        Path | None, typer.Option("--sign", metavar="KEYFILE", help="Sign with this OpenSSH key.", show_default=False)
    ] = None,
    project: ProjectOption = HERE,
) -> None:
    """Write what partners receive as releases of plain files, where it has changed.

    Ends with 0 when all is done, 2 for wrong usage, 3 when a release could not be written.
    """
    from curagraph.delivery import receivers
    from curagraph.delivery.releases import release as releases
    from curagraph.snapshot import Snapshot

    snapshot = Snapshot.current(Project.load(project))
    for each in receivers.served(snapshot, partner):
        typer.echo(str(releases.release(snapshot, each, output, sign)))


def verify(
    folder: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="A release, or a folder with releases.", show_default=False),
    ],
    signers: Annotated[
        Path | None,
        typer.Option("--signers", metavar="FILE", help="One of these must have signed.", show_default=False),
    ] = None,
    format_: Annotated[CheckFormat, typer.Option("--format", help="How to answer.")] = CheckFormat.table,
) -> None:
    """Tell whether releases are as they were written, and whether what they say of themselves is so.

    Ends with 0 when nothing is wrong (notes do no harm), 1 when something is, 2 for wrong usage.
    """
    from curagraph.checking import telling
    from curagraph.delivery.releases import verification

    found = verification.verify(folder.absolute(), signers)
    if format_ is CheckFormat.table:
        telling.show(found)
    else:
        write(telling.written(found, format_.value, folder).encode())
    raise typer.Exit(INCOMPLETE if found.is_bad else DONE)
