"""The files that the graph was built from, and what each became."""

from __future__ import annotations

import sqlite3
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence

from curagraph.converting.tasks import Outcome, Shared, Task
from curagraph.problem import Problem
from curagraph.state.owners import Owners
from curagraph.state.pages import Pages
from curagraph.state.past import Past
from curagraph.state.problems import decode, encode
from curagraph.state.shared import SharedStatements


class Files:
    """The remembered files; what one claims, shares and reports goes to the objects that remember that."""

    def __init__(
        self, connection: sqlite3.Connection, owners: Owners, pages: Pages, shared: SharedStatements, past: Past
    ) -> None:
        self.connection = connection
        self.execute = connection.execute
        self.owners = owners
        self.pages = pages
        self.shared = shared
        self.past = past

    def count(self) -> int:
        """How many files are remembered."""
        return int(self.execute("SELECT count(*) FROM file").fetchone()[0])

    def set_aside(self) -> int:
        """How many of them were set aside."""
        return int(self.execute("SELECT coalesce(sum(set_aside), 0) FROM file").fetchone()[0])

    def known(self, path: str) -> tuple[str, str] | None:
        """The IRI that a file claims, as a term or empty, and its name; None where it is not remembered."""
        found: tuple[str, str] | None = self.execute("SELECT iri, name FROM file WHERE path = ?", (path,)).fetchone()
        return found

    def name(self, path: str) -> str:
        """A file's name in its source folder."""
        return str(self.execute("SELECT name FROM file WHERE path = ?", (path,)).fetchone()[0])

    def task(self, path: str) -> Task:
        """The task to convert a file once more."""
        return Task(*self.execute("SELECT path, name, stamp, NULL FROM file WHERE path = ?", (path,)).fetchone())

    def problems(self) -> Iterator[Problem]:
        """The problems of all files."""
        for (text,) in self.execute("SELECT problems FROM file WHERE problems IS NOT NULL"):
            yield from decode(text)

    def settle(self, outcome: Outcome) -> None:
        """A file whose content is the same keeps everything but its stamp."""
        task = outcome.task
        self.execute("UPDATE file SET stamp = ? WHERE path = ?", (task.stamp, task.path))

    def knows(self, outcome: Outcome) -> bool:
        """Whether a file that could not be read is as unreadable as it was."""
        row = self.execute("SELECT digest, problems FROM file WHERE path = ?", (outcome.task.path,)).fetchone()
        return not outcome.digest and row == ("", encode(outcome.problems))

    def record(self, outcomes: Sequence[tuple[Outcome, bool]], shared: list[Shared]) -> None:
        """Remember files, given with whether they own their IRI; `shared` is what they number."""
        uses: Counter[int] = Counter()
        ids: dict[int, int] = {}
        rows = []
        for each, owns in outcomes:
            mine = [
                ids.get(number) or ids.setdefault(number, self.shared.number_of(shared[number]))
                for number in each.shared
            ]
            mine = mine if owns else []
            uses.update(mine)
            rows.append(self._row(each, mine))
        self.connection.executemany("INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        self.shared.count(uses)
        self.past.came_from(row for each, _ in outcomes for row in each.former)

    def _row(self, outcome: Outcome, shared: list[int]) -> tuple[object, ...]:
        task, uses = outcome.task, array("I", shared).tobytes()
        page = self.pages.number_of(outcome.page) if outcome.page else None
        says = (outcome.digest, outcome.iri, outcome.triples, outcome.set_aside, uses, page)
        return (task.path, task.name, task.stamp, *says, encode(outcome.problems))

    def forget(self, path: str) -> str:
        """Drop a file's row; the IRI that it owned and that now has no owner, or the empty text."""
        iri = self.disown(path)
        self.execute("DELETE FROM file WHERE path = ?", (path,))
        return iri

    def disown(self, path: str) -> str:
        """Take its IRI and its say about shared things from a file; the IRI, if it owned one."""
        iri = self.owners.release(path)
        if iri:
            self.shared.withdraw(path)
            self.past.leave([iri])
        return iri
