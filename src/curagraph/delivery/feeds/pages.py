"""The pages of a feed in their folder: the index with the newest versions, and pages that are closed.

What an update adds becomes visible by one step, in which the index comes into place: it has the newest versions itself
and leads to all others. Pages are written before it. What no index leads to was left by an update that was killed, and
the next one sweeps it away.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from curagraph.delivery.feeds import page
from curagraph.delivery.feeds.page import INDEX, Version

_COUNT = re.compile(r"^# Pages: ([0-9]+)$", re.MULTILINE)


def counted(pages: int) -> str:
    """The line of an index that says how many pages are closed."""
    return f"# Pages: {pages}\n"


class Pages:
    """The pages in a folder, of `size` versions each.

    `count` of them are closed; the versions of the next one are `newest`. Raises `BuildStopped` where the index is
    something else.
    """

    def __init__(self, folder: Path, size: int) -> None:
        self.folder = folder
        self.size = size
        self.index = folder / INDEX
        self.head, self.newest = page.read(self.index) if self.index.exists() else (counted(0), [])
        found = _COUNT.search(self.head)
        self.count = int(found[1]) if found else 0
        for file in [*folder.glob(".*.part"), *folder.glob("page-*.trig")]:
            if file.suffix == ".part" or int(file.stem.removeprefix("page-")) > self.count:
                file.unlink()

    def file(self, number: int) -> Path:
        return self.folder / page.name(number)

    def mark(self) -> str:
        """A hash by which to know the feed again; the empty text where there is none."""
        return hashlib.sha256(self.index.read_bytes()).hexdigest() if self.index.exists() else ""

    def versions(self, number: int) -> list[Version]:
        """The versions of a page, of which the last is not closed."""
        return page.read(self.file(number))[1] if number <= self.count else self.newest

    def all(self) -> Iterator[tuple[int, list[Version]]]:
        """Each page's number and versions, in the order in which they were added."""
        return ((number, self.versions(number)) for number in range(1, self.count + 2))

    def next_number(self) -> int:
        """The number of the next version."""
        last = self.newest or (self.versions(self.count) if self.count else [])
        return last[-1].number + 1 if last else 1

    def append(self, versions: Iterable[Version]) -> Iterator[tuple[int, Version]]:
        """Add versions; each with the number of its page. Pages that become full are closed."""
        for version in versions:
            if len(self.newest) >= self.size:
                page.put(self.file(self.count + 1), page.written(self.newest))
                self.count, self.newest = self.count + 1, []
            self.newest.append(version)
            yield self.count + 1, version

    def drop(self, number: int, dropped: set[int]) -> list[Version]:
        """Take versions out of a page, by their numbers; those that stay."""
        kept = [version for version in self.versions(number) if version.number not in dropped]
        if number > self.count:
            self.newest = kept
        else:
            page.put(self.file(number), page.written(kept))
        return kept
