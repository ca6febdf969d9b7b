"""Being in a class as rules have it (OWL 2 Profiles, section 4.3, table 6).

A class expression never becomes a class of its own: on the left of an axiom it is a pattern to be matched, on the
right a pattern to be stated. So nothing that is inferred holds a blank node.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from curagraph.converting.datatypes import is_datatype
from curagraph.reasoning.constructs import OTHERWISE, NotCompiled
from curagraph.reasoning.expressions import (
    NOTHING,
    THING,
    All,
    Any,
    AtMost,
    Axiom,
    Expression,
    Has,
    Named,
    Not,
    Only,
    Some,
    short,
)
from curagraph.reasoning.rules import TYPE, Atom, Rule, triple

Conjunction = tuple[Atom, ...]

# What is counted is anything, or only what is of a class.
_AT_MOST = {(0, True): "cls-maxc1", (0, False): "cls-maxqc1", (1, True): "cls-maxc2", (1, False): "cls-maxqc3"}
_NAMES = {
    Any: "owl:unionOf",
    Some: "owl:someValuesFrom",
    Only: "owl:allValuesFrom",
    Not: "owl:complementOf",
    AtMost: "owl:maxCardinality",
}


class Membership:
    """The class expressions of one axiom, as patterns."""

    def __init__(self, axiom: Axiom) -> None:
        self.axiom = axiom
        self.numbers = count(1)

    def rule(self, name: str, body: Conjunction, head: Atom | None = None, **more: object) -> Rule:
        return Rule(name, self.axiom, tuple(dict.fromkeys(body)), head, **more)  # type: ignore[arg-type]

    def variable(self) -> str:
        return f"?v{next(self.numbers)}"

    def refuse(self, message: str) -> NotCompiled:
        place = short(self.axiom.predicate)
        return not_compiled(self.axiom, f"{message} in {place}; {OTHERWISE}")

    def patterns(self, class_: Expression, x: str) -> list[Conjunction]:
        """The patterns of which one must match for `x` to be in a class: its part on the left of an axiom."""
        match class_:
            case Named() if class_ == THING:
                raise self.refuse("owl:Thing cannot stand alone on the left")
            case Named(iri) if is_datatype(iri):
                raise self.refuse(f"the datatype {short(iri)} cannot stand on the left")
            case Named(iri):
                return [(Atom(x, TYPE, f"<{iri}>"),)]
            case Has(property_, value):
                return [(triple(x, property_, value),)]
            case Some(property_, filler):
                y = self.variable()
                fillers = [()] if filler == THING else self.patterns(filler, y)
                return [(triple(x, property_, y), *rest) for rest in fillers]
            case All(members):
                found: list[Conjunction] = [()]
                for member in members:
                    found = [(*start, *more) for start in found for more in self.patterns(member, x)]
                return found
            case Any(members):
                return [pattern for member in members for pattern in self.patterns(member, x)]
            case _:
                raise self.refuse(f"{_NAMES[type(class_)]} cannot stand on the left")

    def implied(  # noqa: C901  # one case for each kind of expression
        self, name: str, body: Conjunction, class_: Expression, x: str
    ) -> Iterator[Rule]:
        """What follows for `x` from being in a class: its part on the right of an axiom."""
        match class_:
            case Named() if class_ == THING:
                return
            case Named() if class_ == NOTHING:
                yield self.rule("cls-nothing2", body)
            case Named(iri) if is_datatype(iri):
                # dt-not-type is seen to where literals are made: `datatypes` knows what fits a range.
                if self.axiom.kind != "range" or self.axiom.arguments[1] != class_:
                    raise self.refuse(f"the datatype {short(iri)} can only be the range of a property")
            case Named(iri):
                yield self.rule(name, body, Atom(x, TYPE, f"<{iri}>"))
            case Has(property_, value):
                yield self.rule("cls-hv1", body, triple(x, property_, value))
            case All(members):
                for member in members:
                    yield from self.implied("cls-int2" if name == "cax-sco" else name, body, member, x)
            case Only(property_, filler):
                y = self.variable()
                yield from self.implied("cls-avf", (*body, triple(x, property_, y)), filler, y)
            case Not(complement):
                for pattern in self.patterns(complement, x):
                    yield self.rule("cls-com", body + pattern)
            case AtMost():
                yield from self.at_most(body, class_, x)
            case _:
                raise self.refuse(f"{_NAMES[type(class_)]} cannot stand on the right")

    def at_most(self, body: Conjunction, class_: AtMost, x: str) -> Iterator[Rule]:
        first, second = self.variable(), self.variable()
        name = _AT_MOST[class_.number, class_.filler == THING]
        for one in self.reached(x, class_, first):
            if class_.number == 0:
                yield self.rule(name, body + one)
                continue
            for other in self.reached(x, class_, second):
                yield self.rule(name, body + one + other, unequal=(first, second))

    def reached(self, x: str, class_: AtMost, y: str) -> list[Conjunction]:
        fillers = [()] if class_.filler == THING else self.patterns(class_.filler, y)
        return [(triple(x, class_.property, y), *rest) for rest in fillers]


def not_compiled(axiom: Axiom, message: str) -> NotCompiled:
    """The refusal of an axiom."""
    return NotCompiled(axiom.subject, message, axiom.predicate, axiom.ends)
