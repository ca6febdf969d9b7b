"""Where a thing is described in the Turtle files of `ontology/`: found in their text, as their authors wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from curagraph.config import Project
from curagraph.reading.tree import lines_of

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_PREDICATE = re.compile(r"\s+([\w-]*:[\w-]+|a|<[^>]+>)\s")
_PREFIX = re.compile(r"(?im)^\s*@?prefix\s+([\w-]*):\s*<([^>]*)>")


Term = ox.NamedNode | ox.Literal | ox.BlankNode | ox.Triple


class Written(NamedTuple):
    """A place in a Turtle file: its line from 1, and the predicate as it is written, if one was looked for."""

    file: Path
    line: int
    predicate: str = ""


class TurtleFile:
    """A Turtle file as text. It is laid out as ours are: a subject begins its line, `.` ends its last one."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def lines(self) -> list[str]:
        return lines_of(self.path.read_text("utf-8", errors="replace"))

    @cached_property
    def prefixes(self) -> dict[str, str]:
        return dict(_PREFIX.findall("\n".join(self.lines)))

    def line_of(self, iri: str) -> int:
        """The line on which a subject begins; 0 where there is none."""
        return next(iter(self.lines_of(iri)), 0)

    def lines_of(self, iri: str) -> list[int]:
        """The lines on which a description of a subject begins."""
        starts = tuple(form + end for form in self.forms(iri) for end in (" ", "\t", "\n"))
        return [number for number, line in enumerate(self.lines, 1) if f"{line}\n".startswith(starts)]

    def forms(self, iri: str) -> list[str]:
        """The ways in which an IRI can be written here."""
        named = ((prefix, iri.removeprefix(space)) for prefix, space in self.prefixes.items() if iri.startswith(space))
        return [f"<{iri}>", *(f"{prefix}:{local}" for prefix, local in named)]

    def places(self, subject: str, values: Sequence[Term], predicate: str) -> Iterator[tuple[int, Written]]:
        """The places in the descriptions of a subject, each with how much of what is sought it has."""
        named = [*self.forms(predicate), *(["a"] if predicate == _TYPE else [])]
        sought = [self.pattern(value) for value in values if self.forms_of(value)]
        for first in self.lines_of(subject):
            yield 0, Written(self.path, first)
            now = ""
            for number, line in enumerate(self.lines[first - 1 :], first):
                begins = _PREDICATE.match(line)
                now = begins[1] if begins else now
                if not predicate or now in named or not {*named}.isdisjoint(line.split()):
                    has_all = sought and all(each.search(line, begins.end() - 1 if begins else 0) for each in sought)
                    yield 2 if has_all else bool(predicate), Written(self.path, number, now)
                if line.rstrip().endswith("."):
                    break

    def pattern(self, value: Term) -> re.Pattern[str]:
        return re.compile(rf"(?:^|\s)(?:{'|'.join(map(re.escape, self.forms_of(value)))})(?=[\s;,.^@]|$)")

    def forms_of(self, value: Term | None) -> list[str]:
        """The ways in which a value can be written here."""
        if isinstance(value, ox.NamedNode):
            return self.forms(value.value)
        return [str(value), str(ox.Literal(value.value))] if isinstance(value, ox.Literal) else []


def find(files: Iterable[TurtleFile], subject: str, *values: Term | None, predicate: str = "") -> Written | None:
    """The place of a subject in the files that describe it, or better of its predicate, or best of its values there.

    The first of equally good places counts; values are looked for on one line.
    """
    sought = [value for value in values if value is not None]
    places = (place for file in files for place in file.places(subject, sought, predicate))
    _, best = max(places, key=itemgetter(0), default=(0, None))
    return best


def place(project: Project, subject: Term | str, *values: Term | None, predicate: str = "") -> str:
    """Where a subject of `ontology/`, or its values, are written: `ontology/core.ttl:12`, or the folder alone."""
    iri = subject.value if isinstance(subject, ox.NamedNode) else str(subject)
    found = find(map(TurtleFile, project.ontology("**/*.ttl")), iri, *values, predicate=predicate)
    folder = project.content("ontology").parent
    return f"{found.file.relative_to(folder).as_posix()}:{found.line}" if found else "ontology/"
