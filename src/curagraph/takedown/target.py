"""What a user wants taken down: a thing that has a graph of its own, as an item and a plain article have."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from curagraph import snapshot
from curagraph.config import Project
from curagraph.converting import conversion
from curagraph.converting.compiler import compile_project
from curagraph.problem import SetAside, UsageError
from curagraph.reading import document, sources
from curagraph.reading.sources import SUFFIXES
from curagraph.snapshot import Snapshot
from curagraph.state.state import State
from curagraph.takedown import kind, living

# So many things are named that a user may have meant.
_NEAR = 3


@dataclass(frozen=True)
class Target:
    """A thing with a graph of its own: its IRI, its kind, and whether it has left the current graph already.

    `files` has the file by which it was named, where that is not in the graph.
    """

    iri: str
    kind: str
    has_left: bool = False
    files: tuple[str, ...] = ()


def find(project: Project, name: str) -> Target:
    """What a user means by a source file, or by a name as `Snapshot.thing` takes it.

    A file need not be in the graph. Raises `UsageError` where it is nothing that can be taken down.
    """
    found = _of_file(project, name)
    if found is None:
        named = Snapshot.current(project).thing(name).value
        found = Target(named.replace(f"{project.base}graph/", project.base, 1), "")
    iri = found.iri
    return _owned(project, iri) or _recorded(project, iri) or (found if found.kind else _gone(project, iri))


def _owned(project: Project, iri: str) -> Target | None:
    """A thing that has a graph in a snapshot. Raises `UsageError` where it has none, and is described nevertheless."""
    current = snapshot.current(project)
    for folder in snapshot.kept(project):
        found = Snapshot(project, folder)
        with State.readable(found.state_path) as state:
            if any(state.owners.of(f"<{iri}>")):
                return Target(iri, kind.described(found, iri), has_left=folder != current)
            if folder == current and living.is_stated(found, iri):
                raise UsageError(living.why(found, state, iri))
    return None


def _recorded(project: Project, iri: str) -> Target | None:
    record = project.forgotten.get(iri)
    return Target(iri, record.kind) if record else None


def _gone(project: Project, iri: str) -> Target:
    """A thing that an earlier graph had. Raises `UsageError` where none is known to have had it."""
    with State.readable(Snapshot.current(project).state_path) as state:
        if state.past.is_gone(f"<{project.base}graph/{iri.removeprefix(project.base)}>"):
            return Target(iri, kind.minted(project, iri) or "CuratedItem", has_left=True)
        near = " ".join(sorted(term[1:-1] for term in state.owners.near(f"<{iri}>", _NEAR)))
    known = f"; near it are {near}" if near else ""
    class_ = kind.minted(project, iri)
    row = "\t".join((iri, class_, "2026-11-22", "WHY"))
    by_hand = f"; if it must stay away all the same, add to forgotten.tsv, below iri, kind, date, reason: {row}"
    raise UsageError(f"there is nothing in the graph about {iri}{known}{by_hand if class_ else ''}")


def _of_file(project: Project, name: str) -> Target | None:
    """The thing that a source file is about, without its kind where the graph has it; None for no name of a file."""
    absolute = Path(os.path.abspath(name))  # noqa: PTH100  # keeps links as they are named
    paths = dict.fromkeys(os.path.relpath(each, project.folder) for each in (absolute, absolute.resolve()))
    current = snapshot.current(project)
    if current:
        with State.readable(current / "state.sqlite") as state:
            for path in paths:
                known = state.files.known(path)
                if known:
                    term, its_name = known
                    return _claimed(state, path, term) if term else _converted(project, path, its_name)
    if absolute.suffix.lower() in SUFFIXES and absolute.is_file():
        return _unbuilt(project, absolute)
    return None


def _claimed(state: State, path: str, term: str) -> Target:
    for owner in state.owners.of(term):
        if owner != path:
            raise UsageError(f"{path} claims {term[1:-1]}, which {owner} has; to forget that one, name its IRI")
    return Target(term[1:-1], "")


def _unbuilt(project: Project, file: Path) -> Target:
    """What a file is about that no build has seen, by the name that it has in its source."""
    folders = [root for root in sources.roots(project, project.sources) if root in file.parents]
    (seen,) = sources.scan(project, [file], sources.Scan())
    name = os.path.splitext(file.relative_to(folders[0]))[0] if folders else seen.name  # noqa: PTH122  # as in a scan
    found = _converted(project, seen.path, name)
    current = snapshot.current(project)
    if current:
        with State.readable(current / "state.sqlite") as state:
            _claimed(state, seen.path, f"<{found.iri}>")
    return found


def _converted(project: Project, path: str, name: str) -> Target:
    """What a file becomes of which the graph has nothing."""
    try:
        found = conversion.convert(compile_project(project), document.read(project.folder, path, name))
    except SetAside as error:
        raise UsageError(f"nothing can be made of {path}: {error.message}") from None
    if not found.iri:
        why = found.problems[0].message if found.problems else "it says nothing"
        raise UsageError(f"nothing can be made of {path}: {why}")
    return Target(found.iri[1:-1], kind.converted(project, found), files=(path,))
