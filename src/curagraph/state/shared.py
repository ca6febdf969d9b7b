"""Statements about things that many files share: how many files make each, and which are published."""

from __future__ import annotations

import sqlite3
from array import array
from collections import Counter
from collections.abc import Iterator

from curagraph.converting.tasks import Shared
from curagraph.state.numbering import Numbering
from curagraph.state.past import Past


class SharedStatements:
    """The shared statements of all files; each file has the numbers of those that it makes."""

    def __init__(self, connection: sqlite3.Connection, numbering: Numbering, past: Past) -> None:
        self.connection = connection
        self.execute = connection.execute
        self.numbering = numbering
        self.past = past

    def number_of(self, shared: Shared) -> int:
        """The number of a statement, which is written where it is new."""
        return self.numbering.of(shared.line, lambda: self._insert(shared))

    def _insert(self, shared: Shared) -> int:
        insert = "INSERT OR IGNORE INTO shared VALUES (NULL, ?, ?, ?, 0, '')"
        self.execute(insert, (shared.line, shared.slot, shared.variant_line))
        return int(self.execute("SELECT id FROM shared WHERE line = ?", (shared.line,)).fetchone()[0])

    def count(self, uses: Counter[int]) -> None:
        """Take in how many files more make some statements, by their numbers."""
        self.connection.executemany("UPDATE shared SET uses = uses + ? WHERE id = ?", [(n, i) for i, n in uses.items()])
        self.connection.executemany("INSERT OR IGNORE INTO touched VALUES (?)", [(i,) for i in uses])

    def withdraw(self, path: str) -> None:
        """Take its say about shared things from a file."""
        uses = array("I", self.execute("SELECT shared FROM file WHERE path = ?", (path,)).fetchone()[0])
        self.count(Counter(dict.fromkeys(uses, -1)))
        self.execute("UPDATE file SET shared = x'' WHERE path = ?", (path,))

    def publish(self) -> tuple[list[str], list[str]]:
        """Choose what is published of shared things: (lines to remove, lines to add).

        Of several spellings the commonest is published, of equally common ones the first; the others become variants.
        """
        changed = [(id_, old, new) for id_, old, new in self._choices() if old != new]
        self.connection.executemany("UPDATE shared SET published = ? WHERE id = ?", [(n, i) for i, _, n in changed])
        self.execute("DELETE FROM shared WHERE uses = 0")
        self.numbering.clear()
        self.execute("DELETE FROM touched")
        self.past.leave(old.partition("> ")[0] + ">" for _, old, _ in changed if old)
        return [old for _, old, _ in changed if old], [new for _, _, new in changed if new]

    def _choices(self) -> list[tuple[int, str, str]]:
        """(Number, what was published, what is to be) of what was touched, and of other spellings of that."""
        return self.execute(
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

    def published(self) -> int:
        """How many statements are published."""
        return int(self.execute("SELECT count(*) FROM shared WHERE published != ''").fetchone()[0])

    def named_by(self, iri: str) -> list[str]:
        """The terms of the shared things that the documents of a thing name."""
        rows = self.execute("SELECT shared FROM file WHERE iri = ?", (iri,)).fetchall()
        ids = {(id_,) for (uses,) in rows for id_ in array("I", uses)}
        found = (self.execute("SELECT line FROM shared WHERE id = ?", id_).fetchone() for id_ in ids)
        return [row[0].partition("> ")[0] + ">" for row in found if row]

    def spellings(self) -> Iterator[tuple[str, str]]:
        """(line of a spelling that is not the commonest, line of the commonest)."""
        yield from self.execute(
            """SELECT odd.line, first.line FROM shared AS odd JOIN shared AS first USING (slot)
               WHERE odd.slot != '' AND odd.published = odd.variant_line AND first.published = first.line
               ORDER BY odd.line"""
        )

    def users(self, line: str) -> Iterator[str]:
        """The paths of the files that make a shared statement."""
        row = self.execute("SELECT id FROM shared WHERE ? IN (line, published)", (line,)).fetchone()
        for path, uses in self.execute("SELECT path, shared FROM file WHERE shared != x'' ORDER BY path"):
            if row and row[0] in array("I", uses):
                yield path
