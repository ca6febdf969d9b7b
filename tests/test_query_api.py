"""The named queries over HTTP: whole answers and pages of them, in every format, and what is refused."""

from __future__ import annotations

import csv
import io
import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from typing import Any
from urllib.parse import quote, urlencode, urljoin

import pyoxigraph as ox
import pytest

from curagraph import Project
from curagraph.asking import answers, queryfile
from curagraph.asking.answers import AnswerFormat
from curagraph.serve.api import formats
from tests.project import BASE, ROOT, Site, item
from tests.server import Server, serving

_ALL = queryfile.load_all(Project.load(ROOT))
QUESTIONS = {name: question for name, question in _ALL.items() if question.is_asked}
TRIPLES = sorted(name for name, question in QUESTIONS.items() if "CONSTRUCT" in question.text)
# What other people wrote is in a graph that a server does not show unless it is told to.
EXCERPT = "https://schema.org/abstract"
ROWS = sorted(QUESTIONS.keys() - set(TRIPLES))


@dataclass
class Got:
    """A response."""

    status: int
    headers: Message
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def links(self) -> dict[str, str]:
        """The addresses of the Link header, by relation."""
        found = re.findall(r'<([^>]*)>; rel="([^"]*)"', self.headers.get("Link", ""))
        return {relation: address for address, relation in found}


def get(server: Server, path: str, accept: str = "", **headers: str) -> Got:
    """The response to a GET; `path` is below the root."""
    wanted = {"Accept": accept} if accept else {}
    request = urllib.request.Request(urljoin(server.address, path), headers=wanted | headers)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
            return Got(response.status, response.headers, response.read())
    except urllib.error.HTTPError as error:
        with error:
            return Got(error.code, error.headers, error.read())


def refused(got: Got, status: int, kind: str) -> str:
    """The sentence of a problem of this kind."""
    assert (got.status, got.headers.get_content_type()) == (status, "application/problem+json"), got.body
    assert got.json()["type"] == f"urn:curagraph:{kind}"
    return str(got.json()["detail"])


@pytest.mark.parametrize("name", ROWS)
def test_the_api_the_endpoint_and_the_library_answer_alike(seeds_server: Server, seeds_site: Site, name: str) -> None:
    """The answer of the API, of /sparql to the same text, and of `ask` are the same rows in the same order."""
    answered = get(seeds_server, f"queries/{name}.json").json()
    text = answers.prepared(seeds_site.load(), name)
    asked = get(seeds_server, f"sparql?{urlencode({'query': text})}", "application/sparql-results+json")
    assert asked.json() == answered
    here = json.loads(_answer(seeds_site, name, AnswerFormat.JSON))
    rows = here["results"]["bindings"]
    here["results"]["bindings"] = [row for row in rows if row.get("property", {}).get("value") != EXCERPT]
    assert here == answered


def test_the_command_line_answers_like_the_api(seeds_server: Server, seeds_site: Site) -> None:
    """`curagraph query` prints what the API sends."""
    printed = seeds_site.run("query", "latest-items", "--set", "since=2020-12-01", "--format", "csv").data
    assert get(seeds_server, "queries/latest-items.csv?since=2020-12-01").body == printed


@pytest.mark.parametrize("name", TRIPLES)
def test_the_same_triples_come_from_all(seeds_server: Server, seeds_site: Site, name: str) -> None:
    """A query that answers with triples does so in every format, and like `ask`."""
    expected = _graph(_answer(seeds_site, name, AnswerFormat.NTRIPLES), "nt")
    assert len(expected)
    for suffix in formats.downloads(formats.TRIPLES):
        assert _graph(get(seeds_server, f"queries/{name}.{suffix}").body, suffix) == expected, suffix


def _answer(site: Site, name: str, format_: AnswerFormat) -> bytes:
    return answers.serialize(answers.ask(site.snapshot(), name), format_, site.load().vocabulary)


