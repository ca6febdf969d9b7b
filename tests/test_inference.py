"""What the compiled rules derive is what OWL 2 RL says: owlrl agrees on random graphs, and a revision on a full run."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from curagraph.reasoning import axioms
from curagraph.reasoning.compiling import compile_axioms
from curagraph.reasoning.constructs import NotCompiled
from curagraph.reasoning.contradictions import Contradictions
from curagraph.reasoning.inference import Reasoner
from curagraph.reasoning.rules import Atom, Rule
from tests import oracle

PREFIXES = """
@prefix : <urn:t:> . @prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
"""
INFERRED = ox.NamedNode("urn:g:inferred")
STATED = ox.NamedNode("urn:g:stated")
ONTOLOGY = ox.NamedNode("urn:g:ontology")

CLASSES = [f":C{number}" for number in range(4)]
LINKS = [f":p{number}" for number in range(4)]
TEXTS = [":d0", ":d1"]
THINGS = [f":i{number}" for number in range(4)]
VALUES = ['"a"', '"b"@en', '"1"^^xsd:integer']
DECLARED = (
    "".join(f"{name} a owl:Class . " for name in CLASSES)
    + "".join(f"{name} a owl:ObjectProperty . " for name in LINKS)
    + "".join(f"{name} a owl:DatatypeProperty . " for name in TEXTS)
)

DENIED = "[] a owl:NegativePropertyAssertion ; owl:sourceIndividual {} ; owl:assertionProperty {} ; "

names = st.sampled_from(CLASSES)
links = st.sampled_from(LINKS)
texts = st.sampled_from(TEXTS)
things = st.sampled_from(THINGS)
values = st.sampled_from(VALUES)
paths = links | links.map(lambda link: f"[ owl:inverseOf {link} ]")


def restriction(rest: str) -> str:
    return f"[ a owl:Restriction ; {rest} ]"


has = st.builds(lambda p, v: restriction(f"owl:onProperty {p} ; owl:hasValue {v}"), paths, things) | st.builds(
    lambda p, v: restriction(f"owl:onProperty {p} ; owl:hasValue {v}"), texts, values
)
both = st.lists(names | has, min_size=2, max_size=3).map(
    lambda m: f"[ a owl:Class ; owl:intersectionOf ( {' '.join(m)} ) ]"
)
left = st.recursive(
    names | has | both,
    lambda inner: (
        st.lists(inner, min_size=2, max_size=2).map(lambda m: f"[ a owl:Class ; owl:unionOf ( {' '.join(m)} ) ]")
        | st.builds(
            lambda p, c: restriction(f"owl:onProperty {p} ; owl:someValuesFrom {c}"),
            paths,
            inner | st.just("owl:Thing"),
        )
    ),
    max_leaves=3,
)
right = st.recursive(
    names | has | both,
    lambda inner: st.builds(lambda p, c: restriction(f"owl:onProperty {p} ; owl:allValuesFrom {c}"), paths, inner),
    max_leaves=3,
)
derivations = st.one_of(
    st.builds("{} rdfs:subClassOf {} .".format, names, right),
    st.builds("{} rdfs:subClassOf {} .".format, left, names | right),
    st.builds("{} owl:equivalentClass {} .".format, names, names | has | both),
    st.builds("{} rdfs:subPropertyOf {} .".format, links, links),
    st.builds("{} rdfs:subPropertyOf {} .".format, texts, texts),
    st.builds("{} owl:equivalentProperty {} .".format, links, links),
    st.builds("{} rdfs:domain {} .".format, links | texts, right),
    st.builds("{} rdfs:range {} .".format, links, right),
    st.builds("{} owl:inverseOf {} .".format, links, links),
    st.builds("{} a owl:SymmetricProperty .".format, links),
    st.builds("{} a owl:TransitiveProperty .".format, links),
    st.builds(
        lambda p, chain: f"{p} owl:propertyChainAxiom ( {' '.join(chain)} ) .",
        links,
        st.lists(paths, min_size=1, max_size=4),
    ),
)
contradictory = st.one_of(
    st.builds("{} a owl:IrreflexiveProperty .".format, links),
    st.builds("{} a owl:AsymmetricProperty .".format, links),
    st.builds("{} owl:propertyDisjointWith {} .".format, links, links),
    st.builds("{} owl:disjointWith {} .".format, names, names | both),
    st.lists(names, min_size=2, max_size=4, unique=True).map(
        lambda m: f"[] a owl:AllDisjointClasses ; owl:members ( {' '.join(m)} ) ."
    ),
    st.lists(links, min_size=2, max_size=3, unique=True).map(
        lambda m: f"[] a owl:AllDisjointProperties ; owl:members ( {' '.join(m)} ) ."
    ),
    st.builds(
        (DENIED + "owl:targetIndividual {} .").format,
        things,
        links,
        things,
    ),
    st.builds(
        (DENIED + "owl:targetValue {} .").format,
        things,
        texts,
        values,
    ),
    st.builds("{} rdfs:subClassOf owl:Nothing .".format, names),
    st.builds("{} rdfs:subClassOf [ owl:complementOf {} ] .".format, names, names),
    st.builds(
        lambda c, p: (
            f"{c} rdfs:subClassOf "
            + restriction(f'owl:onProperty {p} ; owl:maxCardinality "0"^^xsd:nonNegativeInteger')
            + " ."
        ),
        names,
        links,
    ),
    st.builds(
        lambda c, p, d: (
            f"{c} rdfs:subClassOf "
            + restriction(
                f'owl:onProperty {p} ; owl:onClass {d} ; owl:maxQualifiedCardinality "0"^^xsd:nonNegativeInteger'
            )
            + " ."
        ),
        names,
        links,
        names | st.just("owl:Thing"),
    ),
)
merging = st.one_of(
    st.builds("{} a owl:FunctionalProperty .".format, links),
    st.builds("{} a owl:InverseFunctionalProperty .".format, links),
    st.builds(
        lambda c, p: (
            f"{c} rdfs:subClassOf "
            + restriction(f'owl:onProperty {p} ; owl:maxCardinality "1"^^xsd:nonNegativeInteger')
            + " ."
        ),
        names,
        links,
    ),
    st.builds(
        lambda c, p, d: (
            f"{c} rdfs:subClassOf "
            + restriction(
                f'owl:onProperty {p} ; owl:onClass {d} ; owl:maxQualifiedCardinality "1"^^xsd:nonNegativeInteger'
            )
            + " ."
        ),
        names,
        links,
        names | st.just("owl:Thing"),
    ),
)
facts = st.one_of(
    st.builds("{} a {} .".format, things, names),
    st.builds("{} {} {} .".format, things, links, things),
    st.builds("{} {} {} .".format, things, texts, values),
)
ontologies = st.lists(derivations, min_size=4, max_size=9)
datasets = st.lists(facts, min_size=6, max_size=14)

many = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])


class Graph:
    """Statements under an ontology, and all that follows from them."""

    def __init__(self, ontology: list[str], data: list[str]) -> None:
        self.turtle = PREFIXES + DECLARED + "\n".join(ontology)
        triples = [quad.triple for quad in ox.parse(self.turtle.encode(), ox.RdfFormat.TURTLE)]
        rules = compile_axioms(axioms.read(triples), axioms.declared(triples, "DatatypeProperty"))
        self.store = ox.Store()
        self.store.extend(ox.Quad(t.subject, t.predicate, t.object, ONTOLOGY) for t in triples)
        self.reasoner = Reasoner(rules, INFERRED)
        self.contradictions = Contradictions(rules)
        self.data = data
        self.store.load(self.statements(data), ox.RdfFormat.TURTLE, to_graph=STATED)
        self.reasoner.close(self.store, self.load)

    def load(self, data: bytes) -> None:
        self.store.load(data, ox.RdfFormat.N_TRIPLES, to_graph=INFERRED)

    @staticmethod
    def statements(data: list[str]) -> bytes:
        return (PREFIXES + "\n".join(data)).encode()

    def lines(self, graph: ox.NamedNode) -> set[str]:
        return {str(quad.triple) for quad in self.store.quads_for_pattern(None, None, None, graph)}

    def change(self, data: list[str]) -> int:
        """Bring the statements to others, and revise what follows; by how much that has grown."""
        before, old = self.lines(STATED), set(self.data)
        self.data = data
        self.store.remove_graph(STATED)
        self.store.load(self.statements(data), ox.RdfFormat.TURTLE, to_graph=STATED)
        after = self.lines(STATED)
        assert old is not None
        return self.reasoner.revise(self.store, atoms(before - after), atoms(after - before))[0]


def atoms(lines: set[str]) -> set[Atom]:
    """Triples given in N-Triples, as terms."""
    triples = ox.parse("".join(f"{line} .\n" for line in lines), ox.RdfFormat.N_TRIPLES)
    return {Atom(str(quad.subject), str(quad.predicate), str(quad.object)) for quad in triples}


def about_instances(lines: set[str]) -> set[str]:
    """Those that speak of the things of the data and not of the ontology."""
    return {line for line in lines if line.startswith("<urn:t:i")}


def assert_owlrl_agrees(ontology: list[str], data: list[str]) -> None:
    graph = Graph(ontology, data)
    wanted, _, _ = oracle.closure(graph.turtle + "\n".join(data))
    found = graph.lines(STATED) | graph.lines(INFERRED)
    event(f"inferred: {min(len(graph.lines(INFERRED)), 10)}")
    assert about_instances(found) == about_instances(wanted)
    assert found == about_instances(found)


@many
@given(ontologies, datasets)
def test_the_rules_derive_what_owlrl_derives(ontology: list[str], data: list[str]) -> None:
    """On random ontologies and data, what is stated and inferred is owlrl's closure less junk."""
    assert_owlrl_agrees(ontology, data)


