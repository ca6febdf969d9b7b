"""What the ontology itself implies: the triples between named terms that OWL 2 RL adds, and what cannot be."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from curagraph import Project, ProjectError
from curagraph.reasoning.closure import close
from curagraph.reasoning.expressions import OWL, RDFS
from tests import oracle
from tests.project import BASE, ROOT, Site, items
from tests.test_inference import PREFIXES

# For each rule of table 9 an ontology, a triple that follows by it, and what it does not say.
CASES = {
    "scm-sco": (":a rdfs:subClassOf :b . :b rdfs:subClassOf :c .", ":a rdfs:subClassOf :c"),
    "scm-eqc1": (":a owl:equivalentClass :b .", ":b rdfs:subClassOf :a"),
    "scm-eqc2": (":a rdfs:subClassOf :b . :b rdfs:subClassOf :a .", ":a owl:equivalentClass :b"),
    "scm-spo": (":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :r .", ":p rdfs:subPropertyOf :r"),
    "scm-eqp1": (":p owl:equivalentProperty :q .", ":q rdfs:subPropertyOf :p"),
    "scm-eqp2": (":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :p .", ":p owl:equivalentProperty :q"),
    "scm-dom1": (":p rdfs:domain :a . :a rdfs:subClassOf :b .", ":p rdfs:domain :b"),
    "scm-dom2": (":p rdfs:domain :a . :q rdfs:subPropertyOf :p .", ":q rdfs:domain :a"),
    "scm-rng1": (":p rdfs:range :a . :a rdfs:subClassOf :b .", ":p rdfs:range :b"),
    "scm-rng2": (":p rdfs:range :a . :q rdfs:subPropertyOf :p .", ":q rdfs:range :a"),
    "scm-hv": (
        """:a owl:equivalentClass [ owl:onProperty :p ; owl:hasValue :v ] . :p rdfs:subPropertyOf :q .
        :b owl:equivalentClass [ owl:onProperty :q ; owl:hasValue :v ] .""",
        ":a rdfs:subClassOf :b",
    ),
    "scm-svf1": (
        """:a rdfs:subClassOf [ owl:onProperty :p ; owl:someValuesFrom :c ] . :c rdfs:subClassOf :d .
        [ owl:onProperty :p ; owl:someValuesFrom :d ] rdfs:subClassOf :b .""",
        ":a rdfs:subClassOf :b",
    ),
    "scm-svf2": (
        """:a rdfs:subClassOf [ owl:onProperty :p ; owl:someValuesFrom :c ] . :p rdfs:subPropertyOf :q .
        [ owl:onProperty :q ; owl:someValuesFrom :c ] rdfs:subClassOf :b .""",
        ":a rdfs:subClassOf :b",
    ),
    "scm-avf1": (
        """:a rdfs:subClassOf [ owl:onProperty :p ; owl:allValuesFrom :c ] . :c rdfs:subClassOf :d .
        [ owl:onProperty :p ; owl:allValuesFrom :d ] rdfs:subClassOf :b .""",
        ":a rdfs:subClassOf :b",
    ),
    "scm-avf2": (
        """:a rdfs:subClassOf [ owl:onProperty :q ; owl:allValuesFrom :c ] . :p rdfs:subPropertyOf :q .
        [ owl:onProperty :p ; owl:allValuesFrom :c ] rdfs:subClassOf :b .""",
        ":a rdfs:subClassOf :b",
    ),
    "scm-int": (":a owl:intersectionOf ( :b :c ) .", ":a rdfs:subClassOf :c"),
    "scm-uni": (":a owl:unionOf ( :b :c ) .", ":c rdfs:subClassOf :a"),
}


def triples(turtle: str) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse((PREFIXES + turtle).encode(), ox.RdfFormat.TURTLE)]


@pytest.mark.parametrize("rule", CASES)
def test_the_ontology_is_closed(rule: str) -> None:
    """Each rule about the terms of an ontology adds what it says, once, and nothing that is stated."""
    turtle, wanted = CASES[rule]
    found = close(triples(turtle))
    assert triples(f"{wanted} .")[0] in found
    assert not set(found) & set(triples(turtle))
    assert found == sorted(set(found), key=str)


@pytest.mark.parametrize("rule", CASES)
def test_what_does_not_follow_is_not_added(rule: str) -> None:
    """Without one of its premises, a rule does not add what it adds with all of them."""
    turtle, wanted = CASES[rule]
    sentences = [each for each in turtle.split(" .") if each.strip()]
    for left_out in sentences:
        rest = " .".join(each for each in sentences if each != left_out) + " ."
        assert triples(f"{wanted} .")[0] not in close(triples(rest if len(sentences) > 1 else ""))


def test_what_is_true_of_all_is_left_out() -> None:
    """That a term is below itself, a class below owl:Thing or above owl:Nothing, and what has no name, is not said."""
    turtle = ":a a owl:Class . :p a owl:ObjectProperty . :d a owl:DatatypeProperty . :v a :a ; :p :v ."
    assert close(triples(turtle)) == []
    turtle += ":a rdfs:subClassOf owl:Thing , [ owl:onProperty :p ; owl:hasValue :v ] . :p rdfs:domain owl:Thing ."
    assert close(triples(turtle)) == []


def test_things_are_left_to_the_rules() -> None:
    """What follows for the things that an ontology names is no part of it."""
    assert close(triples(":a rdfs:subClassOf :b . :v a :a . :p rdfs:domain :a . :w :p :v .")) == list(
        triples(":p rdfs:domain :b .")
    )


@pytest.mark.parametrize(
    ("turtle", "message"),
    [
        (":a owl:disjointWith :b . :v a :a , :b .", "the ontology contradicts itself: .*urn:t:v"),
        (":a rdfs:subClassOf :b . :b rdfs:subClassOf owl:Nothing .", "nothing can be a urn:t:b"),
    ],
)
def test_what_cannot_be_is_refused(turtle: str, message: str) -> None:
    """An ontology that contradicts itself, or has a class that can have no member, is an error of the project."""
    with pytest.raises(ProjectError, match=message):
        close(triples(turtle))


def test_the_projects_own_ontology_is_closed_as_owlrl_closes_it() -> None:
    """Of owlrl's closure of the ontology, what ties named terms and is no junk is stated or implied, and no more."""
    ontology = Project.load(ROOT).vocabulary.triples
    wanted, is_inconsistent, same = oracle.closure("".join(f"{triple} .\n" for triple in ontology))
    schema = {
        *(f"<{RDFS}{word}>" for word in ("subClassOf", "subPropertyOf", "domain", "range")),
        *(f"<{OWL}{word}>" for word in ("equivalentClass", "equivalentProperty")),
    }
    assert not is_inconsistent
    assert not same
    stated = {str(triple) for triple in ontology}
    implied = {str(triple) for triple in close(ontology)}
    assert implied == {line for line in wanted - stated if line.split(" ")[1] in schema}
    assert len(implied) > 20


def test_a_build_states_it_in_a_graph_of_its_own(tmp_path: Path) -> None:
    """What the ontology implies stands in `graph/inferred-ontology`, and is not exported."""
    site = Site(tmp_path / "site", items([1]))
    site.build()
    graph = ox.NamedNode(f"{BASE}graph/inferred-ontology")
    found = {quad.triple for quad in site.snapshot().store.quads_for_pattern(None, None, None, graph)}
    assert found == set(close(site.load().vocabulary.triples))
    assert b"inferred-ontology" not in site.export()
