"""Removing what still holds a thing that was taken down: what was made of snapshots from before the takedown."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from curagraph import snapshot
from curagraph.config import Project
from curagraph.embedding import records
from curagraph.state import State


def prune(project: Project) -> int:
    """Remove the snapshots and editions that do not heed the records of a project; how many were removed.

    The current snapshot stays, and so does an edition that a server shows: the server removes it when it shows the
    next one. What `embed` remembers of pages goes too: it holds their addresses, and is of no use after a takedown.
    """
    wrong = [folder for folder in _kept(project) if not heeds(project, folder)]
    if wrong:
        shutil.rmtree(project.state / records.FOLDER, ignore_errors=True)
    for folder in wrong:
        shutil.rmtree(folder, ignore_errors=True)
    return len(wrong)


def heeds(project: Project, folder: Path) -> bool:
    """Whether a snapshot or an edition was made without all that a project has taken down."""
    file = folder / "state.sqlite"
    if not file.exists():
        return False
    with State.readable(file) as state:
        return set(project.forgotten) <= set(json.loads(state.get("forgotten") or "[]"))


def _kept(project: Project) -> Iterator[Path]:
    from curagraph.serve import edition  # only who has taken something down needs it

    current = snapshot.current(project)
    yield from (folder for folder in snapshot.kept(project) if folder != current)
    editions = project.state / "editions"
    for folder in sorted(editions.iterdir()) if editions.is_dir() else ():
        if not edition.is_in_use(folder):
            yield folder
