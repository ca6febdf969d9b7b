"""The shapes of `ontology/shapes/` (SHACL), read and checked before anything is published.

A shape that can find something has a name, which is the code of what it finds, and a message for an editor.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from curagraph.checking.shapefile import Shape, ShapeFile
from curagraph.config import Project
from curagraph.problem import ProjectError

FOLDER = "shapes/*.ttl"


@dataclass(frozen=True)
class Shapes:
    """The shapes of a project by their IRIs, and the files that hold them."""

    by_iri: dict[str, Shape]
    files: tuple[Path, ...] = field(repr=False)
    shared_objects: frozenset[str] = frozenset()
    """Properties whose objects are looked at: things that name one object must be seen together."""

    def __iter__(self) -> Iterator[Shape]:
        return iter(self.by_iri.values())

    def __len__(self) -> int:
        return len(self.by_iri)


def load(project: Project) -> Shapes:
    """The shapes of a project.

    Raises `ProjectError` with file and line where a file is not Turtle, or a shape cannot work as it is written.
    """
    declared = project.vocabulary.declared
    by_iri: dict[str, Shape] = {}
    files = tuple(project.ontology(FOLDER))
    read = [ShapeFile(file) for file in files]
    prefixes = dict(pair for file in read for pair in file.declared_prefixes())
    for file in read:
        for iri, shape in file.shapes(declared, prefixes):
            known = by_iri.setdefault(iri, shape)
            if known is not shape or [each.code for each in by_iri.values()].count(shape.code) > 1:
                raise ProjectError(f"{shape.place}: there is another shape {shape.code}; give each a name of its own")
    for iri, place in (reference for file in read for reference in file.references()):
        if iri not in by_iri:
            raise ProjectError(f"{place}: found the shape {iri}, which no file in ontology/shapes/ has; mend its name")
    looked_at = {iri for file in read for iri in file.objects_looked_at()}
    return Shapes(by_iri, files, frozenset(looked_at))
