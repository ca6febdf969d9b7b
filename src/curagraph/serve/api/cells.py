"""The cells of a table of rows: what a person reads in each, and where it leads."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pyoxigraph as ox

from curagraph.serve.edition import Edition

_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


@dataclass(frozen=True)
class Cell:
    """A text, where it leads, the IRI that it stands for, its language, and whether it is a number."""

    text: str = ""
    href: str = ""
    iri: str = ""
    language: str = ""
    is_number: bool = False


@dataclass(frozen=True)
class Table:
    """Rows below the names of their columns; `numbers` are the columns that hold nothing else."""

    columns: list[str]
    rows: list[list[Cell]]

    @property
    def numbers(self) -> set[int]:
        columns = enumerate(zip(*self.rows, strict=True))
        return {at for at, column in columns if all(cell.is_number or not cell.text for cell in column)}


def table(edition: Edition, root: str, found: ox.QuerySolutions) -> Table:
    """Rows as a table for people."""
    columns = [variable.value for variable in found.variables]
    return Table(columns, [[cell(edition, root, term) for term in row] for row in found])


def cell(edition: Edition, root: str, term: object) -> Cell:
    """A term for people: a thing by its label, a literal by its text."""
    if term is None:
        return Cell()
    if isinstance(term, ox.NamedNode):
        iri = term.value
        return Cell(edition.labels.of(iri), link(edition, root, iri), iri)
    if isinstance(term, ox.Literal):
        return Cell(term.value, language=term.language or "", is_number=bool(_NUMBER.fullmatch(term.value)))
    return Cell(str(term))


def link(edition: Edition, root: str, iri: str) -> str:
    """Where an IRI leads: to our own page, to the web, or nowhere."""
    base = edition.project.base
    rest = iri.removeprefix(base)
    # Two slashes, however written, would lead to another host.
    if iri.startswith(base) and not rest.startswith(("/", "\\")):
        return root + rest
    return iri if iri.startswith(("http://", "https://")) else ""
