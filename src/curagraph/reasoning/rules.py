"""Axioms compiled into Horn rules (OWL 2 Profiles, section 4.3; the names of rules are those of its tables 4 to 9).

A class expression never becomes a class of its own: on the left of an axiom it is a pattern to be matched, on the
right a pattern to be stated. So nothing that is inferred holds a blank node.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, count
from typing import NamedTuple

from curagraph.datatypes import is_datatype
from curagraph.reasoning.axioms import NotCompiled
from curagraph.reasoning.expressions import (
    NOTHING,
    RDF,
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
    Property,
    Some,
    short,
)

TYPE = f"<{RDF}type>"


# What a pattern is about: its predicate, for rdf:type with the class.
Key = tuple[str, str]


class Atom(NamedTuple):
    """A triple pattern of N-Triples terms and variables such as `?x`."""

    subject: str
    predicate: str
    object: str

    @property
    def key(self) -> Key:
        """What the pattern is about."""
        return (self.predicate, self.object if self.predicate == TYPE else "")

    @property
    def variables(self) -> tuple[str, ...]:
        return tuple(term for term in self if term.startswith("?"))


@dataclass(frozen=True)
class Rule:
    """If the `body` holds, so does the `head`; without a head, the body contradicts the ontology.

    `unequal` are two variables that must stand for two terms.
    """

    name: str
    axiom: Axiom
    body: tuple[Atom, ...]
    head: Atom | None = None
    unequal: tuple[str, str] | None = None

    @property
    def makes(self) -> Key:
        """What the head is about."""
        assert self.head  # asked of rules that derive something
        return self.head.key


def compile_axioms(axioms: Iterable[Axiom], texts: frozenset[str]) -> list[Rule]:
    """The rules of axioms; `texts` are the IRIs of the properties whose values are literals.

    Raises `NotCompiled` for an expression that OWL 2 RL does not allow where it stands, and for a rule that would
    derive a literal as subject.
    """
    rules = [rule for axiom in axioms for rule in _Compiler(axiom).rules()]
    for rule in rules:
        _refuse_literal_subject(rule, {f"<{text}>" for text in texts})
    # Of axioms that say the same, such as an inverse declared from both sides, the first is compiled.
    distinct = {(rule.body, rule.head, rule.unequal): rule for rule in reversed(rules)}
    return [rule for rule in reversed(distinct.values()) if rule.head not in rule.body]


def _refuse_literal_subject(rule: Rule, texts: set[str]) -> None:
    """Refuse a rule that would say something of a text, or that asks what is said of one and so could never apply."""
    atoms = [*rule.body, rule.head] if rule.head else rule.body
    subjects = {atom.subject for atom in atoms}
    holders = {atom.predicate for atom in rule.body if atom.object in subjects and atom.predicate in texts}
    found = [f"the value of {short(each[1:-1])}" for each in sorted(holders)]
    found += sorted(subject for subject in subjects if subject.startswith('"'))
    if found:
        message = f"it says something of a text, {' and '.join(found)}"
        raise _not_compiled(rule.axiom, f"{message}; a text cannot be the subject of a triple, take it out")


def _not_compiled(axiom: Axiom, message: str) -> NotCompiled:
    return NotCompiled(axiom.subject, message, axiom.predicate, axiom.ends)


def literal_holders(rule: Rule) -> set[str]:
    """The predicates whose objects would become subjects: where such an object is a literal, the rule must not fire."""
    if rule.head is None:
        return set()
    subject = rule.head.subject
    if any(atom.subject == subject for atom in rule.body):
        return set()
    return {atom.predicate for atom in rule.body if atom.object == subject}


Conjunction = tuple[Atom, ...]


class _Compiler:
    """Compiles one axiom."""

    def __init__(self, axiom: Axiom) -> None:
        self.axiom = axiom
        self.numbers = count(1)

    def rules(self) -> Iterator[Rule]:
        found: Iterator[Rule] = getattr(self, _METHODS[self.axiom.kind])(*self.axiom.arguments)
        return found

    def rule(self, name: str, body: Conjunction, head: Atom | None = None, **more: object) -> Rule:
        return Rule(name, self.axiom, tuple(dict.fromkeys(body)), head, **more)  # type: ignore[arg-type]

    def variable(self) -> str:
        return f"?v{next(self.numbers)}"

    def refuse(self, message: str) -> NotCompiled:
        place = short(self.axiom.predicate)
        return _not_compiled(self.axiom, f"{message} in {place}; write it in another way or take it out")

    # Classes (table 7, and the class expressions of table 6)

    def sub_class(self, sub: Expression, super_: Expression, name: str = "cax-sco") -> Iterator[Rule]:
        for body in self.patterns(sub, "?x"):
            yield from self.implied(name, body, super_, "?x")

    def equivalent_class(self, one: Expression, other: Expression) -> Iterator[Rule]:
        yield from self.sub_class(one, other, "cax-eqc1")
        yield from self.sub_class(other, one, "cax-eqc2")

    def disjoint_with(self, one: Expression, other: Expression, name: str = "cax-dw") -> Iterator[Rule]:
        for first in self.patterns(one, "?x"):
            for second in self.patterns(other, "?x"):
                yield self.rule(name, first + second)

    def all_disjoint_classes(self, *classes: Expression) -> Iterator[Rule]:
        for one, other in combinations(classes, 2):
            yield from self.disjoint_with(one, other, "cax-adc")

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

    # Properties (table 5)

    def sub_property(self, sub: Property, super_: Property, name: str = "prp-spo1") -> Iterator[Rule]:
        yield self.rule(name, (triple("?x", sub, "?y"),), triple("?x", super_, "?y"))

    def equivalent_property(self, one: Property, other: Property) -> Iterator[Rule]:
        yield from self.sub_property(one, other, "prp-eqp1")
        yield from self.sub_property(other, one, "prp-eqp2")

    def domain(self, property_: Property, class_: Expression) -> Iterator[Rule]:
        yield from self.implied("prp-dom", (triple("?x", property_, "?y"),), class_, "?x")

    def range(self, property_: Property, class_: Expression) -> Iterator[Rule]:
        yield from self.implied("prp-rng", (triple("?x", property_, "?y"),), class_, "?y")

    def inverse_of(self, one: Property, other: Property) -> Iterator[Rule]:
        yield self.rule("prp-inv1", (triple("?x", one, "?y"),), triple("?y", other, "?x"))
        yield self.rule("prp-inv2", (triple("?x", other, "?y"),), triple("?y", one, "?x"))

    def symmetric(self, property_: Property) -> Iterator[Rule]:
        yield self.rule("prp-symp", (triple("?x", property_, "?y"),), triple("?y", property_, "?x"))

    def transitive(self, property_: Property) -> Iterator[Rule]:
        yield from self.chain(property_, property_, property_, name="prp-trp")

    def chain(self, super_: Property, *links: Property, name: str = "prp-spo2") -> Iterator[Rule]:
        ends = ["?x", *(self.variable() for _ in links[1:]), "?y"]
        body = tuple(triple(start, link, end) for start, link, end in zip(ends, links, ends[1:], strict=False))
        yield self.rule(name, body, triple("?x", super_, "?y"))

    def functional(self, property_: Property) -> Iterator[Rule]:
        body = (triple("?x", property_, "?y"), triple("?x", property_, "?z"))
        yield self.rule("prp-fp", body, unequal=("?y", "?z"))

    def inverse_functional(self, property_: Property) -> Iterator[Rule]:
        body = (triple("?x", property_, "?y"), triple("?z", property_, "?y"))
        yield self.rule("prp-ifp", body, unequal=("?x", "?z"))

    def irreflexive(self, property_: Property) -> Iterator[Rule]:
        yield self.rule("prp-irp", (triple("?x", property_, "?x"),))

    def asymmetric(self, property_: Property) -> Iterator[Rule]:
        yield self.rule("prp-asyp", (triple("?x", property_, "?y"), triple("?y", property_, "?x")))

    def disjoint_properties(self, one: Property, other: Property, name: str = "prp-pdw") -> Iterator[Rule]:
        yield self.rule(name, (triple("?x", one, "?y"), triple("?x", other, "?y")))

    def all_disjoint_properties(self, *properties: Property) -> Iterator[Rule]:
        for one, other in combinations(properties, 2):
            yield from self.disjoint_properties(one, other, "prp-adp")

    def negative_assertion(self, property_: Property, source: str, target: str) -> Iterator[Rule]:
        name = "prp-npa2" if target.startswith('"') else "prp-npa1"
        yield self.rule(name, (triple(source, property_, target),))


_METHODS = {
    "subClassOf": "sub_class",
    "equivalentClass": "equivalent_class",
    "disjointWith": "disjoint_with",
    "AllDisjointClasses": "all_disjoint_classes",
    "subPropertyOf": "sub_property",
    "equivalentProperty": "equivalent_property",
    "domain": "domain",
    "range": "range",
    "inverseOf": "inverse_of",
    "SymmetricProperty": "symmetric",
    "TransitiveProperty": "transitive",
    "propertyChainAxiom": "chain",
    "FunctionalProperty": "functional",
    "InverseFunctionalProperty": "inverse_functional",
    "IrreflexiveProperty": "irreflexive",
    "AsymmetricProperty": "asymmetric",
    "propertyDisjointWith": "disjoint_properties",
    "AllDisjointProperties": "all_disjoint_properties",
    "NegativePropertyAssertion": "negative_assertion",
}
# What is counted is anything, or only what is of a class.
_AT_MOST = {(0, True): "cls-maxc1", (0, False): "cls-maxqc1", (1, True): "cls-maxc2", (1, False): "cls-maxqc3"}
_NAMES = {
    Any: "owl:unionOf",
    Some: "owl:someValuesFrom",
    Only: "owl:allValuesFrom",
    Not: "owl:complementOf",
    AtMost: "owl:maxCardinality",
}


def triple(subject: str, property_: Property, object_: str) -> Atom:
    """The pattern of a property, turned round where it is an inverse."""
    predicate = f"<{property_.iri}>"
    return Atom(object_, predicate, subject) if property_.inverse else Atom(subject, predicate, object_)
