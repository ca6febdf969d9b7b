"""The command `curagraph ontology`."""

from __future__ import annotations

from curagraph.config import Project
from curagraph.options import HERE, PackedOption, ProjectOption


def ontology(
    output: PackedOption = "-",
    project: ProjectOption = HERE,
) -> None:
    """Write a page about the ontology and the concept schemes: one file of HTML, with pictures."""
    from curagraph.ontologypage.page import page
    from curagraph.serialize import opened

    made = page(Project.load(project))
    with opened(output) as file:
        file.write(made)
