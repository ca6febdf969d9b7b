"""What the graph holds before any document: the ontology, the concept schemes, accepted matches, and our own site."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from curagraph import site, turtle
from curagraph.config import Project
from curagraph.converting import datatypes
from curagraph.matching.matches import Matches
from curagraph.problem import ProjectError
from curagraph.vocabulary import Vocabulary


def fixed(project: Project) -> Iterator[ox.Quad]:
    """The quads of `graph/ontology`, `graph/shared/schemes`, `graph/shared/matches` and `graph/shared/site`.

    Raises `ProjectError` where a file of `ontology/` is wrong.
    """
    loaded, matches = schemes(project), Matches.load(project)
    for row in matches.accepted:
        if _is_unknown(row.object, project.vocabulary, loaded):
            raise ProjectError(f"{row.place}: {_unknown(row.object)}")
    yield from _in_graph(project, "ontology", project.vocabulary.triples)
    yield from _in_graph(project, "shared/schemes", loaded.triples)
    lines = "".join(f"{' '.join(triple)} .\n" for triple in matches.triples())
    accepted = (quad.triple for quad in ox.parse(lines, ox.RdfFormat.N_TRIPLES))
    yield from _in_graph(project, "shared/matches", accepted)
    ours = "".join(site.triples(project))
    yield from _in_graph(project, "shared/site", (q.triple for q in ox.parse(ours, ox.RdfFormat.N_TRIPLES)))


def schemes(project: Project) -> Vocabulary:
    """The concept schemes of a project.

    Raises `ProjectError`, with file and line, where a scheme uses a property that the ontology does not declare, gives
    it a value that it does not take, names a concept that is in none, or holds a thing without an IRI.
    """
    found = Vocabulary.load(project.ontology("schemes/*.ttl"))
    for triple in sorted(found.triples, key=str):
        fault = _fault(triple, project.vocabulary)
        if not fault and isinstance(triple.object, ox.NamedNode):
            name = triple.object.value
            fault = _unknown(name) if _is_unknown(name, project.vocabulary, found) else ""
        if fault:
            place = turtle.place(project, triple.subject, triple.object, predicate=triple.predicate.value)
            raise ProjectError(f"{place}: {fault}")
    return found


def _is_unknown(iri: str, vocabulary: Vocabulary, schemes: Vocabulary) -> bool:
    """Whether an IRI has a namespace in which terms are declared here, and is neither a term nor a concept."""
    if iri in vocabulary.declared or schemes.about(ox.NamedNode(iri)):
        return False
    ours = (space for space in vocabulary.prefixes.values() if iri.startswith(space))
    return any(term.startswith(space) for space in ours for term in vocabulary.declared)


def _unknown(iri: str) -> str:
    return f"found {iri}, which is neither in a scheme nor a term of the ontology; mend the name, or describe it there"


def _fault(triple: ox.Triple, vocabulary: Vocabulary) -> str:
    if triple.predicate.value not in vocabulary.declared:
        return f"no file in ontology/ declares {triple.predicate}; declare it or mend the name"
    wanted = datatypes.wanted(vocabulary, triple.predicate.value)
    if wanted and not wanted[1](str(triple.object)):
        return f"found {triple.object} for {triple.predicate}, wanted {wanted[0]}"
    if isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode):
        return f"found something without an IRI with {triple.predicate}; give it one"
    return ""


def _in_graph(project: Project, name: str, triples: Iterable[ox.Triple]) -> Iterator[ox.Quad]:
    graph = ox.NamedNode(f"{project.base}graph/{name}")
    yield from (ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples)
