"""What a release says of itself: DCAT 3 and VoID as DCAT-AP wants them, with numbers that are those of its dumps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from rdflib import DCAT, RDF, SH, VOID, BNode, Graph, Literal, URIRef

from tests.project import BASE, ROOT
from tests.releases import described, two_releases, unpacked

SHAPES = ROOT / "tests" / "delivery" / "dcat-ap.ttl"


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The second of two releases."""
    return two_releases(tmp_path_factory.mktemp("releases"))


def shapes_graph() -> Graph:
    return Graph().parse(SHAPES)


def description(release: Path, name: str = "dataset.ttl") -> Graph:
    format_ = "turtle" if name.endswith(".ttl") else "json-ld"
    return Graph().parse(release / name, format=format_, publicID=f"{BASE}r/1/{name}")


def results(data: Graph) -> set[tuple[Any, ...]]:
    """What the shapes find: the thing, the path and the constraint."""
    conforms, report, _ = pyshacl.validate(data, shacl_graph=shapes_graph(), inference="none")
    assert isinstance(report, Graph)
    nodes = list(report.subjects(RDF.type, SH.ValidationResult))
    assert conforms is not bool(nodes)
    said = (SH.focusNode, SH.resultPath, SH.sourceConstraintComponent)
    return {tuple(report.value(node, property_) for property_ in said) for node in nodes}


def test_the_description_is_as_dcat_ap_wants_it(second: Path) -> None:
    """DCAT-AP's constraints hold for both releases."""
    for release in (second.with_name("1"), second):
        assert results(description(release)) == set()


def constraints() -> list[Any]:
    """Each constraint on a property that the shapes have: the class, the path, and the constraint."""
    found = {}
    shapes = shapes_graph()
    for shape, target in shapes.subject_objects(SH.targetClass):
        for property_ in shapes.objects(shape, SH.property):
            path = shapes.value(property_, SH.path)
            for name in ("minCount", "maxCount", "datatype", "nodeKind", "class", "pattern", "hasValue", "minLength"):
                wanted = shapes.value(property_, SH[name])
                if wanted is not None:
                    label = f"{shapes.qname(str(target))} {shapes.qname(str(path))} {name}"
                    found[label] = pytest.param(target, path, name, wanted, id=label)
    return [found[label] for label in sorted(found)]


def one_of_each_kind() -> list[Any]:
    """The constraints, of which all but the first of each kind take long together."""
    seen = set[str]()
    marked = []
    for each in constraints():
        marks = [pytest.mark.slow] if each.values[2] in seen else []
        marked.append(pytest.param(*each.values, id=each.id, marks=marks))
        seen.add(each.values[2])
    return marked


def _spoilt(data: Graph, thing: Any, path: Any, name: str, wanted: Any) -> None:
    """Break one constraint for one thing."""
    if name != "maxCount":
        data.remove((thing, path, None))
    literal = wanted == SH.Literal
    values: dict[str, list[Any]] = {
        "minCount": [],
        "maxCount": [Literal("one"), Literal("two"), URIRef("urn:a"), URIRef("urn:b")],
        "datatype": [Literal("no such value")],
        "nodeKind": [BNode()] if literal or wanted == SH.IRI else [Literal("x")],
        "class": [URIRef("urn:nothing")],
        "pattern": [URIRef("urn:nothing")],
        "hasValue": [URIRef("urn:nothing")],
        "minLength": [Literal("")],
    }
    for value in values[name]:
        data.add((thing, path, value))


@pytest.mark.parametrize(("target", "path", "name", "wanted"), one_of_each_kind())
def test_each_shape_bites(second: Path, target: Any, path: Any, name: str, wanted: Any) -> None:
    """A description that breaks a constraint in one place is told of there."""
    data = description(second)
    thing = URIRef(min(map(str, data.subjects(RDF.type, target))))
    for partition in (VOID.propertyPartition, VOID.classPartition):
        data.remove((None, partition, None))  # which no shape looks at
    _spoilt(data, thing, path, name, wanted)
    component = URIRef(f"{SH}{name[0].upper()}{name[1:]}ConstraintComponent")
    assert (thing, path, component) in results(data)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib's own reader of JSON-LD uses it
def test_both_notations_of_the_description_say_the_same(second: Path) -> None:
    """JSON-LD and Turtle, by rdflib, and relative to wherever the release lies."""
    assert set(description(second)) == set(description(second, "dataset.jsonld"))
    assert (URIRef(f"{BASE}r/1/"), RDF.type, DCAT.Dataset) in description(second)


