"""The files of the source folders: found without being opened."""

from __future__ import annotations

import errno
import os
import stat
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from curagraph.config import Project
from curagraph.problem import Problem, Severity, UsageError

SUFFIXES = frozenset({".md", ".markdown", ".html", ".txt"})

# A file that changed less than this before it was looked at may change again within a tick of the file system's clock.
_SETTLED_NS = 100_000_000


class Found(NamedTuple):
    """A file that may be a document: its path relative to the project, its name in its source, and its stamp.

    The stamp tells whether the file may have changed since an earlier build; it is empty where that cannot be
    told, because the file has only just been written.
    """

    path: str
    name: str
    stamp: str


@dataclass
class Scan:
    """What looking through the source folders has found beside documents."""

    problems: list[Problem] = field(default_factory=list)
    passed_over: Counter[str] = field(default_factory=Counter)


def roots(project: Project, sources: Iterable[str | Path]) -> list[Path]:
    """The source folders and files, absolute, without those that lie inside another.

    Raises `UsageError` where one does not exist.
    """
    found = []
    for source in sources:
        root = Path(os.path.abspath(project.folder / source))  # noqa: PTH100  # keeps links as they are named
        if not root.exists():
            raise UsageError(f"there is no source {source}; name a folder of Markdown or HTML files")
        if not root.is_dir() and root.suffix.lower() not in SUFFIXES:
            raise UsageError(
                f"the source {source} is no document; wanted a folder, or one of {', '.join(sorted(SUFFIXES))}"
            )
        found.append(root)
    return sorted({root for root in found if not any(other in root.parents for other in found)})


def scan(project: Project, roots: Iterable[Path], seen: Scan) -> Iterator[Found]:
    """Every document file below the roots, in no particular order; what is odd goes to `seen`."""
    for root in roots:
        base = root if root.is_dir() else root.parent
        walk = _Walk(project.folder, base, os.path.realpath(base), seen)
        yield from (
            walk.folder(str(root), (_identity(root),)) if root.is_dir() else (walk.found(str(root), root.stat()),)
        )


def _identity(folder: Path) -> tuple[int, int]:
    status = folder.stat()
    return status.st_dev, status.st_ino


class _Walk:
    """A walk through one source folder. Names that start with a dot are not content."""

    def __init__(self, project: Path, base: Path, real_base: str, seen: Scan) -> None:
        self.real_base = real_base
        self.seen = seen
        self.base = str(base)
        self.shown = os.path.relpath(base, project)
        self.open: list[tuple[str, tuple[tuple[int, int], ...]]] = []

    def folder(self, folder: str, above: tuple[tuple[int, int], ...]) -> Iterator[Found]:
        """Every document below a folder, without recursion: folders may be nested deeper than Python's stack."""
        self.open = [(folder, above)]
        while self.open:
            folder, above = self.open.pop()
            try:
                with os.scandir(folder) as entries:
                    for entry in entries:
                        if not entry.name.startswith("."):
                            yield from self.entry(entry, above)
            except OSError as error:
                self.report(folder, "unreadable", f"the folder cannot be read: {error.strerror}")

    def entry(self, entry: os.DirEntry[str], above: tuple[tuple[int, int], ...]) -> Iterable[Found]:
        stem, dot, suffix = entry.name.rpartition(".")
        is_document = bool(stem) and f".{suffix.lower()}" in SUFFIXES
        try:
            if entry.is_symlink() and not self.may_follow(entry, is_document):
                return ()
            if entry.is_dir():
                self.subfolder(entry, above, is_document)
            elif not is_document:
                self.seen.passed_over[dot + suffix if stem else entry.name] += 1
            elif not _is_unicode(entry.path):
                self.report(entry.path, "bad-name", "the file's name is not UTF-8; rename the file")
            else:
                return (self.found(entry.path, entry.stat()),)
        except OSError as error:
            self.report(entry.path, "unreadable", f"the file cannot be looked at: {error.strerror}; mend or remove it")
        return ()

    def subfolder(self, entry: os.DirEntry[str], above: tuple[tuple[int, int], ...], is_document: bool) -> None:
        if is_document:
            message = "found a folder named like a document; what is in it is read, but rename it"
            self.report(entry.path, "folder-named-like-file", message, Severity.WARNING)
        status = entry.stat()
        identity = (status.st_dev, status.st_ino)
        if identity in above:
            self.report(entry.path, "link-loop", "the link leads back to a folder above it; remove it")
        else:
            self.open.append((entry.path, (*above, identity)))

    def may_follow(self, entry: os.DirEntry[str], is_document: bool) -> bool:
        """Whether a link leads to something inside the source folder; else it is reported."""
        try:
            entry.stat()
        except OSError as error:
            loops = error.errno == errno.ELOOP
            where = "back to itself" if loops else "to nothing"
            severity = Severity.ERROR if is_document or loops else Severity.WARNING
            self.report(entry.path, "bad-link", f"the link leads {where}; remove or mend it", severity)
            return False
        target = os.path.realpath(entry.path)
        if target != self.real_base and not target.startswith(self.real_base + os.sep):
            self.report(entry.path, "link-outside", "the link leads out of the source folder; copy what it leads to")
            return False
        return True

    def found(self, path: str, status: os.stat_result) -> Found:
        name = os.path.splitext(path[len(self.base) + 1 :])[0]  # noqa: PTH122  # a Path for each is dear
        return Found(self.relative(path), name, _stamp(status))

    def relative(self, path: str) -> str:
        below = path[len(self.base) + 1 :]
        return below if self.shown == "." else f"{self.shown}/{below}"

    def report(self, path: str, code: str, message: str, severity: Severity = Severity.ERROR) -> None:
        # A name that is not UTF-8 is shown with its bytes escaped.
        shown = self.relative(path).encode(errors="backslashreplace").decode()
        self.seen.problems.append(Problem(shown, 1, "", code, severity, message))


def _is_unicode(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _stamp(status: os.stat_result) -> str:
    changed = max(status.st_mtime_ns, status.st_ctime_ns)
    if stat.S_ISREG(status.st_mode) and time.time_ns() - changed > _SETTLED_NS:
        return f"{status.st_size}-{status.st_mtime_ns}-{status.st_ctime_ns}"
    return ""
