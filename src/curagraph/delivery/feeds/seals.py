"""By what to know that the files of a feed are as the feed wrote them: size, time and hash, kept in its memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from curagraph.delivery.feeds.memory import Memory

# Of so many files each is read; of more only those whose size or time differs.
_FEW = 50


def seal(memory: Memory, files: Iterable[Path]) -> None:
    """Remember those files that are there as they are now, and no others."""
    rows = [(file.name, *_stamp(file), _known(memory, file) or _digest(file)) for file in files if file.exists()]
    memory.execute("DELETE FROM file")
    memory.connection.executemany("INSERT INTO file VALUES (?, ?, ?, ?)", rows)


def broken(memory: Memory, files: list[Path]) -> Iterator[Path]:
    """Those files that are not there, or have other bytes than when they were sealed."""
    for file in files:
        known = _known(memory, file) if file.exists() and len(files) > _FEW else None
        if not known and (not file.exists() or _sealed(memory, file) != _digest(file)):
            yield file


def names(memory: Memory) -> set[str]:
    """The names of the files that were sealed."""
    return {row[0] for row in memory.execute("SELECT name FROM file")}


def _stamp(file: Path) -> tuple[int, int]:
    """The size of a file, and when it was written, in nanoseconds."""
    found = file.stat()
    return found.st_size, found.st_mtime_ns


def _digest(file: Path) -> bytes:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").digest()


def _sealed(memory: Memory, file: Path) -> bytes | None:
    row = memory.execute("SELECT digest FROM file WHERE name = ?", (file.name,)).fetchone()
    return row[0] if row else None


def _known(memory: Memory, file: Path) -> bytes | None:
    """The hash of a file that has the size and the time that it had."""
    sql = "SELECT digest FROM file WHERE name = ? AND size = ? AND time = ?"
    row = memory.execute(sql, (file.name, *_stamp(file))).fetchone()
    return row[0] if row else None
