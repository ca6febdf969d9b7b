"""An edition: a snapshot made ready for strangers, in a folder of its own.

.curagraph/editions/12-3f2a9c1d/    store/ without what is never published, state.sqlite, search.sqlite

The store is a copy by hard links, so that no later build takes the files away. What made an edition is in its name:
another version of curagraph or other settings make another one. A server holds a lock on the editions that it shows;
the others are removed when a new one is made.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sys
from functools import cached_property
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from curagraph.asking import queryfile
from curagraph.asking.queryfile import Question
from curagraph.config import Project
from curagraph.exporting.description import Descriptions
from curagraph.problem import UsageError
from curagraph.serve.labels import Labels
from curagraph.snapshot import Snapshot, current

# Where records come from inside OpenProject is nobody's business; excerpts are other people's.
_HIDDEN = "provenance"
_EXCERPTS = "excerpts"


class Edition:
    """An edition that is open for reading."""

    def __init__(self, project: Project, path: Path) -> None:
        self.project = project
        self.path = path
        self.snapshot = Snapshot(project, path)

    @property
    def number(self) -> str:
        """The number of the snapshot."""
        return self.path.name.partition("-")[0]

    @property
    def store(self) -> ox.Store:
        return self.snapshot.store

    @cached_property
    def labels(self) -> Labels:
        return Labels(self.snapshot)

    @cached_property
    def descriptions(self) -> Descriptions:
        return Descriptions(self.snapshot, excerpts=self.project.limits.excerpts)

    @cached_property
    def questions(self) -> dict[str, Question]:
        """The named questions that people ask, without those that curagraph asks itself."""
        found = queryfile.load_all(self.project)
        return {name: question for name, question in found.items() if question.is_asked}


def hold(path: Path) -> IO[bytes]:
    """Keep an edition from being removed until what is answered is closed.

    Raises `FileNotFoundError` where it was removed already.
    """
    file = (path / "lock").open("rb")
    fcntl.flock(file, fcntl.LOCK_SH)
    return file


def wanted(project: Project) -> Path:
    """The folder of the edition of the current snapshot, which need not be there yet.

    Raises `UsageError` where nothing was built.
    """
    snapshot = current(project)
    if snapshot is None:
        raise UsageError(f"there is no graph in {project.folder} yet; `curagraph build` makes one")
    made = (snapshot / "state.sqlite").stat().st_mtime_ns
    digest = hashlib.sha256(repr((made, project.fingerprint, project.limits)).encode())
    for file in sorted(project.content("queries").rglob("*.rq")):
        digest.update(file.read_bytes())
    return project.state / "editions" / f"{snapshot.name}-{digest.hexdigest()[:8]}"


def make(project: Project) -> Path:
    """Make the edition of the current snapshot, unless it is there. Raises `UsageError` where nothing was built."""
    target = wanted(project)
    if target.is_dir():
        return target
    part = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        _fill(project, part)
        if not target.is_dir():
            part.rename(target)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return target


def _fill(project: Project, folder: Path) -> None:
    from curagraph.serve.browsing import index  # only the making of an edition needs it

    queryfile.load_all(project)  # a mistake in one is told now, and not to those who ask
    snapshot = Snapshot.current(project)
    index.make(snapshot, folder / "search.sqlite")
    os.link(snapshot.state_path, folder / "state.sqlite")
    snapshot.store.backup(str(folder / "store"))
    store = ox.Store(str(folder / "store"))
    for name in (_HIDDEN, *([] if project.limits.excerpts else [_EXCERPTS])):
        store.remove_graph(ox.NamedNode(f"{project.base}graph/{name}"))
    store.flush()
    (folder / "lock").touch()


def remove_others(kept: Path) -> bool:
    """Remove the editions that no server shows, and what was left half made; whether any is still shown."""
    shown = False
    for path in kept.parent.iterdir() if kept.parent.is_dir() else ():
        if path == kept or (path.name.startswith(".") and _is_alive(path.name.rpartition(".")[2])):
            continue
        if _is_held(path / "lock"):
            shown = True
        else:
            shutil.rmtree(path, ignore_errors=True)
    return shown


def is_in_use(path: Path) -> bool:
    """Whether a server shows an edition, or makes it just now."""
    return (path.name.startswith(".") and _is_alive(path.name.rpartition(".")[2])) or _is_held(path / "lock")


def _is_held(lock: Path) -> bool:
    if not lock.exists():
        return False
    with lock.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _is_alive(pid: str) -> bool:
    return pid.isdecimal() and Path(f"/proc/{pid}").exists()


def main() -> None:
    """Make the edition of the project that the first argument names, and print its folder, or why there is none."""
    os.nice(5)  # who reads the old one goes first
    print(make(Project.load(Path(sys.argv[1]))))


if __name__ == "__main__":
    main()
