"""The index for search: what is in it is what is in the graph."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from curagraph import Snapshot
from curagraph.serve.browsing import catalogue as catalogue_module
from curagraph.serve.browsing import index, searching
from curagraph.serve.browsing.catalogue import Catalogue
from curagraph.serve.browsing.question import Question
from curagraph.serve.browsing.searching import Found
from curagraph.serve.page import Refusal
from tests.project import BASE, ROOT, Site, item

# How SPARQL counts the items of each value of a facet.
FACETS = {
    "topic": "?item cu:hasTopic ?value",
    "brand": "?item cu:curatedFrom/cu:hostedOn ?value",
    "curator": "?item cu:curatedBy ?value",
    "source": "?item cu:hasTopic/skos:inScheme ?value",
    "community": "?item cu:inCommunity ?value",
    "kind": "?item cu:contentKind ?value",
    "year": "?item dcterms:created ?created BIND(STR(YEAR(?created)) AS ?value)",
}
OTHER = "https://other.example.org/2"
ITEMS = {
    "1.md": item(1, "Payment of primary care", body="<p>Capitation is paid in advance.</p>"),
    "2.md": item(
        2,
        "Café for hospitals",
        OTHER,
        author=["Bo Ek"],
        link={"brand": "other.example.org", "href": OTHER, "original": OTHER},
    ),
    "3.md": item(3, "An older one", date="2019-02-03T07:18:25Z", communityTopics=["Symplur: Telehealth"]),
}


def catalogue(snapshot: Snapshot, folder: Path) -> Catalogue:
    index.make(snapshot, folder / "search.sqlite")
    return Catalogue(folder / "search.sqlite")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    site = Site(tmp_path_factory.mktemp("searched") / "site", ITEMS)
    site.build()
    return site


@pytest.fixture(scope="module")
def found(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return catalogue(site.snapshot(), tmp_path_factory.mktemp("index"))


def search(found: Catalogue, q: str = "", *chosen: tuple[str, str]) -> Found:
    return searching.search(found, Question.of((("q", q), *chosen)))


def titles(found: Catalogue, q: str = "", *chosen: tuple[str, str]) -> list[str]:
    return [each.title for each in searching.items(found, search(found, q, *chosen))]


def test_words_are_found_in_titles_excerpts_and_labels(found: Catalogue) -> None:
    """An item is found by its title, by its excerpt, and by the names of what it has."""
    assert titles(found, "payment primary") == ["Payment of primary care"]
    assert titles(found, "capitation") == ["Payment of primary care"]
    assert titles(found, "telehealth symplur older") == ["An older one"]
    assert titles(found, "bo ek") == ["Café for hospitals"]
    assert titles(found, "other.example.org") == ["Café for hospitals"]


def test_accents_and_endings_do_not_count(found: Catalogue) -> None:
    """Words are found without their accents and in other forms, and a star stands for any end."""
    assert titles(found, "CAFE") == titles(found, "café hospital") == titles(found, "hosp*") == ["Café for hospitals"]


def test_a_title_weighs_most(found: Catalogue) -> None:
    """Of two items with a word, the one that has it in its title comes first."""
    assert titles(found, "payment")[0] == "Payment of primary care"
    assert len(titles(found, "payment")) == 2


def test_quotation_marks_keep_words_together(found: Catalogue) -> None:
    """Words in quotation marks are found only side by side."""
    assert titles(found, '"primary care"') == ["Payment of primary care"]
    assert titles(found, '"care primary"') == []


def test_without_all_words_some_will_do(found: Catalogue) -> None:
    """Where no item has all the words, those with some of them are shown, and that is told."""
    assert search(found, "capitation older").loose
    assert sorted(titles(found, "capitation older")) == ["An older one", "Payment of primary care"]
    assert not search(found, "capitation").loose


def test_without_words_the_newest_comes_first(found: Catalogue) -> None:
    """Without words all items are found, the newest first."""
    assert titles(found)[-1] == "An older one"
    assert search(found).total == 3


@pytest.mark.parametrize("facet", FACETS)
def test_facets_count_what_sparql_counts(site: Site, found: Catalogue, facet: str) -> None:
    """Every value of a facet has as many items as SPARQL counts in the graph."""
    rows = site.ask(f"SELECT DISTINCT ?item ?value {{ ?item a cu:CuratedItem . {FACETS[facet]} }}")
    wanted = Counter(value for _, value in rows)
    assert wanted
    assert {value.iri or value.key: value.total for value in found.by_facet[facet]} == wanted


def test_facets_of_the_seeds_count_what_sparql_counts(tmp_path: Path) -> None:
    """The same holds for the seeds, under every choice of one value."""
    site = Site(tmp_path / "site", {path.name: path.read_text("utf-8") for path in (ROOT / "seeds").glob("*.md")})
    site.settings(base="https://data.medigy.com/")
    site.build()
    found = catalogue(site.snapshot(), tmp_path)
    assert [thing.kind for thing in search(found, "bundled").things] == ["concept"]
    having = {facet: site.ask(f"SELECT DISTINCT ?item ?value {{ {pattern} }}") for facet, pattern in FACETS.items()}
    for chosen in (value for facet in FACETS for value in found.by_facet[facet]):
        iri = chosen.iri or chosen.key
        items = {each for each, value in having[chosen.facet.name] if value == iri}
        answer = search(found, "", (chosen.facet.name, chosen.key))
        assert answer.total == len(items)
        for facet in FACETS:
            counted = {value.iri or value.key: count for value, count in found.counts(facet, answer.chosen)}
            assert counted == Counter(value for each, value in having[facet] if each in items)


def test_a_choice_narrows(found: Catalogue) -> None:
    """Each value that is chosen leaves only items that have it; its name or its IRI will do."""
    assert titles(found, "", ("brand", "other.example.org")) == ["Café for hospitals"]
    assert titles(found, "", ("brand", f"{BASE}brand/other.example.org")) == ["Café for hospitals"]
    assert titles(found, "", ("year", "2019"), ("topic", "symplur/telehealth")) == ["An older one"]
    assert titles(found, "", ("year", "2019"), ("curator", "bo-ek")) == []
    assert titles(found, "", ("brand", "nowhere")) == []


def test_other_things_are_found_by_their_names(found: Catalogue) -> None:
    """Topics, people, sites and communities are found by their labels, with what they are."""
    questions = ("telehealth", "bo", "other")
    things = {(thing.label, thing.kind) for q in questions for thing in search(found, q).things}
    assert {("Telehealth", "topic"), ("Telehealth", "community"), ("Bo Ek", "author")} <= things
    assert ("other.example.org", "source site") in things


def test_a_search_that_takes_long_is_stopped(found: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    """A search that is not done in time is refused, and the next one is answered."""
    with monkeypatch.context() as patch:
        patch.setattr(catalogue_module, "SECONDS", -1)
        patch.setattr(catalogue_module, "_STEPS", 1)
        with pytest.raises(Refusal) as refused:
            search(found, "advance")
    assert refused.value.status == 503
    assert titles(found, "advance") == ["Payment of primary care"]


def test_excerpts_are_not_in_the_index(site: Site, tmp_path: Path) -> None:
    """The index finds words of excerpts, and holds none of their text."""
    catalogue(site.snapshot(), tmp_path)
    with closing(sqlite3.connect(tmp_path / "search.sqlite")) as db:
        assert not any("paid in advance" in line for line in db.iterdump())


def test_another_project_has_what_it_has(tmp_path: Path) -> None:
    """A project with other tables is searched by its titles, and has the facets that its graph has."""
    example = ROOT / "examples" / "hpcsocial"
    site = Site.at(example).copy(tmp_path / "hpc")
    site.build()
    found = catalogue(site.snapshot(), tmp_path)
    first = found.items([0])[0]
    assert found.size > 0
    assert first.title in titles(found, f'"{first.title}"')
    assert found.by_facet["curator"] == []
    assert {thing.kind for thing in found.things_named('"blog"', 50)} <= {"blog", "writer"}


def test_an_empty_graph_has_an_index(tmp_path: Path) -> None:
    """A graph without items gives an index in which nothing is found."""
    site = Site(tmp_path / "site")
    site.write("text.md", "# A text\n\nWithout front matter.\n")
    site.build()
    found = catalogue(site.snapshot(), tmp_path)
    assert (search(found, "care").total, search(found).total) == (0, 0)
