"""The pages of a folder, found without being opened, and written so that none is ever half there."""

from __future__ import annotations

import os
import re
import stat
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from curagraph.problem import Problem, Refused, Severity

_PAGE = re.compile(r".+\.x?html?\Z", re.IGNORECASE | re.DOTALL)
_LITTER = re.compile(r"\.curagraph-\d+\.part\Z")
# A file that changed less than this before it was looked at may change again within a tick of the file system's clock.
_SETTLED_NS = 100_000_000
_LONGEST = 256 << 20


class Found(NamedTuple):
    """A page: its path relative to the folder, and its stamp, which is empty where it may change unnoticed."""

    path: str
    stamp: str


class Read(NamedTuple):
    """A page that was read: its bytes, and what the system said of the file."""

    data: bytes
    status: os.stat_result


class Folder:
    """A folder of pages. Names that begin with a dot are passed over, as a web server does not show them."""

    def __init__(self, path: Path) -> None:
        self.path = str(path)
        self.real = os.path.realpath(path)
        self.problems: list[Problem] = []

    def pages(self) -> Iterator[Found]:
        """Every page, in no particular order; what is odd goes to `problems`.

        What a run that was killed has left behind is removed on the way.
        """
        open_ = [""]
        while open_:
            folder = open_.pop()
            try:
                with os.scandir(self.file(folder)) as entries:
                    for entry in entries:
                        if entry.name.startswith("."):
                            self._clear(entry)
                        else:
                            yield from self._entry(entry, folder, open_)
            except OSError as error:
                self._report(folder, "unreadable", f"the folder cannot be read: {error.strerror}")

    def file(self, path: str) -> str:
        """Where a path of this folder leads."""
        return f"{self.path}/{path}" if path else self.path

    def shown(self, path: str) -> str:
        """A path as problems name it; of a name that is not UTF-8 the bytes are escaped."""
        return self.file(path).encode(errors="backslashreplace").decode()

    def _entry(self, entry: os.DirEntry[str], folder: str, open_: list[str]) -> Iterator[Found]:
        path = f"{folder}/{entry.name}" if folder else entry.name
        is_page = bool(_PAGE.match(entry.name))
        try:
            if entry.is_symlink():
                self._look_at_link(entry, path, is_page)
            elif entry.is_dir():
                open_.append(path)
            elif is_page and entry.is_file():
                yield Found(path, stamp(entry.stat()))
            elif is_page:
                self._report(path, "not-a-file", "found a pipe, a device or a socket named like a page; rename it")
        except OSError as error:
            self._report(path, "unreadable", f"the file cannot be looked at: {error.strerror}; mend or remove it")

    def _look_at_link(self, entry: os.DirEntry[str], path: str, is_page: bool) -> None:
        """A link within the folder leads to what is found there anyway; one that leads out is nobody's to change."""
        target = os.path.realpath(entry.path)
        inside = target == self.real or target.startswith(self.real + os.sep)
        if not inside and (is_page or entry.is_dir()):
            self._report(path, "link-outside", "the link leads out of the folder; copy what it leads to")

    def _clear(self, entry: os.DirEntry[str]) -> None:
        if _LITTER.match(entry.name):
            with suppress(OSError):
                os.unlink(entry.path)  # noqa: PTH108  # a Path for each is dear

    def _report(self, path: str, code: str, message: str) -> None:
        self.problems.append(Problem(self.shown(path), 1, "", code, Severity.ERROR, message))


def read(path: str) -> Read:
    """Read a page. Raises `Refused` where it cannot be read or is too long."""
    try:
        with open(path, "rb", opener=_open) as file:  # a Path for each is dear
            status = os.fstat(file.fileno())
            if status.st_size > _LONGEST:
                raise Refused("page-too-long", f"the page is longer than {_LONGEST >> 20} MiB; split it")
            return Read(file.read(), status)
    except OSError as error:
        raise Refused("unreadable", f"the page cannot be read: {error.strerror}") from None


def write(path: str, data: bytes, before: os.stat_result) -> str:
    """Put bytes in the place of a page that was read, in one step; the stamp of the new file.

    Raises `Refused` where the page may not be written, or has changed since it was read.
    """
    if not before.st_mode & 0o222 or not os.access(path, os.W_OK):
        raise Refused("unwritable-page", "the page may only be read; change its permissions")
    new = f"{os.path.dirname(path)}/.curagraph-{os.getpid()}.part"  # noqa: PTH120  # a Path for each is dear
    try:
        _write_new(new, data, before)
        if _identity(os.stat(path, follow_symlinks=False)) != _identity(before):  # noqa: PTH116  # a Path for each is dear
            raise Refused("page-in-motion", "the page changed while it was read; run this when the site is built")
        os.replace(new, path)  # noqa: PTH105  # a Path for each is dear
        return _stamp(os.stat(path))  # noqa: PTH116  # a Path for each is dear
    except OSError as error:
        raise Refused("unwritable-page", f"the page cannot be written: {error.strerror}; mend that") from None
    finally:
        with suppress(OSError):
            os.unlink(new)  # noqa: PTH108  # a Path for each is dear


def stamp(status: os.stat_result) -> str:
    """What changes when a file does, or the empty text where it may have changed too lately to tell."""
    changed = max(status.st_mtime_ns, status.st_ctime_ns)
    return _stamp(status) if time.time_ns() - changed > _SETTLED_NS else ""


def _stamp(status: os.stat_result) -> str:
    return f"{status.st_ino}-{status.st_size}-{status.st_mtime_ns}-{status.st_ctime_ns}"


def _identity(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_ino, status.st_size, status.st_mtime_ns


def _open(path: str, flags: int) -> int:
    """Open a page and nothing else: not through a link, and without waiting for a pipe."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


def _write_new(path: str, data: bytes, like: os.stat_result) -> None:
    """Write a file with the permissions, and where that is allowed the owner, of another."""
    with open(path, "wb") as file:  # noqa: PTH123  # a Path for each is dear
        file.write(data)
        mine = os.fstat(file.fileno())
        if (mine.st_uid, mine.st_gid) != (like.st_uid, like.st_gid):
            with suppress(PermissionError):
                os.fchown(file.fileno(), like.st_uid, like.st_gid)
        if stat.S_IMODE(mine.st_mode) != stat.S_IMODE(like.st_mode):
            os.fchmod(file.fileno(), stat.S_IMODE(like.st_mode))
