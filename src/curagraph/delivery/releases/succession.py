"""Whether the difference of a release leads from the one before to this one.

What is added is there now, what is removed is not: that can be told without the release before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import zip_longest

from curagraph.delivery.releases import comparison
from curagraph.delivery.releases.described import Described, Unreadable, unpacked
from curagraph.delivery.releases.difference import (
    ADDED,
    REMOVED,
    WITHHELD,
    Unfitting,
    applied,
    applied_withheld,
)
from curagraph.delivery.releases.statements import digest
from curagraph.exporting.serialize import Format

_DIGEST = re.compile(r"[0-9a-f]{64}")


class Succession:
    """The difference of a release whose dataset is as it says, from the release `before` where that is known."""

    def __init__(self, described: Described, before: Described | None) -> None:
        self.described = described
        self.before = before
        self.folder = described.folder
        self.withheld = (self.folder / WITHHELD).exists()
        self.removed = WITHHELD if self.withheld else REMOVED

    def check(self) -> None:
        """Raises `Unfitting` where the difference is wrong, and `Unreadable` where it cannot be read."""
        if line := _missing(self._added(), _lines(self.described)):
            raise Unfitting(f"it adds what is not there: {line[:80]!r}", ADDED)
        if line := self._left():
            raise Unfitting(f"it removes what is still there: {line[:80]!r}", self.removed)
        if self.before:
            self._compare(self.before)

    def _added(self) -> Iterator[bytes]:
        return comparison.quads([self.folder / ADDED])

    def _left(self) -> bytes:
        """A line that is removed and still there, or nothing."""
        if self.withheld:
            lines = _lines(self.described) if self.digests else iter(())
            return next((line for line in lines if digest(line) in self.digests), b"")
        return _shared(comparison.quads([self.folder / REMOVED]), _lines(self.described))

    @cached_property
    def digests(self) -> frozenset[str]:
        try:
            found = (self.folder / WITHHELD).read_text("ascii").splitlines()
        except (OSError, UnicodeDecodeError):
            found = [""]
        if found != sorted(set(found)) or not all(map(_DIGEST.fullmatch, found)):
            raise Unreadable("wants a SHA-256 on each line, in order", WITHHELD)
        return frozenset(found)

    def _compare(self, before: Described) -> None:
        """Apply the difference to the release before."""
        if self.withheld:
            found = applied_withheld(_lines(before), self._added(), self.digests)
        else:
            found = applied(_lines(before), self._added(), comparison.quads([self.folder / REMOVED]))
        for ours, theirs in zip_longest(_lines(self.described), found, fillvalue=b""):
            if ours == theirs:
                continue
            if not theirs or (ours and ours < theirs):
                raise Unfitting(f"it does not add what is new: {ours[:80]!r}", ADDED)
            raise Unfitting(f"it does not remove what is no longer there: {theirs[:80]!r}", self.removed)


def _lines(described: Described) -> Iterator[bytes]:
    return (line for file in described.of(Format.NQUADS) for line in unpacked(file))


def _missing(lines: Iterable[bytes], within: Iterator[bytes]) -> bytes:
    """The first of some lines in order that is not among others in order, or nothing."""
    other = next(within, b"")
    for line in lines:
        while other and other < line:
            other = next(within, b"")
        if other != line:
            return line
    return b""


def _shared(lines: Iterable[bytes], others: Iterator[bytes]) -> bytes:
    """The first of some lines in order that is among others in order, or nothing."""
    other = next(others, b"")
    for line in lines:
        while other and other < line:
            other = next(others, b"")
        if other == line:
            return line
    return b""
