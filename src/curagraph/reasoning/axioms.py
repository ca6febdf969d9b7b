"""The axioms of an ontology, read from its triples (OWL 2 Mapping to RDF Graphs, section 3).

What cannot be read as an axiom that a rule stands for is an error: an axiom is never ignored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from curagraph.reasoning.constructs import (
    CHARACTERISTICS,
    GROUPS,
    KNOWN,
    KNOWN_TYPES,
    MAKES_A_CLASS,
    OF_CLASSES,
    OF_PROPERTIES,
    OF_PROPERTY_AND_CLASS,
    PARTS,
)
from curagraph.reasoning.descriptions import Descriptions, Node
from curagraph.reasoning.expressions import OWL, RDF, RDFS, THING, Axiom, Named, short


def read(triples: Iterable[ox.Triple]) -> list[Axiom]:
    """The axioms that triples state, in a stable order.

    Raises `NotCompiled` for a construct of OWL or RDFS that is none of those known here.
    """
    reader = _Reader(triples)
    return sorted(reader.axioms(), key=repr)


def declared(triples: Iterable[ox.Triple], type_: str) -> frozenset[str]:
    """The IRIs that are declared as an OWL type, such as `ObjectProperty`."""
    wanted = ox.NamedNode(OWL + type_)
    return frozenset(
        t.subject.value
        for t in triples
        if t.predicate.value == RDF + "type" and t.object == wanted and isinstance(t.subject, ox.NamedNode)
    )


class _Reader(Descriptions):
    """Reads the axioms out of descriptions."""

    def axioms(self) -> Iterator[Axiom]:
        for subject, predicate, object_ in self.triples():
            self.refuse_unknown(subject, predicate, object_)
        for subject, predicate, object_ in self.triples():
            yield from self.axiom(subject, predicate, object_)

    def triples(self) -> Iterator[tuple[Node, str, Node]]:
        for subject, said in self.about.items():
            for predicate, objects in said.items():
                for object_ in objects:
                    self.at, self.by, self.to = subject, predicate, object_
                    yield subject, predicate, object_

    def refuse_unknown(self, subject: Node, predicate: str, object_: Node) -> None:
        if predicate.startswith((OWL, RDFS)) and predicate not in KNOWN:
            raise self.not_compiled(f"the axiom {short(predicate)} is not compiled", predicate)
        if predicate in PARTS and not PARTS[predicate] & self.types(subject):
            wanted = " or ".join(sorted(map(short, PARTS[predicate])))
            raise self.not_compiled(f"found {short(predicate)} of what is no {wanted}")
        if predicate == RDF + "type":
            self.refuse_unknown_type(object_)

    def refuse_unknown_type(self, type_: Node) -> None:
        if not isinstance(type_, ox.NamedNode):
            raise self.not_compiled("found a type without a name")
        if type_.value.startswith((OWL, RDFS)) and type_.value not in KNOWN_TYPES | {THING.iri}:
            raise self.not_compiled(f"the type {short(type_.value)} is not compiled", type_.value)

    def axiom(self, subject: Node, predicate: str, object_: Node) -> Iterator[Axiom]:
        stated = (str(subject), f"<{predicate}>", str(object_))
        kind = predicate.rpartition("#")[2]
        if predicate in OF_CLASSES:
            yield Axiom(kind, (self.class_(subject), self.class_(object_)), stated)
        elif predicate in OF_PROPERTIES:
            # An anonymous inverse is a part of another axiom.
            if predicate != OWL + "inverseOf" or isinstance(subject, ox.NamedNode):
                yield Axiom(kind, (self.property(subject), self.property(object_)), stated)
        elif predicate in OF_PROPERTY_AND_CLASS:
            yield Axiom(kind, (self.property(subject), self.class_(object_)), stated)
        elif predicate == OWL + "propertyChainAxiom":
            chain = [self.property(each) for each in self.members(object_)]
            yield Axiom(kind, (self.property(subject), *chain), stated)
        elif predicate in MAKES_A_CLASS and isinstance(subject, ox.NamedNode):
            yield Axiom("equivalentClass", (Named(subject.value), self.expression(subject)), stated)
        elif predicate == RDF + "type" and isinstance(object_, ox.NamedNode):
            yield from self.typed(subject, object_.value, stated)

    def typed(self, subject: Node, type_: str, stated: tuple[str, str, str]) -> Iterator[Axiom]:
        kind = type_.rpartition("#")[2]
        if type_ in CHARACTERISTICS:
            yield Axiom(kind, (self.property(subject),), stated)
        elif type_ == OWL + "AllDisjointClasses":
            yield Axiom(kind, tuple(self.class_(each) for each in self.group(subject, type_)), stated)
        elif type_ == OWL + "AllDisjointProperties":
            yield Axiom(kind, tuple(self.property(each) for each in self.group(subject, type_)), stated)
        elif type_ == OWL + "NegativePropertyAssertion":
            source = self.value(self.one(subject, "sourceIndividual"))
            target = self.value(self.one(subject, "targetIndividual", "targetValue"))
            property_ = self.property(self.one(subject, "assertionProperty"))
            yield Axiom(kind, (property_, source, target), stated)

    def group(self, subject: Node, type_: str) -> list[Node]:
        return self.members(self.one(subject, GROUPS[type_].rpartition("#")[2]))
