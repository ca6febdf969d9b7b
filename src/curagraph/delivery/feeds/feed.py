"""A feed of changes, and how it is brought up to date with a snapshot.

NAME/feed/index.trig          the stream: its newest versions, and what leads to all others
NAME/feed/page-000001.trig    versions that were there before; a page does not change any more
NAME/feed/pages-000001.trig   a node of the tree that leads to many pages
NAME/feed/resourcelist.xml    things with dates and hashes; changelist.xml has what became of them since
NAME/feed/atom.xml            the newest changes in words
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path

import pyoxigraph as ox

from curagraph import journal
from curagraph.delivery import clock, portion
from curagraph.delivery.feeds import atom, changes, page, resources, tree
from curagraph.delivery.feeds.changes import Change
from curagraph.delivery.feeds.memory import Memory
from curagraph.delivery.feeds.page import CREATE, DELETE, UPDATE, Version, put
from curagraph.delivery.feeds.pages import Pages
from curagraph.delivery.partner import Partner
from curagraph.problem import BuildStopped
from curagraph.snapshot import Snapshot
from curagraph.state import State

_ERASING = "# Erasing\n"
# The settings of a partner that say what may be seen.
_PROFILE = ("excerpts", "images", "curators", "topics", "brands", "communities", "since", "until")


@dataclass(frozen=True)
class Updated:
    """How many things an update told of as new, changed and gone."""

    created: int = 0
    updated: int = 0
    deleted: int = 0

    @property
    def words(self) -> str:
        """The counts in words.

        >>> Updated(3, 0, 1).words
        '3 created, 0 updated, 1 deleted'
        >>> Updated().words
        'nothing changed'
        """
        if not self.created + self.updated + self.deleted:
            return "nothing changed"
        return f"{self.created} created, {self.updated} updated, {self.deleted} deleted"


def update(snapshot: Snapshot, partner: Partner, out: Path) -> Updated:
    """Bring the feed of a partner below `out` to what the partner may see of a snapshot.

    Raises `BuildStopped` where somebody else does so, or has changed the feed by hand; `ProjectError` where the
    partner's query cannot be used.
    """
    folder = out.resolve() / partner.name / "feed"
    folder.mkdir(parents=True, exist_ok=True)
    is_told = partial(atom.is_told, snapshot.project.base)
    with _lock(folder), _room(snapshot, folder) as room, Memory(room / "memory.sqlite", is_told) as memory:
        try:
            return _Update(snapshot, partner, folder, memory, room / "portion").run()
        except sqlite3.DatabaseError as error:
            raise BuildStopped(f"{room}: {error}; remove this folder and try again, it is made from the feed") from None


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Hold the right to write a feed; the system frees it when the process ends, however it ends."""
    file = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise BuildStopped(f"another update of {folder} is running; wait until it has ended") from None
    finally:
        os.close(file)


@contextmanager
def _room(snapshot: Snapshot, folder: Path) -> Iterator[Path]:
    """The folder in the project that a feed has to itself; nothing in it is published."""
    room = snapshot.project.state / "feeds" / hashlib.sha256(str(folder).encode()).hexdigest()[:16]
    scratch = room / "portion"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    try:
        yield room
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


