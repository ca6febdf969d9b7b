"""Snapshots: graphs that nobody changes any more, and the one pointer that says which is current.

.curagraph/current           a link to the current snapshot, moved at the end of a build
.curagraph/snapshots/12/     store/ (Oxigraph) and state.sqlite
.curagraph/building/         what the next build is making; worth nothing until it is moved
.curagraph/lock              held by the one build that runs
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from curagraph import workplace
from curagraph.config import Project
from curagraph.problem import BuildStopped, UsageError

if TYPE_CHECKING:
    from rdflib import Dataset

KEPT = 3

# The graphs of what follows from the documents, and of what the ontology itself implies.
INFERRED = ("inferred", "inferred-ontology")


class Snapshot:
    """A published graph, open for reading.

    >>> from curagraph.config import Project
    >>> Snapshot.current(Project.load(Path("/nowhere/at/all")))
    Traceback (most recent call last):
    curagraph.problem.ProjectError: /nowhere/at/all is not a folder; `curagraph new /nowhere/at/all` makes one
    """

    def __init__(self, project: Project, path: Path) -> None:
        self.project = project
        self.path = path

    @classmethod
    def current(cls, project: Project) -> Snapshot:
        """The snapshot that the last build published. Raises `UsageError` where there is none."""
        path = current(project)
        if path is None:
            raise UsageError(f"there is no graph in {project.folder} yet; `curagraph build` makes one")
        return cls(project, path)

    @cached_property
    def store(self) -> ox.Store:
        """The Oxigraph store, read only."""
        return ox.Store.read_only(str(self.path / "store"))

    @property
    def state_path(self) -> Path:
        return self.path / "state.sqlite"

    def thing(self, name: str) -> ox.NamedNode:
        """What a user means: a number (an item), a path below the base, a prefixed name or an IRI.

        Raises `UsageError` where it is none of these.
        """
        name = name.strip().removeprefix("<").removesuffix(">")
        prefix, colon, local = name.partition(":")
        if name.isdecimal():
            name = f"{self.project.base}item/{name}"
        elif colon and prefix in self.project.vocabulary.prefixes:
            name = self.project.vocabulary.prefixes[prefix] + local
        elif not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", name):
            name = self.project.base + name
        try:
            return ox.NamedNode(name)
        except ValueError as error:
            raise UsageError(f"{name} is no IRI: {error}") from None

    def stated_graphs(self) -> list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph]:
        """The graphs of what somebody has stated: all but those of what was inferred."""
        inferred = {ox.NamedNode(f"{self.project.base}graph/{name}") for name in INFERRED}
        return [graph for graph in self.store.named_graphs() if graph not in inferred]

    def graph(self) -> Dataset:
        """The snapshot as an rdflib `Dataset` whose default graph is the union of all graphs."""
        from rdflib import Dataset  # takes as long to load as a query to run

        from curagraph.published import PublishedStore

        return Dataset(store=PublishedStore(store=self.store), default_union=True)


def current(project: Project) -> Path | None:
    """The folder of the current snapshot, resolved, so that a build that ends meanwhile changes nothing."""
    pointer = project.state / "current"
    return pointer.resolve() if pointer.exists() else None


def kept(project: Project) -> list[Path]:
    """The folders of all snapshots that are there, the newest first."""
    snapshots = project.state / "snapshots"
    found = (path for path in snapshots.iterdir() if path.name.isdecimal()) if snapshots.is_dir() else ()
    return sorted((path.resolve() for path in found), key=lambda path: -int(path.name))


@contextmanager
def lock(project: Project) -> Iterator[None]:
    """Hold the right to build. Raises `BuildStopped` where another build has it."""
    project.state.mkdir(exist_ok=True)
    error = BuildStopped(f"another build is running in {project.folder}; wait until it has ended")
    with workplace.alone(project.state / "lock", error):
        yield


@contextmanager
def building(project: Project) -> Iterator[Path]:
    """An empty folder to build in, removed in the end unless it was published."""
    with workplace.empty(project.state / "building") as folder:
        yield folder


def publish(project: Project, folder: Path) -> Path:
    """Make a finished folder the current snapshot, and remove the oldest ones."""
    snapshots = project.state / "snapshots"
    snapshots.mkdir(exist_ok=True)
    numbers = sorted(int(path.name) for path in snapshots.iterdir() if path.name.isdecimal())
    number = numbers[-1] + 1 if numbers else 1
    target = snapshots / str(number)
    folder.rename(target)
    pointer = project.state / "current.new"
    pointer.unlink(missing_ok=True)
    pointer.symlink_to(Path("snapshots") / str(number))
    os.replace(pointer, project.state / "current")  # noqa: PTH105  # the one step that publishes
    for old in numbers[: 1 - KEPT]:
        shutil.rmtree(snapshots / str(old), ignore_errors=True)
    return target
