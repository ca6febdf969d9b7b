"""Checks of the JSON-LD in pages: a good page gives nothing, and each kind of mistake is told where it is.

Cases are files of `pagecheck/`. In `ours/` each changes lines of the one good page, as a difference shows them; in
`others/` each is a page as other sites have it, and says in comments which problems it wants.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curagraph import Project, Snapshot
from curagraph.checking import telling
from curagraph.embedding import script
from curagraph.embedding.pagegraph import PageGraph, PageGraphs
from curagraph.pagecheck import checks, folder, google, html, jsontext, schemaorg, subset
from curagraph.pagecheck.subset import Published
from curagraph.problem import Problem, Severity, UsageError
from tests.project import BASE, ROOT, Site, item

CASES = Path(__file__).parent / "pagecheck"
GOOD = (CASES / "ours" / "good.html").read_text("utf-8")
ADDRESS = "communities/telehealth/news/care-at-home/index.html"
OURS = sorted(path.stem for path in (CASES / "ours").glob("*.diff"))
OTHERS = sorted(path.stem for path in (CASES / "others").glob("*.html"))


def told(text: str, file: str = "a.html", published: Published | None = None) -> list[Problem]:
    """What is wrong with a page."""
    return checks.problems(html.page(text, file, published))


def written(data: Any) -> str:
    """A page of others with one script."""
    return f'<title>A</title><script type="application/ld+json">{json.dumps(data)}</script>'


def codes(data: Any) -> list[str]:
    """The codes for data in a page of others, without what Google would like to have."""
    return [each.code for each in told(written(data)) if each.code != "recommended-property"]


def schema(**properties: Any) -> dict[str, Any]:
    """A thing of schema.org; the underscore in the names of keywords stands for @."""
    return {"@context": "https://schema.org"} | {re.sub("^_", "@", name): value for name, value in properties.items()}


# Pages of ours


@dataclass
class Case:
    """What a file of `ours/` says: which lines become which, and what is to be told about that."""

    settings: dict[str, str]
    text: str

    @classmethod
    def read(cls, name: str) -> Case:
        settings: dict[str, str] = {}
        text = GOOD
        old: list[str] = []
        new: list[str] = []
        for line in [*(CASES / "ours" / f"{name}.diff").read_text("utf-8").splitlines(), "-"]:
            if not line.startswith(("-", "+")):
                key, _, value = line.partition(": ")
                settings[key] = value
            elif line.startswith("+"):
                new.append(line[1:] + "\n")
            else:
                if new:
                    text = replaced(text, old, new)
                    old, new = [], []
                old.append(line[1:] + "\n")
        if old[:-1]:
            text = replaced(text, old[:-1], new)
        return cls(settings, text if "edited" in settings else marked(text))


def replaced(text: str, old: list[str], new: list[str]) -> str:
    assert text.count("".join(old)) == 1, old
    return text.replace("".join(old), "".join(new))


def marked(text: str) -> str:
    """The page with the digest of its script put right, as if we had written it so."""
    tag = re.search(r'data-curagraph="\w+">', text)
    assert tag
    inside = text[tag.end() :].partition("</script>")[0]
    return text.replace(tag[0], f'data-curagraph="{script._digest(inside)}">')


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """A snapshot that holds just what the good page says."""
    site = tmp_path_factory.mktemp("site")
    lines = ('base = "https://data.example.org/"', 'site = "https://www.example.org/"', "")
    (site / "curagraph.toml").write_text("\n".join(lines), "utf-8")
    data = html.page(GOOD, ADDRESS).scripts[0].value
    (site / "snapshot").mkdir()
    store = ox.Store(str(site / "snapshot" / "store"))
    store.extend(
        ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode("https://g.example/")) for t in subset.triples(data)
    )
    store.flush()
    del store
    return Published(Snapshot(Project.load(site), site / "snapshot"), data["@context"])


def test_the_good_page_is_good(published: Published) -> None:
    """Nothing is told of a page as we write it, neither with a snapshot nor without."""
    assert told(GOOD, ADDRESS) == []
    assert told(GOOD, ADDRESS, published) == []


@pytest.mark.parametrize("name", OURS)
def test_a_mistake_in_a_page_of_ours_is_told(name: str, published: Published) -> None:
    """Each change to the good page is told by the check that it is named after, with the key and the line."""
    case = Case.read(name)
    against = published if "published" in case.settings else None
    found = told(case.text, case.settings.get("file", ADDRESS), against)
    also = case.settings.get("also", "").split()
    assert {problem.code for problem in found} == {name, *also}
    [problem] = [problem for problem in found if problem.code == name]
    assert problem.key == case.settings.get("key", "")
    assert problem.severity is checks.BY_NAME[name].ours
    assert case.text.splitlines()[problem.line - 1].strip().startswith(case.settings["at"])


@pytest.mark.parametrize(
    ("canonical", "identifier"),
    [
        ("/communities/telehealth/news/care-at-home/", ""),
        ("./", ""),
        ("HTTPS://WWW.Example.org:443/communities/telehealth/news/care-at-home/index.html", ""),
        ("https://www.example.org/caf%C3%A9/", "https://www.example.org/café/"),
        ("https://xn--mller-kva.example/caf%c3%a9/", "https://müller.example/cafe\u0301/"),
    ],
)
def test_an_address_may_be_spelt_in_several_ways(canonical: str, identifier: str) -> None:
    """A canonical link is the WebPage's address in whatever way both are written."""
    address = "https://www.example.org/communities/telehealth/news/care-at-home/"
    text = GOOD.replace(f'href="{address}"', f'href="{canonical}"')
    file = "café/index.html" if identifier else ADDRESS
    assert told(marked(text.replace(address, identifier or address)), file) == []


