"""The graph of a page: the page's own piece, and all pieces that it leads to, each whole.

A piece that lacks what it needs is dropped with every reference to it, and that is told.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from curagraph.embedding.pagecontext import SCHEMA, page_context
from curagraph.embedding.pieces import Piece, Pieces
from curagraph.problem import Problem, Severity, UsageError
from curagraph.snapshot import Snapshot
from curagraph.state.state import State
from curagraph.vocabulary import CU

# The pieces of so many pages are asked for together.
_TOGETHER = 50


@dataclass(frozen=True)
class PageGraph:
    """The graph of a page as JSON-LD text, and what was left out of it."""

    text: str
    problems: tuple[Problem, ...]


class PageGraphs:
    """Makes the graphs of the pages of a snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        vocabulary = snapshot.project.vocabulary
        self.pieces = Pieces(snapshot)
        self.page_of = ox.NamedNode(vocabulary.iri(CU.page))
        self.head = '{"@context": ' + json.dumps(page_context(vocabulary), ensure_ascii=False) + ',\n"@graph": [\n'

    def of(self, thing: str) -> PageGraph:
        """The graph of the page of a thing. Raises `UsageError` where the thing has no page, or none to describe."""
        return self.of_page(self.page(thing), thing)

    def of_page(self, page: str, thing: str) -> PageGraph:
        """The graph of a page, by its address, of which the graph says that it shows a thing."""
        found, dropped = whole(self.pieces.reached([page]))
        if page not in found:
            why = dropped.get(page, "it is no page")
            raise UsageError(f"the page {page} of {thing} cannot be described: {why}; mend that, and build again")
        # The page and what it is about come first, for people who read the source.
        order = [page, *found[page].values("mainEntity"), *sorted(found)]
        texts = [self.pieces.text(found[each]) for each in dict.fromkeys(order) if each in found]
        return PageGraph(self.head + ",\n".join(texts) + "\n]}", tuple(self.told(thing, dropped)))

    def told(self, thing: str, dropped: Mapping[str, str]) -> Iterator[Problem]:
        """The pieces that were left out of the page of a thing, and why."""
        for piece, why in sorted(dropped.items()):
            message = f"the page of {thing} goes without {piece}: {why}"
            yield self.problem(thing, "piece-dropped", Severity.WARNING, message)

    def page(self, iri: str) -> str:
        """The address of the page of a thing."""
        quads = self.snapshot.store.quads_for_pattern(ox.NamedNode(iri), self.page_of, None, None)
        pages = sorted({quad.object.value for quad in quads if isinstance(quad.object, ox.NamedNode)})
        if not pages:
            what = "is not in the graph" if self.is_unknown(iri) else "has no page"
            kinds = "items have one, by their numbers, and others by paths such as author/ann-lee or topic/source/label"
            raise UsageError(f"{iri} {what}; {kinds}")
        return pages[0]

    def is_unknown(self, iri: str) -> bool:
        return next(self.snapshot.store.quads_for_pattern(ox.NamedNode(iri), None, None, None), None) is None

    def prepare(self, pages: Iterable[str]) -> None:
        """Get to know the pieces of many pages at once, before their graphs are asked for."""
        self.pieces.reached(pages)

    def several(self, pages: Mapping[str, str]) -> Iterator[tuple[str, PageGraph]]:
        """Things with the graphs of their pages, whose addresses are given; one that cannot be made is empty."""
        rows = sorted(pages.items())
        for start in range(0, len(rows), _TOGETHER):
            some = rows[start : start + _TOGETHER]
            self.prepare(page for _, page in some)
            yield from ((thing, self._of_page(page, thing)) for thing, page in some)

    def _of_page(self, page: str, thing: str) -> PageGraph:
        """The graph of a page; of one that cannot be described an empty text, with the reason."""
        try:
            return self.of_page(page, thing)
        except UsageError as error:
            return PageGraph("", (self.problem(thing, "undescribed-page", Severity.ERROR, str(error)),))

    def problem(self, thing: str, code: str, severity: Severity, message: str) -> Problem:
        """What is wrong with the page of a thing, told of the file of the item that it is."""
        with State.readable(self.snapshot.state_path) as state:
            file = next(iter(state.owners.of(f"<{thing}>")), thing)
        return Problem(file, 1, "", code, severity, message)


def whole(reached: dict[str, Piece | None]) -> tuple[dict[str, Piece], dict[str, str]]:
    """The pieces that have all they need, without references to the others, and why each of these was dropped."""
    found = {iri: piece for iri, piece in reached.items() if piece}
    dropped = {iri: "the graph does not describe it" for iri, piece in reached.items() if not piece}
    gone = set(dropped)
    while True:
        if gone:
            found = {iri: piece.without(gone) for iri, piece in found.items() if iri not in gone}
        faults = {iri: why for iri, piece in found.items() if (why := lacking(piece, found))}
        if not faults:
            return found, dropped
        dropped |= faults
        gone = set(faults)


def lacking(piece: Piece, found: dict[str, Piece]) -> str:
    """What a piece lacks, in words; empty where it has all it needs."""
    if piece.lacks:
        return f"it has no {' and no '.join(each.removeprefix(SCHEMA) for each in piece.lacks)}"
    if len(shown := piece.values("mainEntity")) > 1:
        return f"it is the page of several things, {' and '.join(shown)}; give one of them another slug or path"
    if piece.is_a("BreadcrumbList"):
        steps = [found[step] for step in piece.values("itemListElement")]
        positions = sorted(int(each) for step in steps for each in step.values("position"))
        # Google: two steps at least, counted from 1.
        if len(positions) < 2 or positions != list(range(1, len(steps) + 1)):
            return f"a trail wants two steps or more, counted from 1, found {positions}"
    return ""
