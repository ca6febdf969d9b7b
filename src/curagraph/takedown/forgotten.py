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


def load(folder: Path, base: str = "") -> Mapping[str, Takedown]:
    """The records of a project folder by IRI, in the order of the lines; each IRI must begin with `base`.

    Raises `ProjectError` where the file cannot be used.
    """
    file = folder / FILE
    rows = _rows(file)
    if rows and rows[0] != _HEADER:
        blanks = "; put tabs in place of the blanks" if rows[0].split() == _HEADER.split() else ""
        raise ProjectError(
            f"{file}, line 1: wants the columns iri, kind, date and reason, separated by tabs, "
            f"found {shown(rows[0])}{blanks}"
        )
    found: dict[str, Takedown] = {}
    for number, row in enumerate(rows[1:], 2):
        record = _record(row, base, f"{file}, line {number}")
        if found.setdefault(record.iri, record) is not record:
            raise ProjectError(f"{file}, line {number}: {record.iri} has a line already; keep one of them")
    return found


def _rows(file: Path) -> list[str]:
    """The lines of the file; none where it is not there."""
    if not file.exists():
        if file.is_symlink():
            raise ProjectError(f"{file}: the link leads to nothing; bring back what it led to, or remove the link")
        return []
    if not file.is_file():
        raise ProjectError(f"{file}: wants a file with a line for each takedown, found none; move away what is there")
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = 1 + error.object.count(b"\n", 0, error.start)
        raise ProjectError(f"{file}, line {line}: found what is not UTF-8; save the file as UTF-8 text") from None
    except OSError as error:
        raise ProjectError(f"{file}: cannot be read: {error.strerror}; change its permissions") from None
    return text.replace("\r\n", "\n").removesuffix("\n").split("\n")


def _record(row: str, base: str, where: str) -> Takedown:
    cells = row.split("\t")
    if len(cells) != len(fields(Takedown)) or not all(cells):
        wanted = "an IRI, a kind, a date and a reason, separated by tabs"
        raise ProjectError(f"{where}: wants {wanted}, found {shown(row)}")
    try:
        date.fromisoformat(cells[2])
    except ValueError:
        raise ProjectError(f"{where}: wants a date such as 2026-11-22, found {shown(cells[2])}") from None
    try:
        record = Takedown(_iri(cells[0], base), cells[1], cells[2], reason(cells[3]))
    except UsageError as error:
        raise ProjectError(f"{where}: {error}") from None
    if not _KIND.fullmatch(record.kind):
        raise ProjectError(f"{where}: wants the name of a class such as CommunityItem, found {shown(record.kind)}")
    return record


def _iri(text: str, base: str) -> str:
    import pyoxigraph as ox  # where nothing was taken down nobody waits for it

    try:
        found = ox.NamedNode(text).value
    except ValueError:
        raise UsageError(f"wants a whole IRI such as {base}item/3527, found {shown(text)}; write all of it") from None
    if not found.startswith(base):
        raise UsageError(f"wants an IRI that begins with {base}, found {shown(text)}; mend it, or remove the line")
    return found


def write(folder: Path, records: Mapping[str, Takedown]) -> None:
    """Write the records of a project folder, ordered by IRI; where the file is a link, to what it leads to."""
    rows = ["\t".join(astuple(records[iri])) for iri in sorted(records)]
    file = (folder / FILE).resolve()
    part = file.with_name(f".{file.name}.part")
    part.write_text("\n".join([_HEADER, *rows, ""]), encoding="utf-8")
    part.replace(file)


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