class _Update:
    """One update of a feed."""

    def __init__(self, snapshot: Snapshot, partner: Partner, folder: Path, memory: Memory, scratch: Path) -> None:
        self.snapshot = snapshot
        self.project = snapshot.project
        self.partner = partner
        self.folder = folder
        self.memory = memory
        self.scratch = scratch
        self.pages = Pages(folder, partner.page_members)
        self.bounds = self._bounds()
        self.title = partner.title or f"{self.project.base} for {partner.name}"

    def run(self) -> Updated:
        known = bool(self.pages.mark()) and self.memory.get("mark") == self.pages.mark()
        if not known:
            self.memory.recall(self.pages.all())
        profile = self._profile()
        with State.readable(self.snapshot.state_path) as state:
            token = journal.token(state)
            is_alike = profile == self.memory.get("profile")
            terms = journal.since(state, self.memory.get("token")) if is_alike and self._is_followed() else None
        tally = self.memory.take(self.pages.append(self._versions(self._changes(terms))))
        if tally or not known or not is_alike or self._must_erase():
            self._settle()
        self.memory.keep(mark=self.pages.mark(), profile=profile, token=token)
        return Updated(tally[CREATE], tally[UPDATE], tally[DELETE])

    # What is new

    def _is_followed(self) -> bool:
        """Whether what a partner sees of a thing depends on that thing and those it leads to alone."""
        return not self.partner.chooses_items and portion.is_whole(portion.question(self.snapshot, self.partner))

    def _changes(self, terms: list[str] | None) -> Iterator[Change]:
        if terms is None:
            return changes.whole(self.snapshot, self.partner, self.memory, self.scratch)
        return changes.touched(self.snapshot, self.partner, self.memory, terms)

    def _versions(self, found: Iterable[Change]) -> Iterator[Version]:
        """Changes as versions, all of one time: that of the snapshot, or right after what the feed has said before."""
        first, time = self.pages.next_number(), ""
        for number, (term, kind, lines) in enumerate(found, first):
            time = time or self._time()
            yield Version(number, term, kind, time, lines)

    def _time(self) -> str:
        newest = clock.written(clock.newest(self.snapshot))
        before = self.memory.newest_time()
        if newest > before:
            return newest
        return clock.written(datetime.fromisoformat(before) + timedelta(milliseconds=1))

    # What leaves, and what is told of the whole

    def _settle(self) -> None:
        """Take out of the pages what must leave, and write what leads to them."""
        must_erase = self._must_erase()
        leaving = self.memory.superseded() if must_erase else self._expired()
        by_page = {number: {each[1] for each in rows} for number, rows in groupby(sorted(leaving), itemgetter(0))}
        if must_erase:
            (self.folder / resources.LIST).unlink(missing_ok=True)
        if newest := by_page.pop(self.pages.count + 1, None):
            self._drop(self.pages.count + 1, newest)
        self._write_index(_ERASING if must_erase and by_page else "")
        for number, dropped in by_page.items():
            self._drop(number, dropped)
        if by_page:
            self._write_index("")
        if self.memory.newest_time():
            self._write_lists()

    def _write_lists(self) -> None:
        """Write what stands beside the stream."""
        resources.write(self.folder, self.project.base, self.memory, self.pages.count)
        base, author = self.project.base, self.project.publisher.name or self.title
        names = f"{base}feed/{self.partner.name}", self.title, author, base
        put(self.folder / atom.FILE, atom.written(*names, self.memory.newest_time(), self._newest()))

    def _newest(self) -> Iterator[Version]:
        """The newest versions of things of which people are told, of each thing one, the newest first."""
        for number, found in groupby(islice(self.memory.told(), atom.LOOKED_AT), itemgetter(4)):
            versions = {version.number: version for version in self.pages.versions(number)}
            yield from (versions[row[5]] for row in found)

    def _drop(self, number: int, dropped: set[int]) -> None:
        self.memory.see(number, self.pages.drop(number, dropped))
        self.memory.drop(dropped)

    def _expired(self) -> list[tuple[int, int]]:
        """What is older than the partner's feed keeps, counted from its newest version."""
        if not self.partner.feed_days or not self.memory.newest_time():
            return []
        newest = datetime.fromisoformat(self.memory.newest_time())
        age = timedelta(days=self.partner.feed_days)
        oldest = datetime.min.replace(tzinfo=UTC)
        return self.memory.expired(clock.written(newest - age if newest - oldest > age else oldest))

    def _write_index(self, note: str) -> None:
        """Write the nodes of the tree, and then the index, with which all becomes visible that was written before."""
        nodes, spans = tree.nodes(self.memory.spans(), self.pages.count)
        for name, data in nodes.items():
            put(self.folder / name, data)
        title = str(ox.Literal(self.title))
        notes = f"# Bounds: {self.bounds}\n{note}"
        days, licence = self.partner.feed_days, self.partner.licence
        head = tree.index(title, licence, days, notes, self.pages.count, spans)
        self.pages.head = head
        put(self.pages.index, page.written(self.pages.newest, head))

    def _must_erase(self) -> bool:
        """Whether the partner may see less than when the feed was written, or an update that erases was cut off."""
        head = self.pages.head
        return self.partner.erase and (_ERASING in head or f"# Bounds: {self.bounds}\n" not in head)

    def _bounds(self) -> str:
        """By what to know what the partner may see at all: their profile, and the takedowns that the snapshot heeds."""
        if not self.partner.erase:
            return ""
        graphs = f"{self.project.base}graph/"
        names = ((iri, f"{graphs}{iri.removeprefix(self.project.base)}") for iri in sorted(self.project.forgotten))
        heeded = [iri for iri, graph in names if not self._has_graph(graph)]
        asked = portion.question(self.snapshot, self.partner).text
        profile = [getattr(self.partner, name) for name in _PROFILE]
        return hashlib.sha256(repr((asked, profile, heeded)).encode()).hexdigest()[:16]

    def _has_graph(self, name: str) -> bool:
        return next(self.snapshot.store.quads_for_pattern(None, None, None, ox.NamedNode(name)), None) is not None

    def _profile(self) -> str:
        """By what to know all, besides the graph, on which a feed depends."""
        asked = portion.question(self.snapshot, self.partner).text
        parts = (self.partner, asked, self.project.base, self.project.publisher.name, self.project.fingerprint)
        return hashlib.sha256(repr(parts).encode()).hexdigest()
