"""Where the things of a graph are shown: by the address of their page, by their slug, by paths of before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from curagraph.embedding import pageaddress
from curagraph.snapshot import Snapshot

_PAGES = "SELECT DISTINCT ?thing (STR(?page) AS ?text) { ?thing cu:page ?page }"
_SLUGS = "SELECT DISTINCT ?thing ?text { ?thing cu:slug ?text }"
_FORMER_PATHS = "SELECT DISTINCT ?thing ?text { ?thing cu:formerPath ?text }"


@dataclass(frozen=True)
class Places:
    """What has a page. `pages` has the address of each thing as the graph has it.

    The others have addresses, slugs and paths as `pageaddress` compares them, former paths without slashes at their
    ends. A slug or a former path that several things have leads to all of them. A page that several things have is in
    `shared` and not in `by_page`: it would hide all of them but one.
    """

    site: str
    pages: dict[str, str]
    by_page: dict[str, str]
    shared: dict[str, tuple[str, ...]]
    by_slug: dict[str, tuple[str, ...]]
    by_former_path: dict[str, tuple[str, ...]]

    @classmethod
    def of(cls, snapshot: Snapshot) -> Places:
        """Read the places of a graph."""
        pages = sorted(_rows(snapshot, _PAGES), reverse=True)
        shown, slugs, former = defaultdict(set), defaultdict(list), defaultdict(list)
        for thing, address in pages:
            shown[pageaddress.normal(address)].add(thing)
        for thing, slug in sorted(_rows(snapshot, _SLUGS)):
            slugs[pageaddress.normal_path(slug)].append(thing)
        for thing, path in sorted(_rows(snapshot, _FORMER_PATHS)):
            former[pageaddress.normal_path(path).strip("/")].append(thing)
        return cls(
            snapshot.project.site,
            dict(pages),
            {address: min(things) for address, things in shown.items() if len(things) == 1},
            {address: tuple(sorted(things)) for address, things in shown.items() if len(things) > 1},
            {slug: tuple(things) for slug, things in slugs.items()},
            {path: tuple(things) for path, things in former.items()},
        )

    def at(self, path: str) -> tuple[str, ...]:
        """The things whose page a file should be, by its path in the folder of pages."""
        for address in pageaddress.of_file(self.site, path):
            if address in self.by_page:
                return (self.by_page[address],)
            if address in self.shared:
                return self.shared[address]
        return ()


def _rows(snapshot: Snapshot, query: str) -> Iterator[tuple[str, str]]:
    prefixes = snapshot.project.vocabulary.prefixes
    answer = snapshot.store.query(query, prefixes=prefixes, use_default_graph_as_union=True)
    assert isinstance(answer, ox.QuerySolutions)
    for row in answer:
        yield row[0].value, row[1].value
