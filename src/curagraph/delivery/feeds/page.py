"""A page of the feed: versions of things, in a layout of which whole blocks can be taken out again.

A page is TriG. The statements of a version stand in a graph of its name, one to a line; a delete has none. The stream
is a Linked Data Event Stream (https://w3id.org/ldes/specification), and its pages are nodes of a tree
(https://w3id.org/tree/specification).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

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
_CLOSED = f"{PREFIXES}\n<> a tree:Node ; ldes:immutable true .\n"
# What follows this line are versions, and nothing else.
_VERSIONS = b"\n# Versions\n"
_BLOCK = re.compile(
    rb"\n<index\.trig#stream> tree:member <index\.trig#v(?P<number>[0-9]+)> \.\n"
    rb"<index\.trig#v(?P=number)> a as:(?P<kind>[A-Z][a-z]+) ; dcterms:isVersionOf (?P<thing><[^>]+>) ; "
    rb'as:published "(?P<time>[^"]+)"\^\^xsd:dateTime \.\n'
    rb"(?:<index\.trig#v(?P=number)> \{\n(?P<lines>(?:<.*\n)*)\}\n)?"
)


@dataclass(frozen=True, slots=True)
class Version:
    """What the feed says of a thing, from a time on: the member of the stream with a number.

    `thing` is a term, `kind` one of Create, Update and Delete, `time` an xsd:dateTime, `lines` are sorted N-Triples.
    """

    number: int
    thing: str
    kind: str
    time: str
    lines: bytes = b""

    @property
    def block(self) -> bytes:
        """The version as a page has it."""
        name = f"<index.trig#v{self.number}>"
        says = (
            f"\n<index.trig#stream> tree:member {name} .\n"
            f"{name} a as:{self.kind} ; dcterms:isVersionOf {self.thing} ; "
            f'as:published "{self.time}"^^xsd:dateTime .\n'
        ).encode()
        return says + (b"%b {\n%b}\n" % (name.encode(), self.lines) if self.lines else b"")


def name(page: int) -> str:
    """The file name of a page, which are numbered from 1."""
    return f"page-{page:06}.trig"


def written(versions: Iterable[Version], head: str = _CLOSED) -> bytes:
    """A page with its versions; the head is that of a page that will never have others."""
    return b"".join([head.encode(), _VERSIONS, *(version.block for version in versions)])


def read(file: Path) -> tuple[str, list[Version]]:
    """The head and the versions of a page. Raises `BuildStopped` where it is none any more."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise BuildStopped(f"{file}: {error.strerror}; {_ANEW % file.parent}") from None
    head, _, versions = data.partition(_VERSIONS)
    return head.decode(errors="replace"), list(_versions(file, versions, data.count(b"\n") - versions.count(b"\n")))


_ANEW = "remove %s, and the next `curagraph feed` writes the feed anew"


def _versions(file: Path, data: bytes, line: int) -> Iterator[Version]:
    place = 0
    while found := _BLOCK.match(data, place):
        place = found.end()
        thing, kind, time = (found[key].decode() for key in ("thing", "kind", "time"))
        yield Version(int(found["number"]), thing, kind, time, found["lines"] or b"")
    if place != len(data):
        line += data.count(b"\n", 0, place) + 1
        raise BuildStopped(f"{file}, line {line}: found what no feed has there; {_ANEW % file.parent}")


def put(file: Path, data: bytes) -> None:
    """Write a file at once, unless it says the same already."""
    if not file.exists() or file.read_bytes() != data:
        part = file.with_name(f".{file.name}.part")
        part.write_bytes(data)
        part.replace(file)
