"""What an update leaves behind: pages without what must leave, the index that leads to them, and lists beside them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path

import pyoxigraph as ox

from curagraph.delivery import clock
from curagraph.delivery.feeds import atom, page, resources, tree
from curagraph.delivery.feeds.bounds import bounds
from curagraph.delivery.feeds.memory import Memory
from curagraph.delivery.feeds.page import Version, put
from curagraph.delivery.feeds.pages import Pages
from curagraph.delivery.partner import Partner
from curagraph.snapshot import Snapshot
from curagraph.takedown import pruning

# For so many days followers learn of deletes that name what went when pages were erased.
QUIET_DAYS = 30
_BEGINNING = "0001-01-01T00:00:00.000Z"


class Settlement:
    """Brings what stands around the versions of a feed up to date with them.

    `must_erase` says whether the partner may see less than when the feed was written, or an update that erases was cut
    off; `lists` are the files beside the stream.
    """

    def __init__(self, snapshot: Snapshot, partner: Partner, pages: Pages, memory: Memory) -> None:
        self.snapshot = snapshot
        self.project = snapshot.project
        self.partner = partner
        self.pages = pages
        self.memory = memory
        self.bounds = bounds(snapshot, partner)
        self.title = partner.title or f"{self.project.base} for {partner.name}"
        noted = pages.notes
        self.must_erase = partner.erase and bool(noted) and ("Erasing" in noted or noted["Bounds"] != self.bounds)
        self.erased = noted.get("Erased", "")

    def settle(self, already: int) -> int:
        """Take out of the pages what must leave, and write what leads to them.

        Answers how many of the pages that were closed `already` were written anew because less may be seen.
        """
        newest = self.memory.newest_time()
        if self.must_erase:
            self.erased = newest
            (self.pages.folder / resources.LIST).unlink(missing_ok=True)
        leaving = sorted({*self._expired(newest), *self._quiet(newest), *self._superseded()})
        by_page = {number: {each[1] for each in rows} for number, rows in groupby(leaving, itemgetter(0))}
        if dropped := by_page.pop(self.pages.count + 1, None):
            self._drop(self.pages.count + 1, dropped)
        self._write_index(is_erasing=self.must_erase and bool(by_page))
        for number, dropped in by_page.items():
            self._drop(number, dropped)
        if by_page:
            self._write_index()
        self.pages.sweep()
        self.write_lists()
        return sum(number <= already for number in by_page) if self.must_erase else 0

    # What leaves

    def _superseded(self) -> list[tuple[int, int]]:
        return self.memory.superseded() if self.must_erase else []

    def _expired(self, newest: str) -> list[tuple[int, int]]:
        """What is older than the partner's feed keeps, counted from its newest version."""
        if not self.partner.feed_days or not newest:
            return []
        return self.memory.expired(_earlier(newest, self.partner.feed_days))

    def _quiet(self, newest: str) -> list[tuple[int, int]]:
        """Deletes from when pages were erased, some time after it, but for those that a takedown names anyway."""
        if not self.erased or self.erased >= _earlier(newest, self._delete_days):
            return []
        named = {f"<{iri}>" for iri in self.project.forgotten}
        return [(number, version) for term, number, version in self.memory.deletes(self.erased) if term not in named]

    @property
    def _delete_days(self) -> int:
        days = self.partner.feed_days
        return min(days or QUIET_DAYS, QUIET_DAYS) if self.erased else days

    def _drop(self, number: int, dropped: set[int]) -> None:
        self.memory.see(number, self.pages.drop(number, dropped))
        self.memory.drop(dropped)

    # What leads to the pages, and tells of the whole

    def _write_index(self, *, is_erasing: bool = False) -> None:
        """Write the nodes of the tree, and then the index, with which all becomes visible that was written before."""
        pruning.look_again(self.project, self.snapshot.path)
        nodes, spans = tree.nodes(self.pages, self.memory.spans())
        for name, data in nodes.items():
            put(self.pages.folder / name, data)
        before = self.pages.before if self.pages.last != self.pages.before else self.pages.notes["Before"]
        notes = [f"Pages: {self.pages.count}", f"Bounds: {self.bounds}", f"Before: {before}"]
        notes += [f"Erased: {self.erased}"] if self.erased else []
        notes += ["Erasing: yes"] if is_erasing else []
        says = (str(ox.Literal(self.title)), self.partner.licence, self.partner.feed_days, self._delete_days)
        head = tree.head(notes, page.mark(before), *says) + tree.relations(spans)
        put(self.pages.index, page.written(self.pages.newest, head))

    def lists(self) -> list[Path]:
        return [*resources.files(self.pages.folder), self.pages.folder / atom.FILE]

    def write_lists(self) -> None:
        """Write what stands beside the stream, as soon as there is anything to tell."""
        if not (newest := self.memory.newest_time()):
            return
        resources.write(self.pages.folder, self.project.base, self.memory, self.pages.link)
        base, author = self.project.base, self.project.publisher.name or self.title
        names = f"{base}feed/{self.partner.name}", self.title, author, base
        put(self.pages.folder / atom.FILE, atom.written(*names, newest, self._quiet_until(), self._newest()))

    def _quiet_until(self) -> str:
        """The time until which what was deleted is not named to people: when a takedown or another profile took it."""
        named = {f"<{iri}>" for iri in self.project.forgotten}
        return max([self.erased, *(time for _, time, _ in self.memory.deleted(named))])

    def _newest(self) -> Iterator[Version]:
        """The newest versions of things of which people are told, of each thing one, the newest first."""
        for number, found in groupby(islice(self.memory.told(), atom.LOOKED_AT), itemgetter(4)):
            versions = {version.number: version for version in self.pages.versions(number)}
            yield from (versions[row[5]] for row in found)


def _earlier(time: str, days: int) -> str:
    """The time that is so many days earlier."""
    try:
        return clock.written(datetime.fromisoformat(time) - timedelta(days=days))
    except OverflowError:
        return _BEGINNING
