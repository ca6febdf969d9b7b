"""A feed of changes, and how it is brought up to date with a snapshot.

NAME/feed/index.trig              the stream: its newest versions, and what leads to all others
NAME/feed/page-000001-....trig    versions that were there before; a page does not change any more
NAME/feed/pages-000001-....trig   a node of the tree that leads to many pages
NAME/feed/resourcelist.xml        things with dates and hashes; changelist.xml has what became of them since
NAME/feed/atom.xml                the newest changes in words
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import chain
from pathlib import Path

from curagraph import workplace
from curagraph.delivery import clock, portion
from curagraph.delivery.feeds import atom, changes, page, resources, seals
from curagraph.delivery.feeds.bounds import profile
from curagraph.delivery.feeds.changes import Change
from curagraph.delivery.feeds.memory import Memory
from curagraph.delivery.feeds.page import CREATE, DELETE, UPDATE, Version, put
from curagraph.delivery.feeds.pages import Pages
from curagraph.delivery.feeds.settlement import Settlement
from curagraph.delivery.partner import Partner
from curagraph.problem import BuildStopped
from curagraph.snapshot import Snapshot
from curagraph.state.state import State

# No date of an item takes the time of a feed beyond this, after which an update is a millisecond after the last.
_LATEST = "9000-01-01T00:00:00.000Z"


@dataclass(frozen=True)
class Updated:
    """How many things an update told of as new, changed and gone, and how many old pages it has written anew."""

    created: int = 0
    updated: int = 0
    deleted: int = 0
    rewritten: int = 0

    @property
    def words(self) -> str:
        """The counts in words.

        >>> Updated(3, 0, 1).words
        '3 created, 0 updated, 1 deleted'
        >>> Updated().words
        'nothing changed'
        >>> Updated(rewritten=2).words
        'nothing changed; 2 pages written anew, as less may be seen: purge caches'
        """
        told = f"{self.created} created, {self.updated} updated, {self.deleted} deleted"
        if not self.created + self.updated + self.deleted:
            told = "nothing changed"
        if not self.rewritten:
            return told
        pages = f"{self.rewritten} page{'s' * (self.rewritten > 1)}"
        return f"{told}; {pages} written anew, as less may be seen: purge caches"


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
            return _Update(snapshot, partner, folder, memory, room).run()
        except sqlite3.DatabaseError as error:
            raise BuildStopped(f"{room}: {error}; remove this folder and try again, it is made from the feed") from None


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Hold the right to write a feed. Raises `BuildStopped` where another update has it."""
    with workplace.alone(folder, BuildStopped(f"another update of {folder} is running; wait until it has ended")):
        yield


@contextmanager
def _room(snapshot: Snapshot, folder: Path) -> Iterator[Path]:
    """The folder in the project that a feed has to itself; nothing in it is published."""
    room = snapshot.project.state / "feeds" / hashlib.sha256(str(folder).encode()).hexdigest()[:16]
    with workplace.empty(room / "portion"):
        yield room