def _graph(data: bytes, suffix: str) -> ox.Dataset:
    dataset = ox.Dataset(ox.parse(data, ox.RdfFormat.from_extension(suffix)))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def test_rows_come_in_every_format(seeds_server: Server) -> None:
    """CSV, TSV and XML hold the same rows as JSON, and say what they are."""
    expected = [row["item"]["value"] for row in get(seeds_server, "queries/latest-items").json()["results"]["bindings"]]
    assert len(expected) == 4
    for suffix in formats.downloads(formats.ROWS):
        got = get(seeds_server, f"queries/latest-items.{suffix}")
        assert got.headers["Content-Type"] == formats.ROWS[suffix]
        assert [item for item in expected if item.encode() not in got.body] == []
        assert get(seeds_server, "queries/latest-items", formats.ROWS[suffix]).body == got.body
    rows = list(csv.reader(io.StringIO(get(seeds_server, "queries/latest-items.csv").body.decode())))
    assert [row[-1] for row in rows[1:]] == expected


def test_parameters_are_bound_as_terms(seeds_server: Server) -> None:
    """What is given is a value, whatever it looks like, and never becomes a part of the query."""
    hostile = 'models" } } # '
    got = get(seeds_server, f"queries/titles-with-words?{urlencode({'words': hostile})}")
    assert got.json()["results"]["bindings"] == []
    assert len(get(seeds_server, "queries/latest-items?since=2020-12-12").json()["results"]["bindings"]) == 1


@pytest.mark.parametrize("suffix", ["json", "csv", "tsv", "xml"])
def test_pages_put_together_are_the_whole(seeds_server: Server, suffix: str) -> None:
    """Who follows the links to the next page has all rows, each once; the last page has no such link."""
    whole = get(seeds_server, f"queries/terms.{suffix}").body
    path, items, pages = f"queries/terms.{suffix}?limit=7", list[str](), 0
    while path:
        got = get(seeds_server, path)
        assert ("prev" in got.links) == bool(pages)
        assert "first" in got.links
        items += _subjects(got.body)
        pages, path = pages + 1, got.links.get("next", "")
    assert items == _subjects(whole)
    assert pages > 5


def _subjects(data: bytes) -> list[str]:
    return re.findall(r"https://data\.medigy\.com/ontology#(?:\w+)(?=[\"<>\r\n])", data.decode())


def test_a_page_at_the_very_end_is_the_last(seeds_server: Server) -> None:
    """Four rows in a page of four leave no next page; behind the end there are none."""
    assert "next" not in get(seeds_server, "queries/latest-items?limit=4").links
    assert get(seeds_server, "queries/latest-items?limit=3").links["next"].endswith("latest-items?limit=3&offset=3")
    beyond = get(seeds_server, "queries/latest-items?offset=50")
    assert beyond.json()["results"]["bindings"] == []
    assert beyond.links.keys() == {"first", "prev"}


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("latest-items?since=yesterday", "since: found 'yesterday', wanted a date such as 2020-12-26"),
        ("latest-items?since=", "latest-items wants a value for since"),
        ("latest-items?since=2020-12-01&since=2020-12-02", "since was given more than once"),
        ("latest-items?until=2020-12-01", "latest-items knows no parameter until; its parameters are since"),
        ("topics-together?at_least=two", "at_least: found 'two', wanted integer"),
        ("items-of-brand?brand=%00", "found the character U+0000"),
        ("latest-items?limit=0", "limit: found '0', wanted a whole number from 1 to 10,000"),
        ("latest-items?limit=10001", "wanted a whole number from 1 to 10,000"),
        ("latest-items?limit=%D9%A1", "wanted a whole number"),
        ("latest-items?offset=-1", "offset: found '-1'"),
        ("topics-as-skos?limit=3", "topics-as-skos answers with triples, which come whole"),
    ],
)
def test_a_wrong_parameter_is_refused_with_what_was_wanted(seeds_server: Server, path: str, wanted: str) -> None:
    """A parameter that is wrong, unknown, empty or given twice is told by its name."""
    got = get(seeds_server, f"queries/{path}")
    kind = "missing-parameter" if path.endswith("=") else "wrong-parameter"
    assert wanted in refused(got, 400, kind)
    page = get(seeds_server, f"queries/{path}", "text/html")
    assert page.status == 400
    assert page.headers.get_content_type() == "text/html"
    assert b'role="alert"' in page.body


