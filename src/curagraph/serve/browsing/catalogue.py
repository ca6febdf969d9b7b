"""The index, open for reading: it finds items and things by words, narrows by facets, and counts."""

from __future__ import annotations

import sqlite3
import time
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from curagraph.serve.browsing import facets
from curagraph.serve.browsing.facets import Facet
from curagraph.serve.browsing.members import Chosen, Members
from curagraph.serve.edition import Edition
from curagraph.serve.page import Refusal

# Seconds that a search may take, and how many steps of SQLite lie between two looks at the clock.
SECONDS = 5
_STEPS = 10_000
# A word weighs most in a title, less in the label of something that the item has, least in its text.
_BY_WORDS = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY bm25(words, 10, 4, 1), rowid"
_BY_NAME = """
SELECT iri, label, kind, note, total FROM names JOIN thing ON thing.id = names.rowid
WHERE names MATCH ? ORDER BY round(bm25(names, 10, 5), 1), total DESC, label, iri LIMIT ?
"""


@dataclass(frozen=True, eq=False)
class Value:
    """A value of a facet: its name in addresses, its IRI if it has one, and how many items have it in all."""

    facet: Facet
    key: str
    iri: str
    label: str
    note: str
    total: int
    members: Members


@dataclass(frozen=True)
class Item:
    """An item as lists show it."""

    iri: str
    title: str
    created: str
    trail: str
    original: str
    values: tuple[Value, ...]

    def of(self, facet: str) -> list[Value]:
        return [value for value in self.values if value.facet.name == facet]


@dataclass(frozen=True)
class Thing:
    """Another thing than an item, with the number of items that have it."""

    iri: str
    label: str
    kind: str
    note: str
    total: int


class Catalogue:
    """What an index holds. The values of facets are in memory; a connection is opened when it is needed first."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.found = lru_cache(maxsize=32)(self._found)
        with closing(_connect(path)) as db:
            self.size: int = db.execute("SELECT count(*) FROM item").fetchone()[0]
            self.things: int = db.execute("SELECT count(*) FROM thing").fetchone()[0]
            self.values = tuple(self._values(db))
        self.by_facet = {name: [v for v in self.values if v.facet.name == name] for name in facets.BY_NAME}
        self._by_key = {(value.facet.name, value.key): value for value in self.values}
        self._by_iri = {(value.facet.name, value.iri): value for value in self.values if value.iri}
        self._db: sqlite3.Connection | None = None

    def _values(self, db: sqlite3.Connection) -> Iterator[Value]:
        for name, key, iri, label, note, total, members in db.execute(
            "SELECT facet, key, iri, label, note, total, members FROM value ORDER BY id"
        ):
            having = Members.of(array("I", members), self.size)
            yield Value(facets.BY_NAME[name], key, iri, label, note, total, having)

    def value(self, facet: str, key: str) -> Value | None:
        """The value of a facet by its name in addresses, or by its IRI."""
        return self._by_key.get((facet, key)) or self._by_iri.get((facet, key))

    def counts(self, facet: str, chosen: Chosen) -> list[tuple[Value, int]]:
        """The values that some of the chosen items have, the most frequent first, dates the newest first."""
        if chosen.total == self.size:
            found = [(value, value.total) for value in self.by_facet[facet]]
        else:
            counted = ((value, value.members.count(chosen)) for value in self.by_facet[facet])
            found = [(value, count) for value, count in counted if count]
        if facets.BY_NAME[facet] in facets.DATES:
            return sorted(found, key=lambda pair: pair[0].key, reverse=True)
        return sorted(found, key=lambda pair: (-pair[1], pair[0].label.casefold(), pair[0].key))

    def _found(self, match: str) -> array[int]:
        """The numbers of the items in which words are found, the best first. Raises `Refusal` where it takes long."""
        return array("I", (row[0] for row in self._rows(_BY_WORDS, (match,))))

    def items(self, numbers: Sequence[int]) -> list[Item]:
        marks = ", ".join("?" * len(numbers))
        sql = f"SELECT id, iri, title, created, trail, original, vals FROM item WHERE id IN ({marks})"  # noqa: S608
        rows = {number: row for number, *row in self._rows(sql, numbers)}
        return [self._item(*rows[number]) for number in numbers]

    def _item(self, iri: str, title: str, created: str, trail: str, original: str, values: str) -> Item:
        having = (self.values[int(number)] for number in values.split())
        return Item(iri, title, created, trail, original, tuple(having))

    def things_named(self, match: str, most: int) -> list[Thing]:
        """The things that are called so, those with the best match first, then those with more items."""
        return [Thing(*row) for row in self._rows(_BY_NAME, (match, most))]

    def _rows(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        self._db = self._db or _connect(self.path)
        with _deadline(self._db):
            return self._db.execute(sql, values).fetchall()


@lru_cache(maxsize=2)
def _catalogue(path: Path) -> Catalogue:
    return Catalogue(path)


def of(edition: Edition) -> Catalogue:
    """The catalogue of an edition, read once in each process."""
    return _catalogue(edition.path / "search.sqlite")


def narrowed(chosen: Chosen, values: Iterable[Value]) -> Chosen:
    """Those of the chosen that have all of some values."""
    for value in values:
        chosen = value.members.narrow(chosen)
    return chosen


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)


@contextmanager
def _deadline(db: sqlite3.Connection) -> Iterator[None]:
    """Let what runs within end in time, or be refused."""
    end = time.monotonic() + SECONDS
    db.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
        raise TOO_SLOW from None


TOO_SLOW = Refusal(
    503,
    "slow-search",
    "The search took too long",
    f"It was stopped after {SECONDS} seconds. Look for rarer words, or choose a brand, a topic or a year first.",
)
