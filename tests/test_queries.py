"""The named questions of `queries/`: what they answer on the seeds, here, on an endpoint, and in another engine.

The answers in `tests/queries/` are what the command line says, with plain line ends:

    curagraph query NAME --format csv | tr -d '\\r' > tests/queries/NAME.csv
    curagraph query NAME --format ntriples > tests/queries/NAME.nt              (a question that answers with triples)

Those in `tests/queries/stated/` are what it says with `--stated`, without reasoning. A question that has none there
answers alike both ways.
"""

from __future__ import annotations

import csv
import io
import random
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from curagraph import Project, Snapshot
from curagraph.asking import answers, queryfile
from curagraph.asking.answers import Answer, AnswerFormat, QueryFailed
from curagraph.building import building
from curagraph.problem import UsageError
from tests.project import BASE, CU, DCTERMS, SKOS, Site, item

ROOT = Path(__file__).resolve().parent.parent
STORED = ROOT / "tests" / "queries"
STATED = STORED / "stated"
QUESTIONS = {question.name: question for question in queryfile.load_all(Project.load(ROOT)).values()}
# The portion of a partner who gets everything answers with the whole graph, which is not to be stored twice.
NAMES = sorted(QUESTIONS.keys() - {"partners/full"})
VIOLATIONS = [name for name in NAMES if name.endswith("-violation")]


def stored(folder: Path) -> list[str]:
    """The names of the questions that have an answer in a folder."""
    files = (file.relative_to(folder) for file in folder.rglob("*.*"))
    return sorted(file.with_suffix("").as_posix() for file in files if file.parts[0] != STATED.name)


# The questions about what the axioms of the ontology let one ask.
REASONED = stored(STATED)
# Those that have the same answer without reasoning, and why.
ALIKE = {
    "curators-of-risky-models": "no item of the seeds is about such a model or names one",
    "mentions-in-item": "what a text mentions is found in the text, and not inferred",
}

