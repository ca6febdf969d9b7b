"""What kind of thing is taken down: the local name of its most specific class."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from curagraph.config import Project
from curagraph.converting.compiler import compile_project
from curagraph.converting.run import Result
from curagraph.snapshot import Snapshot

_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_BELOW = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")


def described(snapshot: Snapshot, iri: str) -> str:
    """The kind of a thing by what its own graph says of it."""
    project = snapshot.project
    graph = ox.NamedNode(f"{project.base}graph/{iri.removeprefix(project.base)}")
    quads = snapshot.store.quads_for_pattern(ox.NamedNode(iri), _TYPE, None, graph)
    return _most_specific(project, (quad.object for quad in quads))


def converted(project: Project, result: Result) -> str:
    """The kind of the thing that a document became."""
    lines = "".join(statement.line for statement in result.statements)
    quads = (quad for quad in ox.parse(lines, ox.RdfFormat.N_QUADS) if str(quad.subject) == result.iri)
    return _most_specific(project, (quad.object for quad in quads if quad.predicate == _TYPE))


def minted(project: Project, iri: str) -> str:
    """The kind of what a document makes with such an IRI; empty where none makes one like it."""
    program = compile_project(project)
    for table in (program.root(True), program.root(False)):
        start = project.base + table.template.texts[0] if table else ""
        if table and start != project.base and iri.startswith(start) and iri != start:
            return _most_specific(project, (ox.NamedNode(type_[1:-1]) for type_ in table.types))
    return ""


def _most_specific(project: Project, classes: Iterable[object]) -> str:
    """The local name of the class that is above none of the others; of several, the first by name."""
    types = {each for each in classes if isinstance(each, ox.NamedNode)}
    above = {each for type_ in types for each in _above(project, type_)}
    names = sorted(type_.value.rpartition("#")[2].rpartition("/")[2] for type_ in types - above)
    return names[0] if names else "Thing"


def _above(project: Project, class_: ox.NamedNode) -> set[ox.NamedNode]:
    """The classes above a class."""
    found: set[ox.NamedNode] = set()
    waiting = [class_]
    while waiting:
        triples = project.vocabulary.about(waiting.pop())
        ends = {t.object for t in triples if t.predicate == _BELOW and isinstance(t.object, ox.NamedNode)}
        waiting += ends - found
        found |= ends
    return found - {class_}
