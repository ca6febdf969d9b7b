"""What the command line shows to people: tables, and texts that cannot steer a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import IO

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[str] = ()) -> Table:
    """A plain table; the columns named in `numbers` are set to the right.

    Texts are shown as they are: nothing in them is markup.
    """
    made = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in columns:
        right = column in numbers
        made.add_column(Text(column), justify="right" if right else "left", no_wrap=right, overflow="fold")
    for row in rows:
        made.add_row(*(Text(visible(cell)) for cell in row))
    return made


def console(*, stderr: bool = False, file: IO[str] | None = None) -> Console:
    """Where to print: in a pipe or a file lines are as long as they need to be."""
    made = Console(file=file, stderr=stderr, highlight=False, markup=False, emoji=False)
    if not made.is_terminal:
        made.width = 10_000
    return made


def visible(text: str) -> str:
    """A text with the characters that would steer a terminal, or turn its direction, made visible.

    >>> visible("a\\x1b[2Jb")
    'a\\\\x1b[2Jb'
    """
    return "".join(c if c.isprintable() or c == " " else c.encode("unicode_escape").decode() for c in text)
