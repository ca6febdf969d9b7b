"""The graphs of pages: made of pieces that stand in the graph, each whole on every page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from curagraph import Project, Snapshot
from curagraph.embedding.pagecontext import page_context
from curagraph.embedding.pagegraph import PageGraphs
from curagraph.problem import ProjectError, UsageError
from tests.project import BASE, CU, PAGES, Site, item

SEEDS = Path(__file__).parent.parent / "seeds"


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The graph of the project's own seeds."""
    files = {file.name: file.read_text("utf-8") for file in SEEDS.iterdir()}
    site = Site(tmp_path_factory.mktemp("seeds") / "site", files)
    site.settings(more='[publisher]\nname = "An Organisation"\nlogo = "/logo.png"\nlogo-size = [600, 200]')
    site.build()
    return site.snapshot()


def graph(snapshot: Snapshot, thing: str) -> dict[str, dict[str, Any]]:
    """The pieces of the page of a thing, by their IRIs."""
    text = PageGraphs(snapshot).of(snapshot.thing(thing).value).text
    return {piece["@id"]: piece for piece in json.loads(text)["@graph"]}


def things(snapshot: Snapshot) -> list[str]:
    """Every thing that has a page."""
    query = f"SELECT DISTINCT ?x {{ ?x <{CU}page> ?p }} ORDER BY ?x"
    rows = snapshot.store.query(query, use_default_graph_as_union=True)
    assert isinstance(rows, ox.QuerySolutions)
    return [row[0].value for row in rows]


def triples(text: str) -> set[str]:
    return {str(quad.triple) for quad in ox.parse(text, ox.RdfFormat.JSON_LD)}


def test_a_page_says_nothing_that_the_graph_does_not_hold(seeds: Snapshot) -> None:
    """The triples of every page, of items and of all else, are a subset of the snapshot's."""
    published = {str(quad.triple) for quad in seeds.store}
    graphs = PageGraphs(seeds)
    for thing in things(seeds):
        found = triples(graphs.of(thing).text)
        assert len(found) > 5
        assert found <= published


def test_a_piece_is_the_same_on_every_page(seeds: Snapshot) -> None:
    """Whatever two pages both speak of, they say the same of it."""
    known: dict[str, dict[str, Any]] = {}
    for thing in things(seeds):
        for iri, piece in graph(seeds, thing).items():
            assert known.setdefault(iri, piece) == piece


def test_the_page_of_an_item_has_each_piece(seeds: Snapshot) -> None:
    """Organization, WebSite, WebPage, item, original on its site, curator, topics, image and trail are there."""
    found = graph(seeds, "3932")
    classes = [piece["@type"] for piece in found.values()]
    assert classes[:2] == ["WebPage", "CreativeWork"]
    assert {name: classes.count(name) for name in sorted(set(classes))} == {
        "BreadcrumbList": 1,
        "CollectionPage": 1,
        "CreativeWork": 1,
        "DefinedTerm": 4,
        "DefinedTermSet": 4,
        "ImageObject": 2,
        "ListItem": 5,
        "NewsArticle": 1,
        "Organization": 1,
        "Person": 1,
        "QuantitativeValue": 3,
        "WebPage": 1,
        "WebSite": 2,
    }


def test_the_original_is_somebody_elses(seeds: Snapshot) -> None:
    """Of the original work only address, headline and site are told, and the curator is the item's contributor."""
    found = graph(seeds, "3932")
    (entity,) = (piece for piece in found.values() if piece["@type"] == "CreativeWork")
    work = found[entity["isBasedOn"]]
    assert work.keys() == {"@id", "@type", "headline", "url", "isPartOf"}
    assert (entity["citation"], found[entity["contributor"]]["@type"]) == (work["@id"], "Person")
    assert not {"author", "creator", "publisher"} & {name for piece in found.values() for name in piece} - {"publisher"}
    (page,) = (piece for piece in found.values() if piece["@type"] == "WebPage")
    assert (page["mainEntity"], page["@id"]) == (entity["@id"], entity["url"])


@pytest.mark.parametrize(
    ("thing", "page", "entity"),
    [
        ("author/sonalika-ghosh", "ProfilePage", "Person"),
        ("topic/symplur/payment-reform", "CollectionPage", "DefinedTerm"),
        ("brand/foxgrp.com", "CollectionPage", "WebSite"),
        ("community/chronic-care-management", "CollectionPage", "Audience"),
    ],
)
def test_other_things_have_pages_too(seeds: Snapshot, thing: str, page: str, entity: str) -> None:
    """The page of a curator is a ProfilePage, those of topics, brands and communities are CollectionPages."""
    first, second, *_ = graph(seeds, thing).values()
    assert (first["@type"], second["@type"], first["mainEntity"]) == (page, entity, second["@id"])


def test_the_trail_leads_down_to_the_page(seeds: Snapshot) -> None:
    """The steps are counted from 1, and the last is the page itself."""
    found = graph(seeds, "3932")
    (trail,) = (piece for piece in found.values() if piece["@type"] == "BreadcrumbList")
    steps = [found[step] for step in trail["itemListElement"]]
    assert [(step["position"], step["name"]) for step in steps] == [
        (1, "Home"),
        (2, "Communities"),
        (3, "Chronic Care Management (CCM)"),
        (4, "Curated News"),
        (5, "CMS Doubles Down on Value-Based Care"),
    ]
    assert next(iter(found)) == steps[-1]["item"]


