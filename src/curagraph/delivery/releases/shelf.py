"""The shelf on which the releases of one partner stand.

DIR/NAME/1/, 2/ ...   releases, which nobody changes any more
DIR/NAME/latest       a link to the newest, moved when all of it is there
DIR/NAME/.making/     what the next release is made in; worth nothing until it is moved
DIR/NAME/.gone/       what is being removed
DIR/NAME/.highest     the highest number that a release has had: none is used twice, also where releases were withdrawn
DIR/NAME/.lock        held by the one process that makes a release
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from curagraph import workplace
from curagraph.problem import BuildStopped

LATEST = "latest"
_MAKING, _GONE, _HIGHEST, _LOCK, _LINK = ".making", ".gone", ".highest", ".lock", ".latest.part"


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

    @property
    def highest(self) -> int:
        """The highest number that a release has had here. Raises `BuildStopped` where its record is none."""
        file = self.folder / _HIGHEST
        text = file.read_text("ascii", "replace").strip() if file.exists() else "0"
        if text != "0" and not is_version(text):
            raise BuildStopped(f"{file}: wants the highest number that a release has had, found {text[:20]!r}")
        return max([int(text), *(int(path.name) for path in self.folder.iterdir() if is_version(path.name))])

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the right to make a release.

        Raises `BuildStopped` where another process has it, or what stands in the folder is no shelf.
        """
        self._check()
        self.folder.mkdir(parents=True, exist_ok=True)
        error = BuildStopped(f"another release is being made in {self.folder}; wait until it has ended")
        with workplace.alone(self.folder / _LOCK, error):
            yield

    def _check(self) -> None:
        """Raises `BuildStopped` where something has the name of what the shelf needs."""
        for path in (self.folder.parent, self.folder, self.folder / _MAKING, self.folder / _GONE):
            if (path.exists() or path.is_symlink()) and not path.is_dir():
                raise BuildStopped(f"{path}: found a file where a folder is wanted; move it away")
        for path in (self.folder / _LOCK, self.folder / _HIGHEST):
            if path.is_symlink() or (path.exists() and not path.is_file()):
                raise BuildStopped(f"{path}: found a link or a folder where a file is wanted; move it away")
        for path in (self.folder / LATEST, self.folder / _LINK):
            if path.exists() and not path.is_symlink():
                raise BuildStopped(f"{path}: found what is no link, which leads to the newest release; move it away")

    @contextmanager
    def making(self) -> Iterator[Path]:
        """An empty folder for the next release, removed in the end."""
        with workplace.empty(self.folder / _MAKING) as folder:
            yield folder

    def place(self, made: Path, version: int) -> None:
        """Put a finished release on the shelf, and let `latest` lead to it."""
        made.rename(self[version])
        self.tidy()

    def tidy(self) -> None:
        """Finish what a process that was killed has left."""
        shutil.rmtree(self.folder / _GONE, ignore_errors=True)
        self._remember()
        self._point()

    def _remember(self) -> None:
        """Record the highest number that a release has had."""
        file, text = self.folder / _HIGHEST, f"{self.highest}\n"
        if text != "0\n" and not (file.exists() and file.read_text("ascii") == text):
            part = self.folder / f"{_HIGHEST}.part"
            part.write_text(text, encoding="ascii")
            part.replace(file)

    def _point(self) -> None:
        """Let `latest` lead to the newest release, or be gone where there is none."""
        link, newest = self.folder / LATEST, str((self.versions or [0])[-1])
        if newest == "0":
            link.unlink(missing_ok=True)
        elif not link.is_symlink() or os.readlink(link) != newest:  # noqa: PTH115  # the text of the link is meant
            new = self.folder / _LINK
            new.unlink(missing_ok=True)
            new.symlink_to(newest)
            new.replace(link)

    def remove(self, versions: list[int]) -> None:
        """Take releases off the shelf, each at once."""
        gone = self.folder / _GONE
        for version in versions:
            self[version].rename(gone)
            shutil.rmtree(gone)


def is_version(name: str) -> bool:
    """Whether a name is the number of a release.

    >>> [is_version(name) for name in ("1", "12", "012", "0", "latest")]
    [True, True, False, False, False]
    """
    return name.isascii() and name.isdecimal() and not name.startswith("0")
