"""Proofs: every inferred triple has one, and from its premises alone the triple is derived again."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from curagraph.converting.compiler import compile_project
from curagraph.reasoning.inference import Reasoner
from curagraph.reasoning.patterns import bound, filled
from curagraph.reasoning.proof import Proof, Prover
from curagraph.reasoning.rules import Atom
from curagraph.reasoning.theory import Theory
from tests.project import ROOT, Site
from tests.test_inference import INFERRED, STATED, Graph, atoms, datasets, ontologies
from tests.test_rules import CASES, Case, graph_of, name

some = settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow])


def steps(proof: Proof) -> Iterator[Proof]:
    yield proof
    for premise in proof.premises:
        yield from steps(premise)


def is_instance(proof: Proof) -> bool:
    """Whether a step is an instance of its rule: one substitution makes the triple of head and premises of body."""
    assert proof.rule
    assert proof.rule.head
    binding: dict[str, str] = {}
    pairs = [
        (proof.rule.head, proof.triple),
        *zip(proof.rule.body, (each.triple for each in proof.premises), strict=True),
    ]
    for atom, triple in pairs:
        found = bound(filled(atom, binding), triple)
        if found is None:
            return False
        binding |= found
    return True


def paths(proof: Proof) -> Iterator[list[Atom]]:
    """The triples from a proof's end to each of its leaves."""
    if not proof.premises:
        yield [proof.triple]
    for premise in proof.premises:
        for path in paths(premise):
            yield [proof.triple, *path]


def text(triples: Iterable[Atom]) -> bytes:
    return "".join(f"{' '.join(triple)} .\n" for triple in triples).encode()


def derived_from(reasoner: Reasoner, triples: Iterable[Atom]) -> set[str]:
    """What the rules derive from triples alone."""
    store = ox.Store()
    store.load(text(triples), ox.RdfFormat.N_TRIPLES, to_graph=STATED)
    reasoner.close(store, lambda data: store.load(data, ox.RdfFormat.N_TRIPLES, to_graph=reasoner.inferred))
    return {str(quad.triple) for quad in store.quads_for_pattern(None, None, None, reasoner.inferred)}


def assert_proven(proof: Proof | None, reasoner: Reasoner, store: ox.Store) -> None:
    """A proof is one: it is finite, goes round no circle, each step is by its rule, and each leaf is stated."""
    assert proof
    assert all(len(set(path)) == len(path) for path in paths(proof))
    for step in steps(proof):
        if step.rule is None:
            assert reasoner.is_stated(store, step.triple)
            assert step.premises == ()
        else:
            assert is_instance(step)
    assert " ".join(proof.triple) in derived_from(reasoner, proof.leaves())


def assert_all_proven(graph: Graph) -> None:
    prover = Prover(graph.reasoner, graph.store)
    for triple in atoms(graph.lines(INFERRED)):
        assert_proven(prover.prove(triple), graph.reasoner, graph.store)


# The graphs of real content


@pytest.fixture(params=["seeds", "shared"])
def built(request: pytest.FixtureRequest, tmp_path: Path) -> Site:
    """A project built from our seeds, or from those of the folder that only some machines have."""
    folder = ROOT / "seeds" if request.param == "seeds" else request.getfixturevalue("shared") / "seeds"
    site = Site(tmp_path / "site")
    shutil.copytree(folder, site.seeds, dirs_exist_ok=True)
    site.build()
    return site


def test_every_inferred_triple_of_the_seeds_is_proven(built: Site) -> None:
    """Each triple of `graph/inferred` has a proof from what is stated, which derives it again from its leaves alone."""
    reasoner = Theory(compile_project(built.load())).reasoner
    store = built.snapshot().store
    prover = Prover(reasoner, store)
    quads = list(store.quads_for_pattern(None, None, None, reasoner.inferred))
    assert len(quads) > 300
    by_leaves: dict[frozenset[Atom], set[str]] = {}
    for quad in quads:
        proof = prover.prove(Atom(*map(str, quad.triple)))
        assert proof
        assert all(step.rule is None or is_instance(step) for step in steps(proof))
        by_leaves.setdefault(frozenset(proof.leaves()), set()).add(str(quad.triple))
    for leaves, triples in by_leaves.items():
        assert all(reasoner.is_stated(store, leaf) for leaf in leaves)
        assert triples <= derived_from(reasoner, leaves)


# Random graphs, and the cases


@some
@given(ontologies, datasets)
def test_every_inferred_triple_of_random_graphs_is_proven(ontology: list[str], data: list[str]) -> None:
    """On random ontologies and data each inferred triple is proven from stated triples."""
    graph = Graph(ontology, data)
    event(f"inferred: {min(len(graph.lines(INFERRED)), 20) // 5 * 5}")
    assert_all_proven(graph)