def test_the_context_is_the_published_one(seeds: Snapshot) -> None:
    """The context in the page is that which is made from the ontology, with schema.org's names as they are."""
    text = PageGraphs(seeds).of(f"{BASE}item/3932").text
    assert json.loads(text)["@context"] == page_context(seeds.project.vocabulary)


def test_an_incomplete_piece_is_dropped_with_what_refers_to_it(tmp_path: Path) -> None:
    """A step without a name is gone, the trail that wants it too, and both are told with the file of the item."""
    site = Site(tmp_path / "site", {"1.md": item(1, openProjectWorkPackageType=None)})
    site.build()
    made = PageGraphs(site.snapshot()).of(f"{BASE}item/1")
    found = {piece["@id"]: piece for piece in json.loads(made.text)["@graph"]}
    assert not {"BreadcrumbList"} & {piece["@type"] for piece in found.values()}
    assert not [piece for piece in found.values() if "breadcrumb" in piece]
    assert {(problem.file, problem.code) for problem in made.problems} == {("seeds/1.md", "piece-dropped")}
    assert any("/trail/1" in problem.message for problem in made.problems)
    assert triples(made.text) <= {str(quad.triple) for quad in site.snapshot().store}


def test_nothing_refers_to_what_is_not_there(seeds: Snapshot) -> None:
    """Every reference on a page to something of ours leads to a piece of the page."""
    addresses = {"@id", "@type", "url", "item", "contentUrl", "additionalType", "sameAs"}
    for thing in things(seeds):
        found = graph(seeds, thing)
        for piece in found.values():
            for name in piece.keys() - addresses:
                values = piece[name] if isinstance(piece[name], list) else [piece[name]]
                links = {value for value in values if isinstance(value, str) and value.startswith((BASE, PAGES))}
                assert links <= found.keys()


def test_a_thing_without_a_page_is_told(seeds: Snapshot) -> None:
    """What has no page cannot be described, and the message says what can."""
    with pytest.raises(UsageError, match="has no page; items have one, by their numbers"):
        PageGraphs(seeds).of(f"{BASE}form/brief")


def test_a_wrong_header_of_a_piece_is_told(tmp_path: Path) -> None:
    """A prefix that nobody binds in the header of a piece's query is an error with the file."""
    site = Site(tmp_path / "site", {"1.md": item(1)})
    file = site.own("queries") / "pieces" / "item.rq"
    file.write_text(file.read_text("utf-8").replace("piece: cu:CuratedItem", "piece: xx:CuratedItem"), "utf-8")
    site.build()
    with pytest.raises(ProjectError, match=r"queries/pieces/item.rq: found xx:CuratedItem, wanted a prefixed name"):
        PageGraphs(site.snapshot()).of(f"{BASE}item/1")


def test_a_page_does_not_depend_on_what_was_asked_before(seeds: Snapshot) -> None:
    """Pages made one by one, together, and in another order are the same to the byte."""
    alone = {thing: PageGraphs(seeds).of(thing).text for thing in things(seeds)}
    together = PageGraphs(seeds)
    together.prepare(together.page(thing) for thing in alone)
    assert {thing: together.of(thing).text for thing in reversed(list(alone))} == alone


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ('publisher = "Somebody"', ".publisher. wants a table, found 'Somebody'"),
        ('publisher = {label = "Somebody"}', ".publisher. knows no label; known are name, logo, logo-size"),
        ('publisher = {name = " "}', "wants a name, found ' '"),
        ('publisher = {name = "A", logo = "logo.png"}', "logo wants a path on the site such as /images/logo.png"),
        ('publisher = {name = "A", logo = "/our logo.png"}', "logo wants a path on the site such as /images/logo.png"),
        ('publisher = {name = "A", logo = "//b.example/c"}', "logo wants a path on the site such as /images/logo.png"),
        ('publisher = {name = "A", logo-size = [1, 2]}', "logo-size is that of a logo, and .publisher. has none"),
        ('publisher = {name = "A\\u0000"}', "wants a name, found"),
        ('publisher = {name = "A", logo = "/a", logo-size = [1]}', "logo-size wants a width and a height in pixels"),
        ('publisher = {name = "A", logo = "/a", logo-size = [0, 1]}', "logo-size wants a width and a height in pixels"),
    ],
)
def test_a_wrong_publisher_is_told(tmp_path: Path, settings: str, message: str) -> None:
    """Settings of the publisher that cannot be used stop everything with what was found and what was wanted."""
    site = Site(tmp_path / "site", {"1.md": item(1)})
    site.settings(more=settings)
    with pytest.raises(ProjectError, match=message):
        Project.load(site.folder)


def test_without_a_publisher_the_site_is_known_by_its_host(tmp_path: Path) -> None:
    """A project that names no publisher has a web site without an organisation."""
    site = Site(tmp_path / "site", {"1.md": item(1)})
    site.build()
    (web_site,) = (piece for iri, piece in graph(site.snapshot(), "1").items() if iri == f"{BASE}website")
    assert web_site.keys() == {"@id", "@type", "name", "url"}
    assert Project.load(site.folder).site.split("/")[2] == web_site["name"]