# For each parameter a value with which the seeds have another answer than with its default.
OTHER = {
    ("about-item", "item"): "4060",
    ("brand-as-schema-org", "brand"): "foxgrp.com",
    ("item-as-schema-org", "item"): "3527",
    ("items-about", "concept"): "global budget",
    ("items-as-dublin-core", "since"): "2020-12-12",
    ("items-between-dates", "from"): "2020-11-25",
    ("items-between-dates", "until"): "2020-12-26T23:00:00Z",
    ("items-changed-since", "since"): "2020-12-12",
    ("items-in-community", "community"): "Telehealth",
    ("items-of-brand", "brand"): "https://data.medigy.com/brand/healthevolution.com",
    ("items-of-community", "community"): "Telehealth",
    ("items-of-curator", "curator"): "vinit",
    ("items-of-kind", "kind"): "curated content",
    ("items-of-topic", "topic"): "payment reform",
    ("items-of-topic-source", "source"): "Centers for Medicare & Medicaid Services (CMS)",
    ("items-via-site", "site"): "foxgrp.com",
    ("latest-items", "since"): "2020-12-01",
    ("mentions-in-item", "item"): "https://data.medigy.com/text/value-based-care-models",
    ("models-by-payment", "payment"): "risk-sharing contract",
    ("models-exposing-to", "exposure"): "upside reward",
    ("models-riskier-than", "model"): "Shared Savings",
    ("narrower-concepts", "concept"): "reimbursement model",
    ("pieces/collection-page", "thing"): "https://data.medigy.com/brand/foxgrp.com.html",
    ("pieces/community", "thing"): "Telehealth",
    ("pieces/curator", "thing"): "Vinit",
    ("pieces/image", "thing"): "4060",
    ("pieces/item", "thing"): "4060",
    ("pieces/logo", "thing"): "https://data.medigy.com/image/4060",
    ("pieces/organization", "thing"): "https://data.medigy.com/nobody",
    ("pieces/original-work", "thing"): (
        "https://www.healthevolution.com/insider/why-ceos-should-leverage-value-based-payments-to-increase-resilience/"
    ),
    ("pieces/profile-page", "thing"): "vinit.html",
    ("pieces/size", "thing"): "415",
    ("pieces/source-site", "thing"): "foxgrp.com",
    ("pieces/step", "thing"): "step/",
    ("pieces/topic", "thing"): "topic/medigy/care-model",
    ("pieces/topic-source", "thing"): "Medigy",
    ("pieces/trail", "thing"): "4060",
    ("pieces/web-page", "thing"): (
        "https://www.medigy.com/communities/chronic-care-management/curated-content/"
        "foxgrp-value-based-reimbursement-models/"
    ),
    ("pieces/web-site", "thing"): "https://data.medigy.com/nothing",
    ("provenance-of-item", "item"): "3798",
    ("related-items", "item"): "3527",
    ("shared-topics", "item"): "4060",
    ("shared-topics", "other"): "3798",
    ("small-images", "pixels"): "100000",
    ("titles-with-words", "words"): "MODELS",
    ("topics-of-source", "source"): "healthcare it news",
    ("topics-together", "at_least"): "2",
    ("trail-of-item", "item"): "3798",
    ("trails-with-words", "words"): "A payment system",
}
# For each question that asks for faults, statements with one.
FAULTS = {
    "broader-cycle-violation": "<urn:a> skos:broader <urn:b> . <urn:b> skos:narrower <urn:a> , <urn:b> .",
    "related-in-broader-violation": "<urn:a> skos:broader <urn:b> ; skos:related <urn:b> , <urn:c> .",
    "risk-cycle-violation": "<urn:a> cm:higherRiskThan <urn:b> , <urn:a> .",
    "shared-record-violation": "<urn:a> cu:sourceRecord <urn:c> . <urn:b> cu:sourceRecord <urn:c> , <urn:d> .",
    "item-without-source-violation": "<urn:a> a cu:CuratedItem .",
    "two-preferred-labels-violation": '<urn:a> skos:prefLabel "one"@en , "another"@en , "une"@fr .',
    "shared-page-violation": "<urn:a> cu:page <urn:c>; a cu:CuratedItem . <urn:b> cu:page <urn:c>; a cu:CuratedItem .",
}
HOSTILE = '"} DELETE WHERE {?s ?p ?o'
XSD = "http://www.w3.org/2001/XMLSchema#"
CM = "https://data.medigy.com/care-models/"
TOPIC = "https://data.medigy.com/topic/"


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The graph of the project's own seeds."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copy(ROOT / "curagraph.toml", folder)
    project = Project.load(folder)
    report = building.build(project, [ROOT / "seeds"], jobs=1)
    assert (report.read, report.set_aside) == (5, 0)
    return Snapshot.current(project)


def text(answer: Answer, snapshot: Snapshot) -> str:
    """An answer as `tests/queries/` holds it: CSV, or N-Triples in order."""
    format_ = AnswerFormat.CSV if isinstance(answer, ox.QuerySolutions) else AnswerFormat.NTRIPLES
    return answers.serialize(answer, format_, snapshot.project.vocabulary).decode().replace("\r\n", "\n")


def typed(answer: Answer, snapshot: Snapshot) -> str:
    """An answer with the types of its terms, its rows in their order and its triples in one of their own."""
    format_ = AnswerFormat.JSON if isinstance(answer, ox.QuerySolutions) else AnswerFormat.NTRIPLES
    return answers.serialize(answer, format_, snapshot.project.vocabulary).decode()


def rows(answer: str) -> list[list[str]]:
    """The rows of an answer in CSV, without its header."""
    return list(csv.reader(io.StringIO(answer)))[1:]


def asked(on: Site | Snapshot, name: str, *, stated: bool = False, **given: str) -> list[list[str]]:
    """The rows that a question has on a site or a snapshot."""
    snapshot = on.snapshot() if isinstance(on, Site) else on
    return rows(text(answers.ask(snapshot, name, given, stated=stated), snapshot))


def asked_of(turtle: str, name: str) -> list[list[str]]:
    """The rows that a question has on statements without a site."""
    store = ox.Store()
    bound = {"cm": CM, "cu": CU, "dcterms": DCTERMS, "skos": SKOS, "xsd": XSD}
    prefixes = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in bound.items())
    store.load((prefixes + turtle).encode(), ox.RdfFormat.TURTLE)
    answer = store.query(answers.prepared(Project.load(ROOT), name), use_default_graph_as_union=True)
    assert isinstance(answer, ox.QuerySolutions)
    return rows((answer.serialize(format=ox.QueryResultsFormat.CSV) or b"").decode())


