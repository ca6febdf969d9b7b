"""What follows, build by build: whatever changes, `graph/inferred` and what contradicts are those of a fresh build."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curagraph import ProjectError, Report
from tests.project import BASE, Site, item, items, problems
from tests.test_docs import blocks, table

INFERRED = f"<{BASE}graph/inferred>"
SIDES = tuple(f"<{BASE}graph/{name}>" for name in ("excerpts", "provenance", "mentions"))
# Other addresses, so that a shared section can be made to belong to two communities.
ELSEWHERE = {"contentCategories": "medigy-oncology-curated-news"}


def test_a_text_of_nothing_but_names_is_cut(tmp_path: Path) -> None:
    """Of a text that names concepts thousands of times the first thousand are kept, and it is told."""
    site = Site(tmp_path / "site", {"1.md": item(1, title="ACO " * 1500), "2.md": item(2)})
    assert problems(site.build()) == {("seeds/1.md", "many-mentions")}
    exact = "SELECT ?a { GRAPH ?g { ?a oa:hasBody cm:accountable-care-organization } }"
    assert len(site.ask(exact)) == 1000


def test_an_axiom_about_what_nobody_declares_is_refused(tmp_path: Path) -> None:
    """A misspelt class in an axiom stops the build with file and line."""
    site = Site(tmp_path / "site", {"1.md": item(1)})
    file = site.own("ontology") / "core.ttl"
    text = file.read_text("utf-8")
    file.write_text(f"{text}cu:viaSite rdfs:domain cu:Nonexistent .\n", encoding="utf-8")
    line = text.count("\n") + 1
    with pytest.raises(ProjectError, match=rf"^ontology/core.ttl:{line}: no file in ontology/ declares .*#Nonexistent"):
        site.build()


def inferred(site: Site) -> list[str]:
    return [line for line in site.quads() if line.endswith(f" {INFERRED} .")]


def assert_as_fresh(site: Site, report: Report) -> None:
    """Every quad, every problem and every count is as if the project were built for the first time."""
    fresh = site.copy(site.folder.parent / "fresh")
    wanted = fresh.build()
    assert site.quads() == fresh.quads()
    assert report.problems == wanted.problems
    assert report.triples == wanted.triples


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A project of a few items."""
    site = Site(tmp_path / "site", items(range(1, 8)))
    site.build()
    assert len(inferred(site)) > 100
    return site


