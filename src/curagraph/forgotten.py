"""What was taken down: `forgotten.tsv` of a project says what kind of thing went, when and why, and not what it said.

    iri                                  kind            date        reason
    https://data.medigy.com/item/3527    CommunityItem   2026-11-22  The publisher asked for it.

A build leaves out what is named here although its file may still be there.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields
from datetime import date
from pathlib import Path

from curagraph.problem import ProjectError, UsageError, shown

FILE = "forgotten.tsv"
# Letters of the longest reason.
LONGEST = 500
_KIND = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
# Controls, halves of characters, and what ends a line or a paragraph.
_ODD = frozenset({"Cc", "Cs", "Zl", "Zp"})
# What turns the text that follows it around (UAX #9, sections 2.1 to 2.4).
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True)
class Takedown:
    """A record of a thing that was taken down: its IRI, its class, when (a date of ISO 8601) and why."""

    iri: str
    kind: str
    date: str
    reason: str

    def __str__(self) -> str:
        return f"{self.iri} ({self.what}) was taken down on {self.date}: {self.reason}"

    @property
    def what(self) -> str:
        """The class in words.

        >>> Takedown("https://data.medigy.com/item/3527", "CommunityItem", "2026-11-22", "They asked.").what
        'community item'
        """
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", self.kind).lower()

    def gives_away(self, iri: str) -> bool:
        """Whether an IRI says more than that of the thing, as that of a curator does; `image/3527` says no more."""
        return not iri.endswith("/" + self.iri.rpartition("/")[2])


_HEADER = "\t".join(field.name for field in fields(Takedown))


def load(folder: Path) -> Mapping[str, Takedown]:
    """The records of a project folder by IRI. Raises `ProjectError` where the file cannot be used."""
    file = folder / FILE
    try:
        rows = file.read_text(encoding="utf-8").removesuffix("\n").split("\n") if file.exists() else []
    except (OSError, UnicodeDecodeError) as error:
        raise ProjectError(f"{file}: {error}") from None
    if rows and rows[0] != _HEADER:
        raise ProjectError(f"{file}, line 1: wants the columns {_HEADER.split()}, found {rows[0].split()}")
    found: dict[str, Takedown] = {}
    for number, row in enumerate(rows[1:], 2):
        record = _record(row, f"{file}, line {number}")
        if found.setdefault(record.iri, record) is not record:
            raise ProjectError(f"{file}, line {number}: {record.iri} has a line already; keep one of them")
    return found


def _record(row: str, where: str) -> Takedown:
    import pyoxigraph as ox  # where nothing was taken down nobody waits for it

    cells = row.split("\t")
    if len(cells) != len(fields(Takedown)) or not all(cells):
        raise ProjectError(f"{where}: wants an IRI, a kind, a date and a reason, with tabs between them; found {row!r}")
    try:
        date.fromisoformat(cells[2])
    except ValueError:
        raise ProjectError(f"{where}: wants a date such as 2026-11-22, found {cells[2]!r}") from None
    try:
        record = Takedown(ox.NamedNode(cells[0]).value, cells[1], cells[2], reason(cells[3]))
    except (ValueError, UsageError) as error:
        raise ProjectError(f"{where}: {error}") from None
    if not _KIND.fullmatch(record.kind):
        raise ProjectError(f"{where}: wants the name of a class such as CommunityItem, found {shown(record.kind)}")
    return record


def write(folder: Path, records: Mapping[str, Takedown]) -> None:
    """Write the records of a project folder, ordered by IRI."""
    rows = ["\t".join(astuple(records[iri])) for iri in sorted(records)]
    part = folder / f".{FILE}.part"
    part.write_text("\n".join([_HEADER, *rows, ""]), encoding="utf-8")
    part.replace(folder / FILE)


def reason(text: str) -> str:
    """A reason as a record can hold it. Raises `UsageError` where it is none, too long, or would harm who reads it."""
    found = text.strip(" ")
    if not found:
        raise UsageError("a takedown wants a reason, which is published: who asked for it, and for what cause")
    if len(found) > LONGEST:
        raise UsageError(f"a reason wants no more than {LONGEST} letters, found {len(found):,}; say it in short")
    for letter in found:
        if unicodedata.category(letter) in _ODD or letter in _TURNS:
            raise UsageError(f"a reason wants one line of text, found {letter!r} in {shown(found)}; leave it out")
    return found


def path_digest(path: str) -> str:
    """What a path of the web site is known by that must not be kept itself; slashes at its ends do not count."""
    return hashlib.sha256(path.strip("/").encode(errors="surrogatepass")).hexdigest()
