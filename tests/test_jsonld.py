"""JSON-LD: compact, by a context that is generated from the ontology, and the same triples for every reader."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from curagraph import Format, Project
from curagraph.exporting import jsonld
from curagraph.vocabulary import Vocabulary
from tests.project import BASE, CU, DCTERMS, ROOT, SKOS, Site, item, items

OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    made = Site(tmp_path_factory.mktemp("jsonld") / "site", items(range(1, 4)))
    made.write("4.md", item(4, author=["Ann Lee", "Bob"]))
    made.build()
    return made


def parsed(data: bytes) -> dict[str, Any]:
    """A document as JSON in which no key stands twice."""

    def distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        assert len({key for key, _ in pairs}) == len(pairs), pairs
        return dict(pairs)

    found = json.loads(data, object_pairs_hook=distinct)
    assert isinstance(found, dict)
    return found


def nodes(site: Site) -> dict[str, dict[str, Any]]:
    document = parsed(site.export(Format.JSONLD))
    return {node["@id"]: node for node in document["@graph"]}


def test_a_document_has_one_context_and_one_graph(site: Site) -> None:
    """A document is a context and a list of things, each once."""
    document = parsed(site.export(Format.JSONLD))
    assert list(document) == ["@context", "@graph"]
    ids = [node["@id"] for node in document["@graph"]]
    assert ids == sorted(set(ids), key=lambda id_: f"<{id_}>")


def test_an_item_reads_like_json(site: Site) -> None:
    """Types, links, texts, dates and numbers stand in their shortest form."""
    found = nodes(site)
    one = found[f"{BASE}item/4"]
    assert one["@type"] == ["Item", "CommunityItem", "CuratedItem", "CuratedNewsItem", "CreativeWork"]
    assert one["title"] == "Item 4"
    assert one["created"] == {"@value": "2020-12-26T07:18:25.522495Z", "@type": "xsd:dateTime"}
    assert one["curatedBy"] == [f"{BASE}author/ann-lee", f"{BASE}author/bob"]
    assert one["curatedFrom"] == "https://news.example.com/stories/4"
    assert one["identifier"] == "4"
    image = found[f"{BASE}image/4"]
    assert (image["width"], image["height"]) == (415, 220)
    assert found[f"{BASE}author/bob"] == {
        "@id": f"{BASE}author/bob",
        "@type": ["Agent", "Author", "Person"],
        "contributesTo": f"{BASE}community/telehealth",
        "curates": f"{BASE}item/4",
        "name": "Bob",
        "page": f"{BASE}author/bob.html",
        "url": f"{BASE}author/bob.html",
    }


def test_no_value_is_written_longer_than_it_must_be(site: Site) -> None:
    """With our context only dates and annotations, which may be several things, need their type."""
    for node in nodes(site).values():
        for key, value in node.items():
            assert not key.startswith("http"), key
            for each in value if isinstance(value, list) else [value]:
                assert not isinstance(each, dict) or key in ("created", "modified", "license"), (key, each)


def test_the_context_comes_from_the_ontology() -> None:
    """Every class and property of the ontology has a short name; the type of a thing is a keyword of JSON-LD."""
    vocabulary = Project.load(ROOT).vocabulary
    found = jsonld.context(vocabulary)
    meant = {value["@id"] if isinstance(value, dict) else value for value in found.values()}
    assert f"{CU}curatedBy" in meant
    assert f"{DCTERMS}title" in meant
    assert found["curatedBy"] == {"@id": f"{CU}curatedBy", "@type": "@id"}
    assert found["width"] == {"@id": f"{CU}width", "@type": f"{XSD}integer"}
    assert found["trailText"] == {"@id": f"{CU}trailText", "@language": "en"}
    for prefix, namespace in vocabulary.prefixes.items():
        assert found[prefix] == namespace
    types = {f"{OWL}{name}" for name in ("Class", "ObjectProperty", "DatatypeProperty")}
    declared = {
        triple.subject.value
        for triple in vocabulary.triples
        if isinstance(triple.subject, ox.NamedNode)
        and isinstance(triple.object, ox.NamedNode)
        and triple.object.value in types
    }
    assert declared - meant <= {"http://www.w3.org/1999/02/22-rdf-syntax-ns#type"}


def test_the_context_is_a_document_of_its_own(tmp_path: Path) -> None:
    """`export --context` writes the context that documents carry, also before there is a graph."""
    site = Site(tmp_path / "site", items([1]))
    ended = site.run("export", "--context")
    assert ended.status == 0
    alone = parsed(ended.data)
    assert list(alone) == ["@context"]
    site.build()
    assert parsed(site.export(Format.JSONLD))["@context"] == alone["@context"]
    assert site.run("export", "--context", "-o", tmp_path / "context.jsonld").status == 0
    assert (tmp_path / "context.jsonld").read_bytes() == ended.data


def test_names_are_what_the_context_says(site: Site) -> None:
    """Every key and type of a document is a keyword, a term or a prefixed name of its context."""
    document = parsed(site.export(Format.JSONLD))
    context = document["@context"]
    for node in document["@graph"]:
        types = node.get("@type", [])
        types = types if isinstance(types, list) else [types]
        for name in (*(key for key in node if key[0] != "@"), *types):
            prefix, colon, _ = name.partition(":")
            assert name in context or (colon and prefix in context), name


_ONTOLOGY = f"""
@prefix ex: <https://ex.example/#> .
@prefix other: <https://other.example/#> .
@prefix cu: <{CU}> .
@prefix owl: <{OWL}> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <{XSD}> .

