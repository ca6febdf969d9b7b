"""Axioms are compiled or refused: an error names the term, and in a build the file and the line. None is ignored.

Each case of `tests/reasoning/` that ends with `### error` is an ontology, and what is said of it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from curagraph import Project, ProjectError
from curagraph.reasoning import axioms, constructs
from curagraph.reasoning.compiling import compile_axioms
from curagraph.reasoning.constructs import NotCompiled
from curagraph.reasoning.contradictions import Contradictions
from curagraph.reasoning.expressions import OWL, RDF, RDFS, Axiom, Named, Property, short
from curagraph.reasoning.inference import Reasoner
from tests.project import Site, items
from tests.test_docs import blocks, named
from tests.test_inference import INFERRED, PREFIXES, Graph
from tests.test_rules import Case, cases, graph_of, name

CASES = cases(errors=True)


@pytest.mark.parametrize("case", CASES, ids=name)
def test_what_is_not_compiled_is_refused(case: Case) -> None:
    """The message is the one that the case says, and begins with the term in whose description the axiom stands."""
    with pytest.raises(NotCompiled) as caught:
        graph_of(case)
    assert f"# {caught.value}" == case.part("error").strip()
    assert str(caught.value).startswith(f"{short(caught.value.subject)}: ")
    assert "; " in str(caught.value)


def test_no_word_of_owl_is_passed_over() -> None:
    """Whatever else an ontology says by words of OWL or RDF Schema is refused."""
    for word in (f"{OWL}anything", f"{RDFS}member"):
        with pytest.raises(NotCompiled, match="is not compiled"):
            axioms.read([ox.Triple(ox.NamedNode("urn:t:a"), ox.NamedNode(word), ox.NamedNode("urn:t:b"))])
        with pytest.raises(NotCompiled, match="is not compiled"):
            axioms.read([ox.Triple(ox.NamedNode("urn:t:a"), ox.NamedNode(f"{RDF}type"), ox.NamedNode(word))])


def test_axioms_come_in_the_same_order() -> None:
    """The order of the triples makes no difference."""
    triples = [
        q.triple
        for q in ox.parse((PREFIXES + ":a a owl:Class ; rdfs:subClassOf :b , :c .").encode(), ox.RdfFormat.TURTLE)
    ]
    assert axioms.read(triples) == axioms.read(reversed(triples))
    assert [each.arguments[1] for each in axioms.read(triples)] == [Named("urn:t:b"), Named("urn:t:c")]


@pytest.mark.parametrize(
    ("turtle", "subject"),
    [
        (":a rdfs:subClassOf :b .", "urn:t:a"),
        ("[ owl:onProperty :p ; owl:hasValue :v ] rdfs:subClassOf :b .", "urn:t:p"),
        ("[ owl:unionOf ( [ owl:intersectionOf ( :c :d ) ] :a ) ] rdfs:subClassOf :b .", "urn:t:c"),
        ("[] a owl:AllDisjointClasses ; owl:members ( :c :a ) .", "urn:t:c"),
        ("[ owl:inverseOf :p ] rdfs:subPropertyOf :q .", "urn:t:p"),
    ],
)
def test_an_axiom_belongs_to_a_term(turtle: str, subject: str) -> None:
    """An axiom stands in the description of its subject; one without a name belongs to the first term that it names."""
    triples = [quad.triple for quad in ox.parse((PREFIXES + turtle).encode(), ox.RdfFormat.TURTLE)]
    assert [each.subject for each in axioms.read(triples)] == [subject]


def test_the_ontology_is_compiled_whole(project: Project) -> None:
    """Each triple of the project's ontology that reads like an axiom of properties or classes has become one."""
    triples = project.vocabulary.triples
    stated = {each.stated for each in axioms.read(triples)}
    for triple in triples:
        word = triple.predicate.value
        if word in (f"{RDFS}subClassOf", f"{RDFS}subPropertyOf", f"{RDFS}domain", f"{RDFS}range") or (
            word.startswith(OWL)
            and short(word)[4:] in ("inverseOf", "propertyChainAxiom", "disjointWith", "equivalentClass")
        ):
            assert tuple(map(str, triple)) in stated


# Whatever an ontology says

NODES = [ox.NamedNode(f"urn:t:{name}") for name in "abp"] + [ox.BlankNode(name) for name in "xyz"]
WORDS = [
    *(RDFS + word for word in ("subClassOf", "subPropertyOf", "domain", "range")),
    *(OWL + word for word in ("equivalentClass", "disjointWith", "inverseOf", "propertyChainAxiom", "members")),
    *(
        OWL + word
        for word in ("onProperty", "someValuesFrom", "allValuesFrom", "hasValue", "maxCardinality", "onClass")
    ),
    *(OWL + word for word in ("intersectionOf", "unionOf", "complementOf", "maxQualifiedCardinality")),
    *(OWL + word for word in ("sourceIndividual", "assertionProperty", "targetIndividual", "targetValue")),
    *(RDF + word for word in ("first", "rest")),
]
TYPES = [
    "TransitiveProperty",
    "FunctionalProperty",
    "AllDisjointClasses",
    "NegativePropertyAssertion",
    "DatatypeProperty",
]
ENDS = [ox.NamedNode(RDF + "nil"), ox.Literal("a"), ox.Literal(0), ox.Literal(1), ox.NamedNode(OWL + "Thing")]

triples = st.builds(
    ox.Triple, st.sampled_from(NODES), st.sampled_from(WORDS).map(ox.NamedNode), st.sampled_from([*NODES, *ENDS])
) | st.builds(
    lambda subject, type_: ox.Triple(subject, ox.NamedNode(RDF + "type"), ox.NamedNode(OWL + type_)),
    st.sampled_from(NODES),
    st.sampled_from(TYPES),
)


