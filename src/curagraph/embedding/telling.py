"""What embedding prints for people, and for other programs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from curagraph.commands import summary
from curagraph.embedding.datafiles import Written
from curagraph.embedding.embedding import Embedded
from curagraph.tables import console, table, visible

# So many pages or things of each sort are named.
_NAMED = 5


def show(embedded: Embedded, *, dry_run: bool) -> None:
    """What became of the pages, and what to do next."""
    out = console()
    for problem in summary.first_of_each_kind(embedded.problems):
        out.print(summary.line(problem))
    if dry_run:
        for line in embedded.differences_text().splitlines():
            out.print(visible(line))
    rows = [
        ("pages", embedded.pages),
        ("would change" if dry_run else "changed", len(embedded.changed)),
        ("as they were", embedded.unchanged),
    ]
    others = [
        ("script removed", len(embedded.removed)),
        ("refused, left as they were", len(embedded.refused)),
        ("redirects, which get nothing", len(embedded.redirects)),
        ("without a thing of the graph", len(embedded.without_thing)),
        ("things whose page is missing", len(embedded.without_page)),
    ]
    rows += [(name, count) for name, count in others if count]
    out.print(table(["embed", ""], [(name, f"{count:,}") for name, count in rows], numbers=[""]))
    _name(f"{path} shows nothing that the graph knows" for path in embedded.without_thing)
    _name(f"no page shows {thing}; it should be {page}" for thing, page in embedded.without_page.items())
    if embedded.changed and not dry_run:
        out.print("`curagraph embed --check` with the same folder tells what could be better in the pages.")


def _name(lines: Iterable[str]) -> None:
    """The first of several lines, and how many more there are."""
    out, every = console(), list(lines)
    for line in every[:_NAMED]:
        out.print(visible(line))
    if len(every) > _NAMED:
        out.print(f"... and {len(every) - _NAMED:,} more; --format json lists all")


def show_written(written: Written) -> None:
    """What was written for those who build their pages themselves."""
    out = console()
    for problem in summary.first_of_each_kind(written.problems):
        out.print(summary.line(problem))
    out.print(f"{written.files:,} files, {written.changed:,} written, {written.removed:,} removed")


def as_json(embedded: Embedded) -> dict[str, Any]:
    """What became of the pages, for other programs."""
    lists = ("changed", "removed", "refused", "redirects")
    return {
        "pages": embedded.pages,
        "unchanged": embedded.unchanged,
        **{name: getattr(embedded, name) for name in lists},
        "shown": {path: {"thing": thing, "by": by} for path, (thing, by) in embedded.shown.items()},
        "withoutThing": embedded.without_thing,
        "withoutPage": embedded.without_page,
        "differences": embedded.differences,
        "problems": [problem.as_json() for problem in embedded.problems],
    }
