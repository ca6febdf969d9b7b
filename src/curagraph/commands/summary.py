"""What a build prints for people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from curagraph.building.report import Report
from curagraph.problem import Problem, Severity
from curagraph.tables import console, table, visible

# So many problems of one kind are listed; the report file has them all.
_LISTED = 3


@contextmanager
def progress(doing: str = "building", what: str = "files") -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error, for a terminal."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = TextColumn(doing), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console(stderr=True), transient=True) as bar:
        task = bar.add_task(what)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def show(report: Report) -> None:
    """The short table that a build ends with, below the first problems of each kind."""
    out = console()
    for problem in first_of_each_kind(report.problems):
        out.print(line(problem))
    rows = [
        ("items read", f"{report.read:,}"),
        ("changed", f"{report.changed:,}"),
        ("set aside", f"{report.set_aside:,}"),
        ("triples", f"{report.triples:,}"),
        *((f"{severity}: {code}", f"{count:,}") for (severity, code), count in sorted(report.by_code().items())),
        ("seconds", f"{report.seconds:.2f}"),
    ]
    if report.passed_over:
        rows.insert(3, ("other files passed over", f"{report.passed_over:,}"))
    out.print(table(["build", ""], rows, numbers=[""]))
    if not report.published:
        out.print("Nothing was published, because of --strict; the old graph stands, if there was one.")
    elif report.incomplete:
        out.print("Published. Errors name what was left out, or is there and wrong; `curagraph check` lists them all.")
    elif report.changed:
        out.print("Published. `curagraph queries` lists what one can ask.")


def first_of_each_kind(problems: Iterable[Problem]) -> Iterator[Problem]:
    """The first few errors and warnings of each code."""
    seen: dict[str, int] = {}
    for problem in problems:
        seen[problem.code] = seen.get(problem.code, 0) + 1
        if problem.severity is not Severity.NOTE and seen[problem.code] <= _LISTED:
            yield problem


def line(problem: Problem) -> str:
    """A problem on one line: where, which key, what."""
    key = f" {problem.key}:" if problem.key else ""
    return visible(f"{problem.file}:{problem.line}: {problem.severity}:{key} {problem.message} [{problem.code}]")