CHANGES: dict[str, Callable[[Site], object]] = {
    "nothing that is inferred from": lambda site: site.write("3.md", item(3, title="Another title")),
    "a topic": lambda site: site.write("3.md", item(3, communityTopics=["Symplur: Value Based Healthcare"])),
    "a topic that is new": lambda site: site.write(
        "3.md", item(3, communityTopics=["Medigy: Global Budgets", "New: One"])
    ),
    "the author": lambda site: site.write("3.md", item(3, author=["Curator One"])),
    "the community": lambda site: site.write("3.md", item(3, **ELSEWHERE)),
    "the kind": lambda site: site.write("3.md", item(3, openProjectWorkPackageType=None)),
    "the work": lambda site: site.write("3.md", item(3, href="https://other.example.org/a")),
    "what is mentioned": lambda site: site.write("3.md", item(3, title="Of capitation", body="<p>An ACO.</p>")),
    "an item that goes": lambda site: site.remove("3.md"),
    "an item that comes": lambda site: site.write("9.md", item(9, communityTopics=["Symplur: Value Based Healthcare"])),
    "a text that comes": lambda site: site.write("a.txt", "On capitation\n\nBundled payments, and an ACO.\n"),
    "an item that another displaces": lambda site: site.write("0.md", item(3, title="The first by path")),
    "an item that is broken": lambda site: site.write("3.md", "---\nunclosed\n"),
    "two at once": lambda site: (site.write("1.md", item(8)), site.write("3.md", item(3, author=["Curator One"]))),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_comes_to_the_same_as_a_fresh_build(site: Site, change: str) -> None:
    """After a change, and after its undoing, every quad is that of a fresh build."""
    before = site.quads()
    files = {file.name: file.read_text("utf-8") for file in site.seeds.iterdir()}
    CHANGES[change](site)
    assert_as_fresh(site, site.build())
    for file in [*site.seeds.iterdir()]:
        if file.name not in files:
            file.unlink()
    for name, text in files.items():
        site.write(name, text)
    site.build()
    assert site.quads() == before


def test_shared_things_leave_with_what_follows_from_them(tmp_path: Path) -> None:
    """What follows from a shared thing stays as long as any file names it, and goes with the last."""
    site = Site(tmp_path / "site", items(range(1, 4)))
    topic = ["New: One"]
    for number in (4, 5):
        site.write(f"{number}.md", item(number, communityTopics=topic))
    for number in (6, 7, 8):
        site.write(f"{number}.md", item(number))
    site.build()
    for name, is_left in (("4.md", True), ("5.md", False)):
        assert any("topic/new/one>" in line for line in inferred(site))
        site.remove(name)
        assert_as_fresh(site, site.build())
        assert any("topic/new/one>" in line for line in inferred(site)) == is_left
    assert not any("topic/new/one>" in line for line in site.quads())


def test_a_claim_that_moves_behind_its_rival_leaves_nothing(tmp_path: Path) -> None:
    """What a file said of an IRI goes with the claim, though the file said it again under its new name."""
    site = Site(tmp_path / "site", items(range(1, 8)))
    site.write("0.md", item(3, communityTopics=["New: One"]))
    site.build()
    (site.seeds / "0.md").rename(site.seeds / "9.md")
    assert_as_fresh(site, site.build())
    assert not any("topic/new/one>" in line for line in site.quads())


edits = st.lists(
    st.tuples(st.integers(1, 5), st.sampled_from(["gone", "plain", "topic", "author", "community"])),
    min_size=1,
    max_size=3,
)
VARIANTS: dict[str, dict[str, Any]] = {
    "topic": {"communityTopics": ["Symplur: Value Based Healthcare", "Medigy: Global Budgets"]},
    "author": {"author": ["Curator One", "Ann Lee"]},
    "community": ELSEWHERE,
}


def apply(site: Site, edit: tuple[int, str]) -> None:
    number, kind = edit
    file = site.seeds / f"{number}.md"
    if kind == "gone":
        file.unlink(missing_ok=True)
    else:
        site.write(file.name, item(number, **VARIANTS.get(kind, {})))


@pytest.mark.slow
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(edits, min_size=2, max_size=5))
def test_any_history_comes_to_the_same_as_a_fresh_build(
    tmp_path_factory: pytest.TempPathFactory, history: list[list[tuple[int, str]]]
) -> None:
    """After any edits, additions and removals every quad is that of a fresh build."""
    site = Site(tmp_path_factory.mktemp("history") / "site", items(range(1, 12)))
    site.build()
    for step in history:
        for edit in step:
            apply(site, edit)
        assert_as_fresh(site, site.build())


# Contradictions


def with_axiom(ontology: Path, turtle: str) -> Path:
    file = ontology / "core.ttl"
    file.write_text(f"{file.read_text('utf-8')}\n{turtle}\n", encoding="utf-8")
    return file


AT_MOST_ONE = "cu:curatedBy a owl:FunctionalProperty ."


def told(report: Report) -> list[tuple[str, int, str]]:
    return [(each.file, each.line, each.key) for each in report.problems if each.code == "contradiction"]


@pytest.fixture
def strict(tmp_path: Path) -> Site:
    """A project whose ontology gives an item one curator at most."""
    site = Site(tmp_path / "site", items(range(1, 8)))
    with_axiom(site.own("ontology"), AT_MOST_ONE)
    assert told(site.build()) == []
    return site


def line_of(site: Site, name: str, text: str) -> int:
    return 1 + (site.seeds / name).read_text("utf-8").splitlines().index(text)


def test_a_contradiction_is_told_where_it_is_written(strict: Site) -> None:
    """It has the file, line and key of a value, names the others, the axiom in words, and what to do."""
    strict.write("3.md", item(3, author=["Curator One", "Curator Two"]))
    report = strict.build()
    assert told(report) == [("seeds/3.md", line_of(strict, "3.md", "- Curator One"), "author[0]")]
    [problem] = [each for each in report.problems if each.code == "contradiction"]
    assert problem.severity == "error"
    assert "cu:curatedBy has at most one value" in problem.message
    assert "curator-one" in problem.message
    assert "curator-two" in problem.message
    assert f"see also seeds/3.md:{line_of(strict, '3.md', '- Curator Two')}" in problem.message
    assert_as_fresh(strict, report)


