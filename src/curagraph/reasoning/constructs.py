"""The terms of OWL and RDFS that make axioms, and what to write instead of those that no rule stands for."""

from __future__ import annotations

from collections.abc import Sequence

import pyoxigraph as ox

from curagraph.problem import ProjectError
from curagraph.reasoning.expressions import OWL, RDF, RDFS, short

# Triples with these predicates are axioms of two classes, or of two properties.
OF_CLASSES = {RDFS + "subClassOf", OWL + "equivalentClass", OWL + "disjointWith"}
OF_PROPERTIES = {
    RDFS + "subPropertyOf",
    OWL + "equivalentProperty",
    OWL + "inverseOf",
    OWL + "propertyDisjointWith",
}
OF_PROPERTY_AND_CLASS = {RDFS + "domain", RDFS + "range"}
# Triples with these types are axioms about their subject.
CHARACTERISTICS = {
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
GROUPS = {
    OWL + "AllDisjointClasses": OWL + "members",
    OWL + "AllDisjointProperties": OWL + "members",
}
# What a class expression is made of; on a named class it says that the two are equivalent.
MAKES_A_CLASS = {
    OWL + name
    for name in (
        *("intersectionOf", "unionOf", "complementOf", "onProperty", "onClass"),
        *("someValuesFrom", "allValuesFrom", "hasValue", "maxCardinality", "maxQualifiedCardinality"),
    )
}
# Parts of an axiom that is a node of its own, and the types of such nodes.
PARTS = {OWL + "members": {OWL + name for name in ("AllDisjointClasses", "AllDisjointProperties", "AllDifferent")}} | {
    OWL + name: {OWL + "NegativePropertyAssertion"}
    for name in ("sourceIndividual", "assertionProperty", "targetIndividual", "targetValue")
}
# What axioms are made of: data that could state these would add axioms that nobody has compiled.
OF_AXIOMS = (
    OF_CLASSES
    | OF_PROPERTIES
    | OF_PROPERTY_AND_CLASS
    | MAKES_A_CLASS
    | PARTS.keys()
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
KNOWN = (
    OF_CLASSES
    | OF_PROPERTIES
    | OF_PROPERTY_AND_CLASS
    | MAKES_A_CLASS
    | PARTS.keys()
    | _ANNOTATIONS
    | _ALREADY_SO
    | {OWL + "propertyChainAxiom"}
)
KNOWN_TYPES = CHARACTERISTICS | _DECLARATIONS | GROUPS.keys() | {OWL + "AllDifferent"}
OTHERWISE = "write it in another way or take it out"
INSTEAD = {
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
