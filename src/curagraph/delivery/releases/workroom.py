"""A room for the work on a release: below `.curagraph/`, as it holds what the partner may not see.

.curagraph/releasing/NAME/    of one process, which holds a lock on it; worth nothing without that process
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from curagraph.config import Project

FOLDER = "releasing"


@contextmanager
def workroom(project: Project) -> Iterator[Path]:
    """An empty folder to work in, removed in the end; those of processes that were killed are removed first."""
    rooms = project.state / FOLDER
    rooms.mkdir(exist_ok=True)
    with _held(rooms, fcntl.LOCK_EX):
        clear(project)
        room = Path(tempfile.mkdtemp(dir=rooms))
        lock = _locked(room, fcntl.LOCK_EX)
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)
        os.close(lock)


def clear(project: Project) -> None:
    """Remove the rooms of processes that have ended."""
    rooms = project.state / FOLDER
    for each in rooms.iterdir() if rooms.is_dir() else ():
        _clear(each)


def _clear(room: Path) -> None:
    """Remove the room of a process that has ended."""
    try:
        with _held(room, fcntl.LOCK_EX | fcntl.LOCK_NB):
            shutil.rmtree(room)
    except (BlockingIOError, FileNotFoundError):  # it is in use, or is being removed
        return


@contextmanager
def _held(folder: Path, how: int) -> Iterator[None]:
    lock = _locked(folder, how)
    try:
        yield
    finally:
        os.close(lock)


def _locked(folder: Path, how: int) -> int:
    """A file descriptor that holds a lock on a folder. Raises `BlockingIOError` where another process does."""
    lock = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(lock, how)
    except BlockingIOError:
        os.close(lock)
        raise
    return lock
