"""What is said of one thing, as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass

from curagraph.serve.things.terms import Shown

# Characters of a value that may stand in a line with others.
_SHORT = 60


@dataclass(frozen=True)
class Statement:
    """A statement: its value, where it is explained, and whether it was inferred; `about` tells it in a few words."""

    value: Shown
    why: str
    about: str
    is_inferred: bool


@dataclass(frozen=True)
class Row:
    """The statements with one property; short values that lead somewhere stand in a line."""

    name: str = ""
    href: str = ""
    statements: tuple[Statement, ...] = ()

    @property
    def in_line(self) -> bool:
        return all(each.value.href and len(each.value.text) <= _SHORT for each in self.statements)


@dataclass(frozen=True)
class Account:
    """What a page says of one thing: its name, classes and lead, which may be empty, and the other rows.

    `technical` rows are for programs; `again` are statements that only repeat others in the words of other
    vocabularies. `anchor` is the fragment of the thing's IRI, where it has one; what is chief is worth a look at once.
    """

    name: Shown
    anchor: str
    classes: Row
    title: Row
    lead: Row
    rows: tuple[Row, ...]
    technical: tuple[Row, ...]
    again: tuple[Row, ...]
    is_chief: bool

    @property
    def all_rows(self) -> tuple[Row, ...]:
        """The rows with those that the head of a page shows otherwise."""
        return tuple(row for row in (self.classes, self.title, self.lead, *self.rows) if row.statements)

    @property
    def has_inferred(self) -> bool:
        """Whether a row that is shown at once has something inferred in it."""
        return any(each.is_inferred for row in self.rows for each in row.statements)
