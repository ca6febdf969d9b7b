"""What a build must remember to build the next snapshot from this one: an SQLite file beside the store.

`file` has a row for each document: its stamp and content hash, the IRI it claims, what it says of shared things, its
page of the ledger and its problems. `owner` says which file an IRI belongs to where several claim it. `shared` counts
how many documents make each statement about a shared thing. `gone` has what was published once: a server can say so.
`former` has digests of the former paths of what was taken down.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from curagraph.problem import Problem, Severity
from curagraph.sources import Found
from curagraph.tasks import Outcome, Shared, Task

_KNOWN = 50_000
# So many things are named that a build has changed; of more it is said that all may have changed.
_CHANGED = 10_000

_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE page (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE shared (
    id INTEGER PRIMARY KEY, line TEXT NOT NULL UNIQUE, slot TEXT NOT NULL, variant_line TEXT NOT NULL,
    uses INTEGER NOT NULL, published TEXT NOT NULL
);
CREATE INDEX shared_slot ON shared (slot) WHERE slot != '';
CREATE TABLE file (
    path TEXT PRIMARY KEY, name TEXT NOT NULL, stamp TEXT NOT NULL, digest TEXT NOT NULL, iri TEXT NOT NULL,
    triples INTEGER NOT NULL, set_aside INTEGER NOT NULL, shared BLOB NOT NULL, page INTEGER, problems TEXT
) WITHOUT ROWID;
CREATE INDEX file_iri ON file (iri) WHERE iri != '';
CREATE INDEX file_page ON file (page);
CREATE TABLE owner (iri TEXT PRIMARY KEY, path TEXT NOT NULL, triples INTEGER NOT NULL) WITHOUT ROWID;
"""
# Known by their definition: state of other tables, made by another version, is not read.
_VERSION = zlib.crc32(_SCHEMA.encode()) >> 1
_SCRATCH = """
CREATE TEMP TABLE scan (path TEXT PRIMARY KEY, name TEXT, stamp TEXT) WITHOUT ROWID;
CREATE TEMP TABLE task (path TEXT PRIMARY KEY, name TEXT, stamp TEXT, digest TEXT) WITHOUT ROWID;
CREATE TEMP TABLE touched (id INTEGER PRIMARY KEY);
CREATE TEMP TABLE was (iri TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS gone (iri TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS former (digest TEXT PRIMARY KEY, iri TEXT NOT NULL) WITHOUT ROWID;
"""
# The subject of a statement in N-Quads.
_SUBJECT = "substr(published, 1, instr(published, '> '))"