class _Update:
    """One update of a feed."""

    def __init__(self, snapshot: Snapshot, partner: Partner, folder: Path, memory: Memory, room: Path) -> None:
        self.snapshot = snapshot
        self.project = snapshot.project
        self.partner = partner
        self.folder = folder
        self.memory = memory
        self.scratch = room / "portion"
        # Beside the memories, which go with a takedown; it names nothing.
        self.milestone = self.project.state / "feed-marks" / room.name
        self.pages = Pages(folder, partner.page_members)
        self.already = self.pages.count
        self.settlement = Settlement(snapshot, partner, self.pages, memory)
        self.after = ""

    def run(self) -> Updated:
        mark = self.pages.mark()
        known = bool(mark) and self.memory.get("mark") == mark
        file = None
        if known:
            self._check()
        else:
            file = self._recall()
        seen = profile(self.snapshot, self.partner)
        with State.readable(self.snapshot.state_path) as state:
            token = state.journal.token()
            is_alike = seen == self.memory.get("profile")
            terms = state.journal.since(self.memory.get("token")) if is_alike and self._is_followed() else None
        tally = self.memory.take(self.pages.append(self._versions(self._changes(terms, file))))
        rewritten = 0
        if tally or not known or not is_alike or self.settlement.must_erase:
            rewritten = self._settled()
            self._seal()
        self.memory.keep(mark=self.pages.mark(), profile=seen, token=token, last=self.pages.last)
        self.milestone.parent.mkdir(exist_ok=True)
        put(self.milestone, f"{self.pages.last} {self.memory.newest_time() or self.after}\n".encode())
        return Updated(tally[CREATE], tally[UPDATE], tally[DELETE], rewritten)

    def _settled(self) -> int:
        try:
            return self.settlement.settle(self.already)
        except BuildStopped:
            Pages(self.folder, self.partner.page_members)  # sweeps away what was to be published
            raise

    # What the feed has said

    def _check(self) -> None:
        """See that the files are as they were left. Raises `BuildStopped` where a page is not."""
        pages = self.pages.linked()
        for file in seals.broken(self.memory, pages):
            found = "found other bytes than the feed wrote there" if file.exists() else "is not there any more"
            raise BuildStopped(f"{file}: {found}; {page.ANEW % self.folder}")
        lists = {*self.settlement.lists(), *(self.folder / name for name in seals.names(self.memory))} - {*pages}
        if self.memory.newest_time() and any(seals.broken(self.memory, sorted(lists))):
            (self.folder / resources.LIST).unlink(missing_ok=True)
            self.settlement.write_lists()
            self._seal()

    def _seal(self) -> None:
        seals.seal(self.memory, [*self.pages.linked(), *self.settlement.lists()])

    def _recall(self) -> Path | None:
        """Learn from the pages what was said; a feed that is lost, or of an earlier day, is begun again.

        Who followed it then goes on where the memory is left: it knows what may have to be taken back. Else the feed
        has another mark, by which they learn that they must begin again, too. Answers with the portion, if it was
        needed.
        """
        last, after = self._milestone()
        remembered = self.memory.get("last")
        last = last or remembered
        if self.pages.index.exists() and (not last or self.pages.knows(remembered or last)):
            self.memory.recall(self.pages.all())
            return None
        file = portion.write(self.snapshot, self.partner, self.scratch)
        self.after = max([after, *(version.time for _, found in self.pages.all() for version in found)])
        self.after = max(self.after, self.memory.newest_time())
        self.memory.begin_again(self.pages.all())
        self.pages.begin(remembered or page.nothing(max(last, self.pages.last, key=_number), self._beginning(file)))
        if self.after:
            self.settlement.must_erase = self.partner.erase
        return file

    def _milestone(self) -> tuple[str, str]:
        """The name and the time of the last version that the feed has had, even if all else is lost."""
        words = self.milestone.read_text().split() if self.milestone.exists() else []
        return (words[0], words[1] if len(words) > 1 else "") if words else ("", "")

    def _beginning(self, file: Path) -> bytes:
        """By what to know the beginning of a feed: all that it will say, and what was taken down by then."""
        with file.open("rb") as opened:
            said = hashlib.file_digest(opened, "sha256").digest()
        return said + repr(sorted(self.project.forgotten)).encode()

    # What is new

    def _is_followed(self) -> bool:
        """Whether what a partner sees of a thing depends on that thing and those it leads to alone."""
        return not self.partner.chooses_items and portion.is_whole(portion.question(self.snapshot, self.partner))

    def _changes(self, terms: list[str] | None, file: Path | None) -> Iterator[Change]:
        if file is None and terms is not None:
            found = changes.touched(self.snapshot, self.partner, self.memory, terms)
        else:
            file = file or portion.write(self.snapshot, self.partner, self.scratch)
            found = changes.whole(self.snapshot, self.partner, self.memory, file)
        deleted = self.memory.deleted(f"<{iri}>" for iri in sorted(self.project.forgotten))
        return chain(found, ((term, DELETE, b"") for term, _, has_note in deleted if not has_note))

    def _versions(self, found: Iterable[Change]) -> Iterator[Version]:
        """Changes as versions, all of one time: that of the snapshot, or right after what the feed has said before."""
        time = ""
        for term, kind, lines in found:
            time = time or self._time()
            record = self.project.forgotten.get(term[1:-1]) if kind == DELETE else None
            note = f"{record.what.capitalize()}, taken down on {record.date}: {record.reason}" if record else ""
            yield Version(term, kind, time, lines, note)

    def _time(self) -> str:
        newest = min(clock.written(clock.newest(self.snapshot)), _LATEST)
        before = max(self.memory.newest_time(), self.after)
        if newest > before:
            return newest
        return clock.written(datetime.fromisoformat(before) + timedelta(milliseconds=1))


def _number(name: str) -> int:
    return page.number(name) if name else 0