def test_counts_are_those_of_the_dump(second: Path) -> None:
    """VoID's numbers are what SPARQL counts in the dump."""
    store = ox.Store()
    store.load(b"".join(unpacked(second)), ox.RdfFormat.N_QUADS)
    about = described(second)

    def number(query: str) -> str:
        rows: Any = store.query(query, use_default_graph_as_union=True)
        (row,) = rows
        return str(row[0].value)

    def stated(query: str) -> dict[str, str]:
        service = "http://www.w3.org/ns/sparql-service-description#"
        prefixes = f"PREFIX void: <http://rdfs.org/ns/void#> PREFIX sd: <{service}> "
        rows: Any = about.query(prefixes + query)
        return {row[0].value: row[1].value for row in rows}

    root = f"<{BASE}r/1/>"
    totals = stated(f"SELECT ?p ?n {{ {root} ?p ?n FILTER(isNumeric(?n)) }}")
    void = "http://rdfs.org/ns/void#"
    assert totals[f"{void}triples"] == number("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    assert totals[f"{void}distinctSubjects"] == number("SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }")
    assert totals[f"{void}properties"] == number("SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }")
    assert totals[f"{void}classes"] == number("SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s a ?o }")
    properties = stated("SELECT ?p ?n { [] void:property ?p ; void:triples ?n }")
    assert len(properties) == int(totals[f"{void}properties"])
    for property_, count in properties.items():
        assert count == number(f"SELECT (COUNT(*) AS ?n) {{ ?s <{property_}> ?o }}")
    for class_, count in stated("SELECT ?c ?n { [] void:class ?c ; void:entities ?n }").items():
        assert count == number(f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ ?s a <{class_}> }}")
    graphs = stated("SELECT ?g ?n { ?x sd:name ?g ; sd:graph/void:triples ?n }")
    assert f"{BASE}graph/shared/author" in graphs
    for graph, count in graphs.items():
        assert count == number(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
    items = stated(f"SELECT ?x ?n {{ {root} void:subset ?x . ?x void:triples ?n }}")[f"{BASE}r/1/#graphs/item"]
    named = f'FILTER(STRSTARTS(STR(?g), "{BASE}graph/item/"))'
    assert items == number(f"SELECT (COUNT(*) AS ?n) {{ GRAPH ?g {{ ?s ?p ?o }} {named} }}")


def test_licence_and_rights_are_told_for_each_graph(second: Path) -> None:
    """The profile's for what is ours, the project's for excerpts, and that of a scheme as it says itself."""
    licence, rights = "http://purl.org/dc/terms/license", "http://purl.org/dc/terms/rights"
    data = description(second)
    here = f"{BASE}r/1/#"
    by = "https://creativecommons.org/licenses/by/4.0/"
    assert (URIRef(f"{here}graph/shared/author"), URIRef(licence), URIRef(by)) in data
    assert (URIRef(f"{here}graphs/item"), URIRef(rights), URIRef(f"{here}rights")) in data
    excerpts = URIRef(f"{here}graph/excerpts")
    assert list(data.predicate_objects(excerpts)).count((URIRef(licence), URIRef(by))) == 0
    assert list(data.objects(excerpts, URIRef(rights))) == [URIRef(f"{here}rights-of-excerpts")]
    labels = {str(label) for label in data.objects(predicate=rdflib.RDFS.label)}
    assert {'Curators "and" others, <2026>', "Quoted to point to the originals."} <= labels
    schemes = set(data.subjects(RDF.type, rdflib.SKOS.ConceptScheme))
    assert all((scheme, URIRef(licence), None) in data for scheme in schemes)
    assert schemes


def test_versions_lead_to_each_other(second: Path) -> None:
    """The second release names the first, and when it was issued comes from the items."""
    data = description(second)
    root, dcat = URIRef(f"{BASE}r/1/"), "http://www.w3.org/ns/dcat#"
    assert data.value(root, URIRef(f"{dcat}previousVersion")) == URIRef(f"{BASE}r/1/")
    assert str(data.value(root, URIRef(f"{dcat}version"))) == "2"
    assert 'dcterms:issued "2020-12-27T07:18:29.241Z"^^xsd:dateTime' in (second / "dataset.ttl").read_text()