def test_relative_canonical_links_start_at_the_base() -> None:
    """A canonical link is read from where `<base>` says that links start, and leads elsewhere from elsewhere."""
    link = '<link rel="canonical" href="https://www.example.org/communities/telehealth/'
    base = '<base href="https://www.example.org/communities/{}/">\n<link rel="canonical" href="'
    assert told(GOOD.replace(link, base.format("telehealth")), ADDRESS) == []
    found = {each.code for each in told(GOOD.replace(link, base.format("telework")), ADDRESS)}
    assert found == {"canonical-differs", "canonical-elsewhere"}


def test_a_wrong_canonical_link_is_shown_where_it_is_wrong() -> None:
    """Of two long addresses that differ at their ends the ends are shown."""
    page = schema(_type="WebPage", url="https://a.example/" + "b" * 80 + "/one")
    [found] = told(f'<link rel="canonical" href="https://a.example/{"b" * 80}/two">{written(page)}')
    assert found.code == "canonical-differs"
    assert "/two'" in found.message
    assert "/one'" in found.message


def test_a_reference_is_missed_wherever_the_check_is_run(published: Published) -> None:
    """What others refer to is judged by their own page, whatever project the command stands in."""
    base = published.snapshot.project.base
    about = [{"@id": f"{base}item/8"}, {"@id": "https://a.example/#b"}]
    page = written(schema(_type="WebPage", _id="https://a.example/", about=about))
    found = [(each.code, each.key) for each in told(page)]
    assert found == [("dangling-reference", "about[1]")]
    assert found == [(each.code, each.key) for each in told(page, "a.html", published)]


def test_a_page_that_the_graph_has_moved_on_from_is_told(tmp_path: Path) -> None:
    """A page of ours is out of date when it says less than would be written today, and not before."""
    site = Site(tmp_path / "site", {"1.md": item(1)})
    site.build()
    pages = tmp_path / "pages"
    pages.mkdir()

    def embed(text: str) -> None:
        (pages / "index.html").write_text(f"<title>A</title>{script.element(text)}", "utf-8")

    def stale() -> list[str]:
        problems = folder.check_folder(pages, site.snapshot()).problems
        return [each.key for each in problems if each.code in ("out-of-date", "not-in-graph")]

    graph = PageGraphs(site.snapshot()).of(f"{BASE}item/1").text
    embed(graph.replace("\n", "\r\n"))
    assert stale() == []
    data = json.loads(graph)
    number = next(n for n, piece in enumerate(data["@graph"]) if piece["@id"] == f"{BASE}item/1")
    del data["@graph"][number]["about"]
    embed(json.dumps(data))
    assert stale() == [f"@graph[{number}]"]
    del data["@graph"][number]
    embed(json.dumps(data))
    assert stale() == [""]


