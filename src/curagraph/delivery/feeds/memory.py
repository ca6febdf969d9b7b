"""What a feed last said of each thing: an SQLite file outside the feed, which is only quicker than the pages are.

`thing` has the newest version of each, `old` those versions that a newer one has superseded, `page` what the index says
of a page, `file` by what to know each file again. A memory that is lost is made again from the pages.
"""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from itertools import groupby, takewhile
from operator import attrgetter
from pathlib import Path

from curagraph.delivery.feeds.page import DELETE, Version

_TABLES = ("meta", "thing", "old", "page", "file")
_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE thing (
    term TEXT PRIMARY KEY, kind TEXT NOT NULL, time TEXT NOT NULL, digest BLOB NOT NULL,
    page INTEGER NOT NULL, number INTEGER NOT NULL, is_told INTEGER NOT NULL, has_note INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX thing_number ON thing (number);
CREATE INDEX thing_told ON thing (number) WHERE is_told;
CREATE INDEX thing_deleted ON thing (time) WHERE kind = 'Delete';
CREATE TABLE old (number INTEGER PRIMARY KEY, page INTEGER NOT NULL, time TEXT NOT NULL);
CREATE INDEX old_time ON old (time);
CREATE TABLE page (number INTEGER PRIMARY KEY, first TEXT NOT NULL, last TEXT NOT NULL);
CREATE TABLE file (name TEXT PRIMARY KEY, size INTEGER NOT NULL, time INTEGER NOT NULL, digest BLOB NOT NULL)
    WITHOUT ROWID;
"""
# Known by their definition: a memory of other tables, made by another version, is not read.
_VERSION = zlib.crc32(_SCHEMA.encode()) >> 1
_PLACED = """
CREATE TEMP TABLE placed (
    term TEXT PRIMARY KEY, kind TEXT, time TEXT, digest BLOB, page INTEGER, number INTEGER, is_told INTEGER,
    has_note INTEGER
) WITHOUT ROWID"""

# Of a newest version: term, kind, time, digest, page, number.
Row = tuple[str, str, str, bytes, int, int]
_ROW = "SELECT term, kind, time, digest, page, number FROM thing"


def digest(lines: bytes) -> bytes:
    """The SHA-256 of what is said of a thing, in sorted lines of N-Triples; of nothing the empty one."""
    return hashlib.sha256(lines).digest() if lines else b""


class Memory:
    """The memory of one feed, in a file; use as a context manager. What is not kept in the end is as before.

    `is_told` says of a term whether people are told what becomes of the thing.
    """

    def __init__(self, file: Path, is_told: Callable[[str], bool]) -> None:
        self.is_told = is_told
        if not _is_ours(file):
            file.unlink(missing_ok=True)
        self.connection = sqlite3.connect(file, isolation_level=None)
        self.execute = self.connection.execute
        if self.execute("PRAGMA user_version").fetchone()[0] == 0:
            self.connection.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {_VERSION}; COMMIT;")
        self.execute("PRAGMA secure_delete = ON")  # what leaves is in no byte of the file either
        self.execute(_PLACED)
        self.execute("BEGIN")

    def __enter__(self) -> Memory:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def get(self, key: str) -> str:
        """A remembered fact, or the empty text."""
        row = self.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else ""

    def keep(self, **facts: str) -> None:
        """Remember facts, and all that has been taken in."""
        self.connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", facts.items())
        self.execute("COMMIT")
        self.execute("BEGIN")

    def recall(self, pages: Iterable[tuple[int, list[Version]]]) -> None:
        """Forget everything, and take in what the pages say."""
        for table in _TABLES:
            self.execute(f"DELETE FROM {table}")  # noqa: S608  # names from above
        for number, versions in pages:
            for _, update in groupby(versions, attrgetter("time")):
                self.take((number, version) for version in update)

    def begin_again(self, pages: Iterable[tuple[int, list[Version]]]) -> None:
        """Forget all versions, but not which things live by them, or by what the pages say: none is as it was."""
        self.execute("CREATE TEMP TABLE living AS SELECT term, is_told FROM thing WHERE kind != ?", (DELETE,))
        self.recall(pages)
        self.execute("INSERT INTO living SELECT term, is_told FROM thing WHERE kind != ?", (DELETE,))
        self.recall(())
        self.execute("INSERT INTO thing SELECT DISTINCT term, '', '', x'', 0, 0, is_told, 0 FROM living")
        self.execute("DROP TABLE living")

    # What was said

    def living(self) -> Iterator[tuple[str, bytes]]:
        """The things that are not deleted, as terms in order, each with the digest of what was said of it."""
        yield from self.execute("SELECT term, digest FROM thing WHERE kind != ? ORDER BY term", (DELETE,))

    def listed(self, start: str) -> Iterator[Row]:
        """The newest versions of the living things whose terms have a start, by term."""
        sql = f"{_ROW} WHERE term >= ? AND kind != ? ORDER BY term"
        yield from takewhile(lambda row: row[0].startswith(start), self.execute(sql, (start, DELETE)))

    def said(self, term: str) -> bytes | None:
        """The digest of what was said of a thing; None where it does not live."""
        row = self.execute("SELECT digest FROM thing WHERE term = ? AND kind != ?", (term, DELETE)).fetchone()
        return row[0] if row else None

    def deleted(self, terms: Iterable[str]) -> Iterator[tuple[str, str, bool]]:
        """Those of some things that are deleted: the term, since when, and whether the feed has told why."""
        sql = "SELECT term, time, has_note FROM thing WHERE term = ? AND kind = ?"
        for term in terms:
            yield from self.execute(sql, (term, DELETE))

    def newest(self, after: str = "") -> Iterator[Row]:
        """The newest versions of things from the newest back, as far as they come after a time."""
        yield from takewhile(lambda row: row[2] > after, self.execute(f"{_ROW} ORDER BY number DESC"))

    def told(self) -> Iterator[Row]:
        """The newest versions of the things of which people are told, from the newest back."""
        yield from self.execute(f"{_ROW} WHERE is_told ORDER BY number DESC")

    def newest_time(self) -> str:
        """The time of the newest version, or the empty text."""
        return next((row[2] for row in self.newest()), "")

    def spans(self) -> list[tuple[int, str, str]]:
        """Each page that has versions: its number, and the times of the first and the last."""
        return self.execute("SELECT number, first, last FROM page ORDER BY number").fetchall()

    # What comes and leaves

    def take(self, placed: Iterable[tuple[int, Version]]) -> Counter[str]:
        """Take in new versions with the numbers of their pages, of each thing at most one; how many of each kind."""
        rows = (
            (v.thing, v.kind, v.time, digest(v.lines), page, v.number, self.is_told(v.thing), bool(v.note))
            for page, v in placed
        )
        self.connection.executemany("INSERT INTO placed VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        self.execute(
            "INSERT INTO old SELECT number, page, time FROM thing WHERE page > 0 AND term IN (SELECT term FROM placed)"
        )
        self.execute("INSERT OR REPLACE INTO thing SELECT * FROM placed")
        self.execute(
            """INSERT INTO page SELECT page, min(time), max(time) FROM placed GROUP BY page HAVING true
               ON CONFLICT (number) DO UPDATE SET last = excluded.last"""
        )
        tally = Counter(dict(self.execute("SELECT kind, count(*) FROM placed GROUP BY kind").fetchall()))
        self.execute("DELETE FROM placed")
        return tally

    def superseded(self) -> list[tuple[int, int]]:
        """The page and the number of every version that a newer one has superseded."""
        return self.execute("SELECT page, number FROM old").fetchall()

    def expired(self, before: str) -> list[tuple[int, int]]:
        """The page and the number of superseded versions, and of deletes, that come before a time."""
        sql = "SELECT page, number FROM old WHERE time < ?1 UNION ALL SELECT page, number FROM thing"
        return self.execute(f"{sql} WHERE kind = 'Delete' AND time < ?1", (before,)).fetchall()

    def deletes(self, until: str) -> list[tuple[str, int, int]]:
        """The thing, the page and the number of each delete that does not come after a time."""
        sql = "SELECT term, page, number FROM thing WHERE kind = 'Delete' AND time <= ?"
        return self.execute(sql, (until,)).fetchall()

    def drop(self, numbers: Iterable[int]) -> None:
        """Forget versions that have left the pages, by their numbers."""
        rows = [(number,) for number in numbers]
        self.connection.executemany("DELETE FROM old WHERE number = ?", rows)
        self.connection.executemany("DELETE FROM thing WHERE number = ? AND kind = 'Delete'", rows)

    def see(self, page: int, versions: list[Version]) -> None:
        """Take in what is left of a page."""
        self.execute("DELETE FROM page WHERE number = ?", (page,))
        if versions:
            self.execute("INSERT INTO page VALUES (?, ?, ?)", (page, versions[0].time, versions[-1].time))


def _is_ours(file: Path) -> bool:
    """Whether a file has the tables of a memory."""
    with closing(sqlite3.connect(file)) as connection:
        try:
            return bool(connection.execute("PRAGMA user_version").fetchone()[0] == _VERSION)
        except sqlite3.DatabaseError:
            return False