ex:Thing a owl:Class .
ex:name a owl:DatatypeProperty .
other:name a owl:DatatypeProperty .
cu:label a owl:DatatypeProperty .
other:label a owl:DatatypeProperty .
ex:link a owl:ObjectProperty .
ex:said a owl:DatatypeProperty ; rdfs:range rdf:langString .
ex:count a owl:DatatypeProperty ; rdfs:range xsd:integer .
ex:when a owl:DatatypeProperty ; rdfs:range xsd:dateTime .
ex:text a owl:DatatypeProperty ; rdfs:range xsd:string .
"""
_DATA = """
@prefix ex: <https://ex.example/#> .
@prefix other: <https://other.example/#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<https://a.example/1> a ex:Thing, <https://elsewhere.example/Class> ;
    ex:name "plain", "tagged"@de, "5"^^xsd:integer, <https://b.example/> ;
    other:name "x" ;
    ex:link <https://b.example/>, "no link", <urn:x:1> ;
    ex:said "words"@en, "Wörter"@de, "untagged", "7"^^xsd:integer, "worded"@en-GB ;
    ex:count 7, -3, "007"^^xsd:integer, 99999999999999999999, "seven", "7"^^xsd:decimal, "7" ;
    ex:when "2020-12-26T07:18:25Z"^^xsd:dateTime, "2020-12-26"^^xsd:date, "soon" ;
    ex:text "a\\n\\"b\\"\\\\ \\t </script>", "true"^^xsd:boolean, "b"@en ;
    <https://undeclared.example/property> "x", "1"^^<https://undeclared.example/datatype> .
"""


def test_every_kind_of_value_is_read_back(tmp_path: Path) -> None:
    """What a context coerces, and what does not fit the coercion, comes back as the term that it was."""
    ontology = tmp_path / "ontology.ttl"
    ontology.write_text(_ONTOLOGY)
    vocabulary = Vocabulary.load([ontology])
    triples = {str(quad.triple) for quad in ox.parse(_DATA, ox.RdfFormat.TURTLE)}
    lines = sorted(f"{triple} .\n".encode() for triple in triples)
    output = tmp_path / "out.jsonld"
    with output.open("wb") as file:
        jsonld.write(lines, file, vocabulary)
    back = {str(quad.triple) for quad in ox.parse(output.read_bytes(), ox.RdfFormat.JSON_LD)}
    assert back == triples


def test_a_shared_local_name_keeps_its_prefix(tmp_path: Path) -> None:
    """Where two vocabularies have the same local name ours is short, and the others keep their prefix."""
    ontology = tmp_path / "ontology.ttl"
    ontology.write_text(_ONTOLOGY)
    context = jsonld.context(Vocabulary.load([ontology]))
    assert context["label"] == f"{CU}label"
    assert context["other:label"] == "https://other.example/#label"
    assert context["ex:name"] == "https://ex.example/#name"
    assert "name" not in context


def test_a_document_without_things_is_a_document() -> None:
    """An empty graph gives valid JSON-LD."""
    output = io.BytesIO()
    jsonld.write([], output, Project.load(ROOT).vocabulary)
    assert parsed(output.getvalue())["@graph"] == []


def test_the_labels_of_a_topic_keep_their_language(site: Site) -> None:
    """A label in English is a plain text in the document and English when read."""
    topic = nodes(site)[f"{BASE}topic/symplur/payment-reform"]
    assert topic["prefLabel"] == "Payment Reform"
    read = {
        str(quad.object)
        for quad in ox.parse(site.export(Format.JSONLD), ox.RdfFormat.JSON_LD)
        if quad.predicate == ox.NamedNode(f"{SKOS}prefLabel")
    }
    assert '"Payment Reform"@en' in read
