"""The server beside `oxigraph serve-read-only` on the same graph: documents, SPARQL, and the start page."""

from __future__ import annotations

import http.client
import re
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from statistics import geometric_mean, median
from urllib.parse import quote

import pyoxigraph as ox

from bench import load, oxigraph
from bench.results import Bar, Section, number
from bench.site import Site, tool
from curagraph.asking import answers, queryfile
from curagraph.problem import UsageError
from curagraph.serve import edition
from curagraph.snapshot import Snapshot

# Seconds of each load; items that are asked for again and again; servers that are started for their start page.
_SECONDS, _ITEMS, _STARTS = 4, 900, 3
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_DOCUMENTS, _SPARQL, _FIRST_BYTE = 0.5, 0.7, 0.05


def measured(sites: Sequence[Site]) -> Section:
    """Rates on the corpus of 10,000, or the largest below; the start page on the largest of all."""
    site = max((site for site in sites if site.size <= 10_000), key=lambda site: site.size, default=sites[0])
    snapshot = site.snapshot()
    with _ours(site) as ours, _oxigraph(snapshot, site.folder) as theirs:
        documents = _documents(snapshot, ours, theirs, site.folder)
        sparql, ratios = _queries(snapshot, ours, theirs, site.folder)
    first = _start_page(max(sites, key=lambda site: site.size))
    largest = max(sites, key=lambda site: site.size).items
    bars = [
        Bar("an item's document, asked for again, against DESCRIBE", "", documents[1][2], _DOCUMENTS, at_least=True),
        Bar("an item's document, the first time, against DESCRIBE", "", documents[0][2], _DOCUMENTS, at_least=True),
        Bar("named queries at /sparql, asked again: geometric mean", "", ratios[0], _SPARQL, at_least=True),
        Bar("named queries at /sparql, each text new: geometric mean", "", ratios[1], _SPARQL, at_least=True),
        Bar(f"first byte of the start page, {largest} items", number(first), first, _FIRST_BYTE, " s"),
    ]
    rows = [[what, number(mine), number(other), number(ratio)] for what, mine, other, ratio in _rows(documents, sparql)]
    text = (
        f"On {site.items} items, by wrk with 8 connections, {_SECONDS} seconds each, both servers up, one asked at a"
        " time. Documents are Turtle of the same items that Oxigraph describes; SPARQL is each named query by GET, with"
        " JSON results. A text is made new by a comment at its end, so that no answer is kept."
    )
    return Section("Serving", text, ["asked for", "curagraph, 1/s", "oxigraph, 1/s", "ratio"], rows, bars)


Row = tuple[float, float, float]


def _rows(documents: Sequence[Row], sparql: Sequence[tuple[str, Row]]) -> Iterator[tuple[str, float, float, float]]:
    for what, row in zip(("documents, the first time", "documents, again", "documents, 304"), documents, strict=True):
        yield what, *row
    for what, row in sparql:
        yield what, *row


def _rate(address: str, paths: Sequence[str], folder: Path, seconds: int = _SECONDS, **options: object) -> float:
    found = load.ended(load.start(address, paths, folder, seconds=seconds, **options))  # type: ignore[arg-type]  # those of `start`
    if found.failed:
        raise RuntimeError(f"{found.failed} of {found.requests} requests to {address}{paths[0]} failed")
    return found.rate


def _documents(snapshot: Snapshot, ours: str, theirs: str, folder: Path) -> list[Row]:
    """The rates of documents the first time, again and unchanged, beside those of DESCRIBE."""
    base = snapshot.project.base
    item = ox.NamedNode(f"{snapshot.project.vocabulary.prefixes['cu']}CuratedItem")
    found = (quad.subject for quad in snapshot.store.quads_for_pattern(None, _TYPE, item, None))
    items = sorted({node.value for node in found if isinstance(node, ox.NamedNode)})
    paths = [f"{iri.removeprefix(base)}.ttl" for iri in items]
    describe = [f"query?query={quote(f'DESCRIBE <{iri}>')}" for iri in items]
    other = _rate(theirs, describe, folder, accept="text/turtle")
    # There are more items than are asked for in this time, so each is asked for once.
    first = _rate(ours, paths, folder)
    again = _rate(ours, paths[:_ITEMS], folder)
    same = _rate(ours, paths[:_ITEMS], folder, tags=[_tag(ours, path) for path in paths[:_ITEMS]])
    return [(mine, other, mine / other) for mine in (first, again, same)]


