"""The journal: which things the last builds have touched, so that a feed looks at these alone.

Each build that changes the graph has a token. Whoever knows the token of the snapshot that it has seen learns what was
touched since; a token that is not in the journal means that everything may be different.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from curagraph.state.state import State

# So many rows are kept: the state is copied by every build. Beyond it the journal begins again.
_MOST = 20_000
_TABLES = (
    "CREATE TABLE IF NOT EXISTS made (build INTEGER PRIMARY KEY, token TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS journal (build INTEGER, thing TEXT, PRIMARY KEY (build, thing)) WITHOUT ROWID",
)


def keep(state: State, touched: Iterable[str] | None) -> None:
    """Take in the terms of the things that a build has touched; None is all of them."""
    for table in _TABLES:
        state.execute(table)
    things = sorted(touched or ())
    kept = state.number("SELECT count(*) FROM journal") + state.number("SELECT count(*) FROM made")
    if touched is None or kept + len(things) >= _MOST:
        state.execute("DELETE FROM journal")
        state.execute("DELETE FROM made")
        things = []
    build = state.number("SELECT max(build) FROM made") + 1
    state.execute("INSERT INTO made VALUES (?, ?)", (build, secrets.token_hex(16)))
    state.connection.executemany("INSERT INTO journal VALUES (?, ?)", ((build, thing) for thing in things))


def token(state: State) -> str:
    """The token of a snapshot; the empty text where an earlier version of curagraph has made it."""
    if not _is_there(state):
        return ""
    row = state.execute("SELECT token FROM made ORDER BY build DESC LIMIT 1").fetchone()
    return str(row[0]) if row else ""


def since(state: State, token: str) -> list[str] | None:
    """The terms of what was touched after the snapshot with a token, in order; None where that may be everything."""
    row = state.execute("SELECT build FROM made WHERE token = ?", (token,)).fetchone() if _is_there(state) else None
    if row is None:
        return None
    return [each[0] for each in state.execute("SELECT DISTINCT thing FROM journal WHERE build > ? ORDER BY thing", row)]


def _is_there(state: State) -> bool:
    return state.number("SELECT count(*) FROM sqlite_schema WHERE name = 'made'") > 0