def test_nothing_is_merged(strict: Site) -> None:
    """Both values stay in the graph, and are two things."""
    strict.write("3.md", item(3, author=["Curator One", "Curator Two"]))
    strict.build()
    assert len(strict.ask("SELECT ?author { ?item dcterms:identifier '3' ; cu:curatedBy ?author }")) == 2
    assert not any("owl#sameAs" in line for line in strict.quads())


def test_a_contradiction_is_told_until_it_is_mended(strict: Site) -> None:
    """It is told by builds that change other files, or nothing, and no more when one of its values is gone."""
    strict.write("3.md", item(3, author=["Curator One", "Curator Two"]))
    strict.build()
    strict.write("5.md", item(5, title="Another title"))
    for _ in range(2):
        assert [file for file, _, _ in told(strict.build())] == ["seeds/3.md"]
    strict.write("4.md", item(4, author=["Curator One", "Curator Two"]))
    assert [file for file, _, _ in told(strict.build())] == ["seeds/3.md", "seeds/4.md"]
    strict.write("3.md", item(3, author=["Curator Two"]))
    report = strict.build()
    assert [file for file, _, _ in told(report)] == ["seeds/4.md"]
    assert_as_fresh(strict, report)
    strict.remove("4.md")
    assert told(strict.build()) == []


def test_a_place_follows_its_line(strict: Site) -> None:
    """Where the file of a contradiction changes above it, the new line is told."""
    strict.write("3.md", item(3, author=["Curator One", "Curator Two"]))
    [(_, before, _)] = told(strict.build())
    strict.write("3.md", item(3, author=["Curator One", "Curator Two"], aliases=["/news/3", "/news/three"]))
    [(_, after, _)] = told(strict.build())
    assert after == line_of(strict, "3.md", "- Curator One") > before


def test_what_contradicts_by_inference_leads_to_what_is_stated(tmp_path: Path) -> None:
    """Where a triple of a contradiction was inferred, the values that it follows from are told."""
    site = Site(tmp_path / "site", items(range(1, 5)))
    with_axiom(
        site.own("ontology"), "cu:inCommunity a owl:ObjectProperty . cu:CuratedItem owl:disjointWith cu:CommunityItem ."
    )
    report = site.build()
    assert {file for file, _, _ in told(report)} == {f"seeds/{number}.md" for number in range(1, 5)}
    assert {key for _, _, key in told(report)} == {"owlType"}


def test_of_very_many_the_first_are_led_back(tmp_path: Path) -> None:
    """Of more contradictions than anybody reads, a hundred have a place, and the number of all is told."""
    many = {f"{number}.md": item(number, author=["Curator One", "Curator Two"]) for number in range(1, 112)}
    site = Site(tmp_path / "site", many)
    with_axiom(site.own("ontology"), AT_MOST_ONE)
    report = site.build()
    assert len([file for file, _, _ in told(report) if file.startswith("seeds/")]) == 100
    [all_] = [each for each in report.problems if each.file == "curagraph.toml"]
    assert "111 statements contradict the ontology" in all_.message


# The ontology and the tables


def test_a_changed_axiom_infers_everything_anew(site: Site) -> None:
    """An axiom more is followed for every item at the next build, and one less is forgotten."""
    ontology = site.own("ontology")
    site.build()
    before = site.quads()
    file = with_axiom(ontology, "cu:curates rdfs:subPropertyOf schema:about .")
    assert_as_fresh(site, site.build())
    assert len([line for line in inferred(site) if "<https://schema.org/about>" in line]) > len(
        [line for line in before if "<https://schema.org/about>" in line]
    )
    file.write_text(
        file.read_text("utf-8").replace("cu:curates rdfs:subPropertyOf schema:about .", ""), encoding="utf-8"
    )
    site.build()
    assert [line for line in site.quads() if "/ontology#" not in line] == [
        line for line in before if "/ontology#" not in line
    ]
    assert inferred(site) == [line for line in before if line.endswith(f" {INFERRED} .")]


def test_a_changed_scheme_is_followed(site: Site) -> None:
    """What a concept scheme says is followed like what documents say."""
    ontology = site.own("ontology")
    site.build()
    scheme = ontology / "schemes" / "care-models.ttl"
    text = scheme.read_text("utf-8")
    wider = "skos:broader     cm:risk-sharing-contract"
    changed = re.sub(r"skos:broader( +)cm:risk-sharing-contract", r"skos:broader\1cm:value-based-payment", text)
    assert changed != text, wider
    scheme.write_text(changed, encoding="utf-8")
    before = inferred(site)
    assert_as_fresh(site, site.build())
    assert inferred(site) != before


