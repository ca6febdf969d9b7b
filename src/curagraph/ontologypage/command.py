"""The command `curagraph ontology`."""

from __future__ import annotations

from curagraph.commands.options import HERE, PackedOption, ProjectOption
from curagraph.config import Project


def ontology(
    output: PackedOption = "-",
    project: ProjectOption = HERE,
) -> None:
    """Write a page about the ontology and the concept schemes: one file of HTML, with pictures."""
    from curagraph.exporting.serialize import opened
    from curagraph.ontologypage.page import page

    made = page(Project.load(project))
    with opened(output) as file:
        file.write(made)
