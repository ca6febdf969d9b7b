"""Many files converted: in this process where they are few, in several where they are many."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice

import pyoxigraph as ox

from curagraph.config import Project
from curagraph.converting import conversion, ledger
from curagraph.converting.compiler import compile_project
from curagraph.converting.program import Program
from curagraph.converting.run import Memo, Result, Statement
from curagraph.converting.tasks import Batch, Outcome, Shared, Task
from curagraph.problem import Problem, SetAside, Severity
from curagraph.processes import Processes
from curagraph.reading import document
from curagraph.takedown.forgotten import Takedown, path_digest

BATCH = 100
_FEW = 400
_COLLECT_AFTER = 200_000
# How many batches of each worker may wait to be loaded: enough that it goes on while the store takes a chunk in.
_AHEAD = 40
_SERVER = f"{__name__}:answering"


class Converter:
    """Converts files of one project, in whatever process it lives."""

    def __init__(self, project: Project, program: Program | None = None) -> None:
        self.folder = str(project.folder)
        self.forgotten = project.forgotten
        self.former_path = f"<{project.vocabulary.prefixes['cu']}formerPath>"
        self.program = program or compile_project(project)
        self.memo: Memo = {}
        self.pages: dict[tuple[object, ...], str] = {}

    def batch(self, tasks: Iterable[Task]) -> Batch:
        numbers = _Numbers()
        outcomes = [self.file(task, numbers) for task in tasks]
        return Batch(outcomes, list(numbers.by_row))

    def file(self, task: Task, numbers: _Numbers) -> Outcome:
        """Read and convert one file; what is wrong with it is in the outcome."""
        try:
            data = document.read_bytes(os.path.join(self.folder, task.path))  # noqa: PTH118  # a Path for each is dear
            digest = document.digest(data)
            if digest == task.digest:
                return Outcome(task, digest, same=True)
            result = conversion.convert(self.program, document.parse(data, task.path, task.name), self.memo)
        except SetAside as error:
            problem = Problem(task.path, error.line or 1, error.key, error.code, Severity.ERROR, error.message)
            return Outcome(task, problems=(problem,), set_aside=True)
        if record := self.forgotten.get(result.iri[1:-1]):
            return self.taken_down(task, digest, result, record)
        lines = dict.fromkeys([statement.line for statement in result.statements])
        return Outcome(
            task,
            digest,
            iri=result.iri,
            lines="".join(lines).encode(),
            triples=len(lines),
            shared=tuple(dict.fromkeys(map(numbers.of, result.shared))),
            page=self.page(result),
            problems=tuple(result.problems),
            set_aside=result.set_aside,
        )

    def taken_down(self, task: Task, digest: str, result: Result, record: Takedown) -> Outcome:
        """Of what was taken down nothing is kept, nor what is wrong with it; its former paths in a form to compare."""
        message = f"the file is left out: {record}; remove the file"
        note = Problem(task.path, 1, "", "forgotten", Severity.NOTE, message)
        lines = "".join(each.line for each in result.statements if each.predicate == self.former_path)
        paths = [quad.object.value for quad in ox.parse(lines, ox.RdfFormat.N_QUADS)]
        return Outcome(task, digest, problems=(note,), former=tuple((path_digest(path), record.iri) for path in paths))

    def page(self, result: Result) -> str:
        """The document's page of the ledger; most documents are like one before."""
        key = (result.found, *result.tally.items())
        if key not in self.pages:
            if len(self.pages) > BATCH:
                self.pages.clear()
            self.pages[key] = ledger.encode(result.tally, result.found) if result.tally else ""
        return self.pages[key]


class _Numbers:
    """The shared statements of a batch, numbered. One that the memo gives again is known by being the same object."""

    def __init__(self) -> None:
        self.by_row: dict[Shared, int] = {}
        self.by_id: dict[int, tuple[int, Statement]] = {}

    def of(self, statement: Statement) -> int:
        known = self.by_id.get(id(statement))
        if known:
            return known[0]
        other = statement.line_as(statement.variants) if statement.variants else ""
        row = Shared(statement.line, statement.slot, other)
        number = self.by_row.setdefault(row, len(self.by_row))
        self.by_id[id(statement)] = (number, statement)
        return number


def convert(project: Project, program: Program, tasks: Iterable[Task], count: int, jobs: int) -> Iterator[Batch]:
    """Convert files, in the order of the tasks, with `jobs` processes where there are more than a few.

    Raises `BuildStopped` where a worker process died.
    """
    batches = _batches(tasks)
    if jobs == 1 or count <= _FEW:
        converter = Converter(project, program)
        with rare_collection():
            yield from map(converter.batch, batches)
        return
    with Processes[tuple[Task, ...], Batch](_SERVER, replace(project), ahead=_AHEAD) as processes:
        yield from processes.answers(batches, jobs)


def _batches(tasks: Iterable[Task]) -> Iterator[tuple[Task, ...]]:
    rest = iter(tasks)
    while batch := tuple(islice(rest, BATCH)):
        yield batch


@contextmanager
def rare_collection() -> Iterator[None]:
    """Look for reference cycles seldom: documents are trees, and looking takes a third of the time of a conversion."""
    thresholds = gc.get_threshold()
    gc.set_threshold(_COLLECT_AFTER, *thresholds[1:])
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)


def answering(project: Project) -> Callable[[tuple[Task, ...]], Batch]:
    """What converts batches in a worker process."""
    converter = Converter(project)
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER)
    return converter.batch
