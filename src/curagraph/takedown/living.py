"""What the graph still says of a thing, which therefore cannot be taken down by itself."""

from __future__ import annotations

import pyoxigraph as ox

from curagraph.problem import Problem, Severity
from curagraph.snapshot import INFERRED, Snapshot
from curagraph.state.state import State
from curagraph.takedown import forgotten

# What to do about a thing that many share, by the name of the graph that describes it.
_PEOPLE = "take the name out of the files, or hide curators from a partner: `curators = false` in curagraph.toml"
_ADVICE = {"author": _PEOPLE, "author-page": _PEOPLE}
_SHARED = "it goes with the last item that names it: take it out of the files, or forget these items"


def is_stated(snapshot: Snapshot, iri: str) -> bool:
    """Whether somebody states something of a thing; what follows from other statements, and matches, do not count."""
    base = f"{snapshot.project.base}graph/"
    return any(name.removeprefix(base) not in (*INFERRED, "shared/matches") for name in _graphs(snapshot, iri))


def _graphs(snapshot: Snapshot, iri: str) -> list[str]:
    """The names of the graphs that say something of a thing."""
    quads = snapshot.store.quads_for_pattern(ox.NamedNode(iri), None, None, None)
    return sorted({str(quad.graph_name)[1:-1] for quad in quads})


def why(snapshot: Snapshot, state: State, iri: str) -> str:
    """Why a thing of which something is stated cannot be taken down, and what can be done instead."""
    project = snapshot.project
    base, names = f"{project.base}graph/", _graphs(snapshot, iri)
    for name in names:
        owner = name.replace(base, project.base, 1)
        for path in state.owners.of(f"<{owner}>"):
            return f"{iri} is described by {owner}; forget that, or take it out of {path}"
    for name in names:
        kind = name.removeprefix(f"{base}shared/")
        if kind != name and kind not in ("schemes", "matches", "site"):
            return f"{iri} is shared by all that name it; {_ADVICE.get(kind, _SHARED)}"
    return f"{iri} is stated by the project itself; change it in ontology/ or in curagraph.toml"


def in_vain(snapshot: Snapshot, state: State) -> list[Problem]:
    """The lines of forgotten.tsv that take nothing down, because their things have no graphs of their own."""
    return [
        Problem(
            forgotten.FILE,
            number,
            "",
            "not-taken-down",
            Severity.WARNING,
            f"this line takes nothing down; remove it: {why(snapshot, state, iri)}",
        )
        for number, iri in enumerate(snapshot.project.forgotten, 2)
        if is_stated(snapshot, iri)
    ]
