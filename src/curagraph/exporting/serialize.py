"""Exports: the published graph in a standard notation, the same bytes for the same graph.

Statements are dumped as N-Quads lines, sorted (in runs on disk where they are many), and written from that order; so
output is grouped by subject, stable, and takes time in proportion to its length.
"""

from __future__ import annotations

import gzip
import io
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from curagraph.exporting import description, jsonld
from curagraph.exporting.lines import ordered, without_graph
from curagraph.snapshot import Snapshot
from curagraph.vocabulary import Vocabulary


class Format(StrEnum):
    """The notations of an export."""

    TURTLE = "turtle"
    JSONLD = "jsonld"
    NTRIPLES = "ntriples"
    NQUADS = "nquads"
    TRIG = "trig"
    RDFXML = "rdfxml"


SUFFIXES = {
    ".ttl": Format.TURTLE,
    ".jsonld": Format.JSONLD,
    ".nt": Format.NTRIPLES,
    ".nq": Format.NQUADS,
    ".trig": Format.TRIG,
    ".rdf": Format.RDFXML,
}
_WITH_GRAPHS = (Format.NQUADS, Format.TRIG)
_SERIALIZED = {
    Format.TURTLE: ox.RdfFormat.TURTLE,
    Format.TRIG: ox.RdfFormat.TRIG,
    Format.RDFXML: ox.RdfFormat.RDF_XML,
}


def format_of(path: str) -> Format | None:
    """The notation that a file's name promises, with or without `.gz`.

    >>> format_of("graph.ttl.gz")
    <Format.TURTLE: 'turtle'>
    """
    return SUFFIXES.get(Path(path.removesuffix(".gz")).suffix)


def export(snapshot: Snapshot, output: IO[bytes], format_: Format, *, item: str = "", excerpts: bool = False) -> None:
    """Write the published graph, or all about one thing, in a notation.

    Raises `UsageError` where there is no such thing in the graph.
    """
    with tempfile.TemporaryDirectory(prefix="curagraph-") as folder:
        if item:
            lines: Iterable[bytes] = _about(snapshot, item, excerpts)
        else:
            lines = _dumped(snapshot, Path(folder), excerpts)
        if format_ not in _WITH_GRAPHS:
            lines = map(without_graph, lines)
        write(ordered(lines, Path(folder)), output, format_, snapshot.project.vocabulary, Path(folder))


def write(lines: Iterable[bytes], output: IO[bytes], format_: Format, vocabulary: Vocabulary, folder: Path) -> None:
    """Write sorted N-Triples or N-Quads lines in a notation; `folder` is for what does not fit in memory."""
    if format_ is Format.JSONLD:
        jsonld.write(lines, output, vocabulary)
    elif format_ in _SERIALIZED:
        spool = folder / "sorted"
        with spool.open("wb") as file:
            file.writelines(lines)
        source = ox.RdfFormat.N_QUADS if format_ in _WITH_GRAPHS else ox.RdfFormat.N_TRIPLES
        written = folder / "written"
        quads = ox.parse(path=spool, format=source)
        ox.serialize(quads, written, _SERIALIZED[format_], prefixes=vocabulary.prefixes)
        with written.open("rb") as file:
            _copy_in_order(file, output)
    else:
        output.writelines(lines)


def triples(lines: Iterable[str], format_: Format, vocabulary: Vocabulary) -> bytes:
    """Sorted N-Triples lines in a notation, as bytes; what is small enough for memory."""
    output = io.BytesIO()
    if format_ in _SERIALIZED:
        quads = ox.parse("".join(lines), ox.RdfFormat.N_TRIPLES)
        written = ox.serialize(quads, format=_SERIALIZED[format_], prefixes=vocabulary.prefixes)
        _copy_in_order(io.BytesIO(written or b""), output)
    else:
        write((line.encode() for line in lines), output, format_, vocabulary, Path())
    return output.getvalue()


def _copy_in_order(written: IO[bytes], output: IO[bytes]) -> None:
    """Copy what was written with its prefixes in order: Oxigraph has them in that of a hash, never the same."""
    head = []
    while (line := written.readline()).startswith(b"@prefix"):
        head.append(line)
    if line.startswith(b"<?xml"):
        root = written.readline()
        names = re.findall(rb' xmlns:[^=]+="[^"]*"', root)
        output.write(line + b"<rdf:RDF" + b"".join(sorted(names)) + b">\n")
    else:
        output.writelines([*sorted(head), line])
    shutil.copyfileobj(written, output)


@contextmanager
def opened(path: str) -> Iterator[IO[bytes]]:
    """Where an export goes: standard output for `-`, else a file that is complete or not there, packed for `.gz`.

    A link is followed; a device or a pipe is written to as it is.
    """
    if path == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    target = Path(path)
    if target.exists() and not target.is_file():
        with target.open("wb") as file, _packed(file, path) as output:
            yield output
        return
    target = target.resolve() if target.is_symlink() else target
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file, _packed(file, path) as output:
            yield output
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _packed(file: IO[bytes], path: str) -> Iterator[IO[bytes]]:
    if path.endswith(".gz"):
        with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
            yield packed  # type: ignore[misc]  # a GzipFile writes bytes as any binary file
    else:
        yield file


def _dumped(snapshot: Snapshot, folder: Path, excerpts: bool) -> Iterator[bytes]:
    """All published statements as N-Quads lines, in the order of the store."""
    spool = folder / "dump"
    snapshot.store.dump(spool, ox.RdfFormat.N_QUADS)
    hidden = tuple(
        f" <{snapshot.project.base}graph/{name}> .\n".encode()
        for name in description.UNPUBLISHED
        if not (excerpts and name == "excerpts")
    )
    with spool.open("rb") as file:
        yield from (line for line in file if not line.endswith(hidden))


def _about(snapshot: Snapshot, item: str, excerpts: bool) -> Iterator[bytes]:
    """The description of one thing as N-Quads lines."""
    found = description.quads(snapshot, snapshot.thing(item), excerpts=excerpts)
    return (f"{quad} .\n".encode() for quad in found)