@pytest.mark.parametrize("identifier", ["", "not an IRI", "https://data.example.org/nobody", 5])
def test_a_page_that_the_graph_does_not_know_is_never_out_of_date(identifier: Any, published: Published) -> None:
    """Whatever somebody wrote into a script of ours, nothing breaks and nothing is said of what nobody knows."""
    page = {"@type": "WebPage", "@id": identifier, "mainEntity": identifier}
    text = script.element(json.dumps({"@context": published.context, "@graph": [page]}))
    assert "out-of-date" not in {each.code for each in told(text, "a.html", published)}


# Pages of others


@pytest.mark.parametrize("name", OTHERS)
def test_pages_of_others_are_told_apart(name: str) -> None:
    """A page as other sites have it gives the problems that it says itself, and no others."""
    text = (CASES / "others" / f"{name}.html").read_text("utf-8")
    rows = re.findall(r"<!-- wants: (\S+) ?(.*) -->", text)
    assert rows
    wanted = sorted((code, key) for code, key in rows if code != "nothing")
    assert sorted((each.code, each.key) for each in told(text)) == wanted


# The table


def told_in_cases() -> Iterator[str]:
    yield from OURS
    for name in OTHERS:
        yield from re.findall(r"<!-- wants: (\S+)", (CASES / "others" / f"{name}.html").read_text("utf-8"))
    # A case of a million characters is no file for people, and one that the graph has moved on from is no file alone.
    yield from ("script-too-long", "out-of-date")


def test_each_check_has_a_case() -> None:
    """For every check there is a file that only it, or it with what follows from it, complains about."""
    assert {check.name for check in checks.TABLE} - set(told_in_cases()) == set()


def test_each_check_is_documented() -> None:
    """Each check has a row in the page on the checks, with its severities, and no row is left of one that is gone."""
    page = (ROOT / "docs" / "page-checks.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| ((?:error|warning|note|-), [a-z-]+) \|", page, re.MULTILINE))
    assert rows == {check.name: f"{check.ours or '-'}, {check.others or '-'}" for check in checks.TABLE}


def test_names_of_checks_are_distinct() -> None:
    """No two checks have one name."""
    assert len(checks.BY_NAME) == len(checks.TABLE)


# Input from strangers


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"@context": "https://schema.org", "name": "' + "a" * 20_000_000 + '"}', "script-too-long"),
        ("[" * 100_000, "nested-too-deep"),
        ('{"a":' * 100_000, "nested-too-deep"),
        ("[" * 900 + "]" * 900, "nested-too-deep"),
        ('{"@context": "https://schema.org", "position": NaN}', "not-json"),
        ('{"@context": "https://schema.org", "position": -Infinity}', "not-json"),
        ('{"@context": "https://schema.org", "position": 1' + "0" * 5_000 + "}", "number-too-large"),
        ('{"@context": "https://schema.org", "position": 1e400}', "number-too-large"),
        ('{"@context": "https://schema.org", "name": "\\ud800"}', "illegal-character"),
        ('{"@context": "https://schema.org", "na\\udfffme": "a"}', "illegal-character"),
        ('{"@context": "https://schema.org", "name": "\\u0000"}', "illegal-character"),
        ('{"@context": "https://schema.org", "name": "a\0"}', "not-json"),
        ("", "not-json"),
        ("null", "wrong-shape"),
        ('"text"', "wrong-shape"),
        ("{name: 1}", "not-json"),
        ('{"@context": "https://schema.org", "@reverse": 5}', "wrong-shape"),
        ('{"@context": "https://schema.org", "@naem": 5}', "wrong-shape"),
        ('{"@context": {"a": {"@id": 5, "@container": [1]}, "@vocab": 7}, "a": 1}', "unmapped-name"),
    ],
    ids=lambda value: value[:60] if len(value) < 1000 else str(len(value)),
)
def test_hostile_data_is_told(text: str, code: str) -> None:
    """Data that is broken, endless or malformed is told as what it is, and nothing breaks."""
    found = told(f'<script type="application/ld+json">{text}</script>')
    assert code in {problem.code for problem in found}
    # Whatever was found can be written down.
    "".join(problem.message + problem.key for problem in found).encode()


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["https://a.b/c", "#a"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(max_size=3)
            | st.sampled_from(
                [
                    "@context",
                    "@id",
                    "@type",
                    "@graph",
                    "@value",
                    "@list",
                    "@set",
                    "@reverse",
                    "@language",
                    "name",
                    "author",
                    "item",
                    "itemListElement",
                    "position",
                    "datePublished",
                    "mainEntity",
                    "isBasedOn",
                    "logo",
                    "width",
                ]
            ),
            inner
            | st.sampled_from(["Person", "WebPage", "BreadcrumbList", "ListItem", "Article", "https://schema.org"]),
            max_size=5,
        )
    ),
    max_leaves=30,
)


