"""What the ontology itself implies, before any data: closed by owlrl under OWL 2 RL."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import pyoxigraph as ox

from curagraph.problem import ProjectError
from curagraph.reasoning.expressions import OWL, RDF, RDFS

# What owlrl need not see: nothing follows from it.
_SILENT = {
    *(RDFS + name for name in ("label", "comment", "isDefinedBy", "seeAlso")),
    *(OWL + name for name in ("versionIRI", "versionInfo")),
}
_SCHEMA = {
    *(RDFS + name for name in ("subClassOf", "subPropertyOf", "domain", "range")),
    *(OWL + name for name in ("equivalentClass", "equivalentProperty")),
}
_NOTHING = OWL + "Nothing"
_OF_ALL = {OWL + "Thing", _NOTHING}
_MESSAGE = "http://www.daml.org/2002/03/agents/agent-ont#error"

# The IRIs of a triple.
Link = tuple[str, str, str]


class EmptyClass(ProjectError):
    """A class that can have no member, by its IRI."""

    def __init__(self, class_: str) -> None:
        super().__init__(f"nothing can be a {class_} under the axioms of the ontology; take one of them back")
        self.class_ = class_


def close(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """The triples between named classes and properties that follow from an ontology and are not in it, sorted.

    Left out is what is true of every class or property: that it is below and equal to itself, below owl:Thing and
    above owl:Nothing. Raises `ProjectError` where the ontology contradicts itself, `EmptyClass` where a class can have
    no member.
    """
    return list(_closed("".join(sorted(f"{triple} .\n" for triple in triples if _is_logical(triple.predicate.value)))))


# It takes most of a small build, and a process that builds again mostly does so with the same ontology.
@lru_cache(maxsize=4)
def _closed(stated: str) -> tuple[ox.Triple, ...]:
    """What `close` answers, of an ontology in N-Triples."""
    import owlrl  # brings rdflib, which takes longer to load than a build of a few items
    import rdflib

    graph = rdflib.Graph().parse(data=stated, format="nt")
    said = {(str(s), str(p), str(o)) for s, p, o in graph}
    closure = owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, axiomatic_triples=False, datatype_axioms=False)
    closure.expand(graph)
    for message in graph.objects(None, rdflib.URIRef(_MESSAGE)):
        raise ProjectError(f"ontology/: the ontology contradicts itself: {message}; take one of its axioms back")
    named = (triple for triple in graph if all(isinstance(term, rdflib.URIRef) for term in triple))
    found = {(str(s), str(p), str(o)) for s, p, o in named} - said
    _refuse_empty(found | said)
    return tuple(ox.Triple(*map(ox.NamedNode, link)) for link in sorted(filter(_says_something, found)))


def _is_logical(predicate: str) -> bool:
    return predicate.startswith((OWL, RDFS, RDF)) and predicate not in _SILENT


def _refuse_empty(found: Iterable[Link]) -> None:
    below = {(subject, object_) for subject, predicate, object_ in found if predicate == RDFS + "subClassOf"}
    empty = {subject for subject, object_ in below if object_ == _NOTHING != subject}
    for class_ in sorted(empty, key=lambda each: (sum((each, other) in below for other in empty), each)):
        raise EmptyClass(class_)


def _says_something(link: Link) -> bool:
    subject, predicate, object_ = link
    return predicate in _SCHEMA and subject != object_ and not {subject, object_} & _OF_ALL
