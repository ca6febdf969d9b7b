"""The pages of things, of the ontology and of concept schemes: complete, in words, true about what points there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree.ElementTree import Element

import html5lib
import pyoxigraph as ox
import pytest

from curagraph.exporting import description
from curagraph.ontologypage.glossary import Glossary
from curagraph.serve import edition as editions
from curagraph.serve.edition import Edition
from curagraph.serve.page import Page, Refusal
from curagraph.serve.things import incoming, ontology, thing
from curagraph.serve.things.terms import Terms
from tests.project import BASE, CU, DCTERMS, ROOT, SKOS, Site, item, items
from tests.server import Server, serving

MEDIGY = "https://data.medigy.com/"
LINKS = (("text/turtle", "/x.ttl"), ("application/ld+json", "/x.jsonld"))
CARE = f"{MEDIGY}care-models/"
# A little more than the pages of what points somewhere show at once.
MANY = incoming.PAGE + 3


def opened(site: Site) -> Iterator[Edition]:
    """The edition of a site, held while a test looks at it."""
    project = site.load()
    found = Edition(project, editions.make(project))
    with editions.hold(found.path):
        yield found


@pytest.fixture(scope="module")
def seeds(seeds_site: Site) -> Iterator[Edition]:
    yield from opened(seeds_site)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edition]:
    """Some more items of one community than a page has."""
    site = Site(tmp_path_factory.mktemp("many") / "site", items(range(1, MANY + 1)))
    site.build()
    yield from opened(site)


def tree(page: Page) -> Element:
    """A page as html5lib reads it."""
    found: Element = html5lib.parse(page.body.decode(), namespaceHTMLElements=False)
    return found


def shown(edition: Edition, iri: str, **more: str | int) -> Element:
    return tree(thing.page(edition, iri, "/", "{}", LINKS, **more))  # type: ignore[arg-type]


def text(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def plain(term: object) -> str:
    """An IRI or the text of a literal."""
    assert isinstance(term, ox.NamedNode | ox.Literal)
    return term.value


def of_class(page: Element, name: str) -> list[Element]:
    return [each for each in page.iter() if name in (each.get("class") or "").split()]


def explained(page: Element) -> list[tuple[str, str, str]]:
    """The triples that a page shows, as the links to their explanations tell them."""
    found = [parse_qs(urlsplit(link.get("href") or "").query) for link in of_class(page, "why")]
    return [(each["subject"][0], each["predicate"][0], each["object"][0]) for each in found]


def under_base(edition: Edition) -> list[str]:
    """Every IRI under the base that the graph names."""
    terms = (t for q in edition.store for t in (q.subject, q.predicate, q.object, q.graph_name))
    return sorted({t.value for t in terms if isinstance(t, ox.NamedNode) and t.value.startswith(MEDIGY)})


def test_every_thing_has_a_page_that_shows_every_statement_about_it(seeds: Edition) -> None:
    """Each statement of the description that is about the thing itself stands once, with a way to its explanation."""
    for iri in under_base(seeds):
        node = ox.NamedNode(iri)
        said = {
            (q.predicate.value, str(q.object)) for q in description.quads(seeds.snapshot, node) if q.subject == node
        }
        page = shown(seeds, iri)
        about = [(predicate, value) for subject, predicate, value in explained(page) if subject == iri]
        own = [each for each in about if each in said]
        assert set(own) == said, iri
        assert len(list(page.iter("h1"))) == 1


def test_what_belongs_to_a_thing_is_told_on_its_page(seeds: Edition) -> None:
    """An item's page has every statement of the item's own graph."""
    graph = ox.NamedNode(f"{MEDIGY}graph/item/3527")
    quads = seeds.store.quads_for_pattern(None, None, None, graph)
    wanted = {(plain(quad.subject), quad.predicate.value, str(quad.object)) for quad in quads}
    assert wanted <= set(explained(shown(seeds, f"{MEDIGY}item/3527")))


def test_a_named_graph_lists_what_it_tells_of(seeds: Edition) -> None:
    """The page of a graph leads to the things in it; of many it names the first, and tells how many there are."""
    page = shown(seeds, f"{MEDIGY}graph/item/3527")
    assert {"/item/3527", "/image/3527", "/trail/3527"} <= {each.get("href") for each in page.iter("a")}
    mentions = text(shown(seeds, f"{MEDIGY}graph/mentions"))
    graph = ox.NamedNode(f"{MEDIGY}graph/mentions")
    subjects = {str(quad.subject) for quad in seeds.store.quads_for_pattern(None, None, None, graph)}
    assert f"{len(subjects)} things, of which 100 are listed" in mentions


def test_a_mention_is_told_with_its_parts(seeds: Edition) -> None:
    """The parts whose IRIs are fragments have no page but that of the whole, and stand there at their fragments."""
    iri = f"{MEDIGY}mention/item/3527/title/24-40"
    page = shown(seeds, iri)
    assert {each.get("id") for each in page.iter("details")} >= {"target", "quote", "position"}
    assert "“Value-Based Care” at item/3527/title/24-40" in text(page)


def test_pages_speak_in_labels(seeds: Edition) -> None:
    """No name of a class, property or thing that a page links is an IRI of ours or a prefixed name of the ontology."""
    for end in ("item/3527", "author/vinit", "community/chronic-care-management", "care-models/capitation"):
        for link in shown(seeds, MEDIGY + end).iter("a"):
            assert not text(link).startswith((MEDIGY, "cu:", "cm:", "skos:", "dcterms:")), (end, text(link))


def test_an_item_is_a_pleasure_to_read(seeds: Edition) -> None:
    """Title, original with its site, curator, date, topics, community and the words for the picture are there."""
    page = shown(seeds, f"{MEDIGY}item/3527")
    (title,) = page.iter("h1")
    assert text(title).startswith("4 Strategies to Advance Value-Based Care During and After a Crisis")
    words = text(page)
    for wanted in ("healthpayerintelligence.com", "Sonalika Ghosh", "6 October 2020", "Global Budgets"):
        assert wanted in words
    assert "Chronic Care Management" in words
    assert "Alternative text" in words
    assert next(page.iter("time")).get("datetime") == "2020-10-06T05:12:02.547837Z"
    assert not list(page.iter("img"))


def test_what_is_inferred_is_marked(seeds: Edition) -> None:
    """What nobody stated carries a mark, and what was stated carries none."""
    page = shown(seeds, f"{MEDIGY}item/3527")
    rows = {text(row.find("dt")): row for row in of_class(page, "row") if row.find("dt") is not None}  # type: ignore[arg-type]
    assert "inferred" in text(rows["Via site"])
    assert "inferred" not in text(rows["Curated by"])
    assert text(rows["About"]).count("(inferred)") == len(list(rows["About"].iter("li")))


def test_what_only_repeats_is_folded_away(seeds: Edition) -> None:
    """The same value in the words of another vocabulary stands in a part that one may open."""
    page = shown(seeds, f"{MEDIGY}item/3527")
    folded = [link for part in page.iter("details") for link in of_class(part, "why")]
    predicates = {parse_qs(urlsplit(link.get("href") or "").query)["predicate"][0] for link in folded}
    assert f"{DCTERMS}source" in predicates
    assert f"{CU}viaSite" not in predicates


def test_the_head_has_the_data_and_the_ways_to_it(seeds: Edition) -> None:
    """The JSON-LD is in the page as it was given, however hostile, and each other format is linked."""
    given = json.dumps({"name": "</script><script>alert(1)</script>&<!--"})
    page = tree(thing.page(seeds, f"{MEDIGY}item/3527", "/", given, LINKS))
    (script,) = [each for each in page.iter("script") if each.get("type") == "application/ld+json"]
    assert json.loads(script.text or "") == json.loads(given)
    alternates = [(each.get("type"), each.get("href")) for each in page.iter("link") if each.get("rel") == "alternate"]
    assert alternates == list(LINKS)


def test_links_stay_below_the_root(seeds: Edition) -> None:
    """Behind a path prefix every path of ours begins with it."""
    page = tree(thing.page(seeds, f"{MEDIGY}item/3527", "/data/", "{}", ()))
    hrefs = [each.get("href") or "" for each in page.iter() if each.get("href")]
    assert all(href.startswith(("/data/", "https://", "http://", "#", "?", "data:,")) for href in hrefs)
    assert "/data/author/sonalika-ghosh" in hrefs


# What points here


def test_what_points_here_is_counted_and_paged(many: Edition) -> None:
    """The page tells how many there are and shows the first; the others are on pages of their own, each once."""
    community = f"{BASE}community/telehealth"
    page = shown(many, community)
    (heading,) = [each for each in page.iter("h3") if text(each).startswith("In community")]
    assert text(heading) == f"In community ({MANY})"
    (more,) = [each for each in page.iter("a") if text(each) == "All that point here: In community"]
    assert parse_qs(urlsplit(more.get("href") or "").query) == {"from": [f"{CU}inCommunity"], "page": ["1"]}
    seen = [
        subject
        for number in (1, 2)
        for subject, _, _ in explained(shown(many, community, incoming=f"{CU}inCommunity", number=number))
    ]
    assert sorted(seen) == sorted(f"{BASE}item/{number}" for number in range(1, MANY + 1))
    assert len(explained(shown(many, community, incoming=f"{CU}inCommunity", number=1))) == incoming.PAGE


@pytest.mark.parametrize(("property_", "number"), [(f"{CU}inCommunity", 3), (f"{CU}inCommunity", -1), ("urn:x", 1)])
def test_there_is_no_page_beyond_the_last(many: Edition, property_: str, number: int) -> None:
    """A page that would be empty, or of a property that nobody declared, is refused with 404."""
    with pytest.raises(Refusal) as caught:
        shown(many, f"{BASE}community/telehealth", incoming=property_, number=number)
    assert caught.value.status == 404


def test_counting_ends_where_nobody_waits_for_it(many: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is more than is counted is told as more, and is there on the pages nevertheless."""
    monkeypatch.setattr(incoming, "COUNTED", 10)
    community = f"{BASE}community/telehealth"
    assert "In community (more than 10)" in text(shown(many, community))
    last = shown(many, community, incoming=f"{CU}inCommunity", number=2)
    assert len(explained(last)) == MANY - incoming.PAGE


