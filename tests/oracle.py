"""owlrl as the judge of what follows: its closure of a graph, less what is junk.

What is left out, and why:

| junk | why |
|---|---|
| `x owl:sameAs x` | eq-ref says of every term that it is itself |
| a literal as subject | not RDF (RDF 1.1 Concepts, section 3.1); no parser reads it back |
| `x rdf:type owl:Thing`, and classes and properties below or above `owl:Thing` and `owl:Nothing` | true of everything |
| what holds a blank node | a class without a name; what follows from being in it is derived all the same |
| `C rdfs:subClassOf C` and the like | every class and property is below, and equal to, itself |
| `owl:` and `rdf:` types of terms of the ontology | declarations, which the ontology has made itself |
| messages of errors | told as contradictions, and compared as such |
| `x owl:sameAs y` and what merging would give | two names stay two things: a contradiction, and compared as such |
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

import owlrl
import rdflib
from rdflib import OWL, RDF, BNode, Literal
from rdflib.term import Node

_ERROR = "http://www.daml.org/2002/03/agents/agent-ont#"
_REFLEXIVE = {
    "subClassOf",
    "subPropertyOf",
    "equivalentClass",
    "equivalentProperty",
}

Lines = set[str]


def closure(turtle: str) -> tuple[Lines, bool, Lines]:
    """owlrl's closure of a graph less junk, in N-Triples; whether it is inconsistent; the things it takes for one."""
    graph = rdflib.Graph().parse(data=turtle, format="turtle")
    _pair(graph)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, axiomatic_triples=False, datatype_axioms=False).expand(graph)
    is_inconsistent = any("ErrorMessage" in str(object_) for object_ in graph.objects(None, RDF.type))
    same = {line((s, p, o)) for s, p, o in graph if p == OWL.sameAs and s != o and not isinstance(s, Literal)}
    return {line(triple) for triple in graph if not is_junk(triple)}, is_inconsistent, same


def _pair(graph: rdflib.Graph) -> None:
    """State properties that are all disjoint in pairs too: owlrl never looks at the last one of a list (prp-adp)."""
    for group in list(graph.subjects(RDF.type, OWL.AllDisjointProperties)):
        members = [member for head in graph.objects(group, OWL.members) for member in graph.items(head)]
        for one, other in combinations(members, 2):
            graph.add((one, OWL.propertyDisjointWith, other))


def is_junk(triple: tuple[Node, Node, Node]) -> bool:
    subject, predicate, object_ = triple
    name = str(predicate).rpartition("#")[2]
    return (
        predicate == OWL.sameAs
        or isinstance(subject, Literal | BNode)
        or isinstance(predicate, BNode)
        or isinstance(object_, BNode)
        or object_ in (OWL.Thing, OWL.Nothing)
        or subject in (OWL.Thing, OWL.Nothing)
        or (name in _REFLEXIVE and subject == object_)
        or (predicate == RDF.type and str(object_).startswith((str(OWL), str(RDF), _ERROR)))
        or (predicate == RDF.type and str(object_).startswith("http://www.w3.org/2000/01/rdf-schema#"))
        or str(predicate).startswith(_ERROR)
    )


def line(triple: Iterable[Node]) -> str:
    return " ".join(term.n3() for term in triple)
