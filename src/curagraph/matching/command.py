"""The command `curagraph match`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from curagraph.commands import options
from curagraph.commands.options import HERE, ProjectOption
from curagraph.config import Project

RowFormat = StrEnum("RowFormat", ["table", "tsv", "json"])
MatchKind = StrEnum("MatchKind", ["topics", "people", "brands"])


def match(
    kind: Annotated[MatchKind | None, typer.Option("--kind", help="Only these.", show_default="all")] = None,
    least: Annotated[float, typer.Option(min=0, max=1, help="The lowest score to propose.")] = 0.8,
    format_: Annotated[RowFormat, typer.Option("--format", help="How to answer.")] = RowFormat.table,
    write: Annotated[bool, typer.Option("--write", help="Add what is found to ontology/matches/.")] = False,
    project: ProjectOption = HERE,
) -> None:
    """Propose which topics, authors and brands may be the same, for a person to decide."""
    from curagraph.matching import candidates, proposals
    from curagraph.matching.matches import Matches
    from curagraph.snapshot import Snapshot

    loaded = Project.load(project)
    matches = Matches.load(loaded)
    found = candidates.propose(Snapshot.current(loaded), matches, [kind.value] if kind else candidates.KINDS, least)
    if write:
        typer.echo(proposals.told(proposals.write(found, matches, loaded)))
    elif format_ is RowFormat.json:
        options.print_json([each.as_json() for each in found])
    elif format_ is RowFormat.tsv:
        options.write("".join(proposals.lines(found, matches)).encode())
    else:
        proposals.show(found, matches)