def _tag(address: str, path: str) -> str:
    """The entity tag of a document."""
    with closing(http.client.HTTPConnection(address.split("/")[2])) as connection:
        connection.request("HEAD", f"/{path}")
        return connection.getresponse().headers["ETag"]


def _queries(snapshot: Snapshot, ours: str, theirs: str, folder: Path) -> tuple[list[tuple[str, Row]], list[float]]:
    """The rates of each named query, asked again and with a new text each time; and the mean ratios of both."""
    rows, again, anew = [], [], []
    for question in queryfile.load_all(snapshot.project).values():
        if not question.is_asked or question.name.endswith("-violation"):
            continue
        try:
            text = answers.prepared(snapshot.project, question.name)
        except UsageError:
            continue
        asked = f"query={quote(answers.with_prefixes(text, snapshot.project.vocabulary.prefixes))}"
        accept = "application/n-triples" if re.search(r"(?m)^CONSTRUCT", text) else "application/sparql-results+json"
        rate = partial(_rate, folder=folder, seconds=1, accept=accept)
        other = rate(theirs, [f"query?{asked}"])
        mine, new = rate(ours, [f"sparql?{asked}"]), rate(ours, [f"sparql?{asked}"], unique=True)
        other_new = rate(theirs, [f"query?{asked}"], unique=True)
        if not (mine and new and other and other_new):
            continue  # it takes longer than it is asked for
        rows.append((question.name, (mine, other, mine / other)))
        rows.append((f"{question.name}, new", (new, other_new, new / other_new)))
        again.append(mine / other)
        anew.append(new / other_new)
    return rows, [geometric_mean(again), geometric_mean(anew)]


def _start_page(site: Site) -> float:
    """Seconds to the first byte of the first start page that a server shows; the median of some servers."""
    assert site.snapshot()
    found = []
    for _ in range(_STARTS):
        with _ours(site) as address:
            found.append(_first_byte(address))
    return median(found)


def _first_byte(address: str) -> float:
    with closing(http.client.HTTPConnection(address.split("/")[2])) as connection:
        connection.connect()
        begun = time.perf_counter()
        connection.request("GET", "/", headers={"Accept": "text/html"})
        answer = connection.getresponse()
        answer.read(1)
        found = time.perf_counter() - begun
        answer.read()
        return found


@contextmanager
def _ours(site: Site) -> Iterator[str]:
    """Our server, with limits that do not take one busy client for an attack."""
    settings = site.folder / "curagraph.toml"
    before = settings.read_text("utf-8")
    command: list[str | Path] = [tool("curagraph"), "serve", "--port", "0", "--project", site.folder]
    settings.write_text(f"{before}\n[serve]\nper-client = 64\n", encoding="utf-8")
    try:
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
            assert process.stderr
            found = re.search(r"http://\S+/", process.stderr.readline())
            try:
                if not found:
                    raise RuntimeError("the server does not tell its address")
                yield found[0]
            finally:
                process.terminate()
    finally:
        settings.write_text(before, encoding="utf-8")


@contextmanager
def _oxigraph(snapshot: Snapshot, folder: Path) -> Iterator[str]:
    """Oxigraph's server on what our server shows."""
    store, log = edition.make(snapshot.project) / "store", folder / "oxigraph.log"
    with oxigraph.serving("serve-read-only", store, log, "--union-default-graph") as address:
        yield address
