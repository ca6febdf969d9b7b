"""The pages of a feed in their folder: the index with the newest versions, and pages that are closed.

What an update adds becomes visible by one step, in which the index comes into place: it has the newest versions itself
and leads to all others. Pages are written before it. What no index leads to was left by an update that was killed, and
the next one sweeps it away.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

from curagraph.delivery.feeds import page
from curagraph.delivery.feeds.page import INDEX, Version
from curagraph.problem import BuildStopped

_NOTE = re.compile(r"^# (Pages|Bounds|Before|Erased|Erasing): (.*)$", re.MULTILINE)
_LINK = re.compile(r"tree:node <(pages?-([0-9]+)-[0-9a-f]{16}\.trig)>")


class Pages:
    """The pages in a folder, of `size` versions each.

    `count` of them are closed; the versions of the next one are `newest`. `notes` are what the index says of itself in
    comments. `names` has the file of each closed page that has versions, `nodes` that of each node of the tree, by
    their numbers. Raises `BuildStopped` where the index is something else, or does not lead to what it should.
    """

    def __init__(self, folder: Path, size: int) -> None:
        self.folder = folder
        self.size = size
        self.index = folder / INDEX
        self.names: dict[int, str] = {}
        self.nodes: dict[int, str] = {}
        self.count, self.notes, self.newest = 0, dict[str, str](), list[Version]()
        if self.index.exists():
            head, self.newest = page.read(self.index)
            self._take(head)
        self.before = self.last
        self.sweep()

    def _take(self, head: str) -> None:
        """Take in what the head of an index says."""
        self.notes = dict(_NOTE.findall(head))
        if not {"Pages", "Bounds", "Before"} <= set(self.notes):
            raise BuildStopped(f"{self.index}: found no index of a feed; {page.ANEW % self.folder}")
        self.count = int(self.notes["Pages"])
        links = dict(_LINK.findall(head))
        self.nodes = {int(number): name for name, number in links.items() if name.startswith("pages-")}
        for name in self.nodes.values():
            links |= dict(_LINK.findall(self._text(name)))
        self.names = {int(number): name for name, number in links.items() if name.startswith("page-")}

    def _text(self, name: str) -> str:
        try:
            return (self.folder / name).read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            raise BuildStopped(f"{self.folder / name}: {error.strerror}; {page.ANEW % self.folder}") from None

    def sweep(self) -> None:
        """Remove what no index leads to, but for pages and nodes that had to become empty."""
        linked = {*self.names.values(), *self.nodes.values()}
        empty = {len(page.written([])), len(page.CLOSED)}
        for file in self.folder.glob("page*.trig"):
            if file.name not in linked and not (self._counts(file) and file.stat().st_size in empty):
                file.unlink()
        for file in self.folder.glob(".*.part"):
            file.unlink()

    def _counts(self, file: Path) -> bool:
        """Whether a page or node that nothing leads to has a number that was given."""
        kind, _, rest = file.stem.partition("-")
        number = rest.partition("-")[0]
        taken = self.names if kind == "page" else self.nodes
        return number.isdigit() and int(number) <= self.count and int(number) not in taken

    @property
    def last(self) -> str:
        """The name of the last version, or that from which the feed begins; the empty text where there is no feed."""
        return self.newest[-1].name if self.newest else self.notes.get("Before", "")

    def begin(self, name: str) -> None:
        """Begin a feed from a name. What stands in the folder stays until `sweep`, and nothing leads to it any more."""
        self.count, self.newest, self.notes = 0, [], {"Before": name}
        self.names, self.nodes, self.before = {}, {}, name

    def knows(self, name: str) -> bool:
        """Whether a version is there, or has just been followed by others."""
        known = (version.name for _, versions in self.all() for version in versions)
        return name in (self.notes.get("Before"), self.last) or name in known

    def file(self, number: int) -> Path:
        return self.folder / self.names[number]

    def link(self, number: int) -> str:
        """The name of the file that has the versions of a page, which may still be the index."""
        return self.names[number] if number <= self.count else INDEX

    def linked(self) -> list[Path]:
        """The files to which the index leads."""
        return [self.folder / name for name in sorted({*self.names.values(), *self.nodes.values()})]

    def mark(self) -> str:
        """A hash by which to know the feed again; the empty text where there is none."""
        return hashlib.sha256(self.index.read_bytes()).hexdigest() if self.index.exists() else ""

    def versions(self, number: int) -> list[Version]:
        """The versions of a page, of which the last is not closed."""
        if number > self.count:
            return self.newest
        return page.read(self.file(number))[1] if number in self.names else []

    def all(self) -> Iterator[tuple[int, list[Version]]]:
        """Each page's number and versions, in the order in which they were added.

        Raises `BuildStopped` where one is not as its name says.
        """
        before = Version("", "", "")
        for number in range(1, self.count + 2):
            found = self.versions(number)
            for each, version in pairwise([before, *found]):
                if each.name and each.number + 1 == version.number and version.after(each.name) != version:
                    raise BuildStopped(
                        f"{self.folder / self.link(number)}: {version.name} is not as it was told; "
                        f"{page.ANEW % self.folder}"
                    )
            before = found[-1] if found else before
            yield number, found

    def append(self, versions: Iterable[Version]) -> Iterator[tuple[int, Version]]:
        """Add versions, and give them their names; each with the number of its page. Full pages are closed."""
        last = self.before
        for each in versions:
            if len(self.newest) >= self.size:
                self._close()
            version = each.after(last)
            last = version.name
            self.newest.append(version)
            yield self.count + 1, version

    def _close(self) -> None:
        name = page.file_name(self.count + 1, self.newest[-1].name)
        page.put(self.folder / name, page.written(self.newest))
        self.names[self.count + 1] = name
        self.count, self.newest = self.count + 1, []

    def drop(self, number: int, dropped: set[int]) -> list[Version]:
        """Take versions out of a page, by their numbers; those that stay."""
        kept = [version for version in self.versions(number) if version.number not in dropped]
        if number > self.count:
            self.newest = kept
        else:
            page.put(self.file(number), page.written(kept))
        return kept