@given(data=JSON)
def test_any_json_is_read(data: Any) -> None:
    """Whatever JSON a page holds, each problem has a place in the page and a sentence, and nothing is raised."""
    for mark in ("", ' data-curagraph=""'):
        text = f'<title>a</title>\n<script type="application/ld+json"{mark}>\n{json.dumps(data, indent=1)}\n</script>'
        for problem in told(text):
            assert 1 <= problem.line <= text.count("\n") + 1
            assert problem.message
            (problem.message + problem.key).encode()


@given(text=st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    """Whatever text stands in a script, reading it raises nothing."""
    told(f'<script type="application/ld+json">{text}</script>')


MANY = {
    "slips": [
        {"@id": f"https://a.example/{n}", "@type": f"Persn{n}", f"nmae{n}": "x", "url": "/x"} for n in range(7_000)
    ],
    "one thing": [{"@id": "https://a.example/", "@type": "Article", "headline": f"x{n}"} for n in range(12_000)],
    "references": [{"@type": "Article", "isBasedOn": {"@id": "https://a.example/"}} for n in range(12_000)],
    "entities": [{"@type": "WebPage", "mainEntity": [{"@type": "Article"}] * 12_000}],
    "keys": [{"a" * 500 + str(n): {"@type": "Persn"} for n in range(1_000)}],
    "contexts": [{"@context": {f"a{n}": "https://schema.org/nmae"}, f"a{n}": "x"} for n in range(10_000)],
}


@pytest.mark.parametrize("name", MANY)
@pytest.mark.parametrize("mark", ["", ' data-curagraph=""'])
def test_time_grows_with_the_length(name: str, mark: str) -> None:
    """A long script takes seconds, not minutes, whatever it is long of and whosever it is."""
    data = json.dumps({"@context": "https://schema.org", "@graph": MANY[name]})
    assert len(data) < jsontext.MAX_LENGTH
    before = time.monotonic()
    assert told(f'<script type="application/ld+json"{mark}>{data}</script>')
    assert time.monotonic() - before < 20


def test_many_scripts_take_time_by_their_number() -> None:
    """A page of many thousand scripts takes seconds, each with its own line."""
    one = '<script type="application/ld+json">{"@context": "https://schema.org", "@type": "Persn"}</script>\n'
    before = time.monotonic()
    assert [problem.line for problem in told(one * 5_000)] == list(range(1, 5_001))
    assert time.monotonic() - before < 20


# Reading JSON


def test_lines_are_those_of_the_page() -> None:
    """A problem names the line of the page, whatever ends its lines."""
    for end in ("\n", "\r\n", "\r"):
        data = end.join(
            ['{"@context": "https://schema.org",', '"@type": "Person",', '"knows": [', '"a",', '{"nmae": 1}]}']
        )
        text = f'<title>A</title>{end}<script type="application/ld+json">{end}{data}</script>'
        found = {problem.key: problem.line for problem in told(text) if problem.code == "unknown-property"}
        assert found == {"knows[1].nmae": 7}


def test_a_key_that_holds_a_dot_is_escaped() -> None:
    """The key of a problem names one place only."""
    assert jsontext.step("a", "b.c") == "a.b\\.c"
    assert jsontext.lines('{"a": {"b.c": 1,\n"": 2}}', ['a.""', "a.b\\.c"]) == {"a.b\\.c": 1, 'a.""': 2}


@pytest.mark.parametrize(
    ("data", "advice"),
    [
        ("{&quot;name&quot;: 1}", "entities"),
        ('<!-- {"name": 1} -->', "comment"),
        ('{"name": "a\nb"}', r"as \\n"),
        ('{"name": 1,}', "comma"),
        ('{"name": "How to end </script>"}', r"\\u003c"),
        (" ", "empty"),
    ],
)
def test_the_usual_causes_are_named(data: str, advice: str) -> None:
    """Who wrote a script that is not JSON is told what mostly leads to that."""
    [message] = [
        each.message for each in told(f'<script type="application/ld+json">{data}</script>') if "JSON:" in each.message
    ]
    assert re.search(advice, message)


def test_values_are_shown_as_json_has_them() -> None:
    """A message shows what stands in the page, and speaks English."""
    [shape] = [each.message for each in told(written({"@context": "https://schema.org", "@type": None}))]
    assert "found null;" in shape
    [broken] = [each.message for each in told('<script type="application/ld+json">{"name": "a\nb"}</script>')]
    assert "at at" not in broken


# schema.org


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (schema(_type="Person", birthDate="1970-01-01"), []),
        (schema(_type="Person", birthDate="yesterday"), ["outside-range"]),
        (schema(_type="HowTo", totalTime="PT30M"), []),
        (schema(_type="ImageObject", url="https://a.example/b", width=5, height="7 px"), ["small-image"]),
        (schema(_type="ItemList", itemListElement=[{"@type": "ListItem", "position": 1.5}]), ["position-not-integer"]),
        (schema(_type="ItemList", itemListElement=[{"position": 1}, {"name": "a"}]), ["position-not-integer"]),
        (schema(_type="CreativeWork", isAccessibleForFree=True), []),
        (schema(_type="CreativeWork", isAccessibleForFree="perhaps"), ["outside-range"]),
        (schema(_type="CreativeWork", wordCount="many"), ["outside-range"]),
        (schema(_type="CreativeWork", wordCount="812"), []),
        (schema(_type="Offer", availability="https://schema.org/InStock"), []),
        (schema(_type="Offer", availability="InStock"), []),
        (schema(_type="Offer", availability="here and there"), ["text-for-thing"]),
        (schema(_type="CreativeWork", author="Ann Lee"), ["text-for-thing"]),
        (schema(_type="CreativeWork", author="https://a.example/ann"), []),
        (schema(_type="CreativeWork", author={"@type": "Place"}), ["outside-range"]),
        (schema(_type="CreativeWork", author={"@type": "Role", "author": {"@type": "Person"}}), []),
        (schema(_type="CreativeWork", author={"@id": "https://a.example/ann"}), []),
        (schema(_type=["Person", "ProductModel"], name="a", gtin="1"), []),
        (schema(_type="Person", gtin="1"), ["outside-domain"]),
        (schema(_type="Person", additionalType="https://a.example/Curator", name="a"), []),
        (schema(_type="https://schema.org/Person", name="a"), []),
        (schema(_type="https://a.example/Thing", anything="a"), ["unknown-property"]),
        (schema(_type="Photograph", **{"https://a.example/x": "a"}), []),
        (schema(_type="CreativeWork", name={"@value": "a", "@language": "de"}), []),
        (schema(_type="CreativeWork", author={"@list": [{"@type": "Persn"}]}), ["unknown-type"]),
        (schema(_type="ContactPoint", name="a"), []),
        (schema(_type="Code", name="a"), ["superseded-term"]),
        ({"@context": {"s": "https://schema.org/"}, "@type": "s:Person", "s:nmae": "a"}, ["unknown-property"]),
        ({"@context": {"called": "https://schema.org/name"}, "@type": "Person", "called": "a"}, []),
        ({"@context": "https://schema.org", "id": "https://a.example/", "type": "Persn"}, ["unknown-type"]),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else json.dumps(value)[32:90],
)
def test_terms_are_used_as_schema_org_has_them(data: Any, wanted: list[str]) -> None:
    """Types, properties, domains and ranges of schema.org hold in every form in which JSON-LD can be written."""
    assert codes(data) == wanted


