"""The index for search, made once for each edition as an SQLite file that is only read from then on.

item    what lists show, numbered from 0 for the newest; `vals` are the numbers of its values
value   of a facet: its name in addresses, its label, and the numbers of the items that have it
thing   what else can be found by its names
words   the full text of items, without the texts themselves: excerpts are not ours to publish
names   the full text of the names of things
"""

from __future__ import annotations

import sqlite3
from array import array
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from functools import lru_cache
from pathlib import Path

from curagraph.serve.browsing import facets
from curagraph.serve.browsing.facets import Facet
from curagraph.serve.browsing.harvest import Harvest
from curagraph.snapshot import Snapshot

# English words are found in all their forms, others as they are; accents do not count.
_TOKENS = "tokenize='porter unicode61 remove_diacritics 2'"
_SCHEMA = f"""
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE item (id INTEGER PRIMARY KEY, iri TEXT, title TEXT, created TEXT, trail TEXT, original TEXT, vals TEXT);
CREATE TABLE value (
    id INTEGER PRIMARY KEY, facet TEXT, key TEXT, iri TEXT, label TEXT, note TEXT, total INTEGER, members BLOB
);
CREATE TABLE thing (id INTEGER PRIMARY KEY, iri TEXT, label TEXT, kind TEXT, note TEXT, total INTEGER);
CREATE VIRTUAL TABLE words USING fts5(title, labels, text, content='', {_TOKENS});
CREATE VIRTUAL TABLE names USING fts5(name, others, content='', {_TOKENS});
CREATE TEMP TABLE excerpt (item INTEGER, text TEXT);
"""

Value = tuple[Facet, str]


def make(snapshot: Snapshot, path: Path) -> None:
    """Write the index of a snapshot that still has its excerpts."""
    harvest = Harvest(snapshot)
    with closing(sqlite3.connect(path)) as db:
        db.executescript(_SCHEMA)
        members = _members(harvest)
        numbers = {value: number for number, value in enumerate(members)}
        _write_items(db, harvest, numbers)
        _write_values(db, harvest, members)
        _write_words(db, harvest)
        _write_things(db, harvest, members)
        db.execute("INSERT INTO words(words) VALUES ('optimize')")
        db.commit()


def _members(harvest: Harvest) -> dict[Value, array[int]]:
    """The numbers of the items that have a value, for each, the value that most have first."""
    found: dict[Value, array[int]] = defaultdict(lambda: array("I"))
    for number, item in enumerate(harvest.items):
        for value in item.values:
            found[value].append(number)
    return dict(sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0][1])))


def _write_items(db: sqlite3.Connection, harvest: Harvest, numbers: dict[Value, int]) -> None:
    rows = (
        (number, item.iri, item.title or harvest.labels.short(item.iri), item.created, item.trail, item.original,
         " ".join(str(numbers[value]) for value in item.values))
        for number, item in enumerate(harvest.items)
    )  # fmt: skip
    db.executemany("INSERT INTO item VALUES (?, ?, ?, ?, ?, ?, ?)", rows)


def _write_values(db: sqlite3.Connection, harvest: Harvest, members: dict[Value, array[int]]) -> None:
    keys: dict[Facet, dict[str, str]] = {}
    for facet in facets.FACETS:
        keys[facet] = facets.keys({value for each, value in members if each is facet}, harvest.base)
    rows = (
        (number, facet.name, keys[facet][value], "" if facet in facets.DATES else value, _label(harvest, facet, value),
         harvest.source_of(value) if facet is facets.TOPIC else "", len(having), having.tobytes())
        for number, ((facet, value), having) in enumerate(members.items())
    )  # fmt: skip
    db.executemany("INSERT INTO value VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)


def _label(harvest: Harvest, facet: Facet, value: str) -> str:
    return value if facet in facets.DATES else harvest.labels.of(value)


def _write_words(db: sqlite3.Connection, harvest: Harvest) -> None:
    """Index the words of items in the order of their numbers: in any other FTS5 is many times slower."""
    numbers = {item.iri: number for number, item in enumerate(harvest.items)}
    rows = ((numbers[iri], text) for iri, text in harvest.excerpts() if iri in numbers)
    db.executemany("INSERT INTO excerpt VALUES (?, ?)", rows)
    db.executemany("INSERT INTO words(rowid, title, labels, text) VALUES (?, ?, ?, ?)", _texts(db, harvest))


def _texts(db: sqlite3.Connection, harvest: Harvest) -> Iterator[tuple[int, str, str, str]]:
    excerpts = iter(db.execute("SELECT item, text FROM excerpt ORDER BY item"))
    number, text = next(excerpts, (-1, ""))
    label = lru_cache(maxsize=None)(harvest.labels.of)
    for each, item in enumerate(harvest.items):
        labels = "\n".join(label(value) for facet, value in item.values if facet not in facets.DATES)
        texts = [item.trail]
        while number == each:
            texts.append(text)
            number, text = next(excerpts, (-1, ""))
        if len(texts) > 1 and texts[1].startswith(item.trail.rstrip("…. ")):
            texts = texts[1:]  # a trail text is the beginning of its excerpt
        yield each, item.title, labels, "\n".join(texts)


def _write_things(db: sqlite3.Connection, harvest: Harvest, members: dict[Value, array[int]]) -> None:
    totals = {value: len(having) for (_, value), having in members.items()}
    for number, thing in enumerate(harvest.things()):
        row = number, thing.iri, thing.names[0], thing.kind, harvest.source_of(thing.iri), totals.get(thing.iri, 0)
        db.execute("INSERT INTO thing VALUES (?, ?, ?, ?, ?, ?)", row)
        names = number, thing.names[0], "\n".join(thing.names[1:])
        db.execute("INSERT INTO names(rowid, name, others) VALUES (?, ?, ?)", names)
