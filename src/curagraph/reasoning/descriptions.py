"""Class and property expressions, read from the triples that describe a node (Mapping to RDF Graphs, table 13)."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from curagraph.problem import shown
from curagraph.reasoning.constructs import (
    CHARACTERISTICS,
    GROUPS,
    INSTEAD,
    MAKES_A_CLASS,
    OF_AXIOMS,
    OTHERWISE,
    NotCompiled,
)
from curagraph.reasoning.expressions import (
    OWL,
    RDF,
    RDFS,
    THING,
    All,
    Any,
    AtMost,
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

NIL = ox.NamedNode(RDF + "nil")


class Descriptions:
    """Triples by the node that they describe, and the expressions that these make.

    Whatever makes none is refused with `NotCompiled`, which names the triple that is being read.
    """

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self.about: dict[Node, dict[str, list[Node]]] = {}
        # The triple that is being read.
        self.at: Node = NIL
        self.by = ""
        self.to: Node = NIL
        # The anonymous classes in whose description is what is being read.
        self.within: list[Node] = []
        for triple in sorted(triples, key=str):
            said = self.about.setdefault(triple.subject, {})
            said.setdefault(triple.predicate.value, []).append(triple.object)

    def types(self, subject: Node) -> set[str]:
        found = self.about.get(subject, {}).get(RDF + "type", [])
        return {each.value for each in found if isinstance(each, ox.NamedNode)}

    def class_(self, node: Node) -> Expression:
        if isinstance(node, ox.NamedNode):
            if node.value in CHARACTERISTICS | GROUPS.keys():
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
        found = sorted(short(predicate) for predicate in self.about.get(node, {}) if predicate in MAKES_A_CLASS)
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
            if node.value in OF_AXIOMS:
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
        while head != NIL:
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
        return NotCompiled(name, f"{message}; {INSTEAD.get(about, OTHERWISE)}", self.by, ends)

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
