"""curagraph publishes a folder of curated content as linked data.

    import curagraph

    project = curagraph.Project.load(Path("my-site"))
    report = curagraph.build(project)
    snapshot = curagraph.Snapshot.current(project)
    for row in curagraph.ask(snapshot, "items-of-brand", {"brand": "medicaleconomics.com"}):
        print(row["title"].value)
    graph = snapshot.graph()                       # an rdflib Dataset

The verbs of the command line are functions here: `build`, `ask`, `export`, `embed`, `explain`,
`forget`, `inspect`, `new`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from curagraph.asking.answers import ask, ask_remote
    from curagraph.building.building import build
    from curagraph.building.report import Report
    from curagraph.config import Project
    from curagraph.embedding.embedding import Embedded, embed
    from curagraph.explaining.explainer import explain
    from curagraph.exporting.serialize import Format, export
    from curagraph.inspection import inspect
    from curagraph.problem import BuildStopped, CuragraphError, Problem, ProjectError, UsageError
    from curagraph.scaffold import new
    from curagraph.snapshot import Snapshot
    from curagraph.takedown.takedown import forget

_HOMES = {
    "ask": "asking.answers",
    "ask_remote": "asking.answers",
    "build": "building.building",
    "Project": "config",
    "Embedded": "embedding.embedding",
    "embed": "embedding.embedding",
    "explain": "explaining.explainer",
    "forget": "takedown.takedown",
    "inspect": "inspection",
    "BuildStopped": "problem",
    "CuragraphError": "problem",
    "Problem": "problem",
    "ProjectError": "problem",
    "UsageError": "problem",
    "Report": "building.report",
    "new": "scaffold",
    "Format": "exporting.serialize",
    "export": "exporting.serialize",
    "Snapshot": "snapshot",
}
__all__ = [  # noqa: RUF022  # the order of `_HOMES`
    "ask",
    "ask_remote",
    "build",
    "Project",
    "Embedded",
    "embed",
    "explain",
    "forget",
    "inspect",
    "BuildStopped",
    "CuragraphError",
    "Problem",
    "ProjectError",
    "UsageError",
    "Report",
    "new",
    "Format",
    "export",
    "Snapshot",
]


def __getattr__(name: str) -> object:
    """Load what is asked for, and only that: a build that has nothing to do must not wait for imports."""
    if name not in _HOMES:
        raise AttributeError(f"module 'curagraph' has no attribute {name!r}")
    return getattr(importlib.import_module(f"curagraph.{_HOMES[name]}"), name)
