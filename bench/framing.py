"""Making the graphs of pages: ours, beside rdflib with PyLD's framing on the same triples."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import rdflib
from pyld import jsonld

from bench import measure
from bench.results import Section, number
from bench.site import Site
from curagraph.embedding.pagecontext import SCHEMA, page_context
from curagraph.embedding.pagegraph import PageGraph, PageGraphs
from curagraph.embedding.places import Places
from curagraph.snapshot import Snapshot

_ITEMS = 50
_ADDRESSES = {rdflib.URIRef(SCHEMA + name) for name in ("url", "item", "contentUrl", "additionalType", "sameAs")}


def measured(sites: Sequence[Site]) -> Section:
    """The page graphs of some items; loading the triples into rdflib is not counted."""
    rows = []
    for site in sites:
        if site.size > 1_000:
            continue
        snapshot = site.snapshot()
        pages = {thing: page for thing, page in Places.of(snapshot).pages.items() if "/item/" in thing}
        some = dict(sorted(pages.items())[:_ITEMS])
        ours = measure.call(partial(_ours, snapshot, some))
        theirs = measure.call(
            partial(_framed, _graph(snapshot), list(some.values()), page_context(snapshot.project.vocabulary))
        )
        rows.append(
            [site.items, number(1e3 * ours / len(some)), number(1e3 * theirs / len(some)), number(theirs / ours)]
        )
    text = (
        f"The graphs of the pages of {_ITEMS} items. rdflib walks from the page to all that it leads to, writes that as"
        " expanded JSON-LD, and PyLD frames it by the page with the same context."
    )
    return Section("Page graphs", text, ["items", "milliseconds a page", "rdflib and PyLD", "ratio"], rows, [])


def _ours(snapshot: Snapshot, pages: Mapping[str, str]) -> list[PageGraph]:
    return [graph for _, graph in PageGraphs(snapshot).several(pages)]


def _graph(snapshot: Snapshot) -> rdflib.Graph:
    """What a page may say of a snapshot: the triples in schema.org's terms."""
    graph = rdflib.Graph()
    lines = (
        f"{quad.triple} ." for quad in snapshot.store if quad.predicate.value.startswith((SCHEMA, str(rdflib.RDF)))
    )
    return graph.parse(data="\n".join(lines), format="nt")


def _framed(graph: rdflib.Graph, pages: Sequence[str], context: dict[str, Any]) -> list[str]:
    return [_frame(graph, rdflib.URIRef(page), context) for page in pages]


def _frame(graph: rdflib.Graph, page: rdflib.URIRef, context: dict[str, Any]) -> str:
    found, waiting = rdflib.Graph(), [page]
    seen: set[Any] = set()
    while waiting:
        thing = waiting.pop()
        if thing in seen:
            continue
        seen.add(thing)
        for triple in graph.triples((thing, None, None)):
            found.add(triple)
            if isinstance(triple[2], rdflib.URIRef) and triple[1] not in _ADDRESSES:
                waiting.append(triple[2])
    expanded = json.loads(found.serialize(format="json-ld"))
    return json.dumps(jsonld.frame(expanded, {"@context": context, "@id": str(page), "@embed": "@once"}))
