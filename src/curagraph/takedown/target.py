"""What a user wants taken down: a thing that has a graph of its own, as an item and a plain article have."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from curagraph import conversion, document, snapshot
from curagraph.config import Project
from curagraph.problem import SetAside, UsageError
from curagraph.program import compile_project
from curagraph.snapshot import Snapshot
from curagraph.sources import SUFFIXES
from curagraph.state import State

_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_BELOW = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")
# So many things are named that a user may have meant.
_NEAR = 3
# What to do about a thing that many share, by the name of the graph that describes it.
_PEOPLE = "take the name out of the files, or hide curators from a partner: `curators = false` in curagraph.toml"
_ADVICE = {"author": _PEOPLE, "author-page": _PEOPLE}
_SHARED = "it goes with the last item that names it: take it out of the files, or forget these items"


@dataclass(frozen=True)
class Target:
    """A thing with a graph of its own: its IRI, and the local name of its most specific class."""

    iri: str
    kind: str


def find(project: Project, name: str) -> Target:
    """What a user means by a source file, or by a name as `Snapshot.thing` takes it.

    A thing that has left the graph already is looked for in the older snapshots. Raises `UsageError` where it is
    nothing that can be taken down.
    """
    current = Snapshot.current(project)
    iri = _of_file(current, name) or current.thing(name).value.replace(f"{project.base}graph/", project.base, 1)
    if iri in project.forgotten:
        return Target(iri, project.forgotten[iri].kind)
    for folder in snapshot.kept(project):
        found = Snapshot(project, folder)
        with State.readable(found.state_path) as state:
            if any(state.owner(f"<{iri}>")):
                return Target(iri, _kind(found, iri))
    raise UsageError(_why_not(current, ox.NamedNode(iri)))


def _of_file(current: Snapshot, name: str) -> str:
    """The IRI of the thing that a source file is about; empty where the name is not that of a file."""
    project = current.project
    absolute = Path(os.path.abspath(name))  # noqa: PTH100  # keeps links as they are named
    paths = dict.fromkeys(os.path.relpath(each, project.folder) for each in (absolute, absolute.resolve()))
    with State.readable(current.state_path) as state:
        for path in paths:
            row = state.execute("SELECT iri, name FROM file WHERE path = ?", (path,)).fetchone()
            if row:
                return _owned(state, path, row[0]) or _converted(project, path, row[1])
    if absolute.suffix.lower() in SUFFIXES and absolute.is_file():
        raise UsageError(
            f"{name} is in no graph; wanted a file of the last build, or the IRI of what is to be forgotten"
        )
    return ""


def _owned(state: State, path: str, term: str) -> str:
    for owner in state.owner(term):
        if owner != path:
            raise UsageError(f"{path} claims {term[1:-1]}, which {owner} has; to forget that one, name its IRI")
        return term[1:-1]
    return ""


def _converted(project: Project, path: str, name: str) -> str:
    """The IRI that a file gives its thing, where the graph has nothing of it."""
    try:
        found = conversion.convert(compile_project(project), document.read(project.folder, path, name)).iri
    except SetAside as error:
        raise UsageError(f"nothing of {path} is in the graph: {error.message}") from None
    if not found:
        raise UsageError(f"nothing of {path} is in the graph; `curagraph build` tells why")
    return found[1:-1]


def _kind(found: Snapshot, iri: str) -> str:
    """The local name of the most specific class of a thing; of several, the first by name."""
    graph = ox.NamedNode(f"{found.project.base}graph/{iri.removeprefix(found.project.base)}")
    quads = found.store.quads_for_pattern(ox.NamedNode(iri), _TYPE, None, graph)
    types = {quad.object for quad in quads if isinstance(quad.object, ox.NamedNode)}
    above = {each for type_ in types for each in _above(found.project, type_)}
    names = sorted(type_.value.rpartition("#")[2].rpartition("/")[2] for type_ in types - above)
    return names[0] if names else "Thing"


def _above(project: Project, class_: ox.NamedNode) -> set[ox.NamedNode]:
    """The classes above a class."""
    found: set[ox.NamedNode] = set()
    waiting = [class_]
    while waiting:
        triples = project.vocabulary.about(waiting.pop())
        ends = {t.object for t in triples if t.predicate == _BELOW and isinstance(t.object, ox.NamedNode)}
        waiting += ends - found
        found |= ends
    return found - {class_}


def _why_not(current: Snapshot, thing: ox.NamedNode) -> str:
    """Why a thing cannot be taken down, and what can be done instead."""
    base = f"{current.project.base}graph/"
    names = sorted({str(q.graph_name)[1:-1] for q in current.store.quads_for_pattern(thing, None, None, None)})
    with State.readable(current.state_path) as state:
        for name in names:
            owner = name.replace(base, current.project.base, 1)
            for path in state.owner(f"<{owner}>"):
                return f"{thing.value} is described by {owner}; forget that, or take it out of {path}"
        for name in names:
            kind = name.removeprefix(f"{base}shared/")
            if kind != name and kind not in ("schemes", "matches", "site"):
                return f"{thing.value} is shared by all that name it; {_ADVICE.get(kind, _SHARED)}"
        if names:
            return f"{thing.value} is stated by the project itself; change it in ontology/ or in curagraph.toml"
        near = " ".join(_near(state, thing.value))
    known = f"; near it are {near}" if near else ""
    return f"there is nothing in the graph about {thing.value}{known}"


def _near(state: State, iri: str) -> list[str]:
    """The things that stand beside an IRI in the order of all IRIs."""
    before = "SELECT iri FROM owner WHERE iri < ? ORDER BY iri DESC LIMIT ?"
    after = "SELECT iri FROM owner WHERE iri > ? ORDER BY iri LIMIT ?"
    rows = [*state.execute(before, (f"<{iri}>", _NEAR)), *state.execute(after, (f"<{iri}>", _NEAR))]
    return sorted(row[0][1:-1] for row in rows)
