"""What the commands that ask print for people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

import pyoxigraph as ox

from curagraph.asking.answers import Answer
from curagraph.asking.queryfile import Parameter, Question
from curagraph.commands.summary import first_of_each_kind, line
from curagraph.config import Project
from curagraph.explaining.explanation import Explanation
from curagraph.inspection import Inspection
from curagraph.tables import console, table, visible

# Characters of an example that are shown.
_WIDTH = 32


def answer(answer: Answer, project: Project) -> None:
    """The answer to a query as a table."""
    if isinstance(answer, ox.QueryBoolean):
        columns, rows = ["answer"], [["yes" if answer else "no"]]
    elif isinstance(answer, ox.QuerySolutions):
        columns = [variable.value for variable in answer.variables]
        rows = [[short(term, project) for term in row] for row in answer]
    else:
        columns = ["subject", "predicate", "object"]
        rows = sorted([short(term, project) for term in triple] for triple in answer)
    by_column = zip(columns, zip(*rows, strict=True), strict=False)
    numbers = [name for name, cells in by_column if all(map(_is_number, cells))]
    console().print(table(columns, rows, numbers))
    console(stderr=True).print(f"{len(rows):,} {'row' if len(rows) == 1 else 'rows'}")


def _is_number(cell: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", cell) is not None


def questions(questions: Iterable[Question]) -> None:
    """The named questions, with what may be set."""
    rows = [[each.name, each.summary, " ".join(map(_setting, each.parameters))] for each in questions]
    console().print(table(["query", "answers", "parameters"], rows))


def _setting(parameter: Parameter) -> str:
    return f"{parameter.name}={parameter.default}" if parameter.default else f"{parameter.name}=..."


def explanations(explained: Iterable[Explanation], project: Project) -> None:
    """Each triple, and below it where it comes from."""
    out = console()
    for each in explained:
        for text in _explained(each, project):
            out.print(visible(text))


def _explained(each: Explanation, project: Project, margin: str = "") -> Iterator[str]:
    """The lines of an explanation; what a step needs is set in below it."""
    yield margin + " ".join(_term(text, project) for text in (each.subject, each.predicate, each.object))
    inner = margin + "    "
    if each.step:
        yield f"{inner}follows by {each.step.rule}: {each.step.axiom}    {each.step.place}"
        for premise in each.step.premises:
            yield from _explained(premise, project, inner)
    for origin in each.origins:
        if origin.file:
            key = f"  {origin.key}" if origin.key else ""
            said = f"    {origin.text}" if origin.text else ""
            yield f"{inner}{origin.file}:{origin.line}{key}{said}"
        yield f"{inner}{origin.place}    {origin.rule}".rstrip()
    shown = len({origin.file for origin in each.origins})
    if each.files > shown:
        yield f"{inner}and {each.files - shown:,} more files"


def _term(text: str, project: Project) -> str:
    if text.startswith("<"):
        return short(ox.NamedNode(text[1:-1]), project)
    return text


def inspection(found: Inspection) -> None:
    """The key paths of a folder, and what could not be read."""
    out = console()
    for problem in first_of_each_kind(found.problems):
        out.print(line(problem))
    rows = [
        [
            key.pattern,
            f"{key.files:,}",
            f"{key.values:,}",
            ", ".join(f"{name} {count}" for name, count in key.types.most_common()),
            " | ".join(example if len(example) <= _WIDTH else example[: _WIDTH - 1] + "…" for example in key.examples),
            ", ".join(sorted({PurePosixPath(place).stem for place in key.converters})) or "-",
        ]
        for key in found.keys
    ]
    out.print(table(["key", "files", "values", "types", "examples", "read by"], rows, numbers=["files", "values"]))
    notations = ", ".join(f"{count:,} {name}" for name, count in found.notations.most_common())
    out.print(f"{sum(found.notations.values()):,} files read ({notations}), {len(found.problems):,} problems")


def short(term: object, project: Project) -> str:
    """A term as a person reads it: an IRI below the base by its path, another by its prefix, a literal by its text."""
    if isinstance(term, ox.Literal):
        return term.value
    if not isinstance(term, ox.NamedNode):
        return "" if term is None else str(term)
    iri = term.value
    for prefix, namespace in project.vocabulary.prefixes.items():
        if iri.startswith(namespace) and re.fullmatch(r"[\w.-]+", iri[len(namespace) :]):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri.removeprefix(project.base)
