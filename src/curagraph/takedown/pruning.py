"""Removing what still holds a thing that was taken down: what was made of snapshots from before the takedown."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from curagraph import snapshot
from curagraph.config import Project
from curagraph.delivery.releases import workroom
from curagraph.embedding import records
from curagraph.problem import BuildStopped
from curagraph.state.state import State

# Where each feed has a folder for what it remembers.
_FEEDS = "feeds"


def prune(project: Project) -> int:
    """Remove the snapshots and editions that do not heed the records of a project; how many were removed.

    The current snapshot stays, and so does an edition that a server shows: the server removes it when it shows the
    next one. What `embed` remembers of pages goes too, with their addresses, and what `feed` remembers of things: the
    one is of no use after a takedown, the other is made again from the feed. So does what a killed release has left.
    """
    wrong = [folder for folder in _kept(project) if not heeds(project, folder)]
    if wrong:
        for name in (records.FOLDER, _FEEDS):
            shutil.rmtree(project.state / name, ignore_errors=True)
        workroom.clear(project)
    for folder in wrong:
        shutil.rmtree(folder, ignore_errors=True)
    return len(wrong)


def heeds(project: Project, folder: Path) -> bool:
    """Whether a snapshot or an edition was made without all that a project has taken down."""
    try:
        with State.readable(folder / "state.sqlite") as state:
            return set(project.forgotten) <= set(json.loads(state.facts.get("forgotten") or "[]"))
    except sqlite3.OperationalError:  # it is no longer there, or only in part
        return False


def look_again(project: Project, folder: Path) -> None:
    """Read the records as they are now. Raises `BuildStopped` where a snapshot does not heed them.

    What takes long and publishes a snapshot does so before its last step: another process may have taken something
    down meanwhile.
    """
    now = replace(project)  # without the records that were read before
    if now.forgotten and not heeds(now, folder):
        raise BuildStopped(
            "something was taken down meanwhile, and nothing was published; run `curagraph build`, then this again"
        )


def _kept(project: Project) -> Iterator[Path]:
    from curagraph.serve import edition  # only who has taken something down needs it

    current = snapshot.current(project)
    yield from (folder for folder in snapshot.kept(project) if folder != current)
    editions = project.state / "editions"
    for folder in sorted(editions.iterdir()) if editions.is_dir() else ():
        if not edition.is_in_use(folder):
            yield folder
