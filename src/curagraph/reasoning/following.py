"""The step of a build that follows what the documents say: infers from it, and finds what contradicts the ontology."""

from __future__ import annotations

import json

import pyoxigraph as ox

from curagraph import turtle
from curagraph.building.store import Writer
from curagraph.converting.program import Program
from curagraph.problem import ProjectError
from curagraph.reasoning.closure import EmptyClass, close
from curagraph.reasoning.contradictions import Contradiction
from curagraph.reasoning.expressions import kept
from curagraph.reasoning.rules import Atom
from curagraph.reasoning.theory import Theory
from curagraph.reasoning.wording import Wording
from curagraph.state.state import State

# After a change of more triples than this everything is inferred anew, which is then quicker.
_MOST = 20_000

# A contradiction as the state keeps it: the rule, its axiom in words, and the triples that cannot all be true.
Record = tuple[str, str, tuple[Atom, ...]]


def follow(program: Program, state: State, writer: Writer, jobs: int) -> None:
    """Bring the graph of what is inferred, and the contradictions that the state remembers, to what the store says.

    What must be inferred anew is, with `jobs` threads.

    Raises `ProjectError` where the ontology has an axiom that is not compiled, or contradicts itself.
    """
    writer.flush()
    theory = Theory(program)
    if writer.is_new and theory.rules:
        _state_schema(theory, state, writer)
    if writer.is_new or len(writer.came) + len(writer.went) > _MOST:
        found = _anew(theory, state, writer, jobs)
    else:
        found = _revised(theory, state, writer)
    state.facts.set("contradictions", json.dumps(sorted(found)))


def contradictions(state: State) -> list[Record]:
    """What the last build has found to contradict the ontology."""
    return [_record(each) for each in json.loads(state.facts.get("contradictions") or "[]")]


def _state_schema(theory: Theory, state: State, writer: Writer) -> None:
    """State what the ontology itself implies, which no document changes."""
    project = theory.program.project
    try:
        triples = close(project.vocabulary.triples)
    except EmptyClass as error:
        raise ProjectError(f"{turtle.place(project, error.class_)}: {error}") from None
    writer.store.extend(ox.Quad(t.subject, t.predicate, t.object, theory.schema_graph) for t in triples)
    state.facts.set("fixed-triples", str(int(state.facts.get("fixed-triples")) + len(triples)))


def _anew(theory: Theory, state: State, writer: Writer, jobs: int) -> set[Record]:
    store = writer.store
    if not writer.is_new:
        writer.touched = None
        store.clear_graph(theory.reasoner.inferred)
    theory.reasoner.close(store, writer.infer, jobs)
    state.facts.set("inferred", str(_size(store, theory.reasoner.inferred)))
    return _records(theory, theory.contradictions.all(store, jobs))


def _revised(theory: Theory, state: State, writer: Writer) -> set[Record]:
    reasoner, store = theory.reasoner, writer.store
    came, went = set(map(_atom, writer.came)), set(map(_atom, writer.went))
    removed = {triple for triple in went if not reasoner.is_stated(store, triple)}
    grown, new, doubtful = reasoner.revise(store, removed, came - removed)
    for triple in new | doubtful:
        writer.touch(reasoner.quad(triple))
    state.facts.set("inferred", str(int(state.facts.get("inferred")) + grown))
    still = {each for each in contradictions(state) if all(reasoner.holds(store, triple) for triple in each[2])}
    return still | _records(theory, theory.contradictions.among(store, new))


def _atom(triple: ox.Triple) -> Atom:
    value = kept(triple.object) if isinstance(triple.object, ox.Literal) else str(triple.object)
    return Atom(str(triple.subject), str(triple.predicate), value)


def _record(row: list[object]) -> Record:
    name, axiom, premises = row
    assert isinstance(premises, list)
    return str(name), str(axiom), tuple(Atom(*each) for each in premises)


def _records(theory: Theory, found: set[Contradiction]) -> set[Record]:
    wording = Wording(theory.program.project.vocabulary.prefixes)
    return {(each.rule.name, wording.contradiction(each.rule), tuple(sorted(each.premises))) for each in found}


def _size(store: ox.Store, graph: ox.NamedNode) -> int:
    solutions = store.query(f"SELECT (COUNT(*) AS ?n) {{ GRAPH {graph} {{ ?s ?p ?o }} }}")
    assert isinstance(solutions, ox.QuerySolutions)
    (count,) = next(iter(solutions))
    assert isinstance(count, ox.Literal)
    return int(count.value)
