"""Places to work in: held by one process at a time, empty at first, and removed in the end."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from curagraph.problem import CuragraphError


@contextmanager
def alone(place: Path, otherwise: CuragraphError) -> Iterator[None]:
    """Hold the right to a folder, or by a file that is made where there is none; raises `otherwise` if another has it.

    The system frees it when the process ends, however it ends. A link in place of the file is not followed.
    """
    how = os.O_RDONLY if place.is_dir() else os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW
    held = os.open(place, how | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise otherwise from None
        yield
    finally:
        os.close(held)


@contextmanager
def empty(folder: Path) -> Iterator[Path]:
    """An empty folder, whatever was there before; it is removed in the end unless it was moved away."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
