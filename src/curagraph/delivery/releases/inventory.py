"""The files of a release: whether they are those that were written, by the checksums, their signature, and the names in
the description."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from curagraph.delivery.releases import description, difference, page, profile, signature, sums
from curagraph.delivery.releases.described import Described
from curagraph.delivery.releases.faults import AGAIN, Fault, damage
from curagraph.delivery.releases.release import CANONICAL
from curagraph.problem import UsageError

_ALWAYS = (description.TURTLE, description.JSON_LD, CANONICAL, profile.FILE, page.FILE)
_UNLISTED = (sums.FILE, sums.FILE + signature.SUFFIX)


class Inventory:
    """What is in the folder of a release, and what of it is `wrong`, as far as is known."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.wrong: set[str] = set()

    @cached_property
    def there(self) -> set[str]:
        """The names of what is in the folder."""
        return {path.name for path in self.folder.iterdir()}

    def is_sound(self, name: str) -> bool:
        """Whether a file is there, and nothing wrong was found with it."""
        return name in self.there and name not in self.wrong

    @property
    def removed(self) -> str:
        """The name of the file that tells what went."""
        return difference.WITHHELD if difference.WITHHELD in self.there else difference.REMOVED

    def listed(self) -> Iterator[Fault]:
        """Whether the files are those of the list of checksums."""
        try:
            listed = sums.read(self.folder)
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else error
            message = f"it cannot be read: {why}" if sums.FILE in self.there else "the release has none"
            yield damage(sums.FILE, "bad-checksum-list", message)
            return
        for name in sorted(listed.keys() - self.there):
            yield damage(name, "missing-file", f"{sums.FILE} names it, and it is not there")
        for name in sorted(self.there - listed.keys() - set(_UNLISTED)):
            yield Fault(name, "extra-file", f"{sums.FILE} does not name it; remove it, and do not trust it")
        for name in sorted(listed.keys() & self.there):
            if (found := self._sum(name)) != listed[name]:
                message = f"its SHA-256 is {found}, and {sums.FILE} says {listed[name]}"
                yield damage(name, "wrong-checksum", message)

    def _sum(self, name: str) -> str:
        """The SHA-256 of a file, or why it has none."""
        file = self.folder / name
        if file.is_symlink() or not file.is_file():
            return "none, as it is no file"
        try:
            return sums.sha256(file)
        except OSError as error:
            return f"unknown ({error.strerror})"

    def signed(self, signers: Path | None) -> Iterator[Fault]:
        """Whether the list of checksums is signed, and by one of the signers where they are known."""
        file, signed = self.folder / sums.FILE, self.folder / (sums.FILE + signature.SUFFIX)
        if not file.is_file() or not (signed.is_file() or signers):
            return
        if not signed.is_file():
            yield Fault(signed.name, "bad-signature", "there is none, and --signers wants one; ask for it")
            return
        try:
            if signers:
                signature.signer(file, signed, signers)
                return
            key = signature.key(file, signed)
        except signature.Forged as error:
            yield Fault(signed.name, "bad-signature", f"{error}; do not trust the release, and {AGAIN}")
        except UsageError as error:
            if signers:
                raise
            yield Fault(signed.name, "unknown-signer", f"it was not checked: {error}")
        else:
            message = f"made with the key {key}; give --signers FILE to learn whether it is that of whom you trust"
            yield Fault(signed.name, "unknown-signer", message)

    def named(self, described: Described) -> Iterator[Fault]:
        """Whether the files are those that the description names, whatever the list of checksums says."""
        wanted = {*_ALWAYS, *(dump.name for dump in described.dumps)}
        if described.previous:
            wanted |= {difference.ADDED, self.removed}
        for name in sorted(wanted - self.there - self.wrong):
            yield damage(name, "missing-file", "the release says that it has it")
        for name in sorted(self.there - wanted - self.wrong - set(_UNLISTED)):
            yield Fault(name, "extra-file", "no release has such a file; remove it, and do not trust it")
