"""Inspecting: what a folder's front matter holds, before there is a graph.

It is how somebody starts on another site: which key paths there are, how often, of which types, and which rules
read them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from curagraph.config import Project
from curagraph.converting.compiler import compile_project
from curagraph.converting.program import Program
from curagraph.keypath import BODY, Leaf, leaves, steps
from curagraph.problem import Problem, SetAside, Severity
from curagraph.reading import document, sources

_EXAMPLES = 3
_TYPES = (
    ("empty", re.compile(r"\s*")),
    ("number", re.compile(r"[-+]?\d+(\.\d+)?")),
    ("date", re.compile(r"\d{4}-\d{1,2}-\d{1,2}([Tt ].*)?")),
    ("address", re.compile(r"https?://\S+", re.IGNORECASE)),
    ("path", re.compile(r"/\S*")),
    ("true or false", re.compile(r"true|false|yes|no", re.IGNORECASE)),
    ("text", re.compile(r".*", re.DOTALL)),
)


@dataclass
class KeyPath:
    """What is known of one key path: how many files have it, how many values, of which types, a few of them."""

    pattern: str
    files: int = 0
    values: int = 0
    types: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)
    converters: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        """The key path for other programs."""
        return {
            "key": self.pattern,
            "files": self.files,
            "values": self.values,
            "types": dict(self.types.most_common()),
            "examples": self.examples,
            "converters": self.converters,
        }


@dataclass
class Inspection:
    """The key paths of a folder, most frequent first, its notations of front matter, and what cannot be read."""

    keys: list[KeyPath]
    notations: Counter[str]
    problems: list[Problem]

    def as_json(self) -> dict[str, object]:
        """The inspection for other programs."""
        return {
            "files": sum(self.notations.values()),
            "notations": dict(self.notations),
            "keys": [key.as_json() for key in self.keys],
            "problems": [problem.as_json() for problem in self.problems],
        }


def inspect(project: Project, source: Iterable[str | Path] = ()) -> Inspection:
    """Look at every document of some folders (else the project's sources).

    Raises `UsageError` where a source does not exist.
    """
    roots = sources.roots(project, source or project.sources)
    seen = sources.Scan()
    found: dict[str, KeyPath] = {}
    notations: Counter[str] = Counter()
    problems = seen.problems
    for file in sorted(sources.scan(project, roots, seen)):
        try:
            parsed = document.read(project.folder, file.path, file.name)
        except SetAside as error:
            problems.append(Problem(file.path, error.line or 1, error.key, error.code, Severity.ERROR, error.message))
            continue
        notations[parsed.parts.notation] += 1
        _count(found, [leaf for leaf in leaves(parsed.tree) if leaf.pattern != BODY])
    program = compile_project(project)
    for row in found.values():
        row.converters = _readers(program, row.pattern)
    keys = sorted(found.values(), key=lambda row: (-row.files, row.pattern))
    return Inspection(keys, notations, sorted(problems))


def _count(found: dict[str, KeyPath], document_leaves: list[Leaf]) -> None:
    for pattern in {leaf.pattern for leaf in document_leaves}:
        found.setdefault(pattern, KeyPath(pattern)).files += 1
    for leaf in document_leaves:
        row = found[leaf.pattern]
        row.values += 1
        row.types[_type(leaf)] += 1
        text = leaf.value.strip() if isinstance(leaf.value, str) else ""
        if text and text not in row.examples and len(row.examples) < _EXAMPLES:
            row.examples.append(text)


def _type(leaf: Leaf) -> str:
    if not isinstance(leaf.value, str):
        return "null" if leaf.value is None else "empty list" if isinstance(leaf.value, list) else "empty group"
    text = leaf.value
    return next(name for name, form in _TYPES if form.fullmatch(text))


def _readers(program: Program, pattern: str) -> list[str]:
    """The places of the rules that read a key path, or a collection around it."""
    path = _names(pattern)
    reads = [(table.absolute(read), read.place) for table in program.tables.values() for read in table.reads]
    return sorted({place for whole, place in reads if (names := _names(whole)) and path[: len(names)] == names})


def _names(pattern: str) -> list[str]:
    return [step for step in steps(pattern) if isinstance(step, str)]
