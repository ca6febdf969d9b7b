"""Facts about the snapshot as a whole, each a text with a key."""

from __future__ import annotations

import json
import sqlite3

# So many things are named that a build has changed; of more it is said that all may have changed.
_CHANGED = 10_000


class Facts:
    """The facts of one state file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.execute = connection.execute

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
        self.set("changed", json.dumps(None if iris is None or len(iris) > _CHANGED else iris))

    def changed(self) -> list[str] | None:
        """What the last build has written, as terms; None where that may be everything."""
        found: list[str] | None = json.loads(self.get("changed") or "null")
        return found