def test_an_unknown_query_names_one_that_is_near(seeds_server: Server) -> None:
    """A name with a slip leads to the right one; pieces of pages are no queries."""
    assert "Did you mean latest-items?" in refused(get(seeds_server, "queries/latest-item"), 404, "no-such-query")
    assert get(seeds_server, "queries/latest-item", "text/html").status == 404
    refused(get(seeds_server, "queries/pieces/item"), 404, "no-such-query")
    refused(get(seeds_server, "queries/%2e%2e%2fcuragraph"), 404, "no-such-query")


def test_a_format_that_does_not_fit_is_refused(seeds_server: Server) -> None:
    """Rows cannot be had as Turtle nor triples as CSV, and the answer says what can be had."""
    assert ".csv" in refused(get(seeds_server, "queries/latest-items.ttl"), 404, "no-such-format")
    assert ".ttl" in refused(get(seeds_server, "queries/topics-as-skos.csv"), 404, "no-such-format")
    assert "text/csv" in refused(get(seeds_server, "queries/latest-items", "image/png"), 406, "not-acceptable")
    assert "text/turtle" in refused(get(seeds_server, "queries/topics-as-skos", "text/csv"), 406, "not-acceptable")
    refused(get(seeds_server, "queries", "image/png"), 406, "not-acceptable")
    refused(get(seeds_server, "queries.csv"), 404, "no-such-format")


def test_the_list_is_that_of_the_command(seeds_server: Server, seeds_site: Site) -> None:
    """As JSON the list is what `curagraph queries` prints, but for the pieces of pages; the page leads to each."""
    got = get(seeds_server, "queries.json")
    listed = json.loads(seeds_site.run("queries", "--format", "json").data)
    assert got.json() == [question for question in listed if question["name"] in QUESTIONS]
    assert get(seeds_server, "queries", "application/json").body == got.body
    page = get(seeds_server, "queries", "text/html").body.decode()
    assert [name for name in QUESTIONS if f'href="/queries/{quote(name)}"' not in page] == []


def test_an_answer_that_the_client_has_is_not_sent_again(seeds_server: Server) -> None:
    """Each kind of answer has an entity tag, and 304 answers a client that names it."""
    for path in ("queries.json", "queries/latest-items.csv", "queries/latest-items?limit=2", "queries/terms.html"):
        etag = get(seeds_server, path).headers["ETag"]
        again = get(seeds_server, path, **{"If-None-Match": etag})
        assert (again.status, again.body) == (304, b""), path
        assert "." in path or again.headers["Vary"] == "Accept"


def test_the_page_shows_labels_that_lead_to_things(seeds_server: Server) -> None:
    """A cell with an IRI shows its name, and leads to the page of the thing; the text can be opened in the editor."""
    page = get(seeds_server, "queries/items-of-kind", "text/html").body.decode()
    assert re.search(r'<a href="/item/3932" title="https://data\.medigy\.com/item/3932">CMS Doubles', page)
    assert 'href="/queries/items-of-kind.csv"' in page
    assert 'href="/sparql#query=PREFIX%20' in page
    assert "1 row, which is all." in page
    short = get(seeds_server, "queries/latest-items.html?since=2020-11-01&limit=2").body.decode()
    assert "Rows 1 to 2; there are more." in short
    assert 'rel="next" href="/queries/latest-items?since=2020-11-01&amp;limit=2&amp;offset=2"' in short
    assert "#+" not in short


