"""Explaining: which file, line, key and rule stand behind a triple, and which axioms behind one that was inferred.

Nothing is stored for it. The graph tells which files may have made the triple; each is converted again, and what
it states is compared. An inferred triple is proved from stated ones, which are explained in their turn.
"""

from __future__ import annotations

from functools import cached_property

import pyoxigraph as ox

from curagraph import turtle
from curagraph.converting.compiler import compile_project
from curagraph.converting.program import Program
from curagraph.explaining.explanation import Explanation, Origin, Step
from curagraph.explaining.origins import Origins
from curagraph.problem import UsageError
from curagraph.reasoning.proof import Proof, Prover
from curagraph.reasoning.rules import Atom
from curagraph.reasoning.theory import Theory
from curagraph.reasoning.wording import Wording
from curagraph.snapshot import Snapshot
from curagraph.state.state import State

# A shared thing may be named by every file there is; so many of them are shown.
MOST_FILES = 3


def explain(snapshot: Snapshot, thing: str, property_: str = "", value: str = "") -> list[Explanation]:
    """Explain the triples about a thing, those of one property, or the one with a value.

    `thing` and `property_` are given as `Snapshot.thing` takes them; `value` is an IRI, or the text of a literal.

    Raises `UsageError` where the graph has no such triple.
    """
    subject = snapshot.thing(thing)
    predicate = snapshot.thing(property_) if property_ else None
    found = snapshot.store.quads_for_pattern(subject, predicate, None, None)
    quads = sorted((quad for quad in found if not value or _is(snapshot, quad.object, value)), key=str)
    if not quads:
        if record := snapshot.project.forgotten.get(subject.value):
            raise UsageError(str(record))
        wanted = " ".join(filter(None, (subject.value, property_, value)))
        raise UsageError(f"there is no triple in the graph for {wanted}")
    with State.readable(snapshot.state_path) as state:
        explainer = Explainer(snapshot, state)
        return [explainer.explain(quad) for quad in quads]


def _is(snapshot: Snapshot, term: ox.NamedNode | ox.Literal | ox.BlankNode | ox.Triple, value: str) -> bool:
    if isinstance(term, ox.Literal):
        return value in (term.value, str(term))
    return isinstance(term, ox.NamedNode) and term == snapshot.thing(value)


class Explainer:
    """What explains many triples of one snapshot; each file is converted once."""

    def __init__(self, snapshot: Snapshot, state: State) -> None:
        self.snapshot = snapshot
        self.state = state
        self.program: Program = compile_project(snapshot.project)
        self.origins = Origins(snapshot, state, self.program)

    @cached_property
    def theory(self) -> Theory:
        return Theory(self.program)

    @cached_property
    def prover(self) -> Prover:
        return Prover(self.theory.reasoner, self.snapshot.store)

    @cached_property
    def wording(self) -> Wording:
        return Wording(self.snapshot.project.vocabulary.prefixes)

    def explain(self, quad: ox.Quad) -> Explanation:
        """The origins of a stated quad, or the proof of an inferred one.

        Raises `UsageError` where a file is no longer as it was built.
        """
        if quad.graph_name == self.theory.reasoner.inferred:
            proof = self.prover.prove(Atom(str(quad.subject), str(quad.predicate), str(quad.object)))
            if proof is None:
                raise UsageError(
                    "the ontology has changed since the build, and the triple no longer follows; build again"
                )
            return self.explain_proof(proof)
        return self.explain_stated(quad)

    def explain_proof(self, proof: Proof) -> Explanation:
        """A proof as it is told, each stated triple with its origins."""
        quad = self.theory.reasoner.quad(proof.triple)
        if proof.rule is None:
            found = self.snapshot.store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
            stated = (each for each in found if each.graph_name not in self.theory.reasoner.unstated)
            return self.explain_stated(min(stated, key=str))
        axiom = proof.rule.axiom
        place = turtle.place(self.snapshot.project, axiom.subject, *axiom.ends, predicate=axiom.predicate)
        premises = tuple(self.explain_proof(each) for each in proof.premises)
        step = Step(proof.rule.name, self.wording.axiom(axiom), place, premises)
        return Explanation(*proof.triple, str(quad.graph_name), (), 0, step)

    def explain_stated(self, quad: ox.Quad) -> Explanation:
        """The origins of a quad, or the place of one that no document states."""
        line = f"{quad} .\n"
        paths = list(self.origins.files(quad, line))
        found = list(self.origins.of(line, paths[:MOST_FILES])) or [Origin(self.origins.fixed_place(quad))]
        terms = (str(quad.subject), str(quad.predicate), str(quad.object), str(quad.graph_name))
        return Explanation(*terms, tuple(dict.fromkeys(found)), len(paths))
