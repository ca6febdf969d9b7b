"""The journal: which things the last builds have touched, so that a feed looks at these alone.

Each build that changes the graph has a token. Whoever knows the token of the snapshot that it has seen learns what was
touched since; a token that is not in the journal means that everything may be different.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterable

from curagraph.state.schema import has_table

# So many rows are kept: the state is copied by every build. Beyond it the journal begins again.
_MOST = 20_000
_TABLES = (
    "CREATE TABLE IF NOT EXISTS made (build INTEGER PRIMARY KEY, token TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS journal (build INTEGER, thing TEXT, PRIMARY KEY (build, thing)) WITHOUT ROWID",
)


class Journal:
    """The journal of a state file; one that an earlier version of curagraph has made has none."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.execute = connection.execute

    def keep(self, touched: Iterable[str] | None) -> None:
        """Take in the terms of the things that a build has touched; None is all of them."""
        for table in _TABLES:
            self.execute(table)
        things = sorted(touched or ())
        if touched is None or self._count() + len(things) >= _MOST:
            self.execute("DELETE FROM journal")
            self.execute("DELETE FROM made")
            things = []
        (last,) = self.execute("SELECT coalesce(max(build), 0) FROM made").fetchone()
        self.execute("INSERT INTO made VALUES (?, ?)", (last + 1, secrets.token_hex(16)))
        self.connection.executemany("INSERT INTO journal VALUES (?, ?)", ((last + 1, thing) for thing in things))

    def _count(self) -> int:
        (count,) = self.execute("SELECT (SELECT count(*) FROM journal) + (SELECT count(*) FROM made)").fetchone()
        return int(count)

    @property
    def _is_there(self) -> bool:
        return has_table(self.connection, "made")

    def token(self) -> str:
        """The token of the snapshot; the empty text where there is no journal."""
        row = self.execute("SELECT token FROM made ORDER BY build DESC LIMIT 1").fetchone() if self._is_there else None
        return str(row[0]) if row else ""

    def since(self, token: str) -> list[str] | None:
        """The terms of what was touched after the snapshot with a token, in order; None where it may be everything."""
        row = self.execute("SELECT build FROM made WHERE token = ?", (token,)).fetchone() if self._is_there else None
        if row is None:
            return None
        things = self.execute("SELECT DISTINCT thing FROM journal WHERE build > ? ORDER BY thing", row)
        return [thing for (thing,) in things]
