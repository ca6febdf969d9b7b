"""Which file an IRI belongs to, where several may claim it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from curagraph.converting.tasks import Outcome


class Owners:
    """The owners of IRIs, which are written as terms."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.execute = connection.execute

    def claim(self, outcome: Outcome) -> bool:
        """Give its IRI to a file, if it has one and that is free."""
        row = (outcome.iri, outcome.task.path, outcome.triples)
        return bool(outcome.iri) and self.execute("INSERT OR IGNORE INTO owner VALUES (?, ?, ?)", row).rowcount == 1

    def release(self, path: str) -> str:
        """Take its IRI from a file; the IRI, or the empty text where it owned none."""
        row = self.execute(
            "DELETE FROM owner WHERE path = ? AND iri = (SELECT iri FROM file WHERE path = ?) RETURNING iri",
            (path, path),
        ).fetchone()
        return str(row[0]) if row else ""

    def of(self, iri: str) -> Iterator[str]:
        """The path of the file that an IRI belongs to, if there is one."""
        yield from (row[0] for row in self.execute("SELECT path FROM owner WHERE iri = ?", (iri,)))

    def near(self, iri: str, count: int) -> list[str]:
        """The IRIs that stand beside one in the order of all, so many before it and after it."""
        before = "SELECT iri FROM owner WHERE iri < ? ORDER BY iri DESC LIMIT ?"
        after = "SELECT iri FROM owner WHERE iri > ? ORDER BY iri LIMIT ?"
        return [row[0] for row in (*self.execute(before, (iri, count)), *self.execute(after, (iri, count)))]

    def triples(self) -> int:
        """How many triples the files say that own their IRIs, beside those about shared things."""
        return int(self.execute("SELECT coalesce(sum(triples), 0) FROM owner").fetchone()[0])

    def disputed(self) -> list[tuple[str, str, str]]:
        """IRIs that the wrong file owns: (IRI, the first path that claims it, the path that owns it or empty)."""
        return self.execute(
            """SELECT file.iri, min(file.path), coalesce(owner.path, '') FROM file LEFT JOIN owner USING (iri)
               WHERE file.iri != '' GROUP BY file.iri HAVING coalesce(owner.path, '') != min(file.path)"""
        ).fetchall()

    def rivals(self) -> Iterator[tuple[str, str, str]]:
        """(IRI, path, owner's path) of files that claim what another file has."""
        yield from self.execute(
            """SELECT file.iri, file.path, owner.path FROM file JOIN owner USING (iri)
               WHERE file.path != owner.path ORDER BY file.path"""
        )
