"""What was taken down: `forgotten.tsv` of a project says what kind of thing went, when and why, and not what it said.

    iri                                  kind            date        reason
    https://data.medigy.com/item/3527    CommunityItem   2026-11-22  The publisher asked for it.

A build leaves out what is named here although its file may still be there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields
from datetime import date
from pathlib import Path

from curagraph.problem import ProjectError

FILE = "forgotten.tsv"


@dataclass(frozen=True)
class Takedown:
    """A record of a thing that was taken down: its IRI, its class, when (a date of ISO 8601) and why."""

    iri: str
    kind: str
    date: str
    reason: str


_HEADER = "\t".join(field.name for field in fields(Takedown))


def load(folder: Path) -> Mapping[str, Takedown]:
    """The records of a project folder by IRI. Raises `ProjectError` where the file cannot be used."""
    file = folder / FILE
    try:
        rows = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    except (OSError, UnicodeDecodeError) as error:
        raise ProjectError(f"{file}: {error}") from None
    if rows and rows[0] != _HEADER:
        raise ProjectError(f"{file}, line 1: wants the columns {_HEADER.split()}, found {rows[0].split()}")
    return {record.iri: record for record in (_record(row, f"{file}, line {n}") for n, row in enumerate(rows[1:], 2))}


def _record(row: str, where: str) -> Takedown:
    cells = row.split("\t")
    if len(cells) != len(fields(Takedown)) or not all(cells):
        raise ProjectError(f"{where}: wants an IRI, a kind, a date and a reason, with tabs between them; found {row!r}")
    try:
        date.fromisoformat(cells[2])
    except ValueError:
        raise ProjectError(f"{where}: wants a date such as 2026-11-22, found {cells[2]!r}") from None
    return Takedown(*cells)


def write(folder: Path, records: Mapping[str, Takedown]) -> None:
    """Write the records of a project folder, ordered by IRI."""
    rows = ["\t".join(astuple(records[iri])) for iri in sorted(records)]
    part = folder / f".{FILE}.part"
    part.write_text("\n".join([_HEADER, *rows, ""]), encoding="utf-8")
    part.replace(folder / FILE)