def test_a_near_name_is_proposed() -> None:
    """Who misspelt a name is told the one that was probably meant."""
    assert schemaorg.load().near("headLine", is_type=False) == "headline"
    assert schemaorg.load().near("NewsArtcle", is_type=True) == "NewsArticle"
    assert schemaorg.load().near("x" * 100_000, is_type=True) == ""


# Google


def test_features_name_terms_that_exist() -> None:
    """Every type and property that the list of Google's wishes names is one of schema.org."""
    known = schemaorg.load()
    for feature in google.features().values():
        assert set(feature.types) <= known.types.keys()
        paths = re.split(r"[.|]", "|".join([*feature.required, *feature.recommended]))
        assert set(paths) <= known.properties.keys()


def test_nothing_is_asked_of_an_original_work() -> None:
    """A work that something is based on is not told to have author, date and image: these are not ours to say."""
    work = {"@id": "https://news.example.com/1", "@type": "NewsArticle", "headline": "A"}
    item = {"@type": "CreativeWork", "isBasedOn": {"@id": "https://news.example.com/1"}}
    assert codes(schema(_graph=[work, item])) == []
    assert {each.code for each in told(written(schema(_graph=[work])))} == {"recommended-property"}


def test_what_is_inside_another_thing_is_not_asked_for_more() -> None:
    """Google is told of the things that a page describes for themselves, by the types that it names and no others."""
    event = {"@type": "Event", "name": "A"}
    assert codes(schema(_type="CreativeWork", about=event)) == []
    assert codes(schema(_type="PublicationEvent", name="A")) == []
    assert codes(schema(_graph=[event])) == ["required-property"] * 2
    assert codes(schema(_type="WebPage", mainEntity=event)) == ["required-property"] * 2
    assert [each.code for each in told(written(schema(_type="PerformingGroup", name="A")))] == []


