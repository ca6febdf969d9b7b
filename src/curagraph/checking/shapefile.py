"""One file of shapes (SHACL): what it says, and whether it can work as it is written.

What an engine would pass over in silence is an error here: a misspelt word of SHACL, a term that the ontology does
not declare, a query that is not SPARQL. Only the parser of the store is needed for it, so that a build can afford it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from curagraph.problem import ProjectError, Severity
from curagraph.turtle import TurtleFile

_SH = "http://www.w3.org/ns/shacl#"
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_FIRST = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#first")
_REST = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#rest")
_SEVERITIES = {"Violation": Severity.ERROR, "Warning": Severity.WARNING, "Info": Severity.NOTE}
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

# SHACL, sections 2 to 5: the words that shapes may use.
_TARGETS = ("targetClass", "targetSubjectsOf", "targetObjectsOf")
_PATHS = ("inversePath", "alternativePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath")
_TERMS = ("path", *_TARGETS, "class", "equals", "disjoint", "lessThan", "lessThanOrEquals")
_SHAPES = ("property", "node", "not", "qualifiedValueShape")
_OTHERS = """
    targetNode and or xone qualifiedMinCount qualifiedMaxCount qualifiedValueShapesDisjoint datatype nodeKind minCount
    maxCount minInclusive maxInclusive minExclusive maxExclusive minLength maxLength pattern flags languageIn uniqueLang
    closed ignoredProperties hasValue in message severity deactivated name description order group defaultValue sparql
    select prefixes declare prefix namespace
