"""The pieces of page graphs: one thing each, described by a query of `queries/pieces/`, and the same on every page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby
from typing import NamedTuple

import pyoxigraph as ox

from curagraph.asking import answers, queryfile
from curagraph.asking.queryfile import Question
from curagraph.embedding.pagecontext import SCHEMA, writer
from curagraph.exporting import jsonld
from curagraph.problem import ProjectError
from curagraph.snapshot import Snapshot

_BELOW = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
# Their values are addresses, or things elsewhere, and no pieces of the page.
_ADDRESSES = {SCHEMA + name for name in ("url", "item", "contentUrl", "additionalType", "sameAs")}
# So many pieces are remembered: what many pages share is made once.
_KEPT = 20_000


class Kind(NamedTuple):
    """The query that describes the things of one class, and the properties that these need."""

    question: Question
    needs: tuple[str, ...]


@dataclass(frozen=True)
class Piece:
    """A thing on a page: its statements, in order, and which properties it needs but may lack."""

    iri: str
    statements: tuple[jsonld.Parts, ...]
    needs: tuple[str, ...]

    @cached_property
    def links(self) -> tuple[str, ...]:
        """The IRIs of the pieces that it refers to."""
        return tuple(dict.fromkeys(each[2] for each in self.statements if _is_link(each)))

    def without(self, gone: set[str]) -> Piece:
        """The piece less its references to others; itself where it has none."""
        if gone.isdisjoint(self.links):
            return self
        kept = tuple(each for each in self.statements if not (_is_link(each) and each[2] in gone))
        return Piece(self.iri, kept, self.needs)

    @cached_property
    def lacks(self) -> list[str]:
        """The needed properties that it lacks."""
        there = {each[1] for each in self.statements}
        return [need for need in self.needs if need not in there]

    def is_a(self, class_: str) -> bool:
        """Whether it is of a class of schema.org."""
        return any(each[1] == _TYPE.value and each[2] == SCHEMA + class_ for each in self.statements)

    def values(self, property_: str) -> list[str]:
        """The values of a property of schema.org: IRIs, or the lexical forms of literals."""
        return [each[2] or each[3] for each in self.statements if each[1] == SCHEMA + property_]


def _is_link(statement: jsonld.Parts) -> bool:
    return bool(statement[2]) and statement[1] not in _ADDRESSES and statement[1] != _TYPE.value


class Pieces:
    """Makes the pieces of a snapshot's pages, many at a time: one by one they cost several times as much."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.writer = writer(snapshot.project.vocabulary)
        self.known: dict[str, Piece | None] = {}
        self.text = lru_cache(maxsize=_KEPT)(self._text)

    @cached_property
    def kinds(self) -> dict[str, Kind]:
        """What describes the things of each class, a class before those above it."""
        questions = [each for each in queryfile.load_all(self.snapshot.project).values() if each.piece]
        found = {self._iri(each, each.piece): each for each in questions}
        above = {class_: self._above(class_) for class_ in found}
        ordered = sorted(found, key=lambda class_: (-len(above[class_] & found.keys()), class_))
        return {class_: Kind(found[class_], tuple(self._needs(found[class_]))) for class_ in ordered}

    def _needs(self, question: Question) -> Iterator[str]:
        return (self._iri(question, name) for name in question.needs)

    def _iri(self, question: Question, name: str) -> str:
        prefix, _, local = name.partition(":")
        namespace = self.snapshot.project.vocabulary.prefixes.get(prefix)
        if namespace is None or not local:
            raise ProjectError(f"queries/{question.name}.rq: found {name}, wanted a prefixed name such as schema:name")
        return namespace + local

    def _above(self, class_: str) -> set[str]:
        """The classes above a class, and itself."""
        found, waiting = set[str](), [class_]
        while waiting:
            iri = waiting.pop()
            if iri not in found:
                found.add(iri)
                about = self.snapshot.project.vocabulary.about(ox.NamedNode(iri))
                waiting += [
                    t.object.value for t in about if t.predicate == _BELOW and isinstance(t.object, ox.NamedNode)
                ]
        return found

    def reached(self, pages: Iterable[str]) -> dict[str, Piece | None]:
        """The pieces that pages lead to, their own included; None for what ought to be one and is not described."""
        if len(self.known) > _KEPT:
            self.known.clear()
        found: dict[str, Piece | None] = {}
        level = dict.fromkeys(pages)
        while level:
            if new := [iri for iri in level if iri not in self.known]:
                self.describe(new)
            found |= {iri: self.known[iri] for iri in level}
            links = (link for iri in level if (piece := found[iri]) for link in piece.links)
            level = dict.fromkeys(link for link in links if link not in found)
        return found

    def describe(self, iris: Sequence[str]) -> None:
        """Get to know the pieces of things, each by the query for its kind."""
        self.known |= dict.fromkeys(iris)
        by_kind: dict[str, list[str]] = defaultdict(list)
        for iri, kind in self.kinds_of(iris).items():
            by_kind[kind].append(iri)
        for kind, things in by_kind.items():
            self.known |= self.of_kind(self.kinds[kind], things)

    def kinds_of(self, iris: Sequence[str]) -> dict[str, str]:
        """The lowest class of each thing that a query describes."""
        kinds = list(self.kinds)
        # Answered by numbers: to look up the text of an IRI is most of what a row costs.
        things = " ".join(f"(<{iri}> {number})" for number, iri in enumerate(iris))
        classes = ", ".join(f"<{kind}>" for kind in kinds)
        query = (
            f"SELECT ?i ?class {{ VALUES (?thing ?i) {{ {things} }} ?thing a ?class FILTER(?class IN ({classes})) }}"
        )
        answer = self.snapshot.store.query(query, use_default_graph_as_union=True)
        assert isinstance(answer, ox.QuerySolutions)
        found: dict[int, int] = {}
        for row in answer:
            thing, kind = int(row[0].value), kinds.index(row[1].value)
            found[thing] = min(kind, found.get(thing, kind))
        return {iris[thing]: kinds[kind] for thing, kind in found.items()}

    def of_kind(self, kind: Kind, iris: Sequence[str]) -> dict[str, Piece | None]:
        """The pieces of things of one kind."""
        query = answers.with_values(kind.question, {"thing": _terms(iris)})
        answer = self.snapshot.store.query(query, use_default_graph_as_union=True)
        assert isinstance(answer, ox.QueryTriples)
        lines = sorted(set((answer.serialize(format=ox.RdfFormat.N_TRIPLES) or b"").splitlines(keepends=True)))
        grouped = groupby(map(jsonld.parts, lines), key=lambda parts: parts[0])
        return {iri: Piece(iri, tuple(statements), kind.needs) for iri, statements in grouped}

    def _text(self, piece: Piece) -> str:
        """A piece as a JSON object on one line."""
        return "{" + ", ".join(self.writer.rows(piece.iri, piece.statements)) + "}"


def _terms(iris: Iterable[str]) -> str:
    return " ".join(f"<{iri}>" for iri in iris)
