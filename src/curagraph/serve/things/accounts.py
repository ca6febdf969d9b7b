"""Making accounts of things: statements by property, each shown once, and what only repeats another set apart."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from curagraph.serve.things.account import Account, Row, Statement
from curagraph.serve.things.order import Order
from curagraph.serve.things.terms import TYPE, Term, Terms
from curagraph.snapshot import INFERRED

Values = dict[str, list[Term]]


class Accounts:
    """What makes accounts of the things that some quads are about."""

    def __init__(self, terms: Terms, quads: Iterable[ox.Quad]) -> None:
        self.terms = terms
        self.order = Order(terms.edition.project.vocabulary.prefixes)
        self.inferred = {ox.NamedNode(f"{terms.base}graph/{name}") for name in INFERRED}
        self.quads: dict[object, list[ox.Quad]] = {}
        for quad in quads:
            self.quads.setdefault(quad.subject, []).append(quad)

    def of(self, node: ox.NamedNode) -> Account:
        """The account of a thing."""
        return _Account(self, node).made()


class _Account:
    """What is known of one thing while its account is made."""

    def __init__(self, accounts: Accounts, node: ox.NamedNode) -> None:
        self.node = node
        self.terms = accounts.terms
        self.order = accounts.order
        self.values: Values = {}
        self.stated: set[tuple[str, Term]] = set()
        for quad in accounts.quads.get(node, ()):
            values = self.values.setdefault(quad.predicate.value, [])
            if quad.object not in values:
                values.append(quad.object)
            if quad.graph_name not in accounts.inferred:
                self.stated.add((quad.predicate.value, quad.object))

    def made(self) -> Account:
        rows, again = self._divided()
        title = next((name for name in rows if name in self.order.names), "")
        lead = next((name for name in rows if name in self.order.leads), "")
        classes, named, leading = (self._row(name, rows.pop(name, [])) for name in (TYPE.value, title, lead))
        technical = {name: rows.pop(name) for name in list(rows) if name in self.order.technical}
        return Account(
            self.terms.thing(self.node.value),
            self.node.value.partition("#")[2],
            classes,
            named,
            leading,
            self._rows(rows),
            self._rows(technical),
            self._rows(again),
            any(_text(term) in self.order.chief for term in self.values.get(TYPE.value, ())),
        )

    def _divided(self) -> tuple[Values, Values]:
        """The values by property in the order of the page: what is said, and what is only said again."""
        rows: Values = {}
        again: Values = {}
        seen: set[str] = set()
        for name in sorted(self.values, key=lambda each: self.order.place(each, is_own=self.terms.is_own(each))):
            for term in sorted(self.values[name], key=self._key):
                where = again if self._repeats(name, term, seen) else rows
                where.setdefault(name, []).append(term)
            seen |= {_text(term) for term in rows.get(name, ())}
        return rows, again

    def _repeats(self, name: str, term: Term, seen: set[str]) -> bool:
        """Whether a statement in the words of others has a value that one before it has given already."""
        if name == TYPE.value:
            own = [self.terms.is_own(_text(each)) for each in self.values[name]]
            return any(own) and not self.terms.is_own(_text(term))
        if self.terms.is_own(name) or _text(term) not in seen:
            return False
        return isinstance(term, ox.Literal) or (name, term) not in self.stated

    def _rows(self, values: Values) -> tuple[Row, ...]:
        return tuple(self._row(name, terms) for name, terms in values.items())

    def _row(self, name: str, values: list[Term]) -> Row:
        if not values:
            return Row()
        statements = tuple(self._statement(name, term) for term in values)
        return Row(self.terms.property(name), self.terms.href(name), statements)

    def _statement(self, name: str, term: Term) -> Statement:
        shown = self.terms.shown(term)
        why = self.terms.why(ox.Triple(self.node, ox.NamedNode(name), term))
        about = f"{self.terms.property(name)}: {shown.text[:60]}"
        return Statement(shown, why, about, (name, term) not in self.stated)

    def _key(self, term: Term) -> tuple[str, str]:
        return (self.terms.shown(term).text.casefold(), str(term))


def _text(term: Term) -> str:
    return term.value if isinstance(term, ox.Literal | ox.NamedNode) else str(term)
