"""Axioms and terms in words; class expressions much as the Manchester syntax of OWL 2 has them."""

from __future__ import annotations

from collections.abc import Mapping

from curagraph.reasoning.expressions import (
    All,
    Any,
    Argument,
    AtMost,
    Axiom,
    Has,
    Named,
    Not,
    Only,
    Property,
    Some,
)
from curagraph.reasoning.rules import Rule

_BETWEEN = {
    "subClassOf": "is a subclass of",
    "equivalentClass": "is the same class as",
    "disjointWith": "has no member in common with",
    "subPropertyOf": "is a subproperty of",
    "equivalentProperty": "is the same property as",
    "inverseOf": "is the inverse of",
    "propertyDisjointWith": "never holds together with",
    "domain": "has the domain",
    "range": "has the range",
}
_OF_ONE = {
    "SymmetricProperty": "is symmetric",
    "TransitiveProperty": "is transitive",
    "FunctionalProperty": "has at most one value",
    "InverseFunctionalProperty": "gives a value to at most one thing",
    "IrreflexiveProperty": "never leads from a thing to itself",
    "AsymmetricProperty": "never holds in both directions",
}
_OF_MANY = {
    "AllDisjointClasses": "have no member in common",
    "AllDisjointProperties": "never hold together",
}


class Wording:
    """Words for what a project's prefixes name."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self.prefixes = sorted(prefixes.items(), key=lambda pair: (-len(pair[1]), pair[0]))

    def term(self, term: str) -> str:
        """A term in N-Triples notation, by its prefix where it has one.

        >>> Wording({"cu": "https://data.example.org/ontology#"}).term("<https://data.example.org/ontology#about>")
        'cu:about'
        """
        iri = term[1:-1] if term.startswith("<") else ""
        for prefix, space in self.prefixes:
            if iri.startswith(space) and iri != space and "/" not in iri[len(space) :]:
                return f"{prefix}:{iri[len(space) :]}"
        return term

    def contradiction(self, rule: Rule) -> str:
        """What a rule without a head says; of a long list only the two that it is about."""
        if rule.axiom.kind not in _OF_MANY:
            return self.axiom(rule.axiom)
        kind = rule.axiom.kind
        ends = [atom.object if kind == "AllDisjointClasses" else atom.predicate for atom in rule.body]
        return f"{' and '.join(map(self.term, ends))} {_OF_MANY[kind]}"

    def axiom(self, axiom: Axiom) -> str:
        """An axiom as a sentence."""
        words = [self.argument(each) for each in axiom.arguments]
        if axiom.kind == "propertyChainAxiom":
            return f"{', then '.join(words[1:])} gives {words[0]}"
        if axiom.kind == "NegativePropertyAssertion":
            return f"{words[1]} does not have the {words[0]} {words[2]}"
        if axiom.kind in _OF_MANY:
            return f"{', '.join(words)} {_OF_MANY[axiom.kind]}"
        if axiom.kind in _OF_ONE:
            return f"{words[0]} {_OF_ONE[axiom.kind]}"
        return f"{words[0]} {_BETWEEN[axiom.kind]} {words[1]}"

    def argument(self, argument: Argument) -> str:  # noqa: C901  # one case for each kind
        match argument:
            case str():
                return self.term(argument)
            case Named(iri):
                return self.term(f"<{iri}>")
            case Property(iri, inverse):
                return ("inverse " if inverse else "") + self.term(f"<{iri}>")
            case All(members):
                return f"({' and '.join(map(self.argument, members))})"
            case Any(members):
                return f"({' or '.join(map(self.argument, members))})"
            case Some(property_, filler):
                return f"({self.argument(property_)} some {self.argument(filler)})"
            case Only(property_, filler):
                return f"({self.argument(property_)} only {self.argument(filler)})"
            case Has(property_, value):
                return f"({self.argument(property_)} value {self.term(value)})"
            case Not(class_):
                return f"(not {self.argument(class_)})"
            case AtMost(number, property_, filler):
                return f"({self.argument(property_)} max {number} {self.argument(filler)})"
