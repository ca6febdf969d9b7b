"""The endpoint by the SPARQL 1.1 Protocol: each request of `protocol.toml`, formats, caching, and the description."""

from __future__ import annotations

import http.client
import json
import tomllib
from collections.abc import Iterator
from contextlib import closing, suppress
from typing import Any
from urllib.parse import urlencode, urlsplit

import pyoxigraph as ox
import pytest

import curagraph
from curagraph.asking.sparqltokens import Outline
from tests.project import BASE, PATIENCE, ROOT, Site, items
from tests.server import Server, serving

REQUESTS = tomllib.loads((ROOT / "tests" / "protocol.toml").read_text("utf-8"))["request"]
SD = "http://www.w3.org/ns/sparql-service-description#"
ROWS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
TRIPLES = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}
ITEMS = "SELECT ?item ?title { ?item a cu:CuratedItem ; dcterms:title ?title } ORDER BY ?item"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A project of three items, one with a title that wants quoting everywhere."""
    site = Site(tmp_path_factory.mktemp("site") / "project", items([1, 2]) | items([3], title='A "b", <c> & d'))
    site.build()
    return site


@pytest.fixture(scope="module")
def server(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(site.folder, tmp_path_factory.mktemp("log") / "log") as server:
        yield server


def send(
    server: Server, method: str, search: str = "", body: bytes | None = None, **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    """The response to a request, and its body."""
    address = urlsplit(server.address)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=PATIENCE)
    named = {name.replace("_", "-"): value for name, value in headers.items() if value}
    with closing(connection):
        connection.request(method, f"/sparql?{search}" if search else "/sparql", body, named)
        response = connection.getresponse()
        return response, response.read()


def encoded(pairs: list[list[str]]) -> str:
    return urlencode([(name, value) for name, value in pairs])


def ask(server: Server, query: str, accept: str = "", **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
    return send(server, "GET", urlencode({"query": query}), None, accept=accept, **headers)


@pytest.mark.parametrize("case", REQUESTS, ids=lambda case: case["says"])
def test_each_request_is_answered_as_the_protocol_wants(server: Server, case: dict[str, Any]) -> None:
    """What goes in and out is in the table; whatever is refused is told as problem details."""
    search = case.get("search", encoded(case.get("parameters", [])))
    media_type, body = case.get("content-type", ""), None
    if "form" in case:
        media_type, body = "application/x-www-form-urlencoded", encoded(case["form"]).encode()
    elif "body" in case:
        body = case["body"].encode(case.get("encoding", "utf-8"))
    method = case.get("method", "GET" if body is None else "POST")
    response, data = send(server, method, search, body, accept=case.get("accept", ""), content_type=media_type)
    assert response.status == case["status"], data
    if "type" in case:
        assert response.headers["content-type"] == case["type"]
    if "boolean" in case:
        assert json.loads(data)["boolean"] is case["boolean"]
    if "graphs" in case:
        assert len(json.loads(data)["results"]["bindings"]) == case["graphs"]
    if "kind" in case:
        assert response.headers["content-type"] == "application/problem+json"
        assert json.loads(data)["type"] == f"urn:curagraph:{case['kind']}"
    if "allow" in case:
        assert set(response.headers["allow"].split(", ")) == set(case["allow"])


@pytest.mark.parametrize("media_type", ROWS)
def test_rows_are_those_of_the_command_line(server: Server, site: Site, media_type: str) -> None:
    """Each format of rows holds what `curagraph query` finds."""
    response, data = ask(server, ITEMS, media_type)
    assert response.headers["content-type"].partition(";")[0] == media_type
    found = ox.parse_query_results(data, ROWS[media_type])
    assert isinstance(found, ox.QuerySolutions)
    assert sorted(tuple(term.value for term in row) for row in found) == site.ask(ITEMS)


def test_csv_is_that_of_the_command_line(server: Server, site: Site) -> None:
    """CSV is the same to the byte."""
    assert ask(server, ITEMS, "text/csv")[1] == site.run("query", ITEMS, "--format", "csv").data


@pytest.mark.parametrize("media_type", TRIPLES)
def test_triples_are_the_same_in_every_format(server: Server, site: Site, media_type: str) -> None:
    """Each format of triples holds what the store answers."""
    query = "CONSTRUCT { ?item dcterms:title ?title } WHERE { ?item a cu:CuratedItem ; dcterms:title ?title }"
    found = {quad.triple for quad in ox.parse(ask(server, query, media_type)[1], TRIPLES[media_type])}
    wanted = curagraph.ask(site.snapshot(), query)
    assert len(found) == 3
    assert found == set(wanted)  # type: ignore[arg-type]


def test_an_answer_that_has_not_changed_is_304(server: Server) -> None:
    """The tag of an answer stands for it, in each format another one."""
    response, _ = ask(server, ITEMS)
    assert response.headers["vary"] == "Accept"
    assert "max-age" in response.headers["cache-control"]
    again, data = ask(server, ITEMS, if_none_match=f'"x", {response.headers["etag"]}')
    assert (again.status, data) == (304, b"")
    assert ask(server, ITEMS, "text/csv", if_none_match=response.headers["etag"])[0].status == 200


def test_an_answer_that_is_another_each_time_is_not_kept(server: Server) -> None:
    """RAND, NOW and the like have no tag, and are asked anew."""
    query = "SELECT (RAND() AS ?x) (NOW() AS ?y) {}"
    response, one = ask(server, query)
    assert response.headers["etag"] is None
    assert response.headers["cache-control"] == "no-store"
    assert ask(server, query)[1] != one


def test_head_has_the_headers_of_get(server: Server) -> None:
    """HEAD is GET without the body."""
    search = urlencode({"query": ITEMS})
    got, data = send(server, "GET", search)
    response, nothing = send(server, "HEAD", search)
    assert nothing == b""
    for name in ("content-type", "etag", "content-length"):
        assert response.headers[name] == got.headers[name]
    assert int(got.headers["content-length"]) == len(data)


def test_programs_of_other_sites_may_ask(server: Server) -> None:
    """The preflight request of a browser is granted, and every answer may be read, errors too."""
    asked = {"access_control_request_method": "POST", "access_control_request_headers": "content-type"}
    response, _ = send(server, "OPTIONS", "", None, origin="https://example.com", **asked)
    assert response.status in (200, 204)
    assert "POST" in response.headers["access-control-allow-methods"]
    assert "content-type" in response.headers["access-control-allow-headers"].lower()
    for query in ("ASK {}", "ASK {"):
        assert ask(server, query, origin="https://example.com")[0].headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("size", [1_000_001, 10_000_000])
def test_a_query_that_is_too_long_is_refused(server: Server, size: int) -> None:
    """By POST a query of more than a million bytes is 413; as an address it is 431, or the connection is cut."""
    text = b"ASK {}".ljust(size, b" ")
    form = urlencode({"query": text})
    ways = (
        send(server, "POST", "", text, content_type="application/sparql-query"),
        send(server, "POST", "", form.encode(), content_type="application/x-www-form-urlencoded"),
    )
    assert [response.status for response, _ in ways] == [413, 413]
    with suppress(ConnectionError):
        assert send(server, "GET", form)[0].status == 431
    assert ask(server, "ASK {}".ljust(60_000))[0].status == 200


@pytest.mark.parametrize("media_type", TRIPLES)
def test_the_service_description_is_true(server: Server, site: Site, media_type: str) -> None:
    """It parses in each format, names the address asked, and lists only graphs that there are."""
    response, data = send(server, "GET", accept=media_type)
    assert response.headers["content-type"].partition(";")[0] == media_type
    assert response.headers["vary"] == "Accept"
    store = ox.Store()
    store.load(data, TRIPLES[media_type])

    def objects(name: str) -> set[str]:
        quads = store.quads_for_pattern(None, ox.NamedNode(SD + name), None)
        return {quad.object.value for quad in quads}  # type: ignore[union-attr]

    assert objects("endpoint") == {f"{server.address}sparql"}
    assert objects("supportedLanguage") == {f"{SD}SPARQL11Query"}
    assert objects("feature") == {f"{SD}UnionDefaultGraph"}
    assert f"{BASE}graph/ontology" in objects("name")
    for graph in objects("name"):
        assert site.snapshot().store.contains_named_graph(ox.NamedNode(graph)), graph
        assert json.loads(ask(server, f"ASK FROM <{graph}> {{ ?s ?p ?o }}")[1])["boolean"]
    assert send(server, "GET", accept="image/png")[0].status == 406


def test_people_get_the_editor(server: Server) -> None:
    """Without a query, a browser is shown a page."""
    response, _ = send(server, "GET", accept="text/html,application/xhtml+xml,*/*;q=0.8")
    assert response.status == 200
    assert response.headers["content-type"].startswith("text/html")


OUTLINES = [
    ("PREFIX ask: <http://a/#> # SELECT\nDescribe ask:x", "DESCRIBE", (), ()),
    ("BASE <http://a/b/> SELECT * FROM <c> FROM NAMED <http://d/> {}", "SELECT", (), ("http://a/b/c", "http://d/")),
    ("ASK { service<http://a/>{} SeRvIcE#c\n silent\t?x {} }", "ASK", ("http://a/", "?x"), ()),
    ("PREFIX e: <http://e/> ASK { SERVICE e:a\\-b {} }", "ASK", ("http://e/a-b",), ()),
    ("ASK { ?s ?p 'SERVICE <a:a>' , '''SERVICE '<b:b>' ''' }", "ASK", (), ()),
    ("ASK { SERVICE <http://\\u0065/> {} ?SERVICE ?service <SERVICE> }", "ASK", ("http://e/",), ()),
    ("SELECT ?services ?x { ?services a ?x }", "SELECT", (), ()),
    ("ASK { 'SERVICE #' . SERVICE <b:b> { } #\n<a:a> {", "ASK", ("b:b",), ()),
    ("BASE <http://[> ASK FROM <x> {}", "ASK", (), ("x",)),
    ("INSERT DATA {}", "INSERT", (), ()),
    ("", "", (), ()),
]  # fmt: skip


@pytest.mark.parametrize(("text", "form", "services", "graphs"), OUTLINES)
def test_the_outline_of_a_query(text: str, form: str, services: tuple[str, ...], graphs: tuple[str, ...]) -> None:
    """Words count as keywords only where SPARQL reads them as such."""
    found = Outline(text)
    assert (found.form, found.services, found.graphs) == (form, services, graphs)
