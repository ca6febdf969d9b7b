"""Searching: what a question finds in a catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from curagraph.serve.browsing import facets, words
from curagraph.serve.browsing.catalogue import Catalogue, Item, Thing, Value, narrowed
from curagraph.serve.browsing.facets import Facet
from curagraph.serve.browsing.members import Chosen
from curagraph.serve.browsing.question import PAGES, PER_PAGE, Question
from curagraph.serve.page import Refusal

_THINGS = 6


@dataclass(frozen=True)
class Side:
    """A facet with the values that narrow what was found, and how many items each would leave."""

    facet: Facet
    counts: list[tuple[Value, int]]


@dataclass(frozen=True)
class Choice:
    """A value that was chosen; where the graph has none of that name, `value` is None."""

    facet: Facet
    key: str
    value: Value | None

    @property
    def label(self) -> str:
        return self.value.label if self.value else self.key


@dataclass(frozen=True)
class Found:
    """What a question found. With `loose`, no item has all the words, and these have some of them."""

    question: Question
    choices: list[Choice]
    chosen: Chosen
    ranking: Sequence[int]
    loose: bool
    things: list[Thing]

    @property
    def total(self) -> int:
        return self.chosen.total

    @property
    def pages(self) -> int:
        """How many pages there are, of those that one may turn."""
        return min(PAGES, -(-self.total // PER_PAGE))

    @property
    def numbers(self) -> list[int]:
        """The items of the page, the best first, or the newest where there are no words."""
        start = (self.question.page - 1) * PER_PAGE
        if not self.question.q:
            return self.chosen.part(start, PER_PAGE)
        return list(islice((number for number in self.ranking if number in self.chosen), start, start + PER_PAGE))


def search(catalogue: Catalogue, question: Question) -> Found:
    """What there is. Raises `Refusal` where it takes long, or where a page is behind the last."""
    pieces = words.pieces(question.q)
    choices = [Choice(facets.BY_NAME[name], key, catalogue.value(name, key)) for name, key in question.chosen]
    ranking, loose = _ranking(catalogue, pieces)
    chosen = Chosen.of(ranking, catalogue.size) if question.q else Chosen.all(catalogue.size)
    chosen = _narrowed(chosen, choices)
    things = catalogue.things_named(" AND ".join(pieces), _THINGS) if pieces and question.page == 1 else []
    found = Found(question, choices, chosen, ranking, loose, things)
    if question.page > max(1, found.pages):
        detail = f"What was looked for fills {found.pages} pages; page {question.page} is not one of them."
        raise Refusal(404, "no-such-page", "There is no such page", detail)
    return found


def _ranking(catalogue: Catalogue, pieces: list[str]) -> tuple[Sequence[int], bool]:
    """The items that have all the words; else those that have any."""
    if not pieces:
        return [], False
    found = catalogue.found(" AND ".join(pieces))
    if found or len(pieces) == 1:
        return found, False
    return catalogue.found(" OR ".join(pieces)), True


def _narrowed(chosen: Chosen, choices: list[Choice]) -> Chosen:
    values = [choice.value for choice in choices if choice.value]
    return narrowed(chosen, values) if len(values) == len(choices) else Chosen(0, chosen.size)


def items(catalogue: Catalogue, found: Found) -> list[Item]:
    return catalogue.items(found.numbers)


def side(catalogue: Catalogue, found: Found, facet: Facet) -> Side:
    """What a facet offers under the present choice."""
    taken = {(choice.facet, choice.key) for choice in found.choices}
    counts = catalogue.counts(facet.name, found.chosen) if found.total else []
    return Side(facet, [(value, count) for value, count in counts if (facet, value.key) not in taken])


def sides(catalogue: Catalogue, found: Found) -> list[Side]:
    """All facets; months only when a year is chosen."""
    has_year = any(choice.facet is facets.YEAR for choice in found.choices)
    return [side(catalogue, found, facet) for facet in facets.FACETS if facet is not facets.MONTH or has_year]


def ways_out(catalogue: Catalogue, found: Found) -> list[tuple[str, Question, int]]:
    """Where nothing is found: each part that could be left out, the question without it, and what that would find."""
    ways = [
        (f"{choice.facet.one.lower()} {choice.label}", found.question.without(choice.facet.name, choice.key))
        for choice in found.choices
    ]
    if found.question.q:
        ways.append((f"“{found.question.q}”", found.question.without_words()))
    counted = ((label, other, search(catalogue, other).total) for label, other in ways if not other.is_open)
    return [(label, other, total) for label, other, total in counted if total]
