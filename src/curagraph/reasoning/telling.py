"""Contradictions as problems: each stands at a value that somebody has written, and names the others."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from curagraph.checking.tracing import NOWHERE, Place, Tracer
from curagraph.problem import Problem, Severity
from curagraph.reasoning.following import Record, contradictions
from curagraph.reasoning.proof import Prover
from curagraph.reasoning.rules import Atom
from curagraph.reasoning.theory import Theory
from curagraph.reasoning.wording import Wording
from curagraph.snapshot import Snapshot
from curagraph.state.state import State

# So many are led back to their files; of more, this many show what is wrong.
MOST = 100


def problems(snapshot: Snapshot, theory: Theory, state: State) -> Iterator[Problem]:
    """What the build has found to contradict the ontology."""
    found = contradictions(state)
    if not found:
        return
    teller = _Teller(snapshot, theory, state)
    for record in found[:MOST]:
        yield teller.problem(record)
    if len(found) > MOST:
        message = f"{len(found)} statements contradict the ontology, and the first {MOST} are listed; mend these first"
        yield NOWHERE.problem("contradiction", Severity.ERROR, message)


class _Teller:
    def __init__(self, snapshot: Snapshot, theory: Theory, state: State) -> None:
        self.tracer = Tracer(snapshot, state)
        self.prover = Prover(theory.reasoner, snapshot.store)
        self.wording = Wording(snapshot.project.vocabulary.prefixes)

    def problem(self, record: Record) -> Problem:
        _, axiom, premises = record
        places = list(dict.fromkeys(place for premise in premises for place in self.places(premise)))
        first, *others = places or [NOWHERE]
        found = " and ".join(self.shown(premise) for premise in premises)
        more = "".join(f"; see also {place.file}:{place.line}" for place in others)
        message = f"found {found}, but {axiom}; mend one of these{more}"
        return first.problem("contradiction", Severity.ERROR, message)

    def places(self, premise: Atom) -> list[Place]:
        proof = self.prover.prove(premise)
        leaves = proof.leaves() if proof else ()
        return [place for leaf in leaves for place in self.tracer.stated(self.quads(leaf))[:1]]

    def quads(self, triple: Atom) -> list[ox.Quad]:
        subject, predicate, object_ = self.prover.reasoner.quad(triple).triple
        return list(self.tracer.store.quads_for_pattern(subject, predicate, object_, None))

    def shown(self, triple: Atom) -> str:
        base = self.tracer.snapshot.project.base
        terms = (self.wording.term(term) for term in triple)
        return " ".join(term.removeprefix(f"<{base}").removesuffix(">") if base in term else term for term in terms)
