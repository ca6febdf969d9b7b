"""Pictures: items over time, brands by topic, and topics that occur together."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from curagraph.serve.browsing import catalogue, data
from curagraph.serve.browsing.catalogue import Catalogue, Value
from curagraph.serve.browsing.members import Chosen
from curagraph.serve.browsing.pages import show
from curagraph.serve.browsing.question import Question
from curagraph.serve.edition import Edition
from curagraph.serve.page import Page
from curagraph.serve.worker import Out

# How much fits in a picture: months, rows and columns, topics, pairs; and pairs in the table beside it.
_MONTHS = 120
_ROWS = 24
_COLUMNS = 12
_TOPICS = 60
_PAIRS = 160
_LISTED = 50
# Shades of a table's cells.
_SHADES = 5
# Of the drawing of bars, in units of its own.
_WIDTH, _HEIGHT = 960, 220


@dataclass(frozen=True)
class Bar:
    """A bar of a drawing: its place, and the month and number that it stands for."""

    month: str
    count: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Pair:
    """Two topics and the number of items that have both."""

    one: Value
    two: Value
    count: int

    @property
    def address(self) -> str:
        return Question().having("topic", self.one.key).having("topic", self.two.key).address()


def overview(edition: Edition, out: Out, root: str) -> Page:
    """A small view of each picture."""
    found = catalogue.of(edition)
    return show(edition, "pictures.html", root, bars=_bars(found), size=found.size, pairs=_pairs(found)[:5])


def time(edition: Edition, out: Out, root: str) -> Page:
    """Items over time: bars by month, and a table of all years."""
    found = catalogue.of(edition)
    counts = _months(found)
    years = sorted({month[:4] for month in counts}, reverse=True)
    rows = [(year, [(m, counts.get(m, 0)) for m in (f"{year}-{n:02d}" for n in range(1, 13))]) for year in years]
    most = max(counts.values(), default=0)
    bars = _bars(found)
    left_out = len(rows) * 12 > _MONTHS and min(counts) < bars[0].month
    return show(
        edition, "pictures_time.html", root, bars=bars, rows=rows, most=most, shade=_shade, left_out=left_out,
        width=_WIDTH, height=_HEIGHT,
    )  # fmt: skip


def brands(edition: Edition, out: Out, root: str) -> Page:
    """Brands by topic: how many items of a brand have a topic, for the biggest of both."""
    found = catalogue.of(edition)
    topics, sites = found.by_facet["topic"][:_ROWS], found.by_facet["brand"][:_COLUMNS]
    of_site = [site.members.narrow(Chosen.all(found.size)) for site in sites]
    rows = [(topic, [topic.members.count(chosen) for chosen in of_site]) for topic in topics]
    most = max((count for _, counts in rows for count in counts), default=0)
    return show(edition, "pictures_brands.html", root, rows=rows, sites=sites, most=most, shade=_shade)


def topics(edition: Edition, out: Out, root: str) -> Page:
    """Topics that occur together, to move in, with a table of the pairs for whoever cannot or would not."""
    pairs = _pairs(catalogue.of(edition))
    return show(edition, "pictures_topics.html", root, pairs=pairs[:_LISTED], all=len(pairs))


def topics_json(edition: Edition, out: Out, root: str) -> Page:
    """The topics and pairs that the script of that picture draws."""
    pairs = _pairs(catalogue.of(edition))
    used = dict.fromkeys(topic for pair in pairs for topic in (pair.one, pair.two))
    nodes = [
        {
            "id": topic.key,
            "label": topic.label,
            "source": topic.note,
            "items": topic.total,
            "address": root + Question().having("topic", topic.key).address(),
        }
        for topic in used
    ]
    links = [
        {"source": pair.one.key, "target": pair.two.key, "items": pair.count, "address": root + pair.address}
        for pair in pairs
    ]
    return Page(data.as_json({"topics": nodes, "pairs": links}), "application/json")


def _pairs(found: Catalogue) -> list[Pair]:
    """The pairs of the biggest topics that most items have both of."""
    biggest = found.by_facet["topic"][:_TOPICS]
    chosen = {topic: topic.members.narrow(Chosen.all(found.size)) for topic in biggest}
    counted = (Pair(one, two, two.members.count(chosen[one])) for one, two in combinations(biggest, 2))
    pairs = sorted((pair for pair in counted if pair.count), key=lambda pair: -pair.count)
    return pairs[:_PAIRS]


def _months(found: Catalogue) -> dict[str, int]:
    return {value.key: value.total for value in found.by_facet["month"]}


def _bars(found: Catalogue) -> list[Bar]:
    """The bars of the last months, those without items among them."""
    counts = _months(found)
    if not counts:
        return []
    months = _calendar(min(counts), max(counts))[-_MONTHS:]
    step = _WIDTH / max(len(months), 12)
    most = max(counts[month] for month in months if month in counts)
    bars = []
    for at, month in enumerate(months):
        count = counts.get(month, 0)
        height = max(count / most * _HEIGHT, 2) if count else 0
        place = (at * step + step * 0.1, _HEIGHT - height, step * 0.8, height)
        bars.append(Bar(month, count, *(round(number, 2) for number in place)))
    return bars


def _calendar(first: str, last: str) -> list[str]:
    """All months from one to another.

    >>> _calendar("2019-11", "2020-02")
    ['2019-11', '2019-12', '2020-01', '2020-02']
    """
    start, end = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (first, last))
    return [f"{number // 12:04d}-{number % 12 + 1:02d}" for number in range(start, end + 1)]


def _shade(count: int, most: int) -> int:
    """The shade of a number, from 0 for none to the darkest for the most.

    >>> _shade(0, 10), _shade(1, 10), _shade(10, 10)
    (0, 1, 5)
    """
    return -(-count * _SHADES // most) if count else 0
