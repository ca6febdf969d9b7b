"""The dumps of a release: the same statements in several notations, packed, in parts where they are many.

The parts are cut between subjects, at the same ones in each notation, so that each can be made and read by itself.
"""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, NamedTuple, cast

from curagraph.config import Project
from curagraph.delivery.releases import statements
from curagraph.delivery.releases.counts import Counts
from curagraph.exporting import serialize
from curagraph.exporting.serialize import SUFFIXES, Format
from curagraph.processes import Processes

MEBIBYTE = 1 << 20
# Statements of so many bytes are written sooner than another process begins.
_FEW = 4 * MEBIBYTE
# Files whose writing takes long come first, so that no process waits for another at the end.
_SLOWEST = (Format.JSONLD, Format.RDFXML, Format.TRIG, Format.TURTLE, Format.NQUADS, Format.NTRIPLES)
# Higher levels of gzip take twice the time to save a tenth of the size.
_LEVEL = 3
_SERVER = f"{__name__}:_answering"
JOBS = 2


class Kind(NamedTuple):
    """A notation as a release names it: the end of a file's name, its media type, and what people call it."""

    suffix: str
    media_type: str
    label: str


KINDS = {
    Format.TURTLE: Kind(".ttl", "text/turtle", "Turtle"),
    Format.JSONLD: Kind(".jsonld", "application/ld+json", "JSON-LD"),
    Format.NTRIPLES: Kind(".nt", "application/n-triples", "N-Triples"),
    Format.NQUADS: Kind(".nq", "application/n-quads", "N-Quads"),
    Format.TRIG: Kind(".trig", "application/trig", "TriG"),
    Format.RDFXML: Kind(".rdf", "application/rdf+xml", "RDF/XML"),
}


@dataclass(frozen=True)
class Dump:
    """A file of a release: its name, its notation, and which part of how many it is."""

    name: str
    format: Format
    part: int
    parts: int


@dataclass(frozen=True)
class Task:
    """A dump to write, of the bytes of a portion from `start` to before `end`, and where to; it is made beside them."""

    dump: Dump
    portion: Path
    start: int
    end: int
    folder: Path


def named(format_: Format, part: int, parts: int) -> Dump:
    """A part of a dump by its notation.

    >>> named(Format.TURTLE, 2, 12).name
    'data-002.ttl.gz'
    """
    number = f"-{part:03}" if parts > 1 else ""
    return Dump(f"data{number}{KINDS[format_].suffix}.gz", format_, part, parts)


def format_of(name: str) -> Format:
    """The notation of a dump by its name. Raises `KeyError` where it is none that a release has."""
    return SUFFIXES[Path(name.removesuffix(".gz")).suffix]


def write(
    portion: Path, formats: Iterable[Format], size: int, project: Project, folder: Path
) -> tuple[list[Dump], Counts]:
    """Write a portion into a folder in several notations, in parts of about `size` bytes of N-Quads.

    Answers the dumps and what the written N-Quads hold. Raises `BuildStopped` where a worker process died.
    """
    places = list(cuts(portion, size))
    tasks = [
        Task(named(format_, number, len(places)), portion, start, end, folder)
        for format_, (number, (start, end)) in product(sorted(formats, key=_SLOWEST.index), enumerate(places, 1))
    ]
    found = Counts()
    for counts in _written(tasks, project, places[-1][1] > _FEW):
        found += counts
    return sorted((task.dump for task in tasks), key=lambda dump: (_SLOWEST.index(dump.format), dump.part)), found


def _written(tasks: Sequence[Task], project: Project, many: bool) -> Iterator[Counts]:
    if not many:
        yield from map(_answering(project), tasks)
        return
    with Processes[Task, Counts](_SERVER, replace(project)) as processes:
        yield from processes.answers(tasks, JOBS)


def cuts(portion: Path, size: int) -> Iterator[tuple[int, int]]:
    """Where the parts of a file of sorted lines begin and end; the lines of a subject stay together."""
    total = portion.stat().st_size
    with portion.open("rb") as file:
        start = 0
        while total - start > size:
            file.seek(start + size)
            file.readline()
            end = _next_subject(file)
            yield start, end
            start = end
        if start < total or not total:
            yield start, total


def _next_subject(file: IO[bytes]) -> int:
    """Where the lines of another subject begin, from a place between two lines on."""
    end = file.tell()
    line = file.readline()
    subject = statements.subject(line)
    while line and statements.subject(line) == subject:
        end = file.tell()
        line = file.readline()
    return end


def _answering(project: Project) -> Callable[[Task], Counts]:
    """What writes dumps in a worker process: it answers what the written N-Quads hold, nothing of other notations."""

    def answer(task: Task) -> Counts:
        target = task.folder / task.dump.name
        with TemporaryDirectory(dir=task.portion.parent) as spool, packed(target) as output:
            quads = _lines(task)
            found = quads if task.dump.format in (Format.NQUADS, Format.TRIG) else statements.triples(quads)
            serialize.write(found, output, task.dump.format, project.vocabulary, Path(spool))
        if task.dump.format is not Format.NQUADS:
            return Counts()
        with gzip.open(target) as written:
            return Counts.of(cast("Iterable[bytes]", written))

    return answer


def _lines(task: Task) -> Iterator[bytes]:
    with task.portion.open("rb") as file:
        file.seek(task.start)
        left = task.end - task.start
        while left:
            # It ends after the line with which there is more than it is told.
            lines = file.readlines(min(left, MEBIBYTE) - 1)
            left -= sum(map(len, lines))
            yield from lines


class packed(io.BufferedWriter):  # noqa: N801  # used as `open` is
    """A file to be packed, whose bytes depend on nothing but what is written into it."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._gzip = gzip.GzipFile("", "wb", compresslevel=_LEVEL, fileobj=self._file, mtime=0)
        super().__init__(cast("io.RawIOBase", self._gzip), MEBIBYTE)

    def close(self) -> None:
        """Write what is left."""
        super().close()
        self._file.close()
