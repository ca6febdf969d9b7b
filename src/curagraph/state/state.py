"""An open state file, with one object for each thing that it remembers."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from curagraph.problem import BuildStopped, Problem
from curagraph.state import schema
from curagraph.state.facts import Facts
from curagraph.state.files import Files
from curagraph.state.journal import Journal
from curagraph.state.numbering import Numbering
from curagraph.state.owners import Owners
from curagraph.state.pages import Pages
from curagraph.state.past import Past
from curagraph.state.problems import decode
from curagraph.state.shared import SharedStatements
from curagraph.state.worklist import Worklist


class State:
    """A state file, opened by `writable` or `readable`; use as a context manager."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.execute = connection.execute
        self.numbering = Numbering()
        self.facts = Facts(connection)
        self.journal = Journal(connection)
        self.worklist = Worklist(connection)
        self.past = Past(connection)
        self.owners = Owners(connection)
        self.pages = Pages(connection, self.numbering)
        self.shared = SharedStatements(connection, self.numbering, self.past)
        self.files = Files(connection, self.owners, self.pages, self.shared, self.past)

    @classmethod
    def writable(cls, path: Path) -> State:
        """The state of a snapshot that is being built; what is written is kept by `commit`.

        Raises `BuildStopped` where the file is no state.
        """
        connection = sqlite3.connect(path, isolation_level=None)
        with _undamaged(path, connection):
            schema.prepare(connection)
        connection.execute("BEGIN")
        return cls(connection)

    @classmethod
    def readable(cls, path: Path) -> State:
        """The state of a published snapshot, for reading alone. Raises `BuildStopped` where the file is no state."""
        connection = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)
        with _undamaged(path, connection):
            connection.execute("SELECT count(*) FROM sqlite_schema")
        return cls(connection)

    def __enter__(self) -> State:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def commit(self) -> None:
        self.execute("COMMIT")

    def compact(self) -> None:
        """Write the file anew, so that nothing of what was deleted is left in it; only after `commit`."""
        self.execute("VACUUM")

    def problems(self) -> Iterator[Problem]:
        """The problems of all files, and those that only the whole build tells."""
        yield from self.files.problems()
        yield from decode(self.facts.get("problems") or "[]")

    def forget_all(self, taken_down: Iterable[str] = (), base: str = "") -> None:
        """Begin from nothing, with the same files on disk; of what was taken down not even what it named is kept.

        Earlier versions of it may have named other things: where a record is new, of all that is gone nothing is kept
        but what has a graph of its own, below `base`, and what has the number of such a thing.
        """
        self.numbering.clear()
        if set(taken_down) - set(json.loads(self.facts.get("forgotten") or "[]")):
            self.past.forget_names(f"<{base}graph/")
        unsaid = [thing for iri in taken_down for thing in self.shared.named_by(f"<{iri}>")]
        self.past.leave_all()
        for table in ("file", "owner", "shared", "page", "meta"):
            self.execute(f"DELETE FROM {table}")  # noqa: S608  # names from the line above
        self.past.unsay(unsaid)
        self.worklist.list_tasks()


@contextmanager
def _undamaged(path: Path, connection: sqlite3.Connection) -> Iterator[None]:
    """Raises `BuildStopped` where a file turns out to be no state."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        connection.close()
        if error.sqlite_errorcode not in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            raise
        way_out = "remove .curagraph/current, and `curagraph build` makes the graph anew"
        raise BuildStopped(f"{path}: {error}; {way_out}") from None