def test_what_a_piece_of_ours_lacks_is_told_once(tmp_path: Path) -> None:
    """What is to be said of a piece that many of our pages have is told of the first, with the setting to write."""
    text = GOOD.replace('"logo": "https://data.example.org/logo"', '"description": "Health"')
    for name in ("a", "b"):
        (tmp_path / f"{name}.html").write_text(marked(text), "utf-8")
        (tmp_path / f"{name}2.html").write_text(written(schema(_type="Organization", url="https://a.example/")))
    found = [each for each in folder.check_folder(tmp_path).problems if each.code == "recommended-property"]
    assert [each.file for each in found] == ["a.html", "a2.html", "a2.html", "b2.html", "b2.html"]
    assert "set logo in [publisher] of curagraph.toml" in found[0].message


def test_an_author_is_asked_for_a_name() -> None:
    """What is recommended of an author is asked of each author that the page describes."""
    article = schema(_type="Article", author=[{"@type": "Person", "name": "Ann"}, {"@type": "Person"}])
    found = [each.message for each in told(written(article)) if "author" in each.message]
    assert len(found) == 2
    assert "author.name" in found[0] + found[1]


@pytest.mark.parametrize(
    ("name", "is_name"),
    [
        ("Ann Lee", True),
        ("Ann Lee, MD", True),
        ("O'Neil-Byrne, Jr.", True),
        ("Byron Andrews", True),
        ("José Ortega y Gasset", True),
        ("Vera @example.com", False),
        ("ann@example.com", False),
        ("By Ann Lee", False),
        ("Ann Lee and Bob Ray", False),
        ("Ann Lee, Bob Ray", False),
        ("Ann Lee; Bob Ray", False),
    ],
)
def test_a_name_is_a_name_alone(name: str, is_name: bool) -> None:
    """Addresses, the word before a name and joined names are told; titles behind a name are none of these."""
    found = codes(schema(_type="CreativeWork", author={"@type": "Person", "name": name}))
    assert found == ([] if is_name else ["author-name"])


# Folders


