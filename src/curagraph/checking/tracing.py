"""From triples back to files: where the value stands that a check has found wrong, or where one should stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

import pyoxigraph as ox

from curagraph import turtle
from curagraph.config import FILE
from curagraph.converting.compiled import Table
from curagraph.explaining.explainer import Explainer
from curagraph.keypath import find
from curagraph.problem import Problem, Severity, UsageError, shown
from curagraph.reading.document import Document
from curagraph.snapshot import Snapshot
from curagraph.state.state import State

_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
# The kinds of graphs in which a triple has no document behind it.
_ELSEWHERE = ("graph/ontology", "graph/inferred")


class Place(NamedTuple):
    """A place as a problem names it, and whether its file may have changed since the build."""

    file: str
    line: int
    key: str
    is_old: bool = False

    def problem(self, code: str, severity: Severity, message: str) -> Problem:
        """A problem that stands here."""
        old = " The file has changed since the build; build again." if self.is_old else ""
        return Problem(self.file, self.line, self.key, code, severity, message + old)


# Where a triple has no document behind it: the settings stand for the project.
NOWHERE = Place(FILE, 1, "")


class Tracer:
    """Leads the triples of one snapshot back; compiles the converters when they are first needed."""

    def __init__(self, snapshot: Snapshot, state: State) -> None:
        self.snapshot = snapshot
        self.state = state
        self.store = snapshot.store

    @cached_property
    def explainer(self) -> Explainer:
        return Explainer(self.snapshot, self.state)

    @cached_property
    def turtles(self) -> list[turtle.TurtleFile]:
        """The schemes and the ontology, whose own files are the documents behind them."""
        project = self.snapshot.project
        return [turtle.TurtleFile(file) for file in (*project.ontology("schemes/*.ttl"), *project.ontology("*.ttl"))]

    def written(self, subject: str, value: turtle.Term | None = None, predicate: str = "") -> Place | None:
        """The place of a subject, or of a value of it, in the Turtle files of `ontology/`."""
        found = turtle.find(self.turtles, subject, value, predicate=predicate)
        if found is None:
            return None
        folder = self.snapshot.project.content("ontology").parent
        return Place(found.file.relative_to(folder).as_posix(), found.line, found.predicate)

    def asserted(
        self, subject: turtle.Term | None, predicate: ox.NamedNode | None, object_: turtle.Term | None
    ) -> list[ox.Quad]:
        """The statements of documents that fit a pattern."""
        if isinstance(subject, ox.Literal):
            return []
        return [quad for quad in self.store.quads_for_pattern(subject, predicate, object_) if self.is_asserted(quad)]

    def is_asserted(self, quad: ox.Quad) -> bool:
        """Whether a document may stand behind a statement."""
        graph = str(quad.graph_name)[1:-1].removeprefix(self.snapshot.project.base)
        return not graph.startswith(_ELSEWHERE)

    def shown(self, term: turtle.Term) -> str:
        """A term as a message shows it."""
        if isinstance(term, ox.NamedNode):
            return term.value.removeprefix(self.snapshot.project.base)
        return shown(term.value if isinstance(term, ox.Literal) else str(term))

    def stated(self, quads: Iterable[ox.Quad]) -> list[Place]:
        """The places that state some triples, in order."""
        return sorted({place for quad in quads for place in self._of_quad(quad)})

    def _of_quad(self, quad: ox.Quad) -> list[Place]:
        subject, predicate = quad.subject, quad.predicate.value
        if isinstance(subject, ox.NamedNode) and (place := self.written(subject.value, quad.object, predicate)):
            return [place]
        if not self.is_asserted(quad):
            return []
        paths = list(self.explainer.origins.files(quad, f"{quad} .\n"))[:1]
        try:
            origins = self.explainer.explain(quad).origins
        except UsageError:
            return [Place(path, 1, "", is_old=True) for path in paths]
        places = [Place(each.file, each.line, each.key) for each in origins if each.file]
        return places or [Place(path, 1, "", is_old=True) for path in paths]

    def missing(self, subject: ox.NamedNode, predicates: Sequence[str]) -> Place:
        """Where a value should stand: the file that describes the subject, and the key that its rule reads."""
        if place := self.written(subject.value):
            return place
        for quad in self.store.quads_for_pattern(subject, None, None, None):
            for path in self.explainer.origins.files(quad, f"{quad} .\n"):
                return self._in_document(path, subject, predicates)
        return NOWHERE

    def _in_document(self, path: str, subject: ox.NamedNode, predicates: Sequence[str]) -> Place:
        try:
            document, _ = self.explainer.origins.convert(path)
        except UsageError:
            return Place(path, 1, "", is_old=True)
        key = self._key(document, subject, predicates)
        return Place(path, document.line_of(key) if key else 1, key)

    def _key(self, document: Document, subject: ox.NamedNode, predicates: Sequence[str]) -> str:
        """The first key of the rules for a property that the document has, else the first of all."""
        keys = [
            table.absolute(rule.reads[0])
            for table in self._tables(subject)
            for rule in table.rules
            if rule.predicate.strip("<>") in predicates
        ]
        present = [key for key in keys if find(document.tree, key)]
        return next(iter([*present, *keys]), "").removesuffix("[]")

    def _tables(self, subject: ox.NamedNode) -> list[Table]:
        types = {str(quad.object) for quad in self.store.quads_for_pattern(subject, _TYPE, None, None)}
        return [table for table in self.explainer.program.tables.values() if types & set(table.types)]