def test_every_statement_that_points_at_a_thing_is_counted(seeds: Edition) -> None:
    """The counts are those of the graph, each subject once with each property."""
    for end in ("brand/foxgrp.com", "topic/medigy/care-model", "care-models/capitation", "author/vinit"):
        node = ox.NamedNode(MEDIGY + end)
        wanted: dict[str, set[str]] = {}
        for quad in seeds.store.quads_for_pattern(None, None, node, None):
            wanted.setdefault(quad.predicate.value, set()).add(str(quad.subject))
        found = {each.iri: each.count for each in incoming.Pointing(Terms(seeds, "/"), node).all()}
        assert found == {name: len(subjects) for name, subjects in wanted.items()}


# Concepts and schemes


def test_a_scheme_is_a_tree_to_fold(seeds: Edition) -> None:
    """Every concept stands below each of its wider concepts, and once at an anchor."""
    page = shown(seeds, CARE)
    (found,) = of_class(page, "tree")
    anchors = [each.get("id") for each in found.iter("li") if each.get("id")]
    concepts = seeds.store.quads_for_pattern(None, ox.NamedNode(f"{SKOS}inScheme"), ox.NamedNode(CARE), None)
    assert sorted(filter(None, anchors)) == sorted(plain(quad.subject).removeprefix(CARE) for quad in concepts)
    for details in found.iter("details"):
        assert details.find("summary") is not None
    above = {child: parent for parent in found.iter() for child in parent}
    (capitation,) = [each for each in found.iter("li") if each.get("id") == "capitation"]
    assert text(above[above[capitation]].find("summary")) == "Below risk-sharing contract"  # type: ignore[arg-type]
    assert len(list(page.iter("{http://www.w3.org/2000/svg}svg"))) == 1


