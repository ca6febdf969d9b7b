"""What the named questions that ask for faults find in a snapshot, as problems; each row is one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

import pyoxigraph as ox

from curagraph.asking import answers, queryfile
from curagraph.asking.queryfile import Question
from curagraph.checking.tracing import NOWHERE, Tracer
from curagraph.config import Project
from curagraph.problem import CuragraphError, Problem, ProjectError, Severity
from curagraph.snapshot import Snapshot

ENDING = "-violation"


def questions(project: Project) -> list[Question]:
    """The named questions of a project that ask for faults."""
    found = queryfile.load_all(project)
    return [question for name, question in found.items() if name.endswith(ENDING)]


def code_of(question: Question) -> str:
    """The code of what a question finds: its name without folder and ending."""
    return question.name.rpartition("/")[2].removesuffix(ENDING)


def problems(snapshot: Snapshot, asked: Iterable[Question], tracer: Tracer) -> Iterator[Problem]:
    """What some questions find, one problem for each place that a question is about.

    Raises `ProjectError` where one cannot be asked as it is.
    """
    for question in asked:
        found: dict[tuple[str, int, str], Problem] = {}
        for row in _rows(snapshot, question):
            quads = _between(row, tracer)
            # What only follows from a fault has that for its cause, which has a row of its own.
            if not quads or any(tracer.is_asserted(quad) for quad in quads):
                problem = _of_row(question, row, quads, tracer)
                found.setdefault((problem.file, problem.line, problem.key), problem)
        yield from found.values()


def _rows(snapshot: Snapshot, question: Question) -> Iterator[dict[str, ox.NamedNode | ox.Literal]]:
    try:
        answer = answers.ask(snapshot, question.name)
    except CuragraphError as error:
        raise ProjectError(f"queries/{question.name}.rq: {error}") from None
    if not isinstance(answer, ox.QuerySolutions):
        raise ProjectError(
            f"queries/{question.name}.rq: a question that asks for faults wants SELECT; a row is a fault"
        )
    names = [variable.value for variable in answer.variables]
    for row in answer:
        yield {name: row[name] for name in names if isinstance(row[name], ox.NamedNode | ox.Literal)}


def _between(row: dict[str, ox.NamedNode | ox.Literal], tracer: Tracer) -> list[ox.Quad]:
    """The statements between two terms of a row."""
    nodes = [term for term in row.values() if isinstance(term, ox.NamedNode)]
    pairs = ((subject, object_) for subject in nodes for object_ in row.values())
    return [quad for each in pairs for quad in tracer.store.quads_for_pattern(each[0], None, each[1], None)]


def _of_row(
    question: Question, row: dict[str, ox.NamedNode | ox.Literal], quads: list[ox.Quad], tracer: Tracer
) -> Problem:
    """A row as a problem: it stands where a statement between two of its terms does."""
    places = tracer.stated(quad for quad in quads if tracer.is_asserted(quad))
    if not places:
        nodes = (term for term in row.values() if isinstance(term, ox.NamedNode))
        places = [tracer.missing(node, []) for node in islice(nodes, 1)] or [NOWHERE]
    return places[-1].problem(code_of(question), Severity.ERROR, _sentence(question, row, tracer))


def _sentence(question: Question, row: dict[str, ox.NamedNode | ox.Literal], tracer: Tracer) -> str:
    texts = {name: tracer.shown(term) for name, term in row.items()}
    if not question.message:
        return f"{question.summary}: {', '.join(f'{name} {text}' for name, text in texts.items())}"
    return re.sub(r"\{(\w+)\}", lambda match: texts.get(match[1], "nothing"), question.message)
