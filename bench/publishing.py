"""`publish` to an empty `oxigraph serve`, beside the server's own load of the same N-Quads by one POST."""

from __future__ import annotations

import http.client
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from statistics import median

from bench import measure, oxigraph
from bench.results import Bar, Section, number
from bench.site import Site, tool
from curagraph.delivery.remote.content import Content

_LEAST = 0.7


def measured(sites: Sequence[Site]) -> Section:
    """A first publication in turn with a load, and one of an unchanged graph, each in the real command."""
    rows, bars = [], []
    for site in sites:
        with tempfile.TemporaryDirectory(dir=site.folder) as name:
            folder = Path(name)
            quads = folder / "published.nq"
            triples = _write(site, quads, folder)
            load, first, again = [], [], []
            for _ in range(site.rounds):
                with _empty(folder) as address:
                    load.append(measure.call(partial(_load, address, quads)))
                with _empty(folder) as address:
                    first.append(measure.call(partial(_publish, site, address)))
                    again.append(measure.call(partial(_publish, site, address)))
        ratio = measure.median_ratio(list(zip(load, first, strict=True)))
        seconds = [median(each) for each in (load, first, again)]
        rates = [number(triples / each) for each in seconds[:2]]
        rows.append([site.items, f"{triples:,}", *map(number, seconds), *rates, number(ratio)])
        if site.size >= 10_000:
            what = f"rate of a first publish of {site.items} items against one POST of the same"
            bars.append(Bar(what, f"{number(seconds[1])} / {number(seconds[0])}", ratio, _LEAST, at_least=True))
    text = (
        "The command from its start to its end, with the dump, the digests, the record and the check afterwards, to an"
        " empty `oxigraph serve --location`; beside it one POST of the same statements as N-Quads to `/store` of"
        " another, from a file that is there already. `again` is a second publish, which sends nothing."
    )
    header = ["items", "triples", "load, s", "publish, s", "again, s", "loaded, 1/s", "published, 1/s", "ratio"]
    return Section("Publishing to a store", text, header, rows, bars)


def _write(site: Site, target: Path, folder: Path) -> int:
    """Write what is published as N-Quads; how many triples it is."""
    content, triples = Content(site.snapshot(), folder), 0
    with target.open("wb") as file:
        for iri in content.graphs:
            with content.graph(iri, None) as graph:
                ending = f" <{iri}> .\n".encode()
                for piece in graph.pieces:
                    file.write(b"".join(graph.lines(piece)).replace(b" .\n", ending))
                triples += graph.triples
    return triples


def _load(address: str, quads: Path) -> None:
    with closing(http.client.HTTPConnection(address.split("/")[2])) as connection, quads.open("rb") as file:
        headers = {"Content-Type": "application/n-quads", "Content-Length": str(quads.stat().st_size)}
        connection.request("POST", "/store", file, headers)
        answer = connection.getresponse()
        if answer.status >= 300:
            raise RuntimeError(f"the server does not load: {answer.read()[:200]!r}")


def _publish(site: Site, address: str) -> None:
    command: list[str | Path] = [tool("curagraph"), "publish", address, "--project", site.folder]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def _empty(folder: Path) -> Iterator[str]:
    """The address of an empty server."""
    shutil.rmtree(folder / "store", ignore_errors=True)
    with oxigraph.serving("serve", folder / "store", folder / "oxigraph.log") as address:
        yield address
