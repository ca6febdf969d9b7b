"""A page of the feed: versions of things, in a layout of which whole blocks can be taken out again.

A page is TriG. The statements of a version stand in a graph of its name, one to a line; a delete has none. The stream
is a Linked Data Event Stream (https://w3id.org/ldes/specification), and its pages are nodes of a tree
(https://w3id.org/tree/specification).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pyoxigraph as ox

from curagraph.problem import BuildStopped

INDEX = "index.trig"
CREATE, UPDATE, DELETE = "Create", "Update", "Delete"
PREFIXES = """@prefix as: <https://www.w3.org/ns/activitystreams#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix ldes: <https://w3id.org/ldes#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix tree: <https://w3id.org/tree#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
CLOSED = f"{PREFIXES}\n<> a tree:Node ; ldes:immutable true .\n"
# What follows this line are versions, and nothing else.
_VERSIONS = b"\n# Versions\n"
_BLOCK = re.compile(
    rb"\n<index\.trig#stream-(?P<feed>[0-9a-f]{16})> tree:member "
    rb"<index\.trig#(?P<name>(?P=feed)-v[0-9]+-[0-9a-f]{16})> \.\n"
    rb"<index\.trig#(?P=name)> a as:(?P<kind>[A-Z][a-z]+) ; dcterms:isVersionOf (?P<thing><[^>]+>) ; "
    rb'as:published "(?P<time>[^"]+)"\^\^xsd:dateTime(?: ; dcterms:description (?P<note>"(?:[^"\\\n]|\\.)*"))? \.\n'
    rb"(?:<index\.trig#(?P=name)> \{\n(?P<lines>(?:<.*\n)*)\}\n)?"
)


@dataclass(frozen=True, slots=True)
class Version:
    """What the feed says of a thing, from a time on: a member of the stream.

    `thing` is a term, `kind` one of Create, Update and Delete, `time` an xsd:dateTime, `lines` are sorted N-Triples,
    `note` says why it is gone, where that is known. `name` has the feed's own mark, the version's number, and a hash of
    it and of all versions before it, so that two versions never have one name, whatever was lost.
    """

    thing: str
    kind: str
    time: str
    lines: bytes = b""
    note: str = ""
    name: str = ""

    @property
    def number(self) -> int:
        return number(self.name)

    def after(self, before: str) -> Version:
        """The version with its name, which follows from that of the version before."""
        facts = "\n".join((before, self.thing, self.kind, self.time, self.note, ""))
        digest = hashlib.sha256(facts.encode() + self.lines).hexdigest()[:16]
        return replace(self, name=f"{mark(before)}-v{number(before) + 1}-{digest}")

    @property
    def block(self) -> bytes:
        """The version as a page has it."""
        name, note = f"<index.trig#{self.name}>", f" ; dcterms:description {ox.Literal(self.note)}" if self.note else ""
        says = (
            f"\n<index.trig#stream-{mark(self.name)}> tree:member {name} .\n"
            f"{name} a as:{self.kind} ; dcterms:isVersionOf {self.thing} ; "
            f'as:published "{self.time}"^^xsd:dateTime{note} .\n'
        ).encode()
        return says + (b"%b {\n%b}\n" % (name.encode(), self.lines) if self.lines else b"")


def mark(name: str) -> str:
    """The part of a version's name that all versions of a feed have, until the feed begins again."""
    return name.partition("-")[0]


def number(name: str) -> int:
    """The number in the name of a version."""
    return int(name.split("-")[1].removeprefix("v"))


def nothing(before: str, said: bytes) -> str:
    """The name from which a feed begins that goes on from no version: by what it will say, and by what came before."""
    digest = hashlib.sha256(before.encode() + b"\n" + said).hexdigest()
    return f"{digest[:16]}-v{number(before) if before else 0}-{digest[16:32]}"


def file_name(page: int, last: str) -> str:
    """The name of the file of a page, which are numbered from 1, by the name of its last version."""
    return f"page-{page:06}-{last.rpartition('-')[2]}.trig"


def written(versions: Iterable[Version], head: str = CLOSED) -> bytes:
    """A page with its versions; the head is that of a page that will never have others."""
    return b"".join([head.encode(), _VERSIONS, *(version.block for version in versions)])


def read(file: Path) -> tuple[str, list[Version]]:
    """The head and the versions of a page. Raises `BuildStopped` where it is none any more."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise BuildStopped(f"{file}: {error.strerror}; {ANEW % file.parent}") from None
    head, _, versions = data.partition(_VERSIONS)
    return head.decode(errors="replace"), list(_versions(file, versions, data.count(b"\n") - versions.count(b"\n")))


ANEW = "put back what was there, or remove %s: the next `curagraph feed` writes it anew"


def _versions(file: Path, data: bytes, line: int) -> Iterator[Version]:
    place = 0
    while found := _BLOCK.match(data, place):
        place = found.end()
        thing, kind, time, name = (found[key].decode() for key in ("thing", "kind", "time", "name"))
        yield Version(thing, kind, time, found["lines"] or b"", _note(found["note"]), name)
    if place != len(data):
        line += data.count(b"\n", 0, place) + 1
        raise BuildStopped(f"{file}, line {line}: found what no feed has there; {ANEW % file.parent}")


def _note(literal: bytes | None) -> str:
    if not literal:
        return ""
    (quad,) = ox.parse(b"<x:x> <x:x> %b ." % literal, ox.RdfFormat.N_TRIPLES)
    return str(quad.object.value) if isinstance(quad.object, ox.Literal) else ""


def put(file: Path, data: bytes) -> None:
    """Write a file at once, unless it says the same already."""
    if not file.exists() or file.read_bytes() != data:
        part = file.with_name(f".{file.name}.part")
        part.write_bytes(data)
        part.replace(file)