class State:
    """An open state file; use as a context manager."""

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.execute = self.connection.execute
        # The numbers of pages and shared statements that were used lately.
        self.known: dict[str, int] = {}
        # The file is thrown away if the build does not end well: no journal, no waiting for the disk.
        self.connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _SCRATCH)
        if self.number("PRAGMA user_version") != _VERSION:
            self.start_over()
        self.execute("BEGIN")

    def start_over(self) -> None:
        """Make the tables anew: the file is new, or another version of curagraph made it."""
        tables = self.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('gone', 'former')")
        names = [row[0] for row in tables]
        for name in names:
            self.execute(f"DROP TABLE {name}")
        self.connection.executescript(f"{_SCHEMA} PRAGMA user_version = {_VERSION};")

    @classmethod
    def readable(cls, path: Path) -> State:
        """The state of a published snapshot, for reading alone."""
        self = cls.__new__(cls)
        self.connection = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)
        self.execute = self.connection.execute
        return self

    def __enter__(self) -> State:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def commit(self) -> None:
        self.execute("COMMIT")

    def get(self, key: str) -> str:
        """A remembered fact about the snapshot, or the empty text."""
        row = self.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else ""

    def set(self, key: str, value: str) -> None:
        """Remember a fact about the snapshot; one that is known leaves the file as it is."""
        if self.get(key) != value:
            self.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def set_changed(self, iris: list[str] | None) -> None:
        """Remember the terms of the things whose graphs a build has written; None is all of them."""
        found = json.dumps(None if iris is None or len(iris) > _CHANGED else iris)
        if found != self.get("changed"):
            self.set("changed", found)

    def changed(self) -> list[str] | None:
        """What the last build has written, as terms; None where that may be everything."""
        found: list[str] | None = json.loads(self.get("changed") or "null")
        return found

    def number(self, sql: str, *values: object) -> int:
        """The one number that a query answers."""
        return int(self.execute(sql, values).fetchone()[0] or 0)

    # What has changed on disk

    def compare(self, found: Iterable[Found]) -> None:
        """Take in the files that are there, and make the list of those that must be read."""
        self.connection.executemany("INSERT OR REPLACE INTO scan VALUES (?, ?, ?)", found)
        self.list_tasks()

    def list_tasks(self) -> None:
        self.execute("DELETE FROM task")
        self.execute(
            """INSERT INTO task SELECT scan.path, scan.name, scan.stamp,
                 CASE WHEN file.path IS NULL THEN NULL WHEN file.name = scan.name THEN file.digest ELSE '' END
               FROM scan LEFT JOIN file USING (path)
               WHERE file.path IS NULL OR scan.stamp = '' OR file.stamp != scan.stamp OR file.name != scan.name"""
        )

    def tasks(self) -> Iterator[Task]:
        """The files that must be read, by path."""
        rows = self.connection.execute("SELECT path, name, stamp, digest FROM task ORDER BY path")
        return (Task(*row) for row in rows)

    def gone(self) -> list[str]:
        """The paths of remembered files that are no longer there."""
        return [row[0] for row in self.execute("SELECT path FROM file WHERE path NOT IN (SELECT path FROM scan)")]

    def forget_all(self, taken_down: Iterable[str] = (), base: str = "") -> None:
        """Begin from nothing, with the same files on disk; of what was taken down not even what it named is kept.

        Earlier versions of it may have named other things: where a record is new, of all that is gone nothing is kept
        but what has a graph of its own, below `base`, and what has the number of such a thing.
        """
        self.known.clear()
        if set(taken_down) - set(json.loads(self.get("forgotten") or "[]")):
            self._forget_names(f"<{base}graph/")
        unsaid = [(thing,) for iri in taken_down for thing in self._named_by(f"<{iri}>")]
        self.execute("INSERT OR IGNORE INTO was SELECT iri FROM owner")
        self.execute(f"INSERT OR IGNORE INTO was SELECT {_SUBJECT} FROM shared WHERE published != ''")  # noqa: S608
        for table in ("file", "owner", "shared", "page", "meta"):
            self.execute(f"DELETE FROM {table}")  # noqa: S608  # names from the line above
        for table in ("was", "gone"):
            self.connection.executemany(f"DELETE FROM {table} WHERE iri = ?", unsaid)  # noqa: S608
        self.list_tasks()

    def _forget_names(self, graphs: str) -> None:
        """Of what is gone, keep graphs, by the start of their terms, and what ends as one of them does."""
        gone = [row[0] for row in self.execute("SELECT iri FROM gone")]
        ends = {iri.rpartition("/")[2] for iri in gone if iri.startswith(graphs)}
        names = [(iri,) for iri in gone if iri.rpartition("/")[2] not in ends]
        self.connection.executemany("DELETE FROM gone WHERE iri = ?", names)

    def _named_by(self, iri: str) -> list[str]:
        """The terms of the shared things that the documents of a thing name."""
        rows = self.execute("SELECT shared FROM file WHERE iri = ?", (iri,)).fetchall()
        ids = {(id_,) for (uses,) in rows for id_ in array("I", uses)}
        found = (self.execute("SELECT line FROM shared WHERE id = ?", id_).fetchone() for id_ in ids)
        return [row[0].partition("> ")[0] + ">" for row in found if row]

    def compact(self) -> None:
        """Write the file anew, so that nothing of what was deleted is left in it; only after `commit`."""
        self.execute("VACUUM")

    # One file at a time

    def settle(self, outcome: Outcome) -> None:
        """A file whose content is the same keeps everything but its stamp."""
        task = outcome.task
        self.execute("UPDATE file SET stamp = ? WHERE path = ?", (task.stamp, task.path))

    def knows(self, outcome: Outcome) -> bool:
        """Whether a file that could not be read is as unreadable as it was."""
        row = self.execute("SELECT digest, problems FROM file WHERE path = ?", (outcome.task.path,)).fetchone()
        return not outcome.digest and row == ("", encode(outcome.problems))

    def claim(self, outcome: Outcome) -> bool:
        """Give its IRI to a file, if it has one and that is free."""
        row = (outcome.iri, outcome.task.path, outcome.triples)
        return bool(outcome.iri) and self.execute("INSERT OR IGNORE INTO owner VALUES (?, ?, ?)", row).rowcount == 1

    def record(self, outcomes: Sequence[tuple[Outcome, bool]], shared: list[Shared]) -> None:
        """Remember files, given with whether they own their IRI; `shared` is what they number."""
        uses: Counter[int] = Counter()
        ids: dict[int, int] = {}
        rows = []
        for each, owns in outcomes:
            mine = [ids.get(number) or ids.setdefault(number, self._id_of(shared[number])) for number in each.shared]
            mine = mine if owns else []
            uses.update(mine)
            page = self._page(each.page) if each.page else None
            says = (each.digest, each.iri, each.triples, each.set_aside, array("I", mine).tobytes(), page)
            rows.append((each.task.path, each.task.name, each.task.stamp, *says, encode(each.problems)))
        self.connection.executemany("INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        self._count(uses)
        self.came_from(row for each, _ in outcomes for row in each.former)

    def _page(self, text: str) -> int:
        if text not in self.known:
            self.execute("INSERT OR IGNORE INTO page (text) VALUES (?)", (text,))
            self._know(text, self.number("SELECT id FROM page WHERE text = ?", text))
        return self.known[text]

    def _id_of(self, shared: Shared) -> int:
        if shared.line not in self.known:
            insert = "INSERT OR IGNORE INTO shared VALUES (NULL, ?, ?, ?, 0, '')"
            self.execute(insert, (shared.line, shared.slot, shared.variant_line))
            self._know(shared.line, self.number("SELECT id FROM shared WHERE line = ?", shared.line))
        return self.known[shared.line]

    def _know(self, text: str, id_: int) -> None:
        if len(self.known) >= _KNOWN:
            self.known.clear()
        self.known[text] = id_

    def forget(self, path: str) -> str:
        """Drop a file's row; the IRI that it owned and that now has no owner, or the empty text."""
        iri = self.disown(path)
        self.execute("DELETE FROM file WHERE path = ?", (path,))
        return iri

    def disown(self, path: str) -> str:
        """Take its IRI and its say about shared things from a file; the IRI, if it owned one."""
        row = self.execute(
            "DELETE FROM owner WHERE path = ? AND iri = (SELECT iri FROM file WHERE path = ?) RETURNING iri",
            (path, path),
        ).fetchone()
        if row is None:
            return ""
        uses = array("I", self.execute("SELECT shared FROM file WHERE path = ?", (path,)).fetchone()[0])
        self._count(Counter(dict.fromkeys(uses, -1)))
        self.execute("UPDATE file SET shared = x'' WHERE path = ?", (path,))
        self.leave(row)
        return str(row[0])

    def disputed(self) -> list[tuple[str, str, str]]:
        """IRIs that the wrong file owns: (IRI, the first path that claims it, the path that owns it or empty)."""
        return self.execute(
            """SELECT file.iri, min(file.path), coalesce(owner.path, '') FROM file LEFT JOIN owner USING (iri)
               WHERE file.iri != '' GROUP BY file.iri HAVING coalesce(owner.path, '') != min(file.path)"""
        ).fetchall()

    # Shared things

    def _count(self, uses: Counter[int]) -> None:
        self.connection.executemany("UPDATE shared SET uses = uses + ? WHERE id = ?", [(n, i) for i, n in uses.items()])
        self.connection.executemany("INSERT OR IGNORE INTO touched VALUES (?)", [(i,) for i in uses])

    def publish_shared(self) -> tuple[list[str], list[str]]:
        """Choose what is published of shared things: (lines to remove, lines to add).

        Of several spellings the commonest is published, of equally common ones the first; the others become variants.
        """
        rows = self.execute(
            """WITH near AS (
                 SELECT id FROM touched UNION
                 SELECT id FROM shared WHERE slot != '' AND slot IN (SELECT slot FROM shared JOIN touched USING (id))
               ), ranked AS (
                 SELECT shared.*, row_number() OVER (
                   PARTITION BY iif(slot = '', id, slot) ORDER BY uses DESC, line) AS rank
                 FROM shared WHERE id IN (SELECT id FROM near)
               )
               SELECT id, published,
                 CASE WHEN uses = 0 THEN '' WHEN slot = '' OR rank = 1 THEN line ELSE variant_line END
               FROM ranked"""
        ).fetchall()
        changed = [(id_, old, new) for id_, old, new in rows if old != new]
        self.connection.executemany("UPDATE shared SET published = ? WHERE id = ?", [(n, i) for i, _, n in changed])
        self.execute("DELETE FROM shared WHERE uses = 0")
        self.known.clear()
        self.execute("DELETE FROM touched")
        self.leave(old.partition("> ")[0] + ">" for _, old, _ in changed if old)
        return [old for _, old, _ in changed if old], [new for _, _, new in changed if new]

    # What was published once

    def leave(self, iris: Iterable[str]) -> None:
        """Take in the terms of things that may be no longer described."""
        self.connection.executemany("INSERT OR IGNORE INTO was VALUES (?)", ((iri,) for iri in iris))

    def left(self, *, gone: bool) -> list[str]:
        """The terms that were taken in; with `gone` only those that no document has now."""
        rows = self.execute("SELECT iri FROM was WHERE NOT ? OR iri NOT IN (SELECT iri FROM owner)", (gone,))
        return [row[0] for row in rows]

    def bury(self) -> None:
        """Remember what is gone, and forget that something was gone that has come back."""
        self.execute("INSERT OR IGNORE INTO gone SELECT iri FROM was")
        self.execute("DELETE FROM gone WHERE iri IN (SELECT iri FROM owner)")
        shared = f"SELECT {_SUBJECT} FROM shared WHERE published != ''"  # noqa: S608
        self.execute(f"DELETE FROM gone WHERE iri IN (SELECT iri FROM was) AND iri IN ({shared})")  # noqa: S608

    def is_gone(self, iri: str) -> bool:
        """Whether a term was described by an earlier snapshot; what is described now may be among these.

        A snapshot that an earlier version of curagraph has made does not know.
        """
        if not self.number("SELECT count(*) FROM sqlite_schema WHERE name = 'gone'"):
            return False
        return self.execute("SELECT 1 FROM gone WHERE iri = ?", (iri,)).fetchone() is not None

    def came_from(self, former: Iterable[tuple[str, str]]) -> None:
        """Remember the digests of former paths of things that were taken down, each with the IRI of the thing."""
        self.connection.executemany("INSERT OR REPLACE INTO former VALUES (?, ?)", former)

    def of_former(self, digest: str) -> str:
        """The IRI of what was taken down and had a path with this digest once; empty where there is none."""
        if not self.number("SELECT count(*) FROM sqlite_schema WHERE name = 'former'"):
            return ""
        row = self.execute("SELECT iri FROM former WHERE digest = ?", (digest,)).fetchone()
        return str(row[0]) if row else ""

    # For the report

    def pages(self) -> Iterator[tuple[str, int]]:
        """Each page of the ledger and how many files have it."""
        yield from self.execute("SELECT text, count(*) FROM file JOIN page ON page.id = file.page GROUP BY page.id")

    def problems(self) -> Iterator[Problem]:
        """The problems of all files, and those that only the whole build tells."""
        files = self.execute("SELECT problems FROM file WHERE problems IS NOT NULL")
        for (text,) in [*files, (self.get("problems") or "[]",)]:
            for each in json.loads(text):
                yield Problem(**(each | {"severity": Severity(each["severity"])}))

    def rivals(self) -> Iterator[tuple[str, str, str]]:
        """(IRI, path, owner's path) of files that claim what another file has."""
        yield from self.execute(
            """SELECT file.iri, file.path, owner.path FROM file JOIN owner USING (iri)
               WHERE file.path != owner.path ORDER BY file.path"""
        )

    def spellings(self) -> Iterator[tuple[str, str]]:
        """(line of a spelling that is not the commonest, line of the commonest)."""
        yield from self.execute(
            """SELECT odd.line, first.line FROM shared AS odd JOIN shared AS first USING (slot)
               WHERE odd.slot != '' AND odd.published = odd.variant_line AND first.published = first.line
               ORDER BY odd.line"""
        )

    def owner(self, iri: str) -> Iterator[str]:
        """The path of the file that an IRI belongs to, if there is one."""
        yield from (row[0] for row in self.execute("SELECT path FROM owner WHERE iri = ?", (iri,)))

    def name(self, path: str) -> str:
        """A file's name in its source folder."""
        return str(self.execute("SELECT name FROM file WHERE path = ?", (path,)).fetchone()[0])

    def users(self, line: str) -> Iterator[str]:
        """The paths of the files that make a shared statement."""
        row = self.execute("SELECT id FROM shared WHERE ? IN (line, published)", (line,)).fetchone()
        for path, uses in self.execute("SELECT path, shared FROM file WHERE shared != x'' ORDER BY path"):
            if row and row[0] in array("I", uses):
                yield path


def encode(problems: Iterable[Problem]) -> str | None:
    """Problems as the text that a row of the state holds."""
    rows = [each.as_json() for each in problems]
    return json.dumps(rows) if rows else None
