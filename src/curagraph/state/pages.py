"""The pages of the ledger, each written once for all files that have it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from curagraph.state.numbering import Numbering


class Pages:
    """The pages that files have."""

    def __init__(self, connection: sqlite3.Connection, numbering: Numbering) -> None:
        self.execute = connection.execute
        self.numbering = numbering

    def number_of(self, text: str) -> int:
        """The number of a page, which is written where it is new."""
        return self.numbering.of(text, lambda: self._insert(text))

    def _insert(self, text: str) -> int:
        self.execute("INSERT OR IGNORE INTO page (text) VALUES (?)", (text,))
        return int(self.execute("SELECT id FROM page WHERE text = ?", (text,)).fetchone()[0])

    def counted(self) -> Iterator[tuple[str, int]]:
        """Each page of the ledger and how many files have it."""
        yield from self.execute("SELECT text, count(*) FROM file JOIN page ON page.id = file.page GROUP BY page.id")
