"""The theory of a project: the rules that the axioms of its ontology compile to, and the graphs of what follows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from curagraph import turtle
from curagraph.converting.program import SIDE_GRAPHS, Program
from curagraph.problem import ProjectError
from curagraph.reasoning import axioms
from curagraph.reasoning.compiling import compile_axioms
from curagraph.reasoning.constructs import NotCompiled
from curagraph.reasoning.contradictions import Contradictions
from curagraph.reasoning.expressions import OWL, RDF, RDFS, XSD, Axiom, names
from curagraph.reasoning.inference import Reasoner
from curagraph.reasoning.rules import Rule
from curagraph.snapshot import INFERRED


@dataclass(frozen=True)
class Theory:
    """What follows from what, for the graph of one project."""

    program: Program

    @cached_property
    def rules(self) -> list[Rule]:
        """The rules of all axioms, but those that would lead what side graphs say into the published graph.

        Raises `ProjectError`, with file and line, for an axiom that is not compiled.
        """
        project = self.program.project
        triples = project.vocabulary.triples
        try:
            read = axioms.read(triples)
            found = compile_axioms(read, axioms.declared(triples, "DatatypeProperty"))
        except NotCompiled as error:
            place = turtle.place(project, error.subject, *error.ends, predicate=error.predicate)
            raise ProjectError(f"{place}: {error}") from None
        for axiom in read:
            self.refuse_undeclared(axiom)
        hidden = self.program.side_predicates
        return [rule for rule in found if not any(hidden & {*atom.key} for atom in rule.body)]

    def refuse_undeclared(self, axiom: Axiom) -> None:
        """Refuse an axiom about a class, property or thing that no file declares."""
        project = self.program.project
        for iri in (iri for argument in axiom.arguments for iri in names(argument)):
            if iri not in project.vocabulary.declared and not iri.startswith((OWL, XSD, RDF, RDFS)):
                place = turtle.place(project, axiom.subject, *axiom.ends, predicate=axiom.predicate)
                raise ProjectError(f"{place}: no file in ontology/ declares {iri}; declare it or mend the name")

    @cached_property
    def reasoner(self) -> Reasoner:
        """Runs the rules that derive something; it looks at no side graph."""
        graphs = (self.graph(name) for name in SIDE_GRAPHS)
        return Reasoner(self.rules, self.graph(INFERRED[0]), graphs)

    @cached_property
    def contradictions(self) -> Contradictions:
        """Runs the rules that say what cannot be."""
        return Contradictions(self.rules)

    @property
    def schema_graph(self) -> ox.NamedNode:
        """The graph of what the ontology itself implies."""
        return self.graph(INFERRED[1])

    def graph(self, name: str) -> ox.NamedNode:
        return ox.NamedNode(f"{self.program.base}graph/{name}")
