"""The axioms of an ontology, read from its triples (OWL 2 Mapping to RDF Graphs, section 3).

What cannot be read as an axiom that `rules` compiles is an error: an axiom is never ignored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pyoxigraph as ox

from curagraph.problem import ProjectError, shown
from curagraph.reasoning.expressions import (
    OWL,
    RDF,
    RDFS,
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
    kept,
    short,
)

Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_NIL = ox.NamedNode(RDF + "nil")


# Triples with these predicates are axioms of two classes, or of two properties.
_OF_CLASSES = {RDFS + "subClassOf", OWL + "equivalentClass", OWL + "disjointWith"}
_OF_PROPERTIES = {
    RDFS + "subPropertyOf",
    OWL + "equivalentProperty",
    OWL + "inverseOf",
    OWL + "propertyDisjointWith",
}
_OF_PROPERTY_AND_CLASS = {RDFS + "domain", RDFS + "range"}
# Triples with these types are axioms about their subject.
_CHARACTERISTICS = {
    OWL + name
    for name in (
        "SymmetricProperty",
        "TransitiveProperty",
        "FunctionalProperty",
        "InverseFunctionalProperty",
        "IrreflexiveProperty",
        "AsymmetricProperty",
    )
}
_GROUPS = {
    OWL + "AllDisjointClasses": OWL + "members",
    OWL + "AllDisjointProperties": OWL + "members",
}
# What a class expression is made of; on a named class it says that the two are equivalent.
_MAKES_A_CLASS = {
    OWL + name
    for name in (
        *("intersectionOf", "unionOf", "complementOf", "onProperty", "onClass"),
        *("someValuesFrom", "allValuesFrom", "hasValue", "maxCardinality", "maxQualifiedCardinality"),
    )
}
# Parts of an axiom that is a node of its own, and the types of such nodes.
_PARTS = {OWL + "members": {OWL + name for name in ("AllDisjointClasses", "AllDisjointProperties", "AllDifferent")}} | {
    OWL + name: {OWL + "NegativePropertyAssertion"}
    for name in ("sourceIndividual", "assertionProperty", "targetIndividual", "targetValue")
}
# What axioms are made of: data that could state these would add axioms that nobody has compiled.
_OF_AXIOMS = (
    _OF_CLASSES
    | _OF_PROPERTIES
    | _OF_PROPERTY_AND_CLASS
    | _MAKES_A_CLASS
    | _PARTS.keys()
    | {OWL + "propertyChainAxiom", OWL + "sameAs"}
    | {RDF + name for name in ("type", "first", "rest")}
)
_DECLARATIONS = {
    OWL + name
    for name in (
        "Ontology",
        "Class",
        "Restriction",
        "ObjectProperty",
        "DatatypeProperty",
        "AnnotationProperty",
        "NamedIndividual",
        "NegativePropertyAssertion",
    )
} | {RDFS + "Datatype"}
# These say nothing that could follow.
_ANNOTATIONS = {OWL + name for name in ("versionIRI", "versionInfo", "deprecated", "priorVersion")} | {
    RDFS + name for name in ("label", "comment", "isDefinedBy", "seeAlso")
}
# Two names are two things here already: nothing is ever merged.
_ALREADY_SO = {OWL + "differentFrom", OWL + "distinctMembers"}
_KNOWN = (
    _OF_CLASSES
    | _OF_PROPERTIES
    | _OF_PROPERTY_AND_CLASS
    | _MAKES_A_CLASS
    | _PARTS.keys()
    | _ANNOTATIONS
    | _ALREADY_SO
    | {OWL + "propertyChainAxiom"}
)
_KNOWN_TYPES = _CHARACTERISTICS | _DECLARATIONS | _GROUPS.keys() | {OWL + "AllDifferent"}
_OTHERWISE = "write it in another way or take it out"
_INSTEAD = {
    OWL + "hasKey": "declare an owl:InverseFunctionalProperty",
    OWL + "sameAs": "say skos:exactMatch, or decide in ontology/matches/",
    OWL + "oneOf": "give each member the class as its type",
    OWL + "hasSelf": "name a class for it and give that as a type",
    OWL + "disjointUnionOf": "write rdfs:subClassOf for each member, and owl:AllDisjointClasses",
    OWL + "imports": "copy the axioms that are relied on",
    OWL + "ReflexiveProperty": "leave it out, or state each thing's link to itself",
    OWL + "cardinality": "take owl:maxCardinality, and check the least number by a shape",
    OWL + "minCardinality": "check the least number by a shape",
}


class NotCompiled(ProjectError):
    """An axiom that no rule stands for.

    `subject` is the term whose description holds it, `predicate` and `ends` are what it is written by there.
    """

    def __init__(self, subject: str, message: str, predicate: str = "", ends: Sequence[ox.NamedNode] = ()) -> None:
        super().__init__(f"{short(subject)}: {message}")
        self.subject = subject
        self.predicate = predicate
        self.ends = ends


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


class _Reader:
    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self.about: dict[Node, dict[str, list[Node]]] = {}
        # The triple that is being read.
        self.at: Node = _NIL
        self.by = ""
        self.to: Node = _NIL
        # The anonymous classes in whose description is what is being read.
        self.within: list[Node] = []
        for triple in sorted(triples, key=str):
            said = self.about.setdefault(triple.subject, {})
            said.setdefault(triple.predicate.value, []).append(triple.object)

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
        if predicate.startswith((OWL, RDFS)) and predicate not in _KNOWN:
            raise self.not_compiled(f"the axiom {short(predicate)} is not compiled", predicate)
        if predicate in _PARTS and not _PARTS[predicate] & self.types(subject):
            wanted = " or ".join(sorted(map(short, _PARTS[predicate])))
            raise self.not_compiled(f"found {short(predicate)} of what is no {wanted}")
        if predicate == RDF + "type":
            self.refuse_unknown_type(object_)

    def refuse_unknown_type(self, type_: Node) -> None:
        if not isinstance(type_, ox.NamedNode):
            raise self.not_compiled("found a type without a name")
        if type_.value.startswith((OWL, RDFS)) and type_.value not in _KNOWN_TYPES | {THING.iri}:
            raise self.not_compiled(f"the type {short(type_.value)} is not compiled", type_.value)

    def types(self, subject: Node) -> set[str]:
        found = self.about.get(subject, {}).get(RDF + "type", [])
        return {each.value for each in found if isinstance(each, ox.NamedNode)}

    def axiom(self, subject: Node, predicate: str, object_: Node) -> Iterator[Axiom]:
        stated = (str(subject), f"<{predicate}>", str(object_))
        kind = predicate.rpartition("#")[2]
        if predicate in _OF_CLASSES:
            yield Axiom(kind, (self.class_(subject), self.class_(object_)), stated)
        elif predicate in _OF_PROPERTIES:
            # An anonymous inverse is a part of another axiom.
            if predicate != OWL + "inverseOf" or isinstance(subject, ox.NamedNode):
                yield Axiom(kind, (self.property(subject), self.property(object_)), stated)
        elif predicate in _OF_PROPERTY_AND_CLASS:
            yield Axiom(kind, (self.property(subject), self.class_(object_)), stated)
        elif predicate == OWL + "propertyChainAxiom":
            chain = [self.property(each) for each in self.members(object_)]
            yield Axiom(kind, (self.property(subject), *chain), stated)
        elif predicate in _MAKES_A_CLASS and isinstance(subject, ox.NamedNode):
            yield Axiom("equivalentClass", (Named(subject.value), self.expression(subject)), stated)
        elif predicate == RDF + "type" and isinstance(object_, ox.NamedNode):
            yield from self.typed(subject, object_.value, stated)

    def typed(self, subject: Node, type_: str, stated: tuple[str, str, str]) -> Iterator[Axiom]:
        kind = type_.rpartition("#")[2]
        if type_ in _CHARACTERISTICS:
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
        return self.members(self.one(subject, _GROUPS[type_].rpartition("#")[2]))

    def class_(self, node: Node) -> Expression:
        if isinstance(node, ox.NamedNode):
            if node.value in _CHARACTERISTICS | _GROUPS.keys():
                raise self.not_compiled(f"{short(node.value)} is what axioms are made of, and no class of things")
            return Named(node.value)
        if node in self.within:
            raise self.not_compiled("a class is described by itself")
        self.within.append(node)
        found = self.expression(node)
        self.within.pop()
        return found

    def expression(self, node: Node) -> Expression:
        """The class expression that the triples about a node make (Mapping, table 13)."""
        found = sorted(short(predicate) for predicate in self.about.get(node, {}) if predicate in _MAKES_A_CLASS)
        match found:
            case ["owl:intersectionOf"]:
                return All(tuple(map(self.class_, self.members(self.one(node, "intersectionOf")))))
            case ["owl:unionOf"]:
                return Any(tuple(map(self.class_, self.members(self.one(node, "unionOf")))))
            case ["owl:complementOf"]:
                return Not(self.class_(self.one(node, "complementOf")))
            case ["owl:onProperty", "owl:someValuesFrom"]:
                return Some(self.restricted(node), self.class_(self.one(node, "someValuesFrom")))
            case ["owl:allValuesFrom", "owl:onProperty"]:
                return Only(self.restricted(node), self.class_(self.one(node, "allValuesFrom")))
            case ["owl:hasValue", "owl:onProperty"]:
                return Has(self.restricted(node), self.value(self.one(node, "hasValue")))
            case ["owl:maxCardinality", "owl:onProperty"]:
                return AtMost(self.number(self.one(node, "maxCardinality")), self.restricted(node), THING)
            case ["owl:maxQualifiedCardinality", "owl:onClass", "owl:onProperty"]:
                number = self.number(self.one(node, "maxQualifiedCardinality"))
                return AtMost(number, self.restricted(node), self.class_(self.one(node, "onClass")))
        if isinstance(node, ox.Literal):
            raise self.not_compiled(f"found the text {shown(node.value)}, wanted a class")
        described = f"by {' and '.join(found)}, of which no expression is made" if found else "by nothing"
        raise self.not_compiled(f"a class is described {described}")

    def restricted(self, node: Node) -> Property:
        return self.property(self.one(node, "onProperty"))

    def number(self, node: Node) -> int:
        if not isinstance(node, ox.Literal) or kept(node).partition("^")[0] not in ('"0"', '"1"'):
            raise self.not_compiled("OWL 2 RL knows no other greatest number than 0 and 1")
        return int(node.value)

    def value(self, node: Node) -> str:
        """An individual or literal, as the store keeps it."""
        if isinstance(node, ox.Literal):
            return kept(node)
        if not isinstance(node, ox.NamedNode):
            raise self.not_compiled("found a thing without a name")
        return str(node)

    def property(self, node: Node) -> Property:
        if isinstance(node, ox.NamedNode):
            if node.value in _OF_AXIOMS:
                raise self.not_compiled(f"an axiom about {short(node.value)} is not compiled")
            return Property(node.value)
        if isinstance(node, ox.Literal):
            raise self.not_compiled(f"found the text {shown(node.value)}, wanted a property")
        of = self.one(node, "inverseOf")
        if not isinstance(of, ox.NamedNode):
            raise self.not_compiled("owl:inverseOf wants a property with an IRI")
        return Property(self.property(of).iri, inverse=True)

    def members(self, head: Node) -> list[Node]:
        """The members of an RDF list."""
        found: list[Node] = []
        while head != _NIL:
            said = self.about.get(head, {})
            first, rest = said.get(RDF + "first", []), said.get(RDF + "rest", [])
            if len(first) != 1 or len(rest) != 1 or len(found) > len(self.about):
                raise self.not_compiled("a list is broken")
            found += first
            head = rest[0]
        if not found:
            raise self.not_compiled("a list is empty")
        return found

    def one(self, node: Node, *names: str) -> Node:
        found = [each for name in names for each in self.about.get(node, {}).get(OWL + name, [])]
        if len(found) != 1:
            wanted = " or ".join(f"owl:{name}" for name in names)
            raise self.not_compiled(f"found {len(found)} of {wanted}, wanted one")
        return found[0]

    def not_compiled(self, message: str, about: str = "") -> NotCompiled:
        named = self.named_above(self.at)
        name = named.value if isinstance(named, ox.NamedNode) else self.named_below(named)
        ends = [self.to] if isinstance(self.to, ox.NamedNode) else []
        return NotCompiled(name, f"{message}; {_INSTEAD.get(about, _OTHERWISE)}", self.by, ends)

    def named_above(self, node: Node) -> Node:
        """The term in whose description a node stands, or the outermost node."""
        seen: set[Node] = set()
        while isinstance(node, ox.BlankNode) and node not in seen:
            seen.add(node)
            above = (s for s, said in self.about.items() if any(node in objects for objects in said.values()))
            node = next(above, node)
        return node

    def named_below(self, node: Node) -> str:
        """The IRI of the first term that the description of a node without a name speaks of, else of its type."""
        waiting, seen = [node], {node}
        for each in waiting:
            objects = sorted({end for ends in self.about.get(each, {}).values() for end in ends} - seen, key=str)
            for found in objects:
                if isinstance(found, ox.NamedNode) and not found.value.startswith((OWL, RDF, RDFS)):
                    return found.value
            waiting += objects
            seen |= set(objects)
        return next(iter(self.types(node)), str(node))
