"""What a release that is there says of itself: read back from its folder."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyoxigraph as ox

from curagraph.delivery.releases import description, dumps
from curagraph.delivery.releases.dumps import Dump
from curagraph.delivery.releases.notation import PREFIXES, Triple, lines
from curagraph.delivery.releases.shelf import is_version
from curagraph.exporting.serialize import Format
from curagraph.problem import BuildStopped

# Stands for the folder of a release while its description is read; it is written nowhere.
_BASE = "https://release.invalid/partner/version/"
_ROOT = ox.NamedNode(_BASE)
# What a packed file may not exceed: text of ours packs to a twentieth.
_RATIO, _LEAST, _LONGEST = 200, 64 << 20, 32 << 20


class Unreadable(ValueError):
    """A file of a release cannot be read as what it is; which one, where that is not known otherwise."""

    def __init__(self, message: str, file: str = "") -> None:
        super().__init__(message)
        self.file = file


@dataclass(frozen=True)
class Described:
    """The description of the release in a folder."""

    folder: Path
    triples: frozenset[ox.Triple]

    @classmethod
    def read(cls, folder: Path) -> Described:
        """Raises `Unreadable` where `dataset.ttl` is missing, is not Turtle, or lacks what a release has."""
        found = cls(folder, read(folder / description.TURTLE, ox.RdfFormat.TURTLE))
        try:
            assert found.issued
            assert found.canonical
            assert found.base
            assert found.identifier
            assert is_version(found.version)
            assert not found.previous or is_version(found.previous)
            assert found.of(Format.NQUADS)
        except (KeyError, ValueError, AssertionError):
            raise Unreadable("it lacks a time, a number, a checksum or the files of N-Quads of a release") from None
        return found

    @property
    def identifier(self) -> str:
        """The names of the partner and of the release, such as `public/3`."""
        (found,) = self.values(_ROOT, "dcterms:identifier")
        return found

    @property
    def version(self) -> str:
        """The number of the release."""
        (found,) = self.values(_ROOT, "dcat:version")
        return found

    @property
    def licence(self) -> str:
        """The address of its licence; nothing where it has none."""
        return " ".join(sorted(self.values(_ROOT, "dcterms:license")))

    @property
    def notes(self) -> str:
        """What has changed, in words."""
        return "; ".join(sorted(self.values(_ROOT, "adms:versionNotes")))

    @property
    def issued(self) -> str:
        """When it was issued, as xsd:dateTime."""
        (found,) = self.values(_ROOT, "dcterms:issued")
        assert datetime.fromisoformat(found)
        return found

    @property
    def base(self) -> str:
        """What the IRIs of the project begin with."""
        (found,) = self.values(_ROOT, "void:uriSpace")
        return found

    @property
    def previous(self) -> str:
        """The number of the release before; nothing in the first."""
        found = self.values(_ROOT, "dcat:previousVersion")
        return found[0].rstrip("/").rpartition("/")[2] if found else ""

    @property
    def canonical(self) -> str:
        """The SHA-256 of the canonical N-Quads."""
        (found,) = self.values(ox.NamedNode(f"{_BASE}#canonical"), "spdx:checksumValue")
        return found

    @property
    def dumps(self) -> list[Dump]:
        """The dumps, those of one notation together and in order."""
        names = sorted(each.removeprefix(_BASE) for each in self.values(_ROOT, "void:dataDump"))
        if any("/" in name or not name.startswith("data") for name in names):
            raise ValueError("a dump lies outside of the release")
        of = {format_: [name for name in names if dumps.format_of(name) is format_] for format_ in Format}
        return [
            Dump(name, format_, part, len(found)) for format_, found in of.items() for part, name in enumerate(found, 1)
        ]

    def of(self, format_: Format) -> list[Path]:
        """The files of a notation, in order."""
        return [self.folder / dump.name for dump in self.dumps if dump.format is format_]

    def values(self, subject: ox.NamedNode, property_: str) -> list[str]:
        """The values of a property, which has a prefixed name."""
        prefix, _, local = property_.partition(":")
        predicate = ox.NamedNode(PREFIXES[prefix] + local)
        found = [t.object for t in self.triples if t.subject == subject and t.predicate == predicate]
        return [term.value for term in found if isinstance(term, ox.NamedNode | ox.Literal)]

    def quads(self) -> Iterator[bytes]:
        """The lines of its N-Quads. Raises `BuildStopped` where they are not those that were released."""
        digest = hashlib.sha256()
        try:
            for file in self.of(Format.NQUADS):
                for line in unpacked(file):
                    digest.update(line)
                    yield line
        except Unreadable as error:
            raise damaged(self.folder, str(error)) from None
        if digest.hexdigest() != self.canonical:
            raise damaged(self.folder, "its N-Quads are not those of its checksum")


def damaged(folder: Path, why: str) -> BuildStopped:
    """What is raised where the release before is not as it was written."""
    return BuildStopped(
        f"the release {folder} cannot be compared with: {why}; `curagraph verify {folder}` tells more. Restore it from "
        "a copy, or move it away"
    )


def read(file: Path, format_: ox.RdfFormat) -> frozenset[ox.Triple]:
    """The statements of a description. Raises `Unreadable` where it cannot be read."""
    try:
        return frozenset(quad.triple for quad in ox.parse(path=str(file), format=format_, base_iri=_BASE + file.name))
    except (SyntaxError, OSError, ValueError) as error:
        raise Unreadable(" ".join(str(error).split())) from None


def resolved(triples: Iterator[Triple]) -> frozenset[ox.Triple]:
    """Statements with relative IRIs as they are where a description is read."""
    text = "".join(lines(triples))
    return frozenset(quad.triple for quad in ox.parse(text, ox.RdfFormat.TURTLE, base_iri=_BASE))


def relative(term: object) -> str:
    """A term of a description as its file has it."""
    return str(term).replace(f"<{_BASE}", "<./").replace("<./#", "<#")


def unpacked(file: Path) -> Iterator[bytes]:
    """The lines of a packed file. Raises `Unreadable` where it is none, or unpacks to what no release holds."""
    try:
        most = max(_LEAST, _RATIO * file.stat().st_size)
        with gzip.open(file) as opened:
            yield from _lines(opened, most)
    except (OSError, EOFError, zlib.error) as error:
        raise Unreadable(f"it cannot be unpacked: {error}") from None


def _lines(opened: gzip.GzipFile, most: int) -> Iterator[bytes]:
    while line := opened.readline(_LONGEST):
        most -= len(line)
        if most < 0 or len(line) == _LONGEST:
            raise Unreadable("it unpacks to more than any file of its size in a release")
        yield line
