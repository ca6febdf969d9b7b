"""Reading a feed from its pages alone, as any reader may: what its newest versions say together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from curagraph.delivery.feeds.page import INDEX

_BASE = "https://feed.invalid/"
_NODE = ox.NamedNode("https://w3id.org/tree#node")
_VERSION_OF = ox.NamedNode("http://purl.org/dc/terms/isVersionOf")
_PUBLISHED = ox.NamedNode("https://www.w3.org/ns/activitystreams#published")


def replay(folder: Path) -> set[bytes]:
    """The triples of the things as the feed in a folder last told them, as lines of N-Triples."""
    things: dict[object, str] = {}
    times: dict[object, str] = {}
    said: defaultdict[object, set[bytes]] = defaultdict(set)
    for quad in _quads(folder):
        if not isinstance(quad.graph_name, ox.DefaultGraph):
            said[quad.graph_name].add(f"{quad.triple} .\n".encode())
        elif quad.predicate == _VERSION_OF:
            things[quad.subject] = str(quad.object)
        elif quad.predicate == _PUBLISHED:
            times[quad.subject] = str(quad.object)
    newest: dict[str, object] = {}
    for name in sorted(things, key=times.__getitem__):
        newest[things[name]] = name
    return set[bytes]().union(*(said[name] for name in newest.values()))


def _quads(folder: Path) -> Iterator[ox.Quad]:
    """The quads of the index and of all pages to which it leads."""
    waiting = [INDEX]
    seen = set(waiting)
    while waiting:
        name = waiting.pop()
        for quad in ox.parse(path=folder / name, format=ox.RdfFormat.TRIG, base_iri=_BASE + name):
            if quad.predicate == _NODE and isinstance(quad.object, ox.NamedNode):
                found = quad.object.value.removeprefix(_BASE)
                waiting += [found] if found not in seen else []
                seen.add(found)
            yield quad
