"""The examination of one release: its files, what it says of itself, and what it holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from curagraph.delivery.releases import claims, description, profile
from curagraph.delivery.releases.contents import Contents
from curagraph.delivery.releases.described import Described, Unreadable, read, relative
from curagraph.delivery.releases.faults import CODES, Fault, damage
from curagraph.delivery.releases.inventory import Inventory
from curagraph.problem import Problem


class Examination:
    """What is wrong with the release in a folder; its files are named from the folder `root`."""

    def __init__(self, folder: Path, root: Path, signers: Path | None) -> None:
        self.folder = folder
        self.root = root
        self.signers = signers
        self.files = Inventory(folder)

    def problems(self) -> Iterator[Problem]:
        """All that is wrong. What is in a file whose checksum is wrong is not looked at."""
        for name, code, message in self._faults():
            # Before the next is looked for: what is found depends on it.
            self.files.wrong.add(name)
            place = (self.folder / name).relative_to(self.root).as_posix()
            yield Problem(place, 0, "", code, CODES[code][0], message)

    def _faults(self) -> Iterator[Fault]:
        yield from self.files.listed()
        yield from self.files.signed(self.signers)
        if description.TURTLE in self.files.wrong:
            return
        try:
            described = Described.read(self.folder)
        except Unreadable as error:
            yield damage(description.TURTLE, "bad-description", str(error))
        else:
            yield from self._unlike(described)

    def _unlike(self, described: Described) -> Iterator[Fault]:
        """What is not as the description says."""
        if self.files.is_sound(description.JSON_LD):
            yield from self._same(described.triples)
        yield from self.files.named(described)
        yield from claims.of_place(described, self.root)
        if self.files.is_sound(profile.FILE):
            yield from claims.of_profile(described)
        yield from Contents(described, self.files).faults()

    def _same(self, found: frozenset[ox.Triple]) -> Iterator[Fault]:
        """Whether both notations of the description say the same."""
        try:
            other = read(self.folder / description.JSON_LD, ox.RdfFormat.JSON_LD)
        except Unreadable as error:
            yield damage(description.JSON_LD, "bad-description", str(error))
            return
        if found != other:
            first = min(map(relative, found ^ other))
            message = f"it does not say what {description.TURTLE} says: {first} stands in one of them"
            yield damage(description.JSON_LD, "bad-description", message)
