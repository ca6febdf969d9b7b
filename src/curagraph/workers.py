"""Many files converted: in this process where they are few, in several where they are many."""

from __future__ import annotations

import gc
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import islice

from curagraph import conversion, document, ledger
from curagraph.config import Project
from curagraph.problem import BuildStopped, Problem, ProjectError, SetAside, Severity
from curagraph.program import Program, compile_project
from curagraph.run import Memo, Result, Statement
from curagraph.tasks import Batch, Outcome, Shared, Task

BATCH = 100
_FEW = 400
_COLLECT_AFTER = 200_000
# How many batches of each worker may wait to be loaded: enough that it goes on while the store takes a chunk in.
_AHEAD = 40


class Converter:
    """Converts files of one project, in whatever process it lives."""

    def __init__(self, project: Project, program: Program | None = None) -> None:
        self.folder = str(project.folder)
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
    with ThreadPoolExecutor(jobs) as threads, _Workers(project) as workers:
        waiting: deque[Future[Batch]] = deque()
        try:
            for batch in batches:
                waiting.append(threads.submit(workers.convert, batch))
                if len(waiting) >= _AHEAD * jobs:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


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


class _Workers:
    """A worker process for each thread that asks for one.

    Not a `ProcessPoolExecutor`: that runs the caller's main module again in each process, waits for ever when one is
    killed while its queue is full (python/cpython#94777), and leaves the others behind when the build is killed. A
    worker here ends when its input does.
    """

    def __init__(self, project: Project) -> None:
        self.project = replace(project)
        self.mine = threading.local()
        self.all: list[subprocess.Popen[bytes]] = []
        self.lock = threading.Lock()
        self.closed = False

    def __enter__(self) -> _Workers:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        with self.lock:
            self.closed = True
        for process in self.all:
            if kind:
                process.kill()
            process.communicate()

    def convert(self, tasks: tuple[Task, ...]) -> Batch:
        """Have a batch converted by the worker of this thread."""
        if not hasattr(self.mine, "process"):
            self.mine.process = self.start()
        process: subprocess.Popen[bytes] = self.mine.process
        assert process.stdin
        assert process.stdout
        try:
            pickle.dump(tasks, process.stdin)
            process.stdin.flush()
            answer = pickle.load(process.stdout)  # noqa: S301  # our own process wrote it
        except (EOFError, OSError, pickle.UnpicklingError):
            raise BuildStopped("a worker process died, perhaps for want of memory; try again with --jobs 1") from None
        if isinstance(answer, ProjectError):
            raise answer
        assert isinstance(answer, Batch)
        return answer

    def start(self) -> subprocess.Popen[bytes]:
        path = os.pathsep.join(entry for entry in sys.path if entry)
        command = [sys.executable, "-P", "-c", "from curagraph.workers import serve; serve()"]
        pipe = subprocess.PIPE
        with self.lock:
            if self.closed:
                raise BuildStopped("the build has ended")
            environment = os.environ | {"PYTHONPATH": path}
            process = subprocess.Popen(command, stdin=pipe, stdout=pipe, env=environment)  # noqa: S603
            self.all.append(process)
        assert process.stdin
        pickle.dump(self.project, process.stdin)
        return process


def serve() -> None:
    """Be a worker: read a project and then batches of tasks from standard input, and answer each on standard output."""
    # An interrupt at the terminal reaches every process; the build decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "wb")
    # What a converter prints must not get between the answers.
    os.dup2(2, 1)
    converter = Converter(pickle.load(sys.stdin.buffer))  # noqa: S301  # the build wrote it
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER)
    with suppress(EOFError, BrokenPipeError):
        while True:
            tasks = pickle.load(sys.stdin.buffer)  # noqa: S301
            try:
                answer: Batch | ProjectError = converter.batch(tasks)
            except ProjectError as error:
                answer = ProjectError(str(error))
            pickle.dump(answer, answers)
            answers.flush()
    # The build has ended; what could not be sent to it must not be tried again.
    os._exit(0)
