"""The command `curagraph export`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from curagraph.commands.options import HERE, PackedOption, ProjectOption
from curagraph.config import Project
from curagraph.problem import UsageError

# The formats stand here as words so that no other command waits for the module that writes them.
ExportFormat = StrEnum("ExportFormat", ["turtle", "jsonld", "ntriples", "nquads", "trig", "rdfxml"])


def export(
    format_: Annotated[
        ExportFormat | None, typer.Option("--format", help="The notation; else by the name of the output.")
    ] = None,
    item: Annotated[str, typer.Option("--item", metavar="ID", help="Only this item: its number, path or IRI.")] = "",
    context: Annotated[bool, typer.Option("--context", help="The JSON-LD context instead of the graph.")] = False,
    excerpts: Annotated[bool, typer.Option("--excerpts", help="With the excerpts, which are other people's.")] = False,
    output: PackedOption = "-",
    project: ProjectOption = HERE,
) -> None:
    """Write the published graph to a file or to standard output."""
    from curagraph.exporting import jsonld, serialize
    from curagraph.snapshot import Snapshot

    found = Project.load(project)
    chosen = serialize.Format(format_.value) if format_ else serialize.format_of(output)
    if context:
        with serialize.opened(output) as file:
            file.write(jsonld.document(found.vocabulary))
        return
    if chosen is None and output != "-":
        known = ", ".join(serialize.SUFFIXES)
        raise UsageError(f"{output} names no format; give --format, or one of these endings: {known}")
    snapshot = Snapshot.current(found)
    with serialize.opened(output) as file:
        serialize.export(snapshot, file, chosen or serialize.Format.TURTLE, item=item, excerpts=excerpts)
