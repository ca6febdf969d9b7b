"""The page of a release for people: one file of HTML without a script."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from curagraph.delivery.releases.changes import Kind, plural
from curagraph.delivery.releases.counts import Counts
from curagraph.takedown.forgotten import Takedown

FILE = "index.html"
# So many names of a list are shown.
NAMED = 50


@dataclass(frozen=True)
class Changed:
    """What is told of the changes since the release before, which has the number `since`.

    The things of the kinds in `named` are listed. Where `withheld` says why they may not be, none are: what the
    partner may no longer see would be told.
    """

    since: int
    kinds: Sequence[Kind]
    told: str
    takedowns: Sequence[Takedown]
    named: Sequence[Kind]
    withheld: str


@lru_cache(maxsize=1)
def _environment() -> Environment:
    found = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["plural"] = plural
    found.filters["size"] = size
    return found


def render(counts: Counts, files: Iterable[Path], changed: Changed | None, **values: Any) -> str:
    """The page; `files` are those to be fetched, `values` what the profile says."""
    rows = [(file.name, file.stat().st_size) for file in files]
    template = _environment().get_template("page.html")
    return template.render(counts=counts, files=rows, changed=changed, named=NAMED, **values)


def size(number: int) -> str:
    """A size for people.

    >>> size(3), size(12_345), size(5 << 20)
    ('3 bytes', '12.1 KiB', '5.0 MiB')
    """
    if number < 1 << 10:
        return f"{number} bytes"
    if number < 1 << 20:
        return f"{number / (1 << 10):.1f} KiB"
    return f"{number / (1 << 20):,.1f} MiB"