def site(where: Path, count: int) -> Path:
    for number in range(count):
        (where / f"{number}").mkdir(parents=True)
        (where / f"{number}" / "index.html").write_text(written(schema(_type="Persn")), "utf-8")
    return where


def test_a_folder_is_checked(tmp_path: Path) -> None:
    """Every page of a folder is looked at, hidden ones apart; what cannot be read is told."""
    site(tmp_path, 2)
    (tmp_path / "a.HTM").write_bytes(b"\xff\xfe" + "<title>ä</title>".encode("utf-16-le"))
    (tmp_path / "b.html").write_bytes(b'<meta charset="utf-8"><title>\xff</title>')
    (tmp_path / ".c.html").write_text(written(schema(_type="Persn")))
    (tmp_path / "d.txt").write_text("text")
    (tmp_path / "e.html").symlink_to("nowhere")
    found = folder.check_folder(tmp_path)
    assert [(each.file, each.code) for each in found.problems] == [
        ("0/index.html", "unknown-type"),
        ("1/index.html", "unknown-type"),
        ("b.html", "wrong-charset"),
        ("e.html", "unreadable"),
    ]
    assert found.looked == {"pages": 5, "described": 2, "ours": 0}
    assert found.is_bad


def test_many_pages_are_checked_by_several_processes(tmp_path: Path) -> None:
    """The same is found by several processes as by one, in the same order, and progress is told."""
    site(tmp_path, 260)
    seen: list[tuple[int, int]] = []
    several = folder.check_folder(tmp_path, jobs=2, progress=lambda done, total: seen.append((done, total)))
    assert several == folder.check_folder(tmp_path, jobs=1)
    assert len(several.problems) == 260
    assert seen[-1] == (260, 260)


def test_many_pages_are_compared_with_a_snapshot(tmp_path: Path, published: Published) -> None:
    """Several processes read one snapshot, and tell which page says something else."""
    for number in range(210):
        text = GOOD if number != 7 else marked(GOOD.replace("Curator One", "Curator Two"))
        (tmp_path / f"{number}.html").write_text(text, "utf-8")
    found = folder.check_folder(tmp_path, published.snapshot, jobs=2).problems
    assert [(each.file, each.key) for each in found if each.code == "not-in-graph"] == [("7.html", "@graph[8].name")]


def test_a_folder_that_is_not_there_is_a_wrong_call(tmp_path: Path) -> None:
    """Who names no folder is told so."""
    with pytest.raises(UsageError, match="is not a folder"):
        folder.check_folder(tmp_path / "nowhere")


def test_page_graphs_are_checked_without_pages(published: Published) -> None:
    """A page graph is checked before it is in any page: canonical links and visible words are not asked for."""
    text = json.dumps(html.page(GOOD, ADDRESS).scripts[0].value)
    wrong = text.replace("Curator One", "Curator Two")
    base = published.snapshot.project.base

    def faults(graph: str) -> list[tuple[str, str, str]]:
        found = folder.check_graphs(published.snapshot, [(f"{base}item/7", PageGraph(graph, ()))]).problems
        return [(each.file, each.key, each.code) for each in found if each.code != "other-context"]

    assert faults(text) == []
    assert faults(wrong) == [("item/7", "@graph[8].name", "not-in-graph")]


@pytest.mark.parametrize("format_", ["table", "json", "sarif", "github"])
def test_each_format_tells_all(tmp_path: Path, format_: str) -> None:
    """What was found is told in each of the formats of `curagraph check`."""
    text = telling.written(folder.check_folder(site(tmp_path, 3)), format_, tmp_path)
    assert text.count("unknown-type") >= 3
    assert "2/index.html" in text
    if format_ == "sarif":
        rules = json.loads(text)["runs"][0]["tool"]["driver"]["rules"]
        assert {rule["id"] for rule in rules} == set(checks.BY_NAME)


def test_severities_differ_between_ours_and_others() -> None:
    """What we promise of our own pages is less of a fault in those of others."""
    worse = [Severity.ERROR, Severity.WARNING, Severity.NOTE, None]
    assert all(worse.index(check.ours) <= worse.index(check.others) for check in checks.TABLE if check.ours)
