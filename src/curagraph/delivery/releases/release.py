"""Making a release of what a partner receives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from curagraph.delivery import clock, portion
from curagraph.delivery.partner import Partner
from curagraph.delivery.releases import (
    description,
    difference,
    dumps,
    notation,
    page,
    profile,
    retention,
    signature,
    sums,
)
from curagraph.delivery.releases.changes import Changes
from curagraph.delivery.releases.described import Described, Unreadable, damaged
from curagraph.delivery.releases.description import About
from curagraph.delivery.releases.page import Changed
from curagraph.delivery.releases.shelf import Shelf
from curagraph.delivery.releases.workroom import workroom
from curagraph.exporting.serialize import Format
from curagraph.problem import BuildStopped, UsageError
from curagraph.snapshot import Snapshot
from curagraph.takedown import pruning
from curagraph.takedown.forgotten import Takedown

CANONICAL = "RDFC-1.0.txt"
_FIRST = "the first release"
_TAKEN_DOWN, _OTHER_PROFILE = "something was taken down", "the profile lets this partner see other things than before"


@dataclass(frozen=True)
class Released:
    """What became of a release: its number, or nothing where there was none to make, and which ones were removed.

    Those in `stale` are still there, and were made before something was taken down.
    """

    partner: str
    version: int | None
    told: str
    removed: tuple[int, ...] = ()
    stale: tuple[int, ...] = ()

    def __str__(self) -> str:
        words = [f"release {self.version}, {self.told}" if self.version else self.told]
        if self.removed:
            words.append(f"removed {', '.join(map(str, self.removed))}")
        if self.stale:
            words.append(f"withdraw {retention.numbered(self.stale)}, from before {_TAKEN_DOWN}, which may hold it")
        return f"{self.partner}: {'; '.join(words)}"


def release(snapshot: Snapshot, partner: Partner, out: Path, key: Path | None = None) -> Released:
    """Write what a partner receives of a snapshot as a release below `out`/NAME, signed with `key` where there is one.

    Nothing is written where nothing has changed since the last release. Raises `UsageError` where the key cannot be
    used or the graph holds what was taken down, and `BuildStopped` where another process makes a release for this
    partner, the last one is damaged, the folder cannot be used, or something was taken down meanwhile.
    """
    if not pruning.heeds(snapshot.project, snapshot.path):
        raise UsageError("the graph was built before something was taken down; run `curagraph build` first")
    if key:
        signature.usable(key)
    shelf = Shelf(out / partner.name)
    with shelf.lock(), shelf.making() as making, workroom(snapshot.project) as work:
        shelf.tidy()
        made = _Release(snapshot, partner, shelf, work, making / "release", key).make()
        gone = tuple(retention.retain(shelf, partner))
        return replace(made, removed=gone, stale=tuple(retention.stale(shelf, snapshot.project)))


class _Release:
    """One release while it is made in the folder `made`; `work` is for what the partner may not see."""

    def __init__(
        self, snapshot: Snapshot, partner: Partner, shelf: Shelf, work: Path, made: Path, key: Path | None
    ) -> None:
        self.snapshot, self.project, self.partner = snapshot, snapshot.project, partner
        self.shelf, self.made, self.key = shelf, made, key
        self.last = (shelf.versions or [0])[-1]
        self.version = shelf.highest + 1
        self.question = portion.question(snapshot, partner)
        self.portion = portion.write(snapshot, partner, work)
        self.canonical = sums.sha256(self.portion)
        self.profile = profile.text(self.project, partner, self.question)

    def make(self) -> Released:
        before = self._before()
        if before and self._is_as(before):
            return Released(self.partner.name, None, self._unchanged(before.folder))
        self.made.mkdir()
        self._write_dumps()
        changed = self._write_difference(before) if before else None
        self._write_description(before, changed)
        sums.write(self.made)
        if self.key:
            signature.sign(self.made / sums.FILE, self.key)
        pruning.look_again(self.project, self.snapshot.path)
        self.shelf.place(self.made, self.version)
        return Released(self.partner.name, self.version, self._told(changed))

    def _is_as(self, before: Described) -> bool:
        file = before.folder / profile.FILE
        same = profile.is_same(file, self.profile) and not profile.is_before_a_takedown(file, self.project)
        return same and before.canonical == self.canonical

    def _unchanged(self, last: Path) -> str:
        told = f"nothing has changed since release {self.last}"
        if not self.key or (last / (sums.FILE + signature.SUFFIX)).exists():
            return told
        return f"{told}, which is not signed; `{signature.command(last / sums.FILE, self.key)}` signs it"

    def _told(self, changed: Changed | None) -> str:
        if changed:
            return changed.told
        return _FIRST if self.version == 1 else f"{_FIRST} of those that are kept"

    def _before(self) -> Described | None:
        """The last release. Raises `BuildStopped` where it is damaged."""
        if not self.last:
            return None
        try:
            return Described.read(self.shelf[self.last])
        except Unreadable as error:
            raise damaged(self.shelf[self.last], f"{description.TURTLE}: {error}") from None

    def _write_dumps(self) -> None:
        formats = {Format(name) for name in self.partner.formats} | {Format.NQUADS}
        size = self.partner.part_megabytes * dumps.MEBIBYTE
        self.dumps, self.counts = dumps.write(self.portion, formats, size, self.project, self.made)
        with self.portion.open("rb") as file:
            lines = sum(1 for _ in file)
        if self.counts.quads != lines:
            raise BuildStopped(f"wrote {self.counts.quads:,} of {lines:,} statements; is the disk failing?")

    def _write_difference(self, before: Described) -> Changed:
        """Write what has changed since a release; what the partner may no longer see is not told."""
        changes = Changes(self.project.vocabulary)
        gone: list[Takedown] = []
        records = {f"<{iri}>".encode(): record for iri, record in self.project.forgotten.items()}
        withheld = self._withheld(before.folder / profile.FILE)
        with self.portion.open("rb") as file, difference.Writer(self.made, withheld=bool(withheld)) as writer:
            for old, new in difference.pairs(before.quads(), file):
                writer.write(old, new)
                try:
                    changes.add(old, new)
                except (ValueError, SyntaxError) as error:  # its lines come before its checksum is known to be wrong
                    raise damaged(before.folder, str(error)) from None
                gone += _taken_down(old, new, records)
        told = changes.told or (_TAKEN_DOWN if withheld == _TAKEN_DOWN else "the same statements with another profile")
        return Changed(self.last, changes.kinds, told, gone, [] if withheld else changes.named, withheld)

    def _withheld(self, before: Path) -> str:
        """Why the partner is not told what went, by the profile of the release before; nothing where he is."""
        if profile.is_before_a_takedown(before, self.project):
            return _TAKEN_DOWN
        return "" if profile.shows_the_same(before, self.profile) else _OTHER_PROFILE

    def _write_description(self, before: Described | None, changed: Changed | None) -> None:
        about = self._about(before, changed)
        found = {
            *description.said(self.project, self.partner, about, self.dumps, self.counts),
            *description.measured(self.made, self.dumps, self.canonical),
            *description.counted(self.counts, self.project.base),
        }
        texts = {
            description.TURTLE: notation.turtle(found),
            description.JSON_LD: notation.json_ld(found),
            CANONICAL: canonical_text(self.canonical),
            profile.FILE: self.profile,
        }
        for name, text in texts.items():
            (self.made / name).write_text(text, encoding="utf-8")
        (self.made / page.FILE).write_text(self._page(about, changed), encoding="utf-8")

    def _about(self, before: Described | None, changed: Changed | None) -> About:
        newest = clock.written(clock.newest(self.snapshot))
        return About(
            version=self.version,
            previous=self.last,
            issued=max(newest, before.issued) if before else newest,
            summary=_sentence(self.question.description or self.question.summary or "What this partner receives"),
            notes=self._told(changed),
        )

    def _page(self, about: About, changed: Changed | None) -> str:
        quoted = f"<{self.project.base}graph/excerpts>".encode() in self.counts.graphs
        return page.render(
            self.counts,
            sorted(self.made.iterdir()),
            changed,
            title=self.partner.title or self.partner.name,
            version=about.version,
            issued=about.issued,
            summary=about.summary,
            publisher=self.project.publisher.name,
            licence=self.partner.licence,
            rights=[words for words in (self.partner.rights, self.project.excerpt_rights * quoted) if words],
            signed=self.key is not None,
            canonical=self.canonical,
        )


def _taken_down(old: list[bytes], new: list[bytes], records: dict[bytes, Takedown]) -> Iterator[Takedown]:
    """The record of a thing that went because it was taken down."""
    if old and not new:
        record = records.get(old[0].partition(b" ")[0])
        if record:
            yield record


def canonical_text(digest: str) -> str:
    """What `RDFC-1.0.txt` holds, by the SHA-256 of the canonical N-Quads."""
    return f"{digest}  the SHA-256 of the canonical N-Quads (RDFC-1.0) of this dataset\n"


def _sentence(words: str) -> str:
    text = " ".join(words.split())
    return text if text.endswith(".") else f"{text}."
