"""What a release holds: whether its dumps and its difference are what the description says."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from curagraph.delivery.releases import claims, comparison, description, difference, page, sums
from curagraph.delivery.releases.counts import Counts
from curagraph.delivery.releases.described import Described, Unreadable, relative, resolved
from curagraph.delivery.releases.faults import Fault, damage
from curagraph.delivery.releases.inventory import Inventory
from curagraph.delivery.releases.notation import PREFIXES
from curagraph.delivery.releases.release import CANONICAL, canonical_text
from curagraph.delivery.releases.shelf import is_version
from curagraph.delivery.releases.succession import Succession
from curagraph.exporting.serialize import Format

_SHOWN = 5
# Of these namespaces a description has nothing but what is counted and measured.
_COUNTED = tuple(PREFIXES[prefix] for prefix in ("void", "sd", "spdx"))


class Contents:
    """The contents of the files of a release, which are looked at where nothing wrong was found with a file."""

    def __init__(self, described: Described, files: Inventory) -> None:
        self.described = described
        self.files = files
        self.folder = files.folder

    def faults(self) -> Iterator[Fault]:
        """All that is wrong."""
        quads = [file.name for file in self.described.of(Format.NQUADS)]
        if self.files.wrong.isdisjoint(quads):
            yield from self._dataset()
        if self.files.wrong.isdisjoint(quads):
            yield from self._notations()
            yield from self._difference()

    def _dataset(self) -> Iterator[Fault]:
        """Whether the N-Quads are those of the hash, and what is counted in them is what is stated."""
        digest, counts = hashlib.sha256(), Counts()
        try:
            counts = Counts.of(_passing(comparison.quads(self.described.of(Format.NQUADS)), digest.update))
        except Unreadable as error:
            yield damage(error.file, "bad-dump", str(error))
            return
        canonical = digest.hexdigest()
        if canonical != self.described.canonical:
            message = f"the hash of the dataset is {canonical}, and it says {self.described.canonical}"
            yield damage(description.TURTLE, "wrong-hash", message)
        elif self.files.is_sound(CANONICAL) and not self._states(canonical):
            message = f"it wants {canonical_text(canonical).strip()!r} and no more"
            yield damage(CANONICAL, "wrong-hash", message)
        yield from self._counts(counts)
        if self.files.is_sound(page.FILE):
            yield from claims.of_page(self.described, counts)

    def _states(self, canonical: str) -> bool:
        """Whether the file that states the hash has the text that it has in each release."""
        wanted = canonical_text(canonical).encode()
        with (self.folder / CANONICAL).open("rb") as file:
            return file.read(len(wanted) + 1) == wanted

    def _counts(self, counts: Counts) -> Iterator[Fault]:
        """What is stated and not so, and what is so and not stated."""
        there = [dump for dump in self.described.dumps if dump.name in self.files.there]
        wanted = resolved(description.counted(counts, self.described.base))
        wanted |= resolved(description.measured(self.folder, there, self.described.canonical))
        stated = {triple for triple in self.described.triples if _is_counted(triple.predicate.value)}
        wrong = (wanted - self.described.triples) | (stated - wanted)
        known = self.files.wrong | ({dump.name for dump in self.described.dumps} - self.files.there)
        lines = sorted(line for line in map(relative, wrong) if not any(name in line for name in known))
        for line in lines[:_SHOWN]:
            what = "states, and the dumps do not hold" if line in map(relative, stated) else "does not state"
            yield damage(description.TURTLE, "wrong-count", f"it {what}: {line}")

    def _notations(self) -> Iterator[Fault]:
        """Whether each dump holds what the N-Quads of the same part do."""
        references = self.described.of(Format.NQUADS)
        for dump in self.described.dumps:
            if dump.format is Format.NQUADS or not self.files.is_sound(dump.name):
                continue
            if dump.parts != len(references):
                message = f"it is one of {dump.parts} parts, and the N-Quads have {len(references)}"
                yield damage(dump.name, "differing-dump", message)
                continue
            try:
                comparison.compare(self.folder / dump.name, dump.format, references[dump.part - 1])
            except comparison.Differing as error:
                yield damage(dump.name, "differing-dump", str(error))
            except Unreadable as error:
                yield damage(dump.name, "bad-dump", str(error))

    def _difference(self) -> Iterator[Fault]:
        """Whether the difference leads from the release before, where that is there and whole, to this one."""
        files = {difference.ADDED, self.files.removed}
        if not self.described.previous or files & self.files.wrong or not files <= self.files.there:
            return
        before = _whole(self.folder.parent / self.described.previous) if is_version(self.folder.name) else None
        try:
            Succession(self.described, before).check()
        except difference.Unfitting as error:
            yield damage(error.file, "wrong-difference", str(error))
        except Unreadable as error:
            if error.file:
                yield damage(error.file, "bad-dump", str(error))
            else:  # it is the release before that cannot be read
                yield self._unchecked()
        else:
            if before is None:
                yield self._unchecked()

    def _unchecked(self) -> Fault:
        message = f"release {self.described.previous} is not there, or is damaged: so it was not applied to it"
        return Fault(self.files.removed, "unchecked-difference", message)


def _is_counted(property_: str) -> bool:
    return property_.startswith(_COUNTED) and property_ != f"{PREFIXES['void']}uriSpace"


def _whole(folder: Path) -> Described | None:
    """The release in a folder, where it is there and its N-Quads are as they were written."""
    try:
        found, listed = Described.read(folder), sums.read(folder)
        is_whole = all(listed.get(file.name) == sums.sha256(file) for file in found.of(Format.NQUADS))
    except (OSError, ValueError):
        return None
    return found if is_whole else None


def _passing(lines: Iterable[bytes], to: Callable[[bytes], object]) -> Iterator[bytes]:
    """Lines that are handed to a function on their way."""
    for line in lines:
        to(line)
        yield line
