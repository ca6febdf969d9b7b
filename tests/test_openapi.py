"""The OpenAPI document: it is valid, tells of every query, and the server does what it says."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import urllib.request
from importlib.util import find_spec
from typing import Any

import jsonschema_rs
import pytest

from curagraph import Project
from curagraph.asking import queryfile
from tests.project import ROOT
from tests.server import Server

QUESTIONS = [q for q in queryfile.load_all(Project.load(ROOT)).values() if q.is_asked]
# One of each kind: days, a number, a thing with and without a prefix, words, no parameter, triples.
SOME = "items-between-dates|topics-together|items-of-brand|items-about|titles-with-words|terms|items-as-dublin-core"


@pytest.fixture(scope="module")
def document(seeds_server: Server) -> Any:
    """The document of a server of the seeds."""
    with urllib.request.urlopen(f"{seeds_server.address}openapi.json") as response:  # noqa: S310
        assert response.headers["ETag"]
        return json.load(response)


def test_the_document_is_openapi(document: Any) -> None:
    """It is valid against the schema of OpenAPI 3.1, and so is each schema in it."""
    validator = pytest.importorskip("openapi_spec_validator", reason="there is no openapi-spec-validator")
    validator.validate(document, cls=validator.OpenAPIV31SpecValidator)


def test_every_query_is_described_with_its_parameters(document: Any) -> None:
    """Each query has a path, its summary, and its parameters with their types and defaults."""
    for question in QUESTIONS:
        found = document["paths"][f"/queries/{question.name}"]["get"]
        assert found["summary"] == question.summary
        own = [row for row in found["parameters"] if row["name"] not in ("limit", "offset")]
        assert [row["name"] for row in own] == [parameter.name for parameter in question.parameters]
        for row, parameter in zip(own, question.parameters, strict=True):
            assert str(row["schema"]["default"]) == parameter.default
            jsonschema_rs.validate(row["schema"], row["schema"]["default"])


def test_columns_are_described(document: Any) -> None:
    """The schema of a query's rows names its columns, so that programs can be made from it."""
    schema = document["paths"]["/queries/latest-items"]["get"]["responses"]["200"]["content"]
    described = schema["application/sparql-results+json"]["schema"]["allOf"][1]["properties"]
    assert described["head"]["properties"]["vars"]["const"] == ["created", "title", "item"]


def test_addresses_are_those_that_a_client_knows(seeds_server: Server, document: Any) -> None:
    """The server of the document is the one that was asked."""
    assert document["servers"] == [{"url": seeds_server.address.rstrip("/")}]


def test_the_server_does_what_the_document_says(seeds_server: Server) -> None:
    """Schemathesis finds no answer that the document does not tell of, no wrong data taken, and no status of 500."""
    probe(seeds_server, rf"^/(queries|queries/({SOME})|health|metrics)$", examples=15)


def test_search_documents_and_sparql_do_what_the_document_says(seeds_server: Server) -> None:
    """The same for what takes any text, but for which data is right: no schema can say what is SPARQL."""
    unfit = "positive_data_acceptance,negative_data_rejection"
    probe(seeds_server, r"^/(search|item.*|sparql)$", 15, "--exclude-checks", unfit)


@pytest.mark.slow
def test_every_query_does_what_the_document_says(seeds_server: Server) -> None:
    """The same for all queries, with more examples."""
    probe(seeds_server, r"^/(queries.*|health|metrics)$", examples=20)


def probe(server: Server, paths: str, examples: int, *more: str) -> None:
    """Let schemathesis ask for paths with right and wrong parameters, the same ones each time."""
    if find_spec("schemathesis") is None:
        pytest.skip("there is no schemathesis (pip install schemathesis)")
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{server.address}openapi.json"]
    options = ["--include-path-regex", paths, "--max-examples", str(examples), "--seed", "1", "--no-color"]
    local = ["--generation-database", "none"]
    done = subprocess.run([*command, *options, *local, *more], capture_output=True, text=True, timeout=580, check=False)
    assert done.returncode == 0, done.stdout
    assert re.search(r"\b([1-9]\d*) generated, \1 passed", done.stdout), done.stdout
