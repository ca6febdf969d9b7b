"""The tables of a state file, and those that last as long as one build."""

from __future__ import annotations

import sqlite3
import zlib

_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE page (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
CREATE TABLE shared (
    id INTEGER PRIMARY KEY, line TEXT NOT NULL UNIQUE, slot TEXT NOT NULL, variant_line TEXT NOT NULL,
    uses INTEGER NOT NULL, published TEXT NOT NULL
);
CREATE INDEX shared_slot ON shared (slot) WHERE slot != '';
CREATE TABLE file (
    path TEXT PRIMARY KEY, name TEXT NOT NULL, stamp TEXT NOT NULL, digest TEXT NOT NULL, iri TEXT NOT NULL,
    triples INTEGER NOT NULL, set_aside INTEGER NOT NULL, shared BLOB NOT NULL, page INTEGER, problems TEXT
) WITHOUT ROWID;
CREATE INDEX file_iri ON file (iri) WHERE iri != '';
CREATE INDEX file_page ON file (page);
CREATE TABLE owner (iri TEXT PRIMARY KEY, path TEXT NOT NULL, triples INTEGER NOT NULL) WITHOUT ROWID;
"""
# Known by their definition: state of other tables, made by another version, is not read.
_VERSION = zlib.crc32(_SCHEMA.encode()) >> 1
_SCRATCH = """
CREATE TEMP TABLE scan (path TEXT PRIMARY KEY, name TEXT, stamp TEXT) WITHOUT ROWID;
CREATE TEMP TABLE task (path TEXT PRIMARY KEY, name TEXT, stamp TEXT, digest TEXT) WITHOUT ROWID;
CREATE TEMP TABLE touched (id INTEGER PRIMARY KEY);
CREATE TEMP TABLE was (iri TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS gone (iri TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS former (digest TEXT PRIMARY KEY, iri TEXT NOT NULL) WITHOUT ROWID;
"""


def prepare(connection: sqlite3.Connection) -> None:
    """Make a file ready for a build, with empty tables where its own cannot be read."""
    # The file is thrown away if the build does not end well: no journal, no waiting for the disk.
    connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _SCRATCH)
    if connection.execute("PRAGMA user_version").fetchone() != (_VERSION,):
        _start_over(connection)


def _start_over(connection: sqlite3.Connection) -> None:
    """Make the tables anew: the file is new, or another version of curagraph made it."""
    tables = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('gone', 'former')"
    )
    names = [row[0] for row in tables]
    for name in names:
        connection.execute(f"DROP TABLE {name}")
    connection.executescript(f"{_SCHEMA} PRAGMA user_version = {_VERSION};")


def has_table(connection: sqlite3.Connection, name: str) -> bool:
    """Whether a file has a table that earlier versions of curagraph did not make."""
    row = connection.execute("SELECT 1 FROM sqlite_schema WHERE name = ?", (name,)).fetchone()
    return row is not None