@pytest.mark.slow
@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(ontologies, datasets)
def test_the_rules_derive_what_owlrl_derives_on_many_graphs(ontology: list[str], data: list[str]) -> None:
    """The same on six hundred graphs."""
    assert_owlrl_agrees(ontology, data)


@many
@given(ontologies, datasets)
def test_what_is_inferred_is_not_stated_too(ontology: list[str], data: list[str]) -> None:
    """The graph of what is inferred holds nothing that is stated, and only legal RDF without blank nodes."""
    graph = Graph(ontology, data)
    assert not graph.lines(INFERRED) & graph.lines(STATED)
    for quad in graph.store.quads_for_pattern(None, None, None, INFERRED):
        assert isinstance(quad.subject, ox.NamedNode)
        assert not isinstance(quad.object, ox.BlankNode)


@many
@given(ontologies, datasets, st.lists(datasets, min_size=1, max_size=3))
def test_revising_comes_to_the_same_as_beginning_anew(
    ontology: list[str], data: list[str], changes: list[list[str]]
) -> None:
    """After any changes, what was revised is what a full run derives, and its growth is counted right."""
    graph = Graph(ontology, data)
    for changed in changes:
        size = len(graph.lines(INFERRED))
        grown = graph.change(changed)
        assert graph.lines(INFERRED) == Graph(ontology, changed).lines(INFERRED)
        assert len(graph.lines(INFERRED)) == size + grown


