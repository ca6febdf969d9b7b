"""The endpoint as other people's programs ask it: SPARQLWrapper, rdflib's SPARQLStore and Comunica."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rdflib import Graph
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, POST, TSV, TURTLE, XML, SPARQLWrapper

from tests.project import CU, PATIENCE, Site, items
from tests.server import Server, serving

WEBTOOLS = Path(sys.prefix) / "webtools" / "node_modules"
PREFIXES = f"PREFIX cu: <{CU}> PREFIX dcterms: <http://purl.org/dc/terms/>\n"
ITEMS = f"{PREFIXES}SELECT ?item ?title WHERE {{ ?item a cu:CuratedItem ; dcterms:title ?title }}"
TITLES = f"{PREFIXES}CONSTRUCT WHERE {{ ?item a cu:CuratedItem ; dcterms:title ?title }}"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    site = Site(tmp_path_factory.mktemp("site") / "project", items([1, 2, 3]))
    site.build()
    return site


@pytest.fixture(scope="module")
def server(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(site.folder, tmp_path_factory.mktemp("log") / "log") as server:
        yield server


@pytest.mark.parametrize("method", ["GET", POST])
def test_sparqlwrapper_reads_rows(server: Server, site: Site, method: str) -> None:
    """SPARQLWrapper reads the rows of the command line, by GET and by POST."""
    client = SPARQLWrapper(f"{server.address}sparql")
    client.setMethod(method)
    client.setQuery(ITEMS)
    client.setReturnFormat(JSON)
    found: Any = client.query().convert()
    rows = sorted(tuple(row[name]["value"] for name in ("item", "title")) for row in found["results"]["bindings"])
    assert rows == site.ask(ITEMS)


@pytest.mark.parametrize("format_", [CSV, TSV, XML])
def test_sparqlwrapper_reads_other_formats(server: Server, format_: str) -> None:
    """SPARQLWrapper gets rows in each format that it knows."""
    client = SPARQLWrapper(f"{server.address}sparql")
    client.setQuery(ITEMS)
    client.setReturnFormat(format_)
    response = client.query()
    assert response.response.status == 200
    assert response.convert()


def test_sparqlwrapper_reads_triples(server: Server) -> None:
    """SPARQLWrapper reads a graph that a query constructs."""
    client = SPARQLWrapper(f"{server.address}sparql")
    client.setQuery(TITLES)
    client.setReturnFormat(TURTLE)
    found: Any = client.query().convert()
    assert len(Graph().parse(found, format="turtle")) == 6


def test_rdflib_asks_it_as_a_store(server: Server, site: Site) -> None:
    """An rdflib Graph on a SPARQLStore finds the rows of the command line, and triples by pattern."""
    graph = Graph(SPARQLStore(f"{server.address}sparql"))
    rows = graph.query(ITEMS)
    assert sorted((str(item), str(title)) for item, title in rows) == site.ask(ITEMS)  # type: ignore[misc]
    assert graph.query("ASK {}").askAnswer
    assert len(list(graph.query(TITLES))) == 6
    graph.close()


@pytest.fixture(scope="module")
def comunica() -> Path:
    command = WEBTOOLS / "@comunica" / "query-sparql" / "bin" / "query.js"
    if not command.is_file():
        pytest.skip(f"no Comunica in {WEBTOOLS}; .ci/run installs it with npm")
    return command


@pytest.mark.parametrize("kind", ["", "sparql@"])
def test_comunica_finds_out_by_itself_that_it_is_an_endpoint(
    server: Server, site: Site, comunica: Path, kind: str
) -> None:
    """Comunica reads the service description, and then sends the whole query, as if it were told what this is."""
    before = len(asked(server))
    command = ["node", str(comunica), f"{kind}{server.address}sparql", ITEMS, "-t", "application/sparql-results+json"]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=PATIENCE, check=False, env={**os.environ, "HTTP_PROXY": ""}
    )
    assert done.returncode == 0, done.stderr
    bindings = json.loads(done.stdout)["results"]["bindings"]
    assert sorted((row["item"]["value"], row["title"]["value"]) for row in bindings) == site.ask(ITEMS)
    mine = [row for row in asked(server)[before:] if row["agent"].startswith("Comunica")]
    assert [row["status"] for row in mine] == [200] * len(mine)
    assert any("CuratedItem" in row["path"] for row in mine)


def asked(server: Server) -> list[dict[str, Any]]:
    """The requests that the server has logged."""
    return [
        json.loads(line)
        for line in server.log.with_suffix(".access").read_text("utf-8").splitlines()
        if line.startswith("{")
    ]
