"""The difference between two releases, and what it makes of the first when it is applied.

added.nq.gz, removed.nq.gz    statements as sorted lines of N-Quads
removed.sha256                in the place of the second where something was taken down: the SHA-256 of each line
                              without its end, in order: it takes the same lines away, and does not say what they said
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from pathlib import Path

from curagraph.delivery.releases.dumps import packed
from curagraph.delivery.releases.statements import by_subject, digest

ADDED, REMOVED, WITHHELD = "added.nq.gz", "removed.nq.gz", "removed.sha256"


class Unfitting(ValueError):
    """A difference removes what is not there, or adds what is: which of its files is wrong, and how."""

    def __init__(self, message: str, file: str) -> None:
        super().__init__(message)
        self.file = file


def pairs(before: Iterable[bytes], after: Iterable[bytes]) -> Iterator[tuple[list[bytes], list[bytes]]]:
    """The lines of each subject about which the two differ, before and after."""
    olds, news = by_subject(before), by_subject(after)
    old, new = next(olds, None), next(news, None)
    while old or new:
        if new is None or (old and old[0] < new[0]):
            assert old
            yield old[1], []
            old = next(olds, None)
        elif old is None or new[0] < old[0]:
            yield [], new[1]
            new = next(news, None)
        else:
            if old[1] != new[1]:
                yield old[1], new[1]
            old, new = next(olds, None), next(news, None)


class Writer:
    """Writes a difference into a folder; use as a context manager."""

    def __init__(self, folder: Path, *, withheld: bool) -> None:
        self.folder = folder
        self.withheld = withheld
        self.digests: list[str] = []

    def __enter__(self) -> Writer:
        self.added = packed(self.folder / ADDED)
        self.removed = None if self.withheld else packed(self.folder / REMOVED)
        return self

    def __exit__(self, *_: object) -> None:
        self.added.close()
        if self.removed:
            self.removed.close()
        else:
            text = "".join(f"{each}\n" for each in sorted(self.digests))
            (self.folder / WITHHELD).write_text(text, encoding="ascii")

    def write(self, old: list[bytes], new: list[bytes]) -> None:
        """Write what differs of the lines of a subject."""
        before, after = set(old), set(new)
        self.added.writelines(line for line in new if line not in before)
        gone = (line for line in old if line not in after)
        if self.removed:
            self.removed.writelines(gone)
        else:
            self.digests += map(digest, gone)


def applied(before: Iterable[bytes], added: Iterable[bytes], removed: Iterable[bytes]) -> Iterator[bytes]:
    """The lines after a difference. Raises `Unfitting` where it does not fit the lines before.

    >>> list(applied([b"a", b"b"], [b"c"], [b"a"]))
    [b'b', b'c']
    """
    return _with(_without(before, removed), added)


def applied_withheld(before: Iterable[bytes], added: Iterable[bytes], digests: Iterable[str]) -> Iterator[bytes]:
    """The same where the removed lines are only known by their digests."""
    return _with(_without_withheld(before, digests), added)


def _without(lines: Iterable[bytes], removed: Iterable[bytes]) -> Iterator[bytes]:
    rest = iter(removed)
    gone = next(rest, None)
    for line in lines:
        if line == gone:
            gone = next(rest, None)
        else:
            yield line
    if gone is not None:
        raise Unfitting(f"it removes what was not there: {gone[:80]!r}", REMOVED)


def _without_withheld(lines: Iterable[bytes], digests: Iterable[str]) -> Iterator[bytes]:
    left = set(digests)
    for line in lines:
        name = digest(line)
        if name in left:
            left.discard(name)
        else:
            yield line
    if left:
        raise Unfitting(f"it removes what was not there: {min(left)}", WITHHELD)


def _with(lines: Iterable[bytes], added: Iterable[bytes]) -> Iterator[bytes]:
    last = b""
    for line in heapq.merge(lines, added):
        if line == last:
            raise Unfitting(f"it adds what was there: {line[:80]!r}", ADDED)
        yield line
        last = line
