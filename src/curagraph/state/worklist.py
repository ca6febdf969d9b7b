"""What has changed on disk: the files that a build must read, and those that are no longer there."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

from curagraph.converting.tasks import Task
from curagraph.reading.sources import Found


class Worklist:
    """The files on disk, compared with those that the state remembers."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.execute = connection.execute

    def compare(self, found: Iterable[Found]) -> None:
        """Take in the files that are there, and make the list of those that must be read."""
        self.connection.executemany("INSERT OR REPLACE INTO scan VALUES (?, ?, ?)", found)
        self.list_tasks()

    def list_tasks(self) -> None:
        """Make the list anew, where the state has changed and the files have not."""
        self.execute("DELETE FROM task")
        self.execute(
            """INSERT INTO task SELECT scan.path, scan.name, scan.stamp,
                 CASE WHEN file.path IS NULL THEN NULL WHEN file.name = scan.name THEN file.digest ELSE '' END
               FROM scan LEFT JOIN file USING (path)
               WHERE file.path IS NULL OR scan.stamp = '' OR file.stamp != scan.stamp OR file.name != scan.name"""
        )

    def count(self) -> int:
        """How many files must be read."""
        return int(self.execute("SELECT count(*) FROM task").fetchone()[0])

    def count_new(self) -> int:
        """How many files must be read that were not there at the last build."""
        return int(self.execute("SELECT count(*) FROM task WHERE digest IS NULL").fetchone()[0])

    def tasks(self) -> Iterator[Task]:
        """The files that must be read, by path."""
        rows = self.execute("SELECT path, name, stamp, digest FROM task ORDER BY path")
        return (Task(*row) for row in rows)

    def gone(self) -> list[str]:
        """The paths of remembered files that are no longer there."""
        return [row[0] for row in self.execute("SELECT path FROM file WHERE path NOT IN (SELECT path FROM scan)")]
