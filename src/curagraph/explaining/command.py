"""The command `curagraph explain`."""

from __future__ import annotations

from typing import Annotated

import typer

from curagraph.commands.options import HERE, ProjectOption, TextFormat, print_json
from curagraph.config import Project


def explain(
    iri: Annotated[str, typer.Argument(metavar="IRI", help="A thing: its IRI, path or number.", show_default=False)],
    property_: Annotated[str, typer.Argument(metavar="[PROPERTY]", help="Such as cu:hasTopic.")] = "",
    value: Annotated[str, typer.Argument(metavar="[VALUE]", help="An IRI, or the text of a literal.")] = "",
    format_: Annotated[TextFormat, typer.Option("--format", help="How to answer.")] = TextFormat.table,
    project: ProjectOption = HERE,
) -> None:
    """Tell which file, line, key and rule stand behind the triples about a thing."""
    from curagraph.commands import display
    from curagraph.explaining import explainer
    from curagraph.snapshot import Snapshot

    found = Project.load(project)
    explained = explainer.explain(Snapshot.current(found), iri, property_, value)
    if format_ is TextFormat.json:
        print_json([each.as_json() for each in explained])
    else:
        display.explanations(explained, found)
