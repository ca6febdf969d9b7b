"""Axioms compiled into Horn rules (OWL 2 Profiles, section 4.3; the names of rules are those of its tables 4 to 9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from curagraph.reasoning.expressions import Axiom, Expression, Property, short
from curagraph.reasoning.membership import Membership, not_compiled
from curagraph.reasoning.rules import Rule, triple


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
        raise not_compiled(rule.axiom, f"{message}; a text cannot be the subject of a triple, take it out")


class _Compiler(Membership):
    """Compiles one axiom."""

    def rules(self) -> Iterator[Rule]:
        found: Iterator[Rule] = getattr(self, _METHODS[self.axiom.kind])(*self.axiom.arguments)
        return found

    # Classes (table 7)

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