# What is no part of it


def test_nothing_of_side_graphs_is_inferred(site: Site) -> None:
    """No triple of the excerpts, the provenance or the mentions, nor anything that follows from them, is inferred."""
    site.write("8.md", item(8, title="Of capitation", body="<p>An ACO, and bundled payments.</p>"))
    site.build()
    sides = [line for line in site.quads() if line.endswith(tuple(f" {side} ." for side in SIDES))]
    assert {line.split()[-2] for line in sides} == set(SIDES)
    stated = {line.split(" ")[0] for line in site.quads() if f"<{BASE}graph/item/" in line}
    private = {line.split(" ")[0] for line in sides} - stated
    assert private
    told = " ".join(inferred(site))
    assert [subject for subject in private if subject in told] == []
    assert "excerpt>" not in told


LEAKS = [
    "oa:Annotation rdfs:subClassOf schema:CreativeWork .",
    "oa:hasBody rdfs:subPropertyOf schema:about .",
    "oa:hasSource rdfs:range schema:CreativeWork .",
    "cu:excerpt rdfs:subPropertyOf dcterms:description .",
    "cu:attachmentName rdfs:domain schema:ImageObject .",
    "schema:about owl:propertyChainAxiom ( [ owl:inverseOf oa:hasTarget ] oa:hasBody ) .",
    '[ a owl:Restriction ; owl:onProperty oa:exact ; owl:hasValue "ACO" ] rdfs:subClassOf schema:CreativeWork .',
    "prov:wasGeneratedBy rdfs:subPropertyOf schema:about .",
]


@pytest.mark.parametrize("axiom", LEAKS)
def test_no_axiom_leads_out_of_a_side_graph(tmp_path: Path, axiom: str) -> None:
    """Whatever is said of the terms of side graphs, what follows from them is not published."""
    site = Site(tmp_path / "site", {"1.md": item(1, title="Of an ACO"), "2.md": item(2)})
    ontology = site.own("ontology")
    site.build()
    before = inferred(site)
    outside = "\n".join(
        f"@prefix {prefix}: <{site.load().vocabulary.prefixes[prefix]}> ."
        for prefix in ("oa", "schema", "prov", "cu", "dcterms")
    )
    head = "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
    (ontology / "leak.ttl").write_text(f"{head}{outside}\n\n{axiom}\n", encoding="utf-8")
    site.build()
    assert inferred(site) == before


# Values


@pytest.mark.parametrize(
    ("table_", "rule", "key", "wanted"),
    [
        ("item.py", 'Rule("slug", CU.curatedBy, text),', "slug", "a thing with an IRI"),
        ("item.py", 'Rule("slug", CU.wordCount, text),', "slug", "a literal of xsd:integer"),
        ("item.py", 'Rule("slug", CU.trailText, text),', "slug", "a literal of rdf:langString"),
    ],
)
def test_a_value_that_the_range_does_not_take_is_refused(
    tmp_path: Path, table_: str, rule: str, key: str, wanted: str
) -> None:
    """A literal where a link is wanted, or one of another datatype, costs the value: file, line and key are told."""
    site = Site(tmp_path / "site", {"1.md": item(1)})
    file = site.own("converters") / table_
    text = file.read_text("utf-8")
    [old] = re.findall(r'^ +(Rule\("slug", .*)$', text, re.MULTILINE)
    file.write_text(text.replace(old, rule), encoding="utf-8")
    report = site.build()
    [problem] = [each for each in report.problems if each.code == "wrong-datatype"]
    assert (problem.file, problem.key) == ("seeds/1.md", key)
    assert problem.line == line_of(site, "1.md", "slug: news-1")
    assert wanted in problem.message
    assert not any('"news-1"' in line for line in site.quads())
    assert problem.severity == "error"


def test_contradictions_and_wrong_datatypes_are_documented() -> None:
    """Both codes stand in the page on problems."""
    assert {"contradiction", "wrong-datatype"} <= table(blocks("problems.md")).keys()


def test_a_project_without_contradictions_says_nothing(site: Site) -> None:
    """The items of a template that is in accord with the ontology give no contradiction."""
    assert ("seeds/1.md", "contradiction") not in problems(site.build())