def test_a_concept_shows_its_place(seeds: Edition) -> None:
    """Each way from the top, the concepts below it, and what is about it."""
    page = shown(seeds, f"{CARE}value-based-payment")
    ways = [[text(each) for each in way.iter("li")] for way in of_class(page, "way")]
    assert ways == [
        ["Care models", "reimbursement model", "value-based payment"],
        ["Care models", "value-based care", "value-based payment"],
    ]
    below = text(of_class(page, "tree")[0])
    assert "bundled payment" in below
    assert any(text(each).startswith("About (") for each in page.iter("h3"))


def test_a_circle_of_concepts_has_an_end(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Concepts that are above each other have pages, and so has their scheme."""
    site = Site(tmp_path_factory.mktemp("circle") / "site", items([1]))
    scheme = site.own("ontology") / "schemes" / "circle.ttl"
    scheme.write_text(
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n@prefix x: <https://data.example.org/x/> .\n"
        'x: a skos:ConceptScheme ; skos:prefLabel "X"@en .\n'
        'x:a a skos:Concept ; skos:inScheme x: ; skos:prefLabel "A"@en ; skos:broader x:b .\n'
        'x:b a skos:Concept ; skos:inScheme x: ; skos:prefLabel "B"@en ; skos:broader x:a .\n',
        encoding="utf-8",
    )
    site.build()
    for edition in opened(site):
        for end in ("x/", "x/a", "x/b"):
            assert list(shown(edition, BASE + end).iter("h1"))


# The ontology


def test_the_page_of_the_ontology_has_every_term_at_its_anchor(seeds: Edition) -> None:
    """`ontology#CuratedItem` leads to the entry, and each link within the page leads somewhere."""
    page = tree(ontology.page(seeds, "/", "{}", LINKS))
    ids = [each.get("id") for each in page.iter() if each.get("id")]
    assert len(ids) == len(set(ids))
    glossary = Glossary(seeds.project)
    terms = {iri for iri in seeds.project.vocabulary.declared if iri.startswith(f"{MEDIGY}ontology#")}
    assert {glossary.anchors[iri] for iri in terms} <= set(ids)
    assert glossary.anchors[f"{MEDIGY}ontology#CuratedItem"] == "CuratedItem"
    hrefs = [each.get("href") or "" for each in page.iter("a")]
    assert {href.removeprefix("#") for href in hrefs if href.startswith("#")} <= {*ids, "content"}
    assert "/care-models/" in hrefs


def test_the_hierarchies_of_the_ontology_fold(seeds: Edition) -> None:
    """A class stands below what it is a subclass of, in a part that folds."""
    page = tree(ontology.page(seeds, "/", "{}", LINKS))
    (section,) = [each for each in page.iter("section") if each.get("id") == "the-class-tree"]
    (item_,) = [
        each
        for each in section.iter("details")
        if text(each.find("summary")) == "Below creative work"  # type: ignore[arg-type]
    ]
    assert "community item cu:CommunityItem" in text(item_)
    (properties,) = [each for each in page.iter("section") if each.get("id") == "the-property-tree"]
    assert "curated from cu:curatedFrom" in text(properties)


def test_pages_have_no_style_or_script_of_their_own(seeds: Edition) -> None:
    """All that the content security policy would refuse is absent."""
    pages = [ontology.page(seeds, "/", "{}", LINKS)]
    pages += [thing.page(seeds, MEDIGY + end, "/", "{}", LINKS) for end in ("care-models/", "item/3527")]
    for page in map(tree, pages):
        for element in page.iter():
            assert element.tag != "style"
            assert not [name for name in element.attrib if name == "style" or name.startswith("on")]
            if element.tag == "script":
                assert element.get("type") == "application/ld+json" or (element.get("src") or "").startswith("/static/")


def test_the_ontology_has_a_page_where_its_name_is_on_another_host(many: Edition, tmp_path: Path) -> None:
    """A project with a base of its own shows the terms that it uses below its own root."""
    with serving(many.project.folder, tmp_path / "log") as server:
        answer = server.ask("ontology")
    assert (answer.status, answer.kind) == (200, "text/html")
    page: Element = html5lib.parse(answer.text, namespaceHTMLElements=False)
    assert "CuratedItem" in {each.get("id") for each in page.iter("section")}


# Hostile texts and IRIs


def rows() -> list[str]:
    found = json.loads((ROOT / "tests" / "hostile.json").read_text("utf-8"))
    return [row["text"] for row in found if row.get("times", 1) == 1 and "\0" not in row["text"]]


def is_writable(text_: str) -> bool:
    return all(c in "\t\n" or " " <= c < "\ud800" or "\ue000" <= c not in "\ufffe\uffff" for c in text_)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edition]:
    """Items with hostile texts as title, description, author and topic."""
    site = Site(tmp_path_factory.mktemp("hostile") / "site")
    for number, words in enumerate(filter(is_writable, rows()), 1):
        changes: dict[str, Any] = {
            "author": [f"A {words}"],
            "communityTopics": [f"Medigy: T {words}"],
            "description": words,
        }
        site.write(f"{number}.md", item(number, f"Title {words}", **changes))
    site.build()
    yield from opened(site)


@pytest.fixture(scope="module")
def hostile_pages(hostile: Edition) -> dict[str, Element]:
    """The pages of the items and authors with hostile texts, by IRI."""
    subjects = {quad.subject.value for quad in hostile.store if isinstance(quad.subject, ox.NamedNode)}
    wanted = sorted(iri for iri in subjects if iri.startswith((f"{BASE}item/", f"{BASE}author/")))
    return {iri: shown(hostile, iri) for iri in wanted}


def is_harmless(href: str) -> bool:
    """Whether an address is a path of ours or one of the web."""
    return href.startswith(("/", "https://", "http://", "#", "?")) and not href.startswith("//")


def test_hostile_texts_are_inert(hostile_pages: dict[str, Element]) -> None:
    """Whatever is in titles and names: the elements of a page and its addresses are those of our templates."""
    allowed = {"type", "src", "defer"}
    for iri, page in hostile_pages.items():
        scripts = list(page.iter("script"))
        assert len(scripts) == 2, iri
        assert all(set(each.attrib) <= allowed for each in scripts)
        assert not [each.tag for each in page.iter() if each.tag in ("img", "svg", "iframe", "object", "base", "style")]
        for each in page.iter():
            assert not [name for name in each.attrib if name.startswith("on") or name == "style"]
            assert each.get("rel") == "icon" or is_harmless(each.get("href") or "/"), iri


def test_hostile_titles_arrive_as_they_are(hostile: Edition, hostile_pages: dict[str, Element]) -> None:
    """The heading is the title, character for character but for white space."""
    title = ox.NamedNode(f"{DCTERMS}title")
    quads = [q for q in hostile.store.quads_for_pattern(None, title, None, None) if "/item/" in str(q.subject)]
    assert len(quads) > 50
    for quad in quads:
        (heading,) = hostile_pages[plain(quad.subject)].iter("h1")
        assert text(heading).startswith(" ".join(plain(quad.object).split())), quad


@pytest.mark.parametrize(
    ("iri", "wanted"),
    [
        (f"{BASE}/evil.example.com/", "/.//evil.example.com/"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("HTTPS://example.com/", "HTTPS://example.com/"),
        (f"{BASE}item/1", "/item/1"),
        (f"{CU}CuratedItem", "/ontology#CuratedItem"),
        ("urn:openproject:work-package:1", ""),
    ],
)
def test_only_our_paths_and_the_web_are_linked(many: Edition, iri: str, wanted: str) -> None:
    """An IRI of another scheme is no link, and no IRI of ours can lead to another host."""
    assert Terms(many, "/").href(iri) == wanted


def test_pages_are_served(seeds_server: Server) -> None:
    """A browser that asks for a thing is led to its page."""
    answer = seeds_server.ask("item/3527.html", accept="text/html")
    assert (answer.status, answer.kind) == (200, "text/html")
    more = seeds_server.ask(f"community/chronic-care-management.html?from={CU.replace('#', '%23')}inCommunity&page=1")
    assert more.status == 200
    assert "This is page 1" in more.text
