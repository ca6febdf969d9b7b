"""What was published once: a server says of it that it is gone, and does not keep the names of what was taken down."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from curagraph.state.schema import has_table

# The subject of a statement in N-Quads.
_SUBJECT = "substr(published, 1, instr(published, '> '))"


class Past:
    """The terms of things that were described by earlier snapshots, and of those that may be so after this build."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.execute = connection.execute

    def leave(self, iris: Iterable[str]) -> None:
        """Take in the terms of things that may be no longer described."""
        self.connection.executemany("INSERT OR IGNORE INTO was VALUES (?)", ((iri,) for iri in iris))

    def leave_all(self) -> None:
        """Take in the terms of all things that have an owner or are shared."""
        self.execute("INSERT OR IGNORE INTO was SELECT iri FROM owner")
        self.execute(f"INSERT OR IGNORE INTO was SELECT {_SUBJECT} FROM shared WHERE published != ''")  # noqa: S608

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

    def unsay(self, iris: Iterable[str]) -> None:
        """Keep nothing of some terms."""
        terms = [(iri,) for iri in iris]
        for table in ("was", "gone"):
            self.connection.executemany(f"DELETE FROM {table} WHERE iri = ?", terms)  # noqa: S608

    def forget_names(self, graphs: str) -> None:
        """Of what is gone, keep graphs, by the start of their terms, and what ends as one of them does."""
        gone = [row[0] for row in self.execute("SELECT iri FROM gone")]
        ends = {iri.rpartition("/")[2] for iri in gone if iri.startswith(graphs)}
        names = [(iri,) for iri in gone if iri.rpartition("/")[2] not in ends]
        self.connection.executemany("DELETE FROM gone WHERE iri = ?", names)

    def is_gone(self, iri: str) -> bool:
        """Whether a term was described by an earlier snapshot; what is described now may be among these.

        A snapshot that an earlier version of curagraph has made does not know.
        """
        if not has_table(self.connection, "gone"):
            return False
        return self.execute("SELECT 1 FROM gone WHERE iri = ?", (iri,)).fetchone() is not None

    def came_from(self, former: Iterable[tuple[str, str]]) -> None:
        """Remember the digests of former paths of things that were taken down, each with the IRI of the thing."""
        self.connection.executemany("INSERT OR REPLACE INTO former VALUES (?, ?)", former)

    def of_former(self, digest: str) -> str:
        """The IRI of what was taken down and had a path with this digest once; empty where there is none."""
        if not has_table(self.connection, "former"):
            return ""
        row = self.execute("SELECT iri FROM former WHERE digest = ?", (digest,)).fetchone()
        return str(row[0]) if row else ""
