"""Explaining: which file, line, key and rule stand behind a triple, and which axioms behind one that was inferred.

Nothing is stored for it. The graph tells which files may have made the triple; each is converted again, and what
it states is compared. An inferred triple is proved from stated ones, which are explained in their turn.
"""

from __future__ import annotations

import linecache
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from curagraph import conversion, document, turtle
from curagraph.mentioning import webannotation
from curagraph.problem import SetAside, UsageError
from curagraph.program import Program, compile_project
from curagraph.reasoning.proof import Proof, Prover
from curagraph.reasoning.rules import Atom
from curagraph.reasoning.theory import Theory
from curagraph.reasoning.wording import Wording
from curagraph.run import Statement
from curagraph.snapshot import INFERRED, Snapshot
from curagraph.state import State

# A shared thing may be named by every file there is; so many of them are shown.
MOST_FILES = 3


@dataclass(frozen=True)
class Origin:
    """Where a triple comes from: the `place` and text of the rule, and the file with its line, key and text.

    What no document says, the ontology for one, has an empty file and a place alone.
    """

    place: str
    rule: str = ""
    file: str = ""
    line: int = 0
    key: str = ""
    text: str = ""


@dataclass(frozen=True)
class Step:
    """How a triple follows: the rule of OWL 2 RL, the axiom in words and its place, and the triples that it needs."""

    rule: str
    axiom: str
    place: str
    premises: tuple[Explanation, ...]


@dataclass(frozen=True)
class Explanation:
    """A triple and all the places it comes from; `files` counts the documents that state it.

    One that was inferred has a `step` in place of origins.
    """

    subject: str
    predicate: str
    object: str
    graph: str
    origins: tuple[Origin, ...]
    files: int
    step: Step | None = None

    def as_json(self) -> dict[str, Any]:
        """The explanation for other programs; terms are in N-Triples notation."""
        names = ("subject", "predicate", "object", "graph", "files")
        found = {name: getattr(self, name) for name in names}
        if self.step:
            premises = [each.as_json() for each in self.step.premises]
            step = {name: getattr(self.step, name) for name in ("rule", "axiom", "place")}
            return found | {"step": step | {"premises": premises}}
        parts = ("file", "line", "key", "text", "place", "rule")
        return found | {"origins": [{name: getattr(each, name) for name in parts} for each in self.origins]}


def explain(snapshot: Snapshot, thing: str, property_: str = "", value: str = "") -> list[Explanation]:
    """Explain the triples about a thing, those of one property, or the one with a value.

    `thing` and `property_` are given as `Snapshot.thing` takes them; `value` is an IRI, or the text of a literal.

    Raises `UsageError` where the graph has no such triple.
    """
    subject = snapshot.thing(thing)
    predicate = snapshot.thing(property_) if property_ else None
    found = snapshot.store.quads_for_pattern(subject, predicate, None, None)
    quads = sorted((quad for quad in found if not value or _is(snapshot, quad.object, value)), key=str)
    if not quads:
        if record := snapshot.project.forgotten.get(subject.value):
            raise UsageError(str(record))
        wanted = " ".join(filter(None, (subject.value, property_, value)))
        raise UsageError(f"there is no triple in the graph for {wanted}")
    with State.readable(snapshot.state_path) as state:
        explainer = Explainer(snapshot, state)
        return [explainer.explain(quad) for quad in quads]


def _is(snapshot: Snapshot, term: ox.NamedNode | ox.Literal | ox.BlankNode | ox.Triple, value: str) -> bool:
    if isinstance(term, ox.Literal):
        return value in (term.value, str(term))
    return isinstance(term, ox.NamedNode) and term == snapshot.thing(value)


class Explainer:
    """What explains many triples of one snapshot; each file is converted once."""

    def __init__(self, snapshot: Snapshot, state: State) -> None:
        self.snapshot = snapshot
        self.state = state
        self.program: Program = compile_project(snapshot.project)
        self.converted: dict[str, tuple[document.Document, list[Statement]]] = {}

    @cached_property
    def theory(self) -> Theory:
        return Theory(self.program)

    @cached_property
    def prover(self) -> Prover:
        return Prover(self.theory.reasoner, self.snapshot.store)

    @cached_property
    def wording(self) -> Wording:
        return Wording(self.snapshot.project.vocabulary.prefixes)

    def explain(self, quad: ox.Quad) -> Explanation:
        """The origins of a stated quad, or the proof of an inferred one.

        Raises `UsageError` where a file is no longer as it was built.
        """
        if quad.graph_name == self.theory.reasoner.inferred:
            proof = self.prover.prove(Atom(str(quad.subject), str(quad.predicate), str(quad.object)))
            if proof is None:
                raise UsageError(
                    "the ontology has changed since the build, and the triple no longer follows; build again"
                )
            return self.explain_proof(proof)
        return self.explain_stated(quad)

    def explain_proof(self, proof: Proof) -> Explanation:
        """A proof as it is told, each stated triple with its origins."""
        quad = self.theory.reasoner.quad(proof.triple)
        if proof.rule is None:
            found = self.snapshot.store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
            stated = (each for each in found if each.graph_name not in self.theory.reasoner.unstated)
            return self.explain_stated(min(stated, key=str))
        axiom = proof.rule.axiom
        place = turtle.place(self.snapshot.project, axiom.subject, *axiom.ends, predicate=axiom.predicate)
        premises = tuple(self.explain_proof(each) for each in proof.premises)
        step = Step(proof.rule.name, self.wording.axiom(axiom), place, premises)
        return Explanation(*proof.triple, str(quad.graph_name), (), 0, step)

    def explain_stated(self, quad: ox.Quad) -> Explanation:
        line = f"{quad} .\n"
        paths = list(self.files(quad, line))
        origins = list(self.origins_in(paths[:MOST_FILES], line))
        if not origins:
            origins = [Origin(self.fixed_place(quad))]
        terms = (str(quad.subject), str(quad.predicate), str(quad.object), str(quad.graph_name))
        return Explanation(*terms, tuple(dict.fromkeys(origins)), len(paths))

    def origins_in(self, paths: list[str], line: str) -> Iterator[Origin]:
        """The origins in several files; one that is no longer as it was built matters where no other has any."""
        fault, found = None, False
        for path in paths:
            try:
                for origin in self.origins(path, line):
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
            yield from self.state.users(line)
        elif name in ("excerpts", "provenance"):
            yield from self.owners_of(quad)
        elif name == webannotation.GRAPH:
            yield from self.state.owner(f"<{base}{webannotation.thing_of(str(quad.subject)[1:-1], base)}>")
        elif name not in ("ontology", *INFERRED):
            yield from self.state.owner(f"<{base}{name}>")

    def owners_of(self, quad: ox.Quad) -> Iterator[str]:
        """The owner of what a side graph speaks of: of an item, of its graph, or of a thing described in that."""
        base = self.snapshot.project.base
        subject = str(quad.subject)[1:-1].replace(f"{base}graph/", base)
        graphs = {q.graph_name for q in self.snapshot.store.quads_for_pattern(quad.subject, None, None, None)}
        names = [subject, *(str(graph)[1:-1].replace(f"{base}graph/", base) for graph in graphs)]
        for name in dict.fromkeys(names):
            yield from self.state.owner(f"<{name}>")

    def origins(self, path: str, line: str) -> Iterator[Origin]:
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
            name = self.state.name(path)
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
