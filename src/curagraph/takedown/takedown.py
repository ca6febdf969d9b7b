"""Taking a thing down: the record first, then a graph without it, then nothing on this machine that still holds it."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime

from curagraph import snapshot
from curagraph.building import building
from curagraph.config import Project
from curagraph.problem import BuildStopped, UsageError
from curagraph.reading import sources
from curagraph.snapshot import Snapshot
from curagraph.state.state import State
from curagraph.takedown import forgotten, pruning, target
from curagraph.takedown.forgotten import Takedown


@dataclass(frozen=True)
class Forgotten:
    """What a takedown did: its record, whether it is a new one, and the source files that are still there.

    `had_left` says that the thing was in the graph no more, `is_built` that there is a graph, and `is_done` that it was
    built anew or that older snapshots were removed.
    """

    record: Takedown
    is_new: bool
    files: tuple[str, ...]
    had_left: bool
    is_built: bool
    is_done: bool


def forget(project: Project, name: str, reason: str) -> Forgotten:
    """Take down a thing, given by a source file of it or as `Snapshot.thing` takes it, for a reason that is published.

    What was taken down before is left as it was. Raises `UsageError` where there is no such thing or the reason is
    none, `BuildStopped` where the graph could not be built; what was recorded by then goes with the next build.
    """
    found = target.find(project, name)
    record = Takedown(found.iri, found.kind, _today(), forgotten.reason(reason))
    roots = _sources(project)
    with snapshot.lock(project):
        records = forgotten.load(project.folder, project.base)
        if found.iri not in records:
            forgotten.write(project.folder, {**records, record.iri: record})
    project = Project.load(project.folder)
    is_done = _done(project, roots)
    record = records.get(found.iri, record)
    is_built = snapshot.current(project) is not None
    files = _left_out(project, record) if is_built else found.files
    return Forgotten(record, found.iri not in records, files, found.has_left, is_built, is_done)


def _today() -> str:
    """The date in UTC, or that of SOURCE_DATE_EPOCH. Raises `UsageError` where that is no number of seconds."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        time = datetime.fromtimestamp(int(given), UTC) if given else datetime.now(UTC)
    except (ValueError, OverflowError, OSError):
        raise UsageError(f"SOURCE_DATE_EPOCH wants seconds since 1970, found {given!r}") from None
    return time.date().isoformat()


def _sources(project: Project) -> list[str]:
    """The sources of the last build. Raises `UsageError` where one is no longer there."""
    current = snapshot.current(project)
    if current is None:
        return []
    with State.readable(current / "state.sqlite") as state:
        found: list[str] = json.loads(state.facts.get("sources") or "null") or list(project.sources)
    sources.roots(project, found)
    return found


def _done(project: Project, roots: list[str]) -> bool:
    """Build a graph without what was taken down, or finish what was cut short; whether there was something to do."""
    current = snapshot.current(project)
    if current is None:
        return False
    if pruning.heeds(project, current):
        with snapshot.lock(project):
            return pruning.prune(project) > 0
    try:
        building.build(project, roots)
    except BuildStopped as error:
        raise BuildStopped(f"the takedown is recorded, and the next build will heed it: {error}") from error
    return True


def _left_out(project: Project, record: Takedown) -> tuple[str, ...]:
    """The source files that the last build has left out because of a record."""
    with State.readable(Snapshot.current(project).state_path) as state:
        told = (each for each in state.problems() if each.code == "forgotten" and str(record) in each.message)
        return tuple(sorted(each.file for each in told))