@settings(max_examples=400)
@given(st.lists(triples, max_size=9, unique=True))
def test_whatever_an_ontology_says_is_compiled_or_refused(ontology: list[ox.Triple]) -> None:
    """Of any triples, axioms are made that run in a store, or they are refused; nothing else happens."""
    try:
        rules = compile_axioms(axioms.read(ontology), axioms.declared(ontology, "DatatypeProperty"))
    except NotCompiled:
        event("refused")
        return
    event(f"rules: {min(len(rules), 3)}")
    store = ox.Store()
    Reasoner(rules, INFERRED).close(store, lambda _: pytest.fail("nothing follows from nothing"))
    assert Contradictions(rules).all(store) == set()


def test_an_axiom_that_says_nothing_has_no_rule() -> None:
    """What is below itself, or in one direction as in the other, is compiled once or not at all."""
    assert Graph([":a rdfs:subClassOf :a .", ":p rdfs:subPropertyOf :p ."], []).reasoner.rules == []
    both = Graph([":p owl:inverseOf :q .", ":q owl:inverseOf :p ."], []).reasoner.rules
    assert len(both) == 2
    assert {(each.axiom.kind, each.axiom.arguments[0]) for each in both} == {("inverseOf", Property("urn:t:p"))}


# In a build


def site_with(tmp_path: Path, turtle: str, file: str = "media.ttl") -> tuple[Site, int]:
    """A project whose ontology says more, and the line on which that begins."""
    site = Site(tmp_path / "site", items([1]))
    ontology = site.own("ontology") / file
    text = ontology.read_text("utf-8")
    ontology.write_text(f"{text}\n{turtle}\n", encoding="utf-8")
    return site, text.count("\n") + 2


@pytest.mark.parametrize(
    ("turtle", "word", "message"),
    [
        ("cu:picture a owl:ObjectProperty , owl:ReflexiveProperty .", "owl:R", "owl:ReflexiveProperty is not compiled"),
        ("cu:Picture a owl:Class ;\n    owl:hasKey ( cu:altText ) .", "owl:h", "owl:hasKey is not compiled"),
        ("cu:Picture rdfs:subClassOf [ a owl:Restriction ; owl:onProperty cu:image ; owl:someValuesFrom cu:Image ] .",
         "cu:Picture", "owl:someValuesFrom cannot stand on the right"),
        ("cu:Picture a owl:Class ;\n    rdfs:subClassOf\n        [ a owl:Restriction ;\n          owl:hasSelf true ] .",
         "owl:hasSelf", "owl:hasSelf is not compiled"),
        ("cu:label a owl:DatatypeProperty , owl:SymmetricProperty .", "cu:label", "says something of a text"),
        ("cu:far owl:propertyChainAxiom _:list .\n_:list <http://www.w3.org/1999/02/22-rdf-syntax-ns#first> cu:image .",
         "cu:far", "a list is broken"),
        ("cu:Picture owl:sameAs cu:Image .", "cu:Picture", "owl:sameAs is not compiled"),
    ],
)  # fmt: skip
def test_a_build_names_file_and_line(tmp_path: Path, turtle: str, word: str, message: str) -> None:
    """What is refused ends the build with a sentence that names file, line and term, and nothing is published."""
    site, line = site_with(tmp_path, turtle)
    with pytest.raises(ProjectError, match=re.escape(message)) as caught:
        site.build()
    iri = "https://data.medigy.com/ontology#" + re.split(r"\W", turtle)[1]
    line += turtle[: turtle.find(word)].count("\n")
    assert str(caught.value).startswith(f"ontology/media.ttl:{line}: {iri}: ")
    assert not (site.folder / ".curagraph" / "current").exists()


def test_the_command_ends_with_one_sentence(tmp_path: Path) -> None:
    """On the command line an axiom that is not compiled is a wrong project, even where owlrl would fall over it."""
    turtle = "cu:far owl:propertyChainAxiom _:list .\n_:list <http://www.w3.org/1999/02/22-rdf-syntax-ns#rest> _:list ."
    site, line = site_with(tmp_path, turtle)
    ended = site.run("build")
    assert ended.status == 2
    assert ended.sentence.startswith(f"curagraph: ontology/media.ttl:{line}: ")


def test_the_old_graph_stands(tmp_path: Path) -> None:
    """Where a later ontology cannot be used, what was published before stays."""
    site = Site(tmp_path / "site", items([1]))
    site.own("ontology")
    site.build()
    before = site.quads()
    with (site.folder / "ontology" / "media.ttl").open("a", encoding="utf-8") as file:
        file.write("cu:Image owl:sameAs cu:Image .\n")
    with pytest.raises(ProjectError):
        site.build()
    assert site.quads() == before


def test_each_word_with_an_advice_is_documented() -> None:
    """What a message advises something for stands in docs/reasoning.md."""
    assert {short(word) for word in constructs.INSTEAD} - named(blocks("reasoning.md")) == set()


def test_an_axiom_has_one_shape() -> None:
    """An axiom knows its kind, what it is about and the triple that states it."""
    [axiom] = axioms.read([ox.Triple(*(ox.NamedNode(each) for each in ("urn:t:a", f"{RDFS}subClassOf", "urn:t:b")))])
    stated = ("<urn:t:a>", f"<{RDFS}subClassOf>", "<urn:t:b>")
    assert axiom == Axiom("subClassOf", (Named("urn:t:a"), Named("urn:t:b")), stated)
    assert axiom.ends == (ox.NamedNode("urn:t:b"),)
