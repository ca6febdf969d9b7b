"""What points here: the statements of which a thing is the object, by property, counted as far as is quick."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, islice

import pyoxigraph as ox

from curagraph.config import Project
from curagraph.reasoning.expressions import OWL, RDF
from curagraph.serve.page import Refusal
from curagraph.serve.things.account import Statement
from curagraph.serve.things.terms import Terms
from curagraph.snapshot import INFERRED

SHOWN = 20
PAGE = 50
# Nobody waits for a number that is larger.
COUNTED = 1000


@dataclass(frozen=True)
class Incoming:
    """The things that point here with one property: how many, and some of them with where that is explained."""

    name: str
    iri: str
    count: int
    statements: tuple[Statement, ...]
    is_repeated: bool = False
    page: int = 0

    @property
    def counted(self) -> str:
        return f"more than {COUNTED:,}" if self.count > COUNTED else f"{self.count:,}"

    @property
    def has_more(self) -> bool:
        return self.count > len(self.statements)


class Pointing:
    """What points at one thing."""

    def __init__(self, terms: Terms, node: ox.NamedNode) -> None:
        self.terms = terms
        self.node = node
        self.store = terms.edition.store
        self.inferred = {ox.NamedNode(f"{terms.base}graph/{name}") for name in INFERRED}

    def all(self) -> list[Incoming]:
        """All properties that lead here, our own first, each with its first things."""
        found = (self._some(property_, 0, SHOWN) for property_ in properties(self.terms.edition.project))
        return sorted(filter(None, found), key=lambda each: (each.is_repeated, each.name.casefold()))

    def page(self, property_: str, number: int) -> tuple[Incoming, bool]:
        """One page of the things that point here with a property, and whether there is another after it.

        Raises `Refusal` where there is no such page.
        """
        if property_ not in {each.value for each in properties(self.terms.edition.project)} or number < 1:
            raise _no_page()
        found = self._some(ox.NamedNode(property_), (number - 1) * PAGE, PAGE + 1)
        if not found or not found.statements:
            raise _no_page()
        has_next = len(found.statements) > PAGE
        shown = found.statements[:PAGE]
        return Incoming(found.name, found.iri, found.count, shown, found.is_repeated, number), has_next

    def _some(self, property_: ox.NamedNode, start: int, length: int) -> Incoming | None:
        """The things from one number on, in the order of their names where they are few."""
        known = list(islice(self._subjects(property_), COUNTED + 1))
        if not known:
            return None
        if len(known) <= COUNTED:
            known.sort(key=lambda pair: self._order(pair[0]))
            shown = known[start : start + length]
        elif start + length <= COUNTED:
            shown = known[start : start + length]
        else:
            shown = list(islice(self._subjects(property_), start, start + length))
        own = self.terms.is_own(property_.value)
        is_repeated = not own and all(is_inferred for _, is_inferred in known[:SHOWN])
        name = self.terms.property(property_.value)
        statements = tuple(self._statement(property_, *pair) for pair in shown)
        return Incoming(name, property_.value, len(known), statements, is_repeated)

    def _subjects(self, property_: ox.NamedNode) -> Iterator[tuple[ox.NamedNode, bool]]:
        """Each subject once, with whether nobody has stated it; the store has those of one subject together."""
        quads = self.store.quads_for_pattern(None, property_, self.node, None)
        for subject, same in groupby(quads, key=lambda quad: quad.subject):
            if isinstance(subject, ox.NamedNode):
                yield subject, all(quad.graph_name in self.inferred for quad in same)

    def _order(self, subject: ox.NamedNode) -> tuple[str, str]:
        return (self.terms.edition.labels.of(subject.value).casefold(), subject.value)

    def _statement(self, property_: ox.NamedNode, subject: ox.NamedNode, is_inferred: bool) -> Statement:
        shown = self.terms.thing(subject.value)
        why = self.terms.why(ox.Triple(subject, property_, self.node))
        return Statement(shown, why, f"{shown.text[:60]}: {self.terms.property(property_.value)}", is_inferred)


@lru_cache(maxsize=4)
def properties(project: Project) -> tuple[ox.NamedNode, ...]:
    """All properties that lead to things: those that the ontology declares, and those in which it is written."""
    found: set[ox.NamedNode] = set()
    for triple in project.vocabulary.triples:
        found.add(triple.predicate)
        if triple.predicate.value == RDF + "type" and triple.object in _OF_LINKS:
            found |= {triple.subject} if isinstance(triple.subject, ox.NamedNode) else set()
    return tuple(sorted(found, key=str))


_OF_LINKS = [ox.NamedNode(iri) for iri in (OWL + "ObjectProperty", OWL + "AnnotationProperty", RDF + "Property")]


def _no_page() -> Refusal:
    return Refusal(
        404, "no-such-page", "There is no such page", "Nothing points here with that property, or not so often."
    )
