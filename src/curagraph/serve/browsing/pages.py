"""The start page, the page of what a search found, and that of all values of a facet."""

from __future__ import annotations

from functools import partial
from typing import Any

from curagraph.serve import frame, templates
from curagraph.serve.browsing import catalogue, data, facets, searching
from curagraph.serve.browsing.catalogue import Catalogue
from curagraph.serve.browsing.links import here, outside
from curagraph.serve.browsing.question import Pairs, Question
from curagraph.serve.edition import Edition
from curagraph.serve.page import Page, Refusal
from curagraph.serve.worker import Out

# How much the start page shows of the newest items and of each facet; how many values a search offers.
_NEWEST = 8
_BIGGEST = {"topic": 16, "brand": 8, "curator": 8, "community": 8}
OFFERED = 8
# What an address means depends on the Accept header.
_VARY = (("Vary", "Accept"),)


def prepare(edition: Edition) -> None:
    """Read the values of facets and compile the templates before there are workers, which then share them."""
    catalogue.of(edition)
    templates.compile_all()


def start(edition: Edition, out: Out, root: str) -> Page:
    """What there is, in numbers, and ways into it."""
    found = catalogue.of(edition)
    blocks = [(facets.BY_NAME[name], found.by_facet[name][:most]) for name, most in _BIGGEST.items()]
    return show(
        edition,
        "start.html",
        root,
        size=found.size,
        totals={name: len(values) for name, values in found.by_facet.items()},
        years=_years(found),
        newest=found.items(range(min(_NEWEST, found.size))),
        blocks=[(facet, values) for facet, values in blocks if values],
    )


def _years(found: Catalogue) -> tuple[str, str] | None:
    """The first and the last year of items."""
    years = sorted(value.key for value in found.by_facet["year"])
    return (years[0], years[-1]) if years else None


def search(edition: Edition, out: Out, pairs: Pairs, format_: str, root: str) -> Page:
    """The items that are looked for, with what would narrow them."""
    index = catalogue.of(edition)
    found = searching.search(index, Question.of(pairs))
    sides, items = searching.sides(index, found), searching.items(index, found)
    if format_ == "json":
        return Page(data.found(found, items, sides, root), "application/json", headers=_VARY)
    return show(
        edition,
        "search.html",
        root,
        headers=_VARY,
        found=found,
        items=items,
        sides=[side for side in sides if side.counts],
        offered=OFFERED,
        ways_out=[] if found.total else searching.ways_out(index, found),
        size=index.size,
    )


def values(edition: Edition, out: Out, facet: str, pairs: Pairs, root: str) -> Page:
    """All values of a facet under a choice. Raises `Refusal` where there is no such facet."""
    if facet not in facets.BY_NAME:
        raise Refusal(404, "no-such-facet", "There is no such facet", f"Known are {', '.join(facets.BY_NAME)}.")
    index = catalogue.of(edition)
    found = searching.search(index, Question.of(pairs).turned(1))
    side = searching.side(index, found, facets.BY_NAME[facet])
    return show(edition, "values.html", root, found=found, side=side)


def show(
    edition: Edition, template: str, root: str, *, headers: tuple[tuple[str, str], ...] = (), **values: Any
) -> Page:
    """A page of HTML whose template can make links."""
    page = frame.page(
        edition,
        template,
        root,
        here=partial(here, base=edition.project.base),
        outside=outside,
        ask=Question(),
        **values,
    )
    return Page(page.body, page.media_type, page.status, (*page.headers, *headers))
