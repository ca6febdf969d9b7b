"""The examination of one release: its files, its signature, its dumps and what it says of them, its difference."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from curagraph.delivery.releases import claims, comparison, description, difference, page, profile, signature, sums
from curagraph.delivery.releases.claims import Fault
from curagraph.delivery.releases.counts import Counts
from curagraph.delivery.releases.described import Described, Unreadable, read, relative, resolved
from curagraph.delivery.releases.notation import PREFIXES
from curagraph.delivery.releases.release import CANONICAL, canonical_text
from curagraph.delivery.releases.shelf import is_version
from curagraph.delivery.releases.succession import Succession
from curagraph.problem import Problem, Severity, UsageError
from curagraph.serialize import Format

# Each code with what it costs and what it tells.
CODES = {
    "bad-checksum-list": (Severity.ERROR, "The list of checksums is missing or not as it was written."),
    "wrong-checksum": (Severity.ERROR, "A file is not as it was written."),
    "missing-file": (Severity.ERROR, "A file of the release is missing."),
    "extra-file": (Severity.ERROR, "A file is no part of the release."),
    "bad-signature": (Severity.ERROR, "The signature is missing, or not that of the release."),
    "unknown-signer": (Severity.NOTE, "It was not checked whose key has signed."),
    "bad-description": (Severity.ERROR, "The description cannot be read, or differs from its other notation."),
    "bad-dump": (Severity.ERROR, "A dump cannot be read."),
    "wrong-count": (Severity.ERROR, "The description states what the dumps do not hold."),
    "wrong-hash": (Severity.ERROR, "The dataset is not that of the stated RDFC-1.0 hash."),
    "differing-dump": (Severity.ERROR, "Two notations do not hold the same."),
    "wrong-difference": (Severity.ERROR, "The difference does not lead from the release before to this one."),
    "unchecked-difference": (Severity.NOTE, "The release before is not there, or is damaged."),
    "wrong-place": (Severity.ERROR, "The release says that it is another one than its folder does."),
    "wrong-profile": (Severity.ERROR, "The profile does not say what the description does."),
    "wrong-page": (Severity.ERROR, "The page is not that of the release."),
    "wrong-latest": (Severity.ERROR, "The link to the newest release leads elsewhere."),
}
_AGAIN = "fetch it again, or restore it from a copy"
_ALWAYS = (description.TURTLE, description.JSON_LD, CANONICAL, profile.FILE, page.FILE)
_UNLISTED = (sums.FILE, sums.FILE + signature.SUFFIX)
_SHOWN = 5
# Of these namespaces a description has nothing but what is counted and measured.
_COUNTED = tuple(PREFIXES[prefix] for prefix in ("void", "sd", "spdx"))


class Examination:
    """What is wrong with the release in a folder; its files are named from the folder `root`."""

    def __init__(self, folder: Path, root: Path, signers: Path | None) -> None:
        self.folder = folder
        self.root = root
        self.signers = signers
        self.wrong: set[str] = set()

    def problem(self, name: str, code: str, message: str) -> Problem:
        """A problem with a file of the release."""
        self.wrong.add(name)
        place = (self.folder / name).relative_to(self.root).as_posix()
        return Problem(place, 0, "", code, CODES[code][0], message)

    def problems(self) -> Iterator[Problem]:
        """All that is wrong. What is in a file whose checksum is wrong is not looked at."""
        yield from self._sums()
        yield from self._signature()
        yield from self._description()
        if self.described is None or description.TURTLE in self.wrong:
            return
        yield from self._files(self.described)
        yield from self._faults(claims.of_place(self.described, self.root))
        if self._is_sound(profile.FILE):
            yield from self._faults(claims.of_profile(self.described))
        quads = [file.name for file in self.described.of(Format.NQUADS)]
        if self.wrong.isdisjoint(quads):
            yield from self._dataset(self.described)
        if self.wrong.isdisjoint(quads):
            yield from self._notations(self.described)
            yield from self._difference(self.described)

    def _faults(self, found: Iterable[Fault]) -> Iterator[Problem]:
        return (self.problem(name, code, f"{message}; {_AGAIN}") for name, code, message in found)

    def _is_sound(self, name: str) -> bool:
        """Whether a file is there, and nothing wrong was found with it."""
        return name in self.there and name not in self.wrong

    @cached_property
    def described(self) -> Described | None:
        """What the release says of itself, where it can be read."""
        try:
            return Described.read(self.folder)
        except Unreadable:
            return None

    @cached_property
    def there(self) -> set[str]:
        """The names of what is in the folder."""
        return {path.name for path in self.folder.iterdir()}

    @property
    def _removed(self) -> str:
        """The name of the file that tells what went."""
        return difference.WITHHELD if difference.WITHHELD in self.there else difference.REMOVED

    # Files

    def _sums(self) -> Iterator[Problem]:
        try:
            listed = sums.read(self.folder)
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else error
            message = f"it cannot be read: {why}" if sums.FILE in self.there else "the release has none"
            yield self.problem(sums.FILE, "bad-checksum-list", f"{message}; {_AGAIN}")
            return
        for name in sorted(listed.keys() - self.there):
            yield self.problem(name, "missing-file", f"{sums.FILE} names it, and it is not there; {_AGAIN}")
        for name in sorted(self.there - listed.keys() - set(_UNLISTED)):
            yield self.problem(name, "extra-file", f"{sums.FILE} does not name it; remove it, and do not trust it")
        for name in sorted(listed.keys() & self.there):
            if (found := self._sum(name)) != listed[name]:
                message = f"its SHA-256 is {found}, and {sums.FILE} says {listed[name]}; {_AGAIN}"
                yield self.problem(name, "wrong-checksum", message)

    def _sum(self, name: str) -> str:
        """The SHA-256 of a file, or why it has none."""
        file = self.folder / name
        if file.is_symlink() or not file.is_file():
            return "none, as it is no file"
        try:
            return sums.sha256(file)
        except OSError as error:
            return f"unknown ({error.strerror})"

    def _files(self, described: Described) -> Iterator[Problem]:
        """Whether the files are those that the description names, whatever the list of checksums says."""
        wanted = {*_ALWAYS, *(dump.name for dump in described.dumps)}
        if described.previous:
            wanted |= {difference.ADDED, self._removed}
        for name in sorted(wanted - self.there - self.wrong):
            yield self.problem(name, "missing-file", f"the release says that it has it; {_AGAIN}")
        for name in sorted(self.there - wanted - self.wrong - set(_UNLISTED)):
            yield self.problem(name, "extra-file", "no release has such a file; remove it, and do not trust it")

    def _signature(self) -> Iterator[Problem]:
        file, signed = self.folder / sums.FILE, self.folder / (sums.FILE + signature.SUFFIX)
        if not file.is_file() or not (signed.is_file() or self.signers):
            return
        if not signed.is_file():
            yield self.problem(signed.name, "bad-signature", "there is none, and --signers wants one; ask for it")
            return
        try:
            if self.signers:
                signature.signer(file, signed, self.signers)
                return
            key = signature.key(file, signed)
        except signature.Forged as error:
            yield self.problem(signed.name, "bad-signature", f"{error}; do not trust the release, and {_AGAIN}")
        except UsageError as error:
            if self.signers:
                raise
            yield self.problem(signed.name, "unknown-signer", f"it was not checked: {error}")
        else:
            message = f"made with the key {key}; give --signers FILE to learn whether it is that of whom you trust"
            yield self.problem(signed.name, "unknown-signer", message)

    # Contents

    def _description(self) -> Iterator[Problem]:
        if description.TURTLE not in self.wrong:
            try:
                found = Described.read(self.folder).triples
            except Unreadable as error:
                yield self.problem(description.TURTLE, "bad-description", f"{error}; {_AGAIN}")
                return
            if description.JSON_LD in self.there - self.wrong:
                yield from self._same(found)

    def _same(self, found: frozenset[ox.Triple]) -> Iterator[Problem]:
        """Whether both notations of the description say the same."""
        try:
            other = read(self.folder / description.JSON_LD, ox.RdfFormat.JSON_LD)
        except Unreadable as error:
            yield self.problem(description.JSON_LD, "bad-description", f"{error}; {_AGAIN}")
            return
        if found != other:
            first = min(map(relative, found ^ other))
            message = f"it does not say what {description.TURTLE} says: {first} stands in one of them; {_AGAIN}"
            yield self.problem(description.JSON_LD, "bad-description", message)

    def _dataset(self, described: Described) -> Iterator[Problem]:
        """Whether the N-Quads are those of the hash, and what is counted in them is what is stated."""
        digest, counts = hashlib.sha256(), Counts()
        try:
            counts = Counts.of(_passing(comparison.quads(described.of(Format.NQUADS)), digest.update))
        except Unreadable as error:
            yield self.problem(error.file, "bad-dump", f"{error}; {_AGAIN}")
            return
        canonical = digest.hexdigest()
        if canonical != described.canonical:
            message = f"the hash of the dataset is {canonical}, and it says {described.canonical}; {_AGAIN}"
            yield self.problem(description.TURTLE, "wrong-hash", message)
        elif self._is_sound(CANONICAL) and not self._states(canonical):
            message = f"it wants {canonical_text(canonical).strip()!r} and no more; {_AGAIN}"
            yield self.problem(CANONICAL, "wrong-hash", message)
        yield from self._counts(described, counts)
        if self._is_sound(page.FILE):
            yield from self._faults(claims.of_page(described, counts))

    def _states(self, canonical: str) -> bool:
        """Whether the file that states the hash has the text that it has in each release."""
        wanted = canonical_text(canonical).encode()
        with (self.folder / CANONICAL).open("rb") as file:
            return file.read(len(wanted) + 1) == wanted

    def _counts(self, described: Described, counts: Counts) -> Iterator[Problem]:
        """What is stated and not so, and what is so and not stated."""
        there = [dump for dump in described.dumps if dump.name in self.there]
        wanted = resolved(description.counted(counts, described.base))
        wanted |= resolved(description.measured(self.folder, there, described.canonical))
        stated = {triple for triple in described.triples if _is_counted(triple.predicate.value)}
        wrong = (wanted - described.triples) | (stated - wanted)
        known = self.wrong | ({dump.name for dump in described.dumps} - self.there)
        lines = sorted(line for line in map(relative, wrong) if not any(name in line for name in known))
        for line in lines[:_SHOWN]:
            what = "states, and the dumps do not hold" if line in map(relative, stated) else "does not state"
            message = f"it {what}: {line}; {_AGAIN}"
            yield self.problem(description.TURTLE, "wrong-count", message)

    def _notations(self, described: Described) -> Iterator[Problem]:
        """Whether each dump holds what the N-Quads of the same part do."""
        references = described.of(Format.NQUADS)
        for dump in described.dumps:
            if dump.format is Format.NQUADS or dump.name in self.wrong or dump.name not in self.there:
                continue
            if dump.parts != len(references):
                message = f"it is one of {dump.parts} parts, and the N-Quads have {len(references)}; {_AGAIN}"
                yield self.problem(dump.name, "differing-dump", message)
                continue
            try:
                comparison.compare(self.folder / dump.name, dump.format, references[dump.part - 1])
            except comparison.Differing as error:
                yield self.problem(dump.name, "differing-dump", f"{error}; {_AGAIN}")
            except Unreadable as error:
                yield self.problem(dump.name, "bad-dump", f"{error}; {_AGAIN}")

    def _difference(self, described: Described) -> Iterator[Problem]:
        """Whether the difference leads from the release before, where that is there and whole, to this one."""
        files = {difference.ADDED, self._removed}
        if not described.previous or files & self.wrong or not files <= self.there:
            return
        before = _whole(self.folder.parent / described.previous) if is_version(self.folder.name) else None
        try:
            Succession(described, before).check()
        except difference.Unfitting as error:
            yield self.problem(error.file, "wrong-difference", f"{error}; {_AGAIN}")
        except Unreadable as error:
            if error.file:
                yield self.problem(error.file, "bad-dump", f"{error}; {_AGAIN}")
            else:  # it is the release before that cannot be read
                yield self._unchecked(described)
        else:
            if before is None:
                yield self._unchecked(described)

    def _unchecked(self, described: Described) -> Problem:
        message = f"release {described.previous} is not there, or is damaged: so it was not applied to it"
        return self.problem(self._removed, "unchecked-difference", message)


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


def _passing(lines: Iterable[bytes], to: object) -> Iterator[bytes]:
    """Lines that are handed to a function on their way."""
    assert callable(to)
    for line in lines:
        to(line)
        yield line