# The files


def test_each_question_has_a_stored_answer_and_each_answer_a_question() -> None:
    """There is no stored answer without a question, and none is missing."""
    assert len(NAMES) >= 20
    assert stored(STORED) == NAMES
    assert set(REASONED) <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_question_explains_itself(name: str) -> None:
    """Every question has a summary, a description of its own, and parameters with a description and a default."""
    question = QUESTIONS[name]
    assert question.summary
    assert question.description.endswith(".")
    assert len(question.description) > len(question.summary)
    for parameter in question.parameters:
        assert parameter.description, parameter.name
        assert parameter.default, parameter.name
        # Some pieces are of things that have their IRIs from elsewhere.
        assert bool(parameter.within) == (parameter.type == "iri") or question.piece, parameter.name


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_plain_sparql(name: str) -> None:
    """A question's file can be pasted elsewhere: it declares just the prefixes it uses, and names no host of ours."""
    text_ = QUESTIONS[name].text
    ox.Store().query(text_)
    declared = dict(re.findall(r"(?m)^PREFIX (\w+): <(.*)>$", text_))
    assert [prefix for prefix in declared if not re.search(rf"(?<![\w<]){prefix}:(?! <)", text_)] == []
    body = re.sub(r"(?m)^#\+.*\n", "", text_)
    assert re.findall(r"https?://[^>\s]+", body) == list(declared.values())


@pytest.mark.parametrize("name", [name for name in NAMES if re.search(r"(?m)^SELECT", QUESTIONS[name].text)])
def test_rows_are_distinct_and_in_order(name: str) -> None:
    """A SELECT says its order, and leaves no row twice where two graphs hold one statement."""
    text_ = QUESTIONS[name].text
    assert re.search(r"(?m)^ORDER BY ", text_)
    assert re.search(r"(?m)^SELECT DISTINCT |^GROUP BY ", text_)
    assert "COUNT(?" not in text_


# The answers


