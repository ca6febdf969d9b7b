"""Class expressions and axioms of OWL 2, as far as OWL 2 RL has them (OWL 2 Profiles, section 4.2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"


@dataclass(frozen=True)
class Property:
    """A property, or with `inverse` the same read from object to subject."""

    iri: str
    inverse: bool = False


@dataclass(frozen=True)
class Named:
    """A class or datatype by its IRI."""

    iri: str


@dataclass(frozen=True)
class All:
    """owl:intersectionOf."""

    members: tuple[Expression, ...]


@dataclass(frozen=True)
class Any:
    """owl:unionOf."""

    members: tuple[Expression, ...]


@dataclass(frozen=True)
class Some:
    """owl:someValuesFrom."""

    property: Property
    filler: Expression


@dataclass(frozen=True)
class Only:
    """owl:allValuesFrom."""

    property: Property
    filler: Expression


@dataclass(frozen=True)
class Has:
    """owl:hasValue; the value in N-Triples notation."""

    property: Property
    value: str


@dataclass(frozen=True)
class Not:
    """owl:complementOf."""

    class_: Expression


@dataclass(frozen=True)
class AtMost:
    """owl:maxCardinality and owl:maxQualifiedCardinality, of 0 or 1."""

    number: int
    property: Property
    filler: Expression


Expression = Named | All | Any | Some | Only | Has | Not | AtMost
Argument = Expression | Property | str

THING = Named(OWL + "Thing")
NOTHING = Named(OWL + "Nothing")


@dataclass(frozen=True)
class Axiom:
    """An axiom: its kind (the local name of the OWL term), what it is about, and the triple that states it."""

    kind: str
    arguments: tuple[Argument, ...]
    stated: tuple[str, str, str]

    @property
    def subject(self) -> str:
        """The IRI of the term in whose description the axiom stands, else of the first that it speaks of."""
        if self.stated[0].startswith("<"):
            return self.stated[0][1:-1]
        return next((iri for each in self.arguments for iri in names(each)), self.stated[0])

    @property
    def predicate(self) -> str:
        """The IRI of the predicate of the triple."""
        return self.stated[1][1:-1]

    @property
    def ends(self) -> tuple[ox.NamedNode, ...]:
        """The other end of the triple; where that has no name, the terms that it is made of."""
        if self.stated[2].startswith("<"):
            return (ox.NamedNode(self.stated[2][1:-1]),)
        return tuple(ox.NamedNode(iri) for each in self.arguments[1:] for iri in names(each))


def names(argument: Argument) -> Iterator[str]:
    """The IRIs of the classes, properties and things in an argument of an axiom, in the order in which they stand."""
    match argument:
        case str():
            yield from [argument[1:-1]] if argument.startswith("<") else []
        case Named(iri) | Property(iri):
            yield iri
        case All(members) | Any(members):
            yield from (iri for member in members for iri in names(member))
        case Some(property_, filler) | Only(property_, filler) | AtMost(_, property_, filler):
            yield from (property_.iri, *names(filler))
        case Has(property_, value):
            yield from (property_.iri, *names(value))
        case Not(class_):
            yield from names(class_)


def short(iri: str) -> str:
    """An IRI of OWL, RDF, RDFS or XSD with its usual prefix; others as they are."""
    for prefix, namespace in (("owl", OWL), ("rdfs", RDFS), ("rdf", RDF), ("xsd", XSD)):
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri


def kept(literal: ox.Literal) -> str:
    """A literal as the store keeps it, which has one form for each number and each point in time.

    >>> kept(ox.Literal("01", datatype=ox.NamedNode(XSD + "integer")))
    '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'
    """
    if not literal.datatype.value.startswith(XSD) or literal.datatype.value == f"{XSD}string":
        return str(literal)
    store = ox.Store()
    node = ox.NamedNode(XSD)
    store.add(ox.Quad(node, node, literal))
    return str(next(iter(store)).object)
