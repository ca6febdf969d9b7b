"""The origins of stated triples: the files that may have made one are converted again, and what they state compared."""

from __future__ import annotations

import linecache
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyoxigraph as ox

from curagraph import turtle
from curagraph.converting import conversion
from curagraph.converting.program import Program
from curagraph.converting.run import Statement
from curagraph.explaining.explanation import Origin
from curagraph.mentioning import webannotation
from curagraph.problem import SetAside, UsageError
from curagraph.reading import document
from curagraph.snapshot import INFERRED, Snapshot
from curagraph.state.state import State


class Origins:
    """The origins of triples of one snapshot; each file is converted once."""

    def __init__(self, snapshot: Snapshot, state: State, program: Program) -> None:
        self.snapshot = snapshot
        self.state = state
        self.program = program
        self.converted: dict[str, tuple[document.Document, list[Statement]]] = {}

    def of(self, line: str, paths: Sequence[str]) -> Iterator[Origin]:
        """The origins of a line of N-Quads in several files.

        Raises `UsageError` where a file is no longer as it was built and no other has any.
        """
        fault, found = None, False
        for path in paths:
            try:
                for origin in self.in_file(path, line):
                    found = True
                    yield origin
            except UsageError as error:
                fault = error
        if fault and not found:
            raise fault

    def files(self, quad: ox.Quad, line: str) -> Iterator[str]:
        """The documents that may state a quad."""
        base = self.snapshot.project.base
        name = str(quad.graph_name)[1:-1].removeprefix(f"{base}graph/")
        if name.startswith("shared/"):
            yield from self.state.shared.users(line)
        elif name in ("excerpts", "provenance"):
            yield from self.owners_of(quad)
        elif name == webannotation.GRAPH:
            yield from self.state.owners.of(f"<{base}{webannotation.thing_of(str(quad.subject)[1:-1], base)}>")
        elif name not in ("ontology", *INFERRED):
            yield from self.state.owners.of(f"<{base}{name}>")

    def owners_of(self, quad: ox.Quad) -> Iterator[str]:
        """The owner of what a side graph speaks of: of an item, of its graph, or of a thing described in that."""
        base = self.snapshot.project.base
        subject = str(quad.subject)[1:-1].replace(f"{base}graph/", base)
        graphs = {q.graph_name for q in self.snapshot.store.quads_for_pattern(quad.subject, None, None, None)}
        names = [subject, *(str(graph)[1:-1].replace(f"{base}graph/", base) for graph in graphs)]
        for name in dict.fromkeys(names):
            yield from self.state.owners.of(f"<{name}>")

    def in_file(self, path: str, line: str) -> Iterator[Origin]:
        source, statements = self.convert(path)
        for each in statements:
            if line in (each.line, each.line_as(each.variants or each.predicate)):
                at = source.line_of(each.key)
                yield Origin(each.place, self.rule(each.place), path, at, each.key, source.text_of_line(at))

    def rule(self, place: str) -> str:
        """The first line of a rule as the table has it."""
        file, _, line = place.rpartition(":")
        source = self.snapshot.project.content("converters") / Path(file).name
        return linecache.getline(str(source), int(line)).strip()

    def convert(self, path: str) -> tuple[document.Document, list[Statement]]:
        if path not in self.converted:
            name = self.state.files.name(path)
            try:
                source = document.read(self.snapshot.project.folder, path, name)
            except SetAside as error:
                raise UsageError(f"{path} is no longer as it was built: {error.message}") from None
            result = conversion.convert(self.program, source)
            self.converted[path] = (source, [*result.statements, *result.shared])
        return self.converted[path]

    def fixed_place(self, quad: ox.Quad) -> str:
        """The place of a triple that no document states."""
        project, name = self.snapshot.project, str(quad.graph_name)[1:-1].rpartition("graph/")[2]
        if name in INFERRED:
            return f"{turtle.place(project, quad.subject)}, and what the ontology implies"
        if name in ("ontology", "shared/schemes"):
            return turtle.place(project, quad.subject, quad.object, predicate=quad.predicate.value)
        if name == "shared/matches":
            terms = (str(quad.subject), str(quad.predicate), str(quad.object))
            return self.program.matches.place(*terms)
        if name == "shared/site":
            return "curagraph.toml, [publisher] and site"
        if name == "excerpts":
            return "curagraph.toml, excerpt-rights"
        return "a file that has changed since the build; build again"