@pytest.mark.slow
@settings(some, max_examples=1_000)
@given(ontologies, datasets, datasets)
def test_every_triple_is_proven_after_changes_too(ontology: list[str], data: list[str], changed: list[str]) -> None:
    """After a change each triple that is inferred is still proven, and each that is proven was inferred."""
    graph = Graph(ontology, data)
    graph.change(changed)
    assert_all_proven(graph)


@pytest.mark.parametrize("case", CASES, ids=name)
def test_every_inferred_triple_of_a_case_is_proven(case: Case) -> None:
    """Each triple that a case infers is proven from its data."""
    assert_all_proven(graph_of(case))


LOOPS = [
    ":p0 a owl:SymmetricProperty .",
    ":p0 a owl:TransitiveProperty .",
    ":p0 owl:inverseOf :p1 .",
    ":p1 owl:inverseOf :p0 .",
    ":p0 owl:equivalentProperty :p1 .",
    ":p1 rdfs:subPropertyOf [ owl:inverseOf :p1 ] .",
    ":p0 owl:propertyChainAxiom ( :p1 [ owl:inverseOf :p0 ] :p0 ) .",
    ":C0 owl:equivalentClass :C1 .",
    ":C0 owl:equivalentClass [ a owl:Restriction ; owl:onProperty :p0 ; owl:hasValue :i0 ] .",
]


@some
@given(st.lists(st.sampled_from(LOOPS), min_size=2, unique=True), datasets)
def test_loops_are_proven_without_going_round(ontology: list[str], data: list[str]) -> None:
    """However axioms lead back to each other, proofs are finite and use no triple for itself."""
    assert_all_proven(Graph(ontology, data))


@some
@given(st.lists(st.sampled_from(LOOPS), min_size=2, unique=True), datasets)
def test_what_supports_only_itself_has_no_proof(ontology: list[str], data: list[str]) -> None:
    """When what is stated is taken away, what is inferred supports itself at most, and none of it has a proof."""
    graph = Graph(ontology, data)
    inferred = atoms(graph.lines(INFERRED))
    graph.store.clear_graph(STATED)
    prover = Prover(graph.reasoner, graph.store)
    assert [triple for triple in inferred if prover.prove(triple)] == []


def test_a_stated_triple_is_its_own_proof() -> None:
    """What is stated needs nothing, also where it follows as well."""
    graph = Graph([":C0 rdfs:subClassOf :C1 ."], [":i0 a :C0 , :C1 ."])
    for triple in atoms(graph.lines(STATED)):
        assert Prover(graph.reasoner, graph.store).prove(triple) == Proof(triple)


def test_what_is_not_there_has_no_proof() -> None:
    """A triple that is neither stated nor inferred has no proof."""
    graph = Graph([":C0 rdfs:subClassOf :C1 ."], [":i0 a :C0 ."])
    for wanted in (":i0 a :C2 .", ":i1 a :C1 .", ':i0 :d0 "a" .'):
        [triple] = atoms(Graph([], [wanted]).lines(STATED))
        assert Prover(graph.reasoner, graph.store).prove(triple) is None


def test_the_shortest_proof_is_found() -> None:
    """Of several ways to come to a triple the one with the fewest steps above each other is told."""
    ontology = [
        ":C0 rdfs:subClassOf :C1 .",
        ":C1 rdfs:subClassOf :C2 .",
        ":C2 rdfs:subClassOf :C3 .",
        ":p0 rdfs:domain :C3 .",
    ]
    graph = Graph(ontology, [":i0 a :C0 ; :p0 :i1 ."])
    [triple] = atoms({line for line in graph.lines(INFERRED) if line.endswith("C3>")})
    proof = Prover(graph.reasoner, graph.store).prove(triple)
    assert proof
    assert proof.rule
    assert proof.rule.name == "prp-dom"
    assert len(list(steps(proof))) == 2


@pytest.mark.parametrize("length", [2, 20, 150])
def test_a_long_way_is_proven(length: int) -> None:
    """A triple that follows only over many steps is proven too, by however many."""
    facts = [f":i{number} :p1 :i{number + 1} ." for number in range(1, length)]
    graph = Graph([":p0 owl:propertyChainAxiom ( :p0 :p1 ) ."], [":i0 :p0 :i1 .", *facts])
    inferred = atoms(graph.lines(INFERRED))
    assert len(inferred) == length - 1
    [last] = [triple for triple in inferred if triple.object == f"<urn:t:i{length}>"]
    proof = Prover(graph.reasoner, graph.store).prove(last)
    assert proof
    assert len(set(proof.leaves())) == length