HOSTILE = """#+ summary: <script>alert(1)</script>
SELECT ?a ?b { VALUES (?a ?b) {
  (<javascript:alert(1)> "<img src=x onerror=alert(1)>") (<http://a.example/'onclick=x> "b"@en)
  (<https://data.example.org//evil.example/> 1)
} }"""
NEEDS = """#+ summary: Needs
#+ params:
#+   n: {type: integer, description: a number}
SELECT ?n {}"""
LIMITED = """#+ params:
#+   limit: {type: integer, default: 150, description: the most}
SELECT DISTINCT ?a { VALUES ?a { NUMBERS } FILTER(?a < ?limit) }""".replace("NUMBERS", " ".join(map(str, range(200))))


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of a project with queries of its own."""
    folder = tmp_path_factory.mktemp("own")
    site = Site(folder / "project", {"1.md": item(1)})
    queries = site.folder / "queries"
    queries.mkdir()
    texts = {"hostile": HOSTILE, "needs": NEEDS, "limited": LIMITED, "is-it": "ASK { ?s ?p ?o }"}
    texts["now"] = "SELECT (NOW() AS ?now) {}"
    for name, text in texts.items():
        (queries / f"{name}.rq").write_text(text, encoding="utf-8")
    site.build()
    with serving(site.folder, folder / "server.log") as found:
        yield found


def test_hostile_texts_are_inert(own: Server) -> None:
    """Markup in summaries and cells is text; an IRI leads to a page of ours, to the web, or nowhere."""
    page = get(own, "queries/hostile.html").body.decode()
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "&lt;img src=x" in page
    assert re.findall(r'<td><a href="([^"]*)"', page) == ["http://a.example/&#39;onclick=x", f"{BASE}/evil.example/"]
    assert "<script>alert" not in get(own, "queries", "text/html").body.decode()


def test_a_parameter_without_a_default_is_asked_for(own: Server) -> None:
    """Without its value there is no answer; the page has the form to give it."""
    assert refused(get(own, "queries/needs"), 400, "missing-parameter") == "needs wants a value for n: a number."
    page = get(own, "queries/needs.html")
    assert page.status == 400
    assert b'<input id="p-n" name="n" type="number" value=""' in page.body
    described = get(own, "openapi.json").json()["paths"]["/queries/needs"]["get"]["parameters"]
    assert [row["required"] for row in described if row["name"] == "n"] == [True]


def test_a_parameter_called_limit_means_itself(own: Server) -> None:
    """A query whose own parameter is called like one of paging has that one, and no pages."""
    got = get(own, "queries/limited?limit=3")
    assert {row["a"]["value"] for row in got.json()["results"]["bindings"]} == {"0", "1", "2"}
    assert got.links == {}
    assert "knows no parameter offset" in refused(get(own, "queries/limited?offset=1"), 400, "wrong-parameter")
    page = get(own, "queries/limited", "text/html")
    assert b"there are more" in page.body
    assert b"The files below hold all of them" in page.body
    assert b'rel="next"' not in page.body


def test_what_may_change_by_itself_is_not_kept(own: Server) -> None:
    """A query that asks for the time has another answer each time, and no cache keeps it."""
    for path in ("queries/now", "queries/now?limit=1", "queries/now.html"):
        first, second = get(own, path), get(own, path)
        assert first.body != second.body
        assert first.headers["Cache-Control"] == "no-store"
        assert "ETag" not in first.headers


def test_yes_and_no_come_in_every_format(own: Server) -> None:
    """A query that asks whether is answered by true in each format, with limit too, and by Yes for people."""
    assert get(own, "queries/is-it").json()["boolean"] is True
    assert get(own, "queries/is-it.csv").body == get(own, "queries/is-it.csv?limit=1").body == b"true\n"
    assert b"<boolean>true</boolean>" in get(own, "queries/is-it.xml?limit=1").body
    assert b"Yes" in get(own, "queries/is-it.html").body