"""
_WORDS = frozenset({*_TERMS, *_PATHS, *_SHAPES, *_OTHERS.split()})
_KINDS = frozenset({"NodeShape", "PropertyShape"})

Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


class Step(NamedTuple):
    """A property at the end of a path; `inverse` where the path goes against it."""

    predicate: str
    inverse: bool


@dataclass(frozen=True)
class Shape:
    """A named shape: the code and severity of what it finds, what to tell an editor, where it is written."""

    code: str
    severity: Severity
    message: str
    place: str
    steps: tuple[Step, ...]


class ShapeFile:
    """One file of shapes: its triples by subject, and its text for the lines."""

    def __init__(self, path: Path) -> None:
        self.name = f"ontology/shapes/{path.name}"
        self.text = TurtleFile(path)
        self.about: dict[Node, dict[str, list[Node]]] = defaultdict(lambda: defaultdict(list))
        try:
            for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE):
                self.about[quad.subject][quad.predicate.value].append(quad.object)
        except (SyntaxError, OSError) as error:
            line = getattr(error, "lineno", None) or 1
            raise ProjectError(f"{self.name}:{line}: the file is not Turtle: {error}; mend it there") from None

    def values(self, node: Node, word: str) -> list[Node]:
        return self.about[node][_SH + word] if node in self.about else []

    def shapes(self, declared: frozenset[str], prefixes: dict[str, str]) -> Iterator[tuple[str, Shape]]:
        for node in self.named():
            place = self.place(node)
            for each in self.below(node):
                self.check(each, place, declared, prefixes)
            yield node.value, self.shape(node, place)

    def named(self) -> list[ox.NamedNode]:
        return [node for node in list(self.about) if isinstance(node, ox.NamedNode) and self.is_shape(node)]

    def place(self, node: ox.NamedNode) -> str:
        return f"{self.name}:{self.text.line_of(node.value) or 1}"

    def is_shape(self, node: Node) -> bool:
        kinds = {_SH + kind for kind in _KINDS}
        types = {type_.value for type_ in self.about[node][_TYPE.value] if isinstance(type_, ox.NamedNode)}
        return bool(types & kinds) or any(self.values(node, word) for word in (*_TARGETS, "targetNode", "path"))

    def below(self, node: Node) -> list[Node]:
        """A node and all blank nodes that describe it."""
        found = [node]
        for each in found:
            parts = (part for objects in list(self.about[each].values()) for part in objects)
            found += [part for part in parts if isinstance(part, ox.BlankNode) and part not in found]
        return found

    def shape(self, node: ox.NamedNode, place: str) -> Shape:
        code = re.split(r"[#/]", node.value)[-1]
        if not _NAME.fullmatch(code):
            raise ProjectError(f"{place}: found the name {code}, wanted one such as two-links; rename the shape")
        messages = [each.value for each in self.values(node, "message") if isinstance(each, ox.Literal)]
        if len(messages) != 1:
            found = f"the shape {code} has {len(messages) or 'no'} sh:message, wanted one"
            raise ProjectError(f"{place}: {found}; write a sentence for an editor: what was found, what to do")
        if any(isinstance(each, ox.BlankNode) for each in self.values(node, "property")):
            raise ProjectError(f"{place}: a sh:property of {code} has no name; give it one, the code of what it finds")
        paths = self.values(node, "path")
        return Shape(code, self.severity(node, place), messages[0], place, tuple(self.steps(paths[0]) if paths else ()))

    def severity(self, node: Node, place: str) -> Severity:
        for each in self.values(node, "severity"):
            word = each.value.removeprefix(_SH) if isinstance(each, ox.NamedNode) else str(each)
            if word not in _SEVERITIES:
                known = ", ".join(f"sh:{name}" for name in _SEVERITIES)
                raise ProjectError(f"{place}: found the severity {word}, wanted one of {known}; take one of them")
            return _SEVERITIES[word]
        return Severity.ERROR

    def check(self, node: Node, place: str, declared: frozenset[str], prefixes: dict[str, str]) -> None:
        """See that everything said of a node can have an effect."""
        for predicate, objects in self.about[node].items():
            word = predicate.removeprefix(_SH)
            if word != predicate and word not in _WORDS:
                raise ProjectError(f"{place}: found sh:{word}, which is no word of SHACL; mend its name")
            texts = [each.value for each in objects if isinstance(each, ox.Literal)]
            if word == "select":
                self.check_queries(texts, place, prefixes)
            elif word == "pattern":
                self.check_patterns(texts, place)
        for iri in self.terms(node):
            if iri not in declared:
                raise ProjectError(
                    f"{place}: found the term {iri}, which no file in ontology/ declares; mend its name, or declare it"
                )

    def terms(self, node: Node) -> Iterator[str]:
        """The terms without which a node has no effect; what a shape forbids need not be declared."""
        forbids = any(isinstance(each, ox.Literal) and each.value == "0" for each in self.values(node, "maxCount"))
        for word in _TERMS:
            for each in self.values(node, word):
                if word == "path":
                    yield from (step.predicate for step in self.steps(each, whole=True) if not forbids)
                elif isinstance(each, ox.NamedNode):
                    yield each.value

    def check_queries(self, texts: Iterable[str], place: str, prefixes: dict[str, str]) -> None:
        for text in texts:
            try:
                answer = ox.Store().query(text, prefixes=prefixes)
            except SyntaxError as error:
                raise ProjectError(
                    f"{place}: the query is not SPARQL: {' '.join(str(error).split())}; mend it"
                ) from None
            if not isinstance(answer, ox.QuerySolutions) or ox.Variable("this") not in answer.variables:
                raise ProjectError(f"{place}: the query does not select $this; begin it with SELECT $this ?value")

    def check_patterns(self, texts: Iterable[str], place: str) -> None:
        for text in texts:
            try:
                re.compile(text)
            except re.error as error:
                raise ProjectError(f"{place}: the sh:pattern {text} cannot be read: {error}; mend it") from None

    def references(self) -> Iterator[tuple[str, str]]:
        """The other shapes that each shape needs, by their IRIs, with the place of the shape."""
        for node in self.named():
            place = self.place(node)
            for each in (other for part in self.below(node) for word in _SHAPES for other in self.values(part, word)):
                if isinstance(each, ox.NamedNode):
                    yield each.value, place

    def steps(self, path: Node, inverse: bool = False, whole: bool = False) -> Iterator[Step]:
        """The properties at the end of a path (SHACL, section 2.3.1), or all in it."""
        if isinstance(path, ox.NamedNode):
            yield Step(path.value, inverse)
            return
        for word in _PATHS:
            for each in self.values(path, word):
                yield from self.steps(each, inverse != (word == "inversePath"), whole)
        members = list(self.members(path))
        is_choice = path in {each for about in self.about.values() for each in about[f"{_SH}alternativePath"]}
        for each in members if whole or is_choice else members[-1:]:
            yield from self.steps(each, inverse, whole)

    def members(self, node: Node) -> Iterator[Node]:
        while node in self.about and self.about[node][_FIRST.value]:
            yield self.about[node][_FIRST.value][0]
            node = self.about[node][_REST.value][0]

    def declared_prefixes(self) -> Iterator[tuple[str, str]]:
        for node in list(self.about):
            names, spaces = self.values(node, "prefix"), self.values(node, "namespace")
            for name, space in zip(names, spaces, strict=False):
                if isinstance(name, ox.Literal) and isinstance(space, ox.Literal):
                    yield name.value, space.value

    def objects_looked_at(self) -> Iterator[str]:
        for node in list(self.about):
            yield from (each.value for each in self.values(node, "targetObjectsOf") if isinstance(each, ox.NamedNode))