@pytest.mark.parametrize("name", NAMES)
def test_the_answer_is_the_stored_one(name: str, snapshot: Snapshot) -> None:
    """With its defaults, a question answers on the seeds what is stored."""
    found = answers.ask(snapshot, name)
    suffix = "csv" if isinstance(found, ox.QuerySolutions) else "nt"
    assert text(found, snapshot) == (STORED / f"{name}.{suffix}").read_text("utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_the_answer_without_reasoning_is_the_stored_one(name: str, snapshot: Snapshot) -> None:
    """Without what was inferred, a question answers what is stored for that, and else the same as with it."""
    found = answers.ask(snapshot, name, stated=True)
    file = f"{name}.csv" if isinstance(found, ox.QuerySolutions) else f"{name}.nt"
    folder = STATED if name in REASONED else STORED
    assert text(found, snapshot) == (folder / file).read_text("utf-8")


@pytest.mark.parametrize("name", REASONED)
def test_reasoning_makes_a_difference(name: str) -> None:
    """A question that needs reasoning has another answer without it, unless there is a reason why it has not."""
    (stated,) = STATED.glob(f"{name}.*")
    assert ((STORED / f"{name}{stated.suffix}").read_bytes() == stated.read_bytes()) == (name in ALIKE)


def test_each_reason_is_of_a_question() -> None:
    """No reason is given for a question that is gone."""
    assert ALIKE.keys() <= set(REASONED)


@pytest.mark.parametrize("name", VIOLATIONS)
def test_nothing_is_violated(name: str, snapshot: Snapshot) -> None:
    """A question that asks for faults finds none in the seeds."""
    assert rows(text(answers.ask(snapshot, name), snapshot)) == []


@pytest.mark.parametrize("name", NAMES)
def test_another_engine_agrees(name: str, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    """rdflib, which shares no code with Oxigraph, gives the same rows in the same order, and the same triples."""
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    agrees(in_rdflib(snapshot.store), name, text(answers.ask(snapshot, name), snapshot), snapshot)


@pytest.mark.parametrize("name", REASONED)
def test_another_engine_agrees_without_reasoning(
    name: str, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """rdflib gives the same answer as `--stated` on the graphs of what is stated."""
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    quads = (
        quad for each in snapshot.stated_graphs() for quad in snapshot.store.quads_for_pattern(None, None, None, each)
    )
    agrees(in_rdflib(quads), name, text(answers.ask(snapshot, name, stated=True), snapshot), snapshot)


def in_rdflib(quads: Iterable[ox.Quad]) -> rdflib.Graph:
    """Statements as one graph of rdflib, whatever named graphs they stand in."""
    lines = sorted({f"{quad.triple} .\n" for quad in quads})
    return rdflib.Graph().parse(data="".join(lines), format="nt")


def agrees(graph: rdflib.Graph, name: str, mine: str, snapshot: Snapshot) -> None:
    """See that a graph of rdflib answers a question like that."""
    result = graph.query(answers.prepared(snapshot.project, name))
    if result.type == "SELECT":
        data = result.serialize(format="csv")
        assert data is not None
        # rdflib makes a group of nothing, where SPARQL 1.1 (section 18.5.1) makes none.
        assert [row for row in rows(data.decode()) if set(row) - {"", "0"}] == rows(mine)
    else:
        assert result.graph is not None
        data = result.graph.serialize(format="nt", encoding="utf-8")
        theirs = {str(quad.triple) for quad in ox.parse(data, ox.RdfFormat.N_TRIPLES)}
        assert theirs == {str(quad.triple) for quad in ox.parse(mine, ox.RdfFormat.N_TRIPLES)}


# What reasoning finds


@pytest.mark.parametrize(
    ("name", "given", "stated", "more"),
    [
        ("models-exposing-to", "", "bundled-payment capitation two-sided-risk", "accountable-care-organization"),
        ("models-riskier-than", "", "shared-savings", "two-sided-risk capitation"),
        (
            "narrower-concepts",
            "concept=reimbursement model",
            "",
            (
                "fee-for-service value-based-payment pay-for-performance home-health-value-based-purchasing "
                "risk-sharing-contract shared-savings two-sided-risk bundled-payment capitation care-coordination-fee "
                "global-budget payment-reform reimbursement-updates"
            ),
        ),
        ("items-about", "", "", "3527 3798 3932 4060"),
        ("items-about", "concept=reimbursement model", "", "3527 3798 3932"),
        ("items-about", "concept=value-based payment", "", "3527"),
        ("items-about", "concept=care delivery model", "", ""),
        ("items-about", f"concept={TOPIC}symplur/value-based-healthcare", "", "3527 3798 3932 4060"),
        ("items-about", f"concept={TOPIC}medigy/care-model", "", "4060"),
        ("news-items", "", "", "3932"),
    ],
)
def test_reasoning_finds_more(name: str, given: str, stated: str, more: str, snapshot: Snapshot) -> None:
    """What follows is added to what somebody has stated, and nothing that was stated is lost."""
    values = dict([given.split("=")]) if given else {}
    local = [
        {row[-1].rpartition("/")[2] for row in asked(snapshot, name, stated=only, **values)} for only in (True, False)
    ]
    assert local == [set(stated.split()), set(stated.split()) | set(more.split())]


def test_an_item_is_about_what_its_tag_means(snapshot: Snapshot) -> None:
    """Three items are tagged with a vendor's topic, and a fourth with another vendor's that means the same."""
    tagged = {row[2] for row in asked(snapshot, "items-of-topic")}
    about = {row[2] for row in asked(snapshot, "items-about", concept=f"{TOPIC}symplur/value-based-healthcare")}
    assert (len(tagged), about - tagged) == (3, {"https://data.medigy.com/item/3932"})
    assert asked(snapshot, "subjects-with-counts")[0][:3] == ["Value Based Healthcare", "4", "3"]


@pytest.mark.parametrize(
    ("short", "long", "parameter", "things"),
    [
        ("items-via-site", "items-of-brand", "site=brand", "medicaleconomics.com foxgrp.com healthevolution.com"),
        ("items-in-community", "items-of-community", "community=community", "chronic-care-management"),
        ("items-by-curator", "items-of-curator", "=curator", "sonalika-ghosh vinit"),
    ],
)
def test_the_short_way_leads_where_the_long_one_does(
    short: str, long: str, parameter: str, things: str, snapshot: Snapshot
) -> None:
    """What is inferred in one step is what a query finds that walks all steps itself."""
    ours, theirs = parameter.split("=")
    for thing in things.split():
        found = asked(snapshot, short, stated=False, **({ours: thing} if ours else {}))
        mine = {row[-1] for row in found if ours or row[3].endswith(f"/{thing}")}
        assert mine == {row[2] for row in asked(snapshot, long, stated=False, **{theirs: thing})}
        assert mine


def test_an_item_is_of_the_kind_that_its_section_gathers(tmp_path: Path) -> None:
    """An item that names no kind of its own is news in a section for news; one that names another kind is of both."""
    kinds = {"1.md": None, "2.md": "Curated Content"}
    files = {name: item(int(name[0]), openProjectWorkPackageType=kind, archetype=kind) for name, kind in kinds.items()}
    site = Site(tmp_path / "site", files)
    site.build()
    one, two = f"{BASE}item/1", f"{BASE}item/2"
    assert [[row[2] for row in asked(site, "items-of-kind", stated=only)] for only in (True, False)] == [[], [one, two]]
    assert [row[2] for row in asked(site, "items-of-kind", kind="curated content")] == [two]
    assert [row[1:4] for row in asked(site, "news-per-community")] == [["2", "2", "0"]]
    found = text(answers.ask(site.snapshot(), "item-as-schema-org", {"item": "2"}), site.snapshot())
    assert re.findall(r"stories/2> <\S+#type> <\S+/(\w+)>", found) == ["NewsArticle"]


def test_who_covers_models_with_a_downside_is_found(tmp_path: Path) -> None:
    """A curator covers a model that an item names or is about, also one whose risk comes from how it is paid."""
    titles = ["Bundled payments in practice", "What an ACO is for", "A bonus called P4P"]
    site = Site(tmp_path / "site", {f"{number}.md": item(number, title) for number, title in enumerate(titles, 1)})
    site.build()
    bundled = ["Ann Lee", "bundled payment", "1"]
    assert [row[:3] for row in asked(site, "curators-of-risky-models", stated=True)] == [bundled]
    aco = ["Ann Lee", "accountable care organization", "1"]
    assert [row[:3] for row in asked(site, "curators-of-risky-models")] == [aco, bundled]


def test_the_words_of_a_mention_stand_at_its_place(snapshot: Snapshot) -> None:
    """From start to end of a mention, the text that it names has its words."""
    texts = {DCTERMS + "title": "dcterms:title", CU + "excerpt": "cu:excerpt"}
    found = asked(snapshot, "mentions-in-item")
    assert {row[0] for row in found} == texts.keys()
    for property_, start, end, words, *_ in found:
        [[whole]] = asked(snapshot, f"SELECT ?text {{ <https://data.medigy.com/item/3798> {texts[property_]} ?text }}")
        assert whole[int(start) : int(end)] == words


# The parameters


def test_every_parameter_has_another_value_here() -> None:
    """The table of other values has a row for each parameter, and none for one that is gone."""
    assert set(OTHER) == {(name, each.name) for name, question in QUESTIONS.items() for each in question.parameters}


@pytest.mark.parametrize(("name", "parameter"), sorted(OTHER))
def test_each_parameter_changes_the_answer(name: str, parameter: str, snapshot: Snapshot) -> None:
    """Another value of a parameter gives another answer."""
    given = {parameter: OTHER[name, parameter]}
    assert text(answers.ask(snapshot, name, given), snapshot) != text(answers.ask(snapshot, name), snapshot)


@pytest.mark.parametrize(
    ("name", "parameter", "value"),
    [
        ("items-of-brand", "brand", "http://example.org/a b"),
        ("items-of-brand", "brand", "http://example.org/> ?p ?o } #"),
        ("items-of-brand", "brand", ".."),
        ("about-item", "item", "urn:a\tb"),
        ("small-images", "pixels", "x"),
        ("small-images", "pixels", "1 } #"),
        ("topics-together", "at_least", "2.5"),
        ("latest-items", "since", "tomorrow"),
        ("items-between-dates", "until", "2020-13-01"),
    ],
)
def test_a_value_of_another_type_is_refused(name: str, parameter: str, value: str, snapshot: Snapshot) -> None:
    """A value that is not of the parameter's type is an error that names the parameter."""
    with pytest.raises(UsageError, match=f"^{parameter}: "):
        answers.ask(snapshot, name, {parameter: value})


def test_an_unknown_parameter_is_refused(snapshot: Snapshot) -> None:
    """A parameter that the question does not have is an error that names those it has."""
    with pytest.raises(UsageError, match=r"items-between-dates knows no parameter to; .* from, until"):
        answers.ask(snapshot, "items-between-dates", {"to": "2020-12-01"})
    with pytest.raises(UsageError, match="redirects knows no parameter path; it has no parameters"):
        answers.ask(snapshot, "redirects", {"path": "/"})


def test_an_unknown_question_is_refused(snapshot: Snapshot) -> None:
    """A question that is not there is an error that names the nearest, and the command that lists all."""
    with pytest.raises(UsageError, match="there is no query items-of-brands; did you mean items-of-brand") as caught:
        answers.ask(snapshot, "items-of-brands")
    assert "`curagraph queries`" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "parameter"),
    [(name, each.name) for name in NAMES for each in QUESTIONS[name].parameters if each.type in ("string", "iri")],
)
def test_a_value_that_looks_like_sparql_is_a_text(name: str, parameter: str, snapshot: Snapshot) -> None:
    """What would close a string or a group stays inside the value: nothing is found, and nothing is lost."""
    size = len(snapshot.store)
    found = text(answers.ask(snapshot, name, {parameter: HOSTILE}), snapshot)
    assert rows(found) == []
    assert len(snapshot.store) == size


def test_a_text_with_quotes_is_found(tmp_path: Path) -> None:
    """A value is compared as it is written, with its quotes, backslashes and braces."""
    title = f"A title \\ {HOSTILE}"
    site = Site(tmp_path / "site", {"1.md": item(1, title), "2.md": item(2)})
    site.build()
    assert [row[0] for row in asked(site, "titles-with-words", words=HOSTILE.lower())] == [title]
    assert [row[0] for row in asked(site, "titles-with-words", words="title \\ ")] == [title]


# What the seeds have no case of


def test_what_needs_care_is_found(tmp_path: Path) -> None:
    """The questions that have no row on the seeds have the right ones where there is something to find."""
    href = "https://news.example.com/stories/same"
    site = Site(
        tmp_path / "site",
        {
            "1.md": item(1, "One", href),
            "2.md": item(2, "Two", href, slug="news-1", aliases=["/news/2", "/news/1"]),
            "3.md": item(3, "Three", featuredImage={"valid": False}),
            "4.md": item(4, "Four", description="", communityTopics=[], author=[], date=None),
        },
    )
    site.build()
    one, two, three, four = (f"{BASE}item/{number}" for number in (1, 2, 3, 4))
    page = "https://www.example.org/communities/telehealth/curated-news/news-1/"
    assert asked(site, "works-curated-twice") == [[href, "One", "Two", one, two]]
    assert asked(site, "redirects-in-conflict") == [["/news/1", one, two]]
    assert asked(site, "shared-page-violation") == [[page, one, two]]
    assert [row[2] for row in asked(site, "items-without-image")] == [three]
    assert [row[5] for row in asked(site, "small-images", pixels="91301")] == [one, two, four]
    assert asked(site, "small-images", pixels="91300") == []
    lacks = [[lack, "Four", four] for lack in ("curator", "date", "topic", "trail text")]
    assert asked(site, "incomplete-items") == lacks


@pytest.mark.parametrize("concept", ["value-based-care", "Value Based Care", "cm:value-based-care", "care-models/x"])
def test_concepts_are_named_alike_under_every_base(tmp_path: Path, concept: str) -> None:
    """The concepts of the house are found by their words or their prefix, wherever the project's own things live."""
    topics = ["Symplur: Value Based Healthcare"]
    site = Site(tmp_path / "site", {"1.md": item(1, communityTopics=topics), "2.md": item(2, communityTopics=[])})
    site.build()
    wanted = [] if concept == "care-models/x" else [f"{BASE}item/1"]
    assert [row[2] for row in asked(site, "items-about", concept=concept)] == wanted


def test_a_path_as_it_is_shown_is_understood(tmp_path: Path) -> None:
    """What a table shows for a thing of ours can be given back."""
    site = Site(tmp_path / "site", {"1.md": item(1)})
    site.build()
    one, other = (asked(site, "items-of-brand", brand=f"{path}news.example.com") for path in ("brand/", ""))
    assert one == other != []


def test_a_work_of_two_items_counts_once(tmp_path: Path) -> None:
    """What two graphs say of one work makes neither rows nor counts double."""
    href = "https://news.example.com/stories/same"
    site = Site(tmp_path / "site", {f"{number}.md": item(number, "A title", href) for number in (1, 2, 3)})
    site.build()
    assert [row[2] for row in asked(site, "items-of-brand", brand="news.example.com")] == [
        f"{BASE}item/{number}" for number in (1, 2, 3)
    ]
    assert asked(site, "items-per-brand") == [["news.example.com", "3", "1", f"{BASE}brand/news.example.com"]]
    assert [row[2] for row in asked(site, "topics-together")] == ["3"]
    assert [row[2] for row in asked(site, "items-per-topic")] == ["3", "3"]


@pytest.mark.parametrize("name", VIOLATIONS)
def test_a_fault_is_a_row(name: str) -> None:
    """Each question that asks for faults has one row for one fault, also for those that no build would publish."""
    assert len(asked_of(FAULTS[name], name)) == 1


@pytest.mark.parametrize(
    ("name", "property_"), [("shared-page-violation", "page"), ("shared-record-violation", "sourceRecord")]
)
def test_each_item_beside_the_first_is_a_fault(name: str, property_: str) -> None:
    """Of many items that share what should be one's own, each but the first is a row, and not each pair."""
    lines = [f"<urn:{each}> a cu:CuratedItem ; cu:{property_} <urn:same> ." for each in "dbca"]
    found = asked_of("".join(lines), name)
    assert found == [["urn:same", "urn:a", f"urn:{other}"] for other in "bcd"]


def test_dates_of_all_kinds_stand_in_one_list() -> None:
    """Days, and times with and without a zone, are listed by day; sorted by value they would end the process."""
    pick = random.Random(7)  # no secret
    lines, days = [], {}
    for number in range(2000):
        day = f"20{pick.randint(10, 12)}-{pick.randint(1, 12):02}-{pick.randint(1, 28):02}"
        zone = pick.choice(["", "Z", "-04:00", None])
        time_ = "" if zone is None else f"T{pick.randint(0, 23):02}:00:00{zone}"
        days[f"urn:{number}"] = day
        type_ = "xsd:dateTime" if time_ else "xsd:date"
        lines.append(f'<urn:{number}> a cu:CuratedItem ; dcterms:created "{day}{time_}"^^{type_} .')
    found = asked_of("\n".join(lines), "latest-items")
    assert [created[:10] for created, _, _ in found] == sorted(days.values(), reverse=True)
    assert {each: created[:10] for created, _, each in found} == days
    assert sum(int(count) for _, count in asked_of("\n".join(lines), "items-per-month")) == 2000


# Elsewhere


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Endpoints on this machine are reached directly."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture(scope="module")
def endpoint(snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An Oxigraph server with the graph of the seeds."""
    oxigraph = shutil.which("oxigraph", path=str(Path(sys.executable).parent)) or shutil.which("oxigraph")
    assert oxigraph, "oxigraph is missing; it is in the dependency group `test`"
    folder = tmp_path_factory.mktemp("endpoint")
    snapshot.store.dump(folder / "graph.nq", ox.RdfFormat.N_QUADS)
    place = ["--location", str(folder / "store")]
    subprocess.run([oxigraph, "load", *place, "--file", str(folder / "graph.nq")], check=True, capture_output=True)
    address = f"127.0.0.1:{free_port()}"
    with (folder / "log").open("wb") as log:
        command = [oxigraph, "serve-read-only", *place, "--bind", address, "--union-default-graph"]
        server = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        wait_for(f"http://{address}/", server, folder / "log")
        yield f"http://{address}/query"
    finally:
        server.terminate()
        server.wait(10)


def wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until a server answers; fail with its log where it ends or takes too long."""
    directly = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + 30
    while server.poll() is None and time.monotonic() < deadline:
        try:
            directly.open(address, timeout=5).close()
        except urllib.error.HTTPError as error:
            error.close()
            return
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"the endpoint did not start: {log.read_text()}")


@pytest.mark.parametrize("name", NAMES)
def test_an_endpoint_gives_the_same_answer(name: str, snapshot: Snapshot, endpoint: str) -> None:
    """A SPARQL endpoint with the same graph answers each question alike, with the same terms in the same order."""
    theirs = answers.ask_remote(snapshot.project, endpoint, name)
    assert typed(theirs, snapshot) == typed(answers.ask(snapshot, name), snapshot)


@pytest.mark.parametrize(("name", "parameter"), sorted(OTHER))
def test_an_endpoint_takes_parameters(name: str, parameter: str, snapshot: Snapshot, endpoint: str) -> None:
    """A parameter means the same to an endpoint."""
    given = {parameter: OTHER[name, parameter]}
    theirs = answers.ask_remote(snapshot.project, endpoint, name, given)
    assert typed(theirs, snapshot) == typed(answers.ask(snapshot, name, given), snapshot)


class Broken(BaseHTTPRequestHandler):
    """A server that answers with the status that its path names, and a page."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        page = b"<html><body>Something else</body></html>"
        self.send_response(int(self.path.strip("/")))
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the base class's
        """Say nothing."""


@pytest.fixture(scope="module")
def broken() -> Iterator[str]:
    """The address of a server that is no endpoint."""
    with HTTPServer(("127.0.0.1", 0), Broken) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("name", ["latest-items", "topics-as-skos"])
@pytest.mark.parametrize("status", [200, 400, 404, 500, 503])
def test_a_server_that_is_no_endpoint_is_an_error(name: str, status: int, snapshot: Snapshot, broken: str) -> None:
    """A refusal, or a web page instead of an answer, is an error that names the address."""
    with pytest.raises(QueryFailed, match=re.escape(f"{broken}/{status} ")):
        answers.ask_remote(snapshot.project, f"{broken}/{status}", name)


@pytest.mark.parametrize("name", ["latest-items", "topics-as-skos"])
def test_an_endpoint_that_is_not_there_is_an_error(name: str, snapshot: Snapshot) -> None:
    """An address where nobody listens is an error that names it."""
    nowhere = f"http://127.0.0.1:{free_port()}/query"
    with pytest.raises(QueryFailed, match=re.escape(nowhere)):
        answers.ask_remote(snapshot.project, nowhere, name)


# The command line


def test_the_command_line_answers(snapshot: Snapshot) -> None:
    """`curagraph query NAME --set ... --format csv` prints the stored answer; a bad value ends with status 2."""
    command = [sys.executable, "-m", "curagraph", "query", "items-of-brand", "--project", str(snapshot.project.folder)]
    done = subprocess.run(
        [*command, "--set", "brand=medicaleconomics.com", "--format", "csv"], capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().replace("\r\n", "\n") == (STORED / "items-of-brand.csv").read_text("utf-8")
    done = subprocess.run([*command, "--set", "brand=http://a b"], capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"curagraph: brand: ")


def test_the_command_line_asks_an_endpoint(snapshot: Snapshot, endpoint: str) -> None:
    """`--endpoint` asks a server instead of the graph, and gives the same answer."""
    command = [sys.executable, "-m", "curagraph", "query", "topics-as-skos", "--format", "ntriples"]
    command += ["--project", str(snapshot.project.folder), "--endpoint", endpoint]
    done = subprocess.run(command, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode() == (STORED / "topics-as-skos.nt").read_text("utf-8")
