"""The shelf on which the releases of one partner stand.

DIR/NAME/1/, 2/ ...   releases, which nobody changes any more
DIR/NAME/latest       a link to the newest, moved when all of it is there
DIR/NAME/.making/     what the next release is made in; worth nothing until it is moved
DIR/NAME/.gone/       what is being removed
DIR/NAME/.lock        held by the one process that makes a release
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from curagraph.problem import BuildStopped

LATEST = "latest"


class Shelf:
    """The releases in a folder, by number."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __getitem__(self, version: int) -> Path:
        return self.folder / str(version)

    @property
    def versions(self) -> list[int]:
        """The numbers of the releases that are there, in order."""
        names = (path.name for path in self.folder.iterdir() if path.is_dir() and not path.is_symlink())
        return sorted(int(name) for name in names if is_version(name))

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the right to make a release. Raises `BuildStopped` where another process has it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / ".lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise BuildStopped(f"another release is being made in {self.folder}; wait until it has ended") from None
            yield

    @contextmanager
    def making(self) -> Iterator[Path]:
        """An empty folder to work in, removed in the end."""
        folder = self.folder / ".making"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def place(self, made: Path, version: int) -> None:
        """Put a finished release on the shelf, and let `latest` lead to it."""
        made.rename(self[version])
        self.point()

    def tidy(self) -> None:
        """Finish what a process that was killed has left."""
        shutil.rmtree(self.folder / ".gone", ignore_errors=True)
        if self.versions:
            self.point()

    def point(self) -> None:
        """Let `latest` lead to the newest release, where it does not."""
        link, newest = self.folder / LATEST, str(self.versions[-1])
        if link.is_symlink() and os.readlink(link) == newest:  # noqa: PTH115  # the text of the link is meant
            return
        new = self.folder / ".latest.part"
        new.unlink(missing_ok=True)
        new.symlink_to(newest)
        new.replace(link)

    def remove(self, versions: list[int]) -> None:
        """Take releases off the shelf, each at once."""
        gone = self.folder / ".gone"
        for version in versions:
            self[version].rename(gone)
            shutil.rmtree(gone)


def is_version(name: str) -> bool:
    """Whether a name is the number of a release.

    >>> [is_version(name) for name in ("1", "12", "012", "0", "latest")]
    [True, True, False, False, False]
    """
    return name.isascii() and name.isdecimal() and not name.startswith("0")