@many
@given(ontologies, st.lists(contradictory, min_size=1, max_size=3), datasets)
def test_a_contradiction_is_told_where_owlrl_finds_one(ontology: list[str], more: list[str], data: list[str]) -> None:
    """On random graphs a contradiction is told if, and only if, owlrl finds the graph inconsistent."""
    graph = Graph(ontology + more, data)
    _, is_inconsistent, _ = oracle.closure(graph.turtle + "\n".join(data))
    event(f"inconsistent: {is_inconsistent}")
    assert bool(graph.contradictions.all(graph.store)) == is_inconsistent


@many
@given(ontologies, st.lists(merging, min_size=1, max_size=2), datasets)
def test_nothing_is_merged_and_every_merger_is_told(ontology: list[str], more: list[str], data: list[str]) -> None:
    """Where owlrl takes two things for one, a contradiction is told, and what follows is as if nothing were merged."""
    graph = Graph(ontology + more, data)
    _, _, same = oracle.closure(graph.turtle + "\n".join(data))
    event(f"merged: {bool(same)}")
    assert bool(graph.contradictions.all(graph.store)) == bool(same)
    assert graph.lines(INFERRED) == Graph(ontology, data).lines(INFERRED)


@many
@given(ontologies, st.lists(contradictory | merging, min_size=1, max_size=3), datasets, datasets)
def test_new_contradictions_are_found_from_what_is_new(
    ontology: list[str], more: list[str], data: list[str], changed: list[str]
) -> None:
    """Of a changed graph, the contradictions that were there and still hold, and those of new triples, are all."""
    graph = Graph(ontology + more, data)
    before = graph.contradictions.all(graph.store)
    old = graph.lines(STATED)
    graph.store.remove_graph(STATED)
    graph.store.load(graph.statements(changed), ox.RdfFormat.TURTLE, to_graph=STATED)
    new = graph.lines(STATED)
    _, added, _ = graph.reasoner.revise(graph.store, atoms(old - new), atoms(new - old))
    still = {each for each in before if all(graph.reasoner.holds(graph.store, triple) for triple in each.premises)}
    assert still | graph.contradictions.among(graph.store, added) == graph.contradictions.all(graph.store)


def test_each_rule_is_run_once_where_it_needs_nothing_of_its_own() -> None:
    """Rules come in the order in which they need each other."""
    reasoner = Graph(
        [":C0 rdfs:subClassOf :C1 .", ":p0 rdfs:domain :C0 .", ":p1 rdfs:subPropertyOf :p0 ."], []
    ).reasoner
    assert not any(stratum.again for stratum in reasoner.strata)
    order = [rule.name for stratum in reasoner.strata for rule in stratum.rules]
    assert order == ["prp-spo1", "prp-dom", "cax-sco"]


@pytest.mark.parametrize(
    ("axiom", "message"),
    [
        (":d0 owl:inverseOf :p0 .", "text"),
    ],
)
def test_what_would_say_something_of_a_text_is_refused(axiom: str, message: str) -> None:
    """An axiom that would make a text the subject of a triple is an error."""
    with pytest.raises(NotCompiled, match=message):
        Graph([axiom], [])


def rule_names(rules: list[Rule]) -> set[str]:
    return {rule.name for rule in rules}
