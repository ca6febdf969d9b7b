"""Horn rules over triple patterns: what axioms are compiled to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from curagraph.reasoning.expressions import RDF, Axiom, Property

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


def literal_holders(rule: Rule) -> set[str]:
    """The predicates whose objects would become subjects: where such an object is a literal, the rule must not fire."""
    if rule.head is None:
        return set()
    subject = rule.head.subject
    if any(atom.subject == subject for atom in rule.body):
        return set()
    return {atom.predicate for atom in rule.body if atom.object == subject}


def triple(subject: str, property_: Property, object_: str) -> Atom:
    """The pattern of a property, turned round where it is an inverse."""
    predicate = f"<{property_.iri}>"
    return Atom(object_, predicate, subject) if property_.inverse else Atom(subject, predicate, object_)
