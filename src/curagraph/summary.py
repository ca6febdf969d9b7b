"""What the commands print for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pyoxigraph as ox

from curagraph.answers import Answer
from curagraph.building import Progress
from curagraph.config import Project
from curagraph.explanation import Explanation
from curagraph.inspection import Inspection
from curagraph.problem import Problem, Severity
from curagraph.queryfile import Parameter, Question
from curagraph.report import Report
from curagraph.tables import console, short, table, visible

# So many problems of one kind are listed; the report file has them all.
_LISTED = 3
# Characters of an example that are shown.
_WIDTH = 32


@contextmanager
def progress() -> Iterator[Progress]:
    """A progress bar on standard error, for a terminal."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = TextColumn("building"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console(stderr=True), transient=True) as bar:
        task = bar.add_task("files")
        yield lambda done, total: bar.update(task, completed=done, total=total)


def show(report: Report, project: Project) -> None:
    """The short table that a build ends with, below the first problems of each kind."""
    out = console()
    for problem in _first_of_each_kind(report.problems):
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
        out.print("Nothing was published, because of --strict; the old graph stands.")
    elif report.incomplete:
        out.print("Published without what the errors above name; --report FILE.json lists them all.")


def _first_of_each_kind(problems: Iterable[Problem]) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for problem in problems:
        seen[problem.code] = seen.get(problem.code, 0) + 1
        if problem.severity is not Severity.NOTE and seen[problem.code] <= _LISTED:
            yield problem


def line(problem: Problem) -> str:
    """A problem on one line: where, which key, what."""
    key = f" {problem.key}:" if problem.key else ""
    return visible(f"{problem.file}:{problem.line}: {problem.severity}:{key} {problem.message} [{problem.code}]")


def show_answer(answer: Answer, project: Project) -> None:
    """The answer to a query as a table."""
    if isinstance(answer, ox.QueryBoolean):
        columns, rows = ["answer"], [["yes" if answer else "no"]]
    elif isinstance(answer, ox.QuerySolutions):
        columns = [variable.value for variable in answer.variables]
        rows = [[short(term, project) for term in row] for row in answer]
    else:
        columns = ["subject", "predicate", "object"]
        rows = sorted([short(term, project) for term in triple] for triple in answer)
    console().print(table(columns, rows))
    console(stderr=True).print(f"{len(rows):,} {'row' if len(rows) == 1 else 'rows'}")


def show_questions(questions: Iterable[Question]) -> None:
    """The named questions, with what may be set."""
    rows = [[each.name, each.summary, " ".join(map(_setting, each.parameters))] for each in questions]
    console().print(table(["query", "answers", "parameters"], rows))


def _setting(parameter: Parameter) -> str:
    return f"{parameter.name}={parameter.default}" if parameter.default else f"{parameter.name}=..."


def show_explanations(explained: Iterable[Explanation], project: Project) -> None:
    """Each triple, and below it where it comes from."""
    out = console()
    for each in explained:
        terms = (_term(text, project) for text in (each.subject, each.predicate, each.object))
        out.print(visible(" ".join(terms)))
        for origin in each.origins:
            where = f"{origin.file}:{origin.line}" if origin.file else "no file"
            key = f"  {origin.key}" if origin.key else ""
            out.print(visible(f"    {where}{key}  by {origin.place}"))
            if origin.text:
                out.print(visible(f"        {origin.text}"))
        if each.files > len({origin.file for origin in each.origins}):
            out.print(f"    and {each.files - len({origin.file for origin in each.origins}):,} more files")


def _term(text: str, project: Project) -> str:
    if text.startswith("<"):
        return short(ox.NamedNode(text[1:-1]), project)
    return text


def show_inspection(found: Inspection) -> None:
    """The key paths of a folder, and what could not be read."""
    out = console()
    for problem in _first_of_each_kind(found.problems):
        out.print(line(problem))
    rows = [
        [
            key.pattern,
            f"{key.files:,}",
            f"{key.values:,}",
            ", ".join(f"{name} {count}" for name, count in key.types.most_common()),
            " | ".join(example if len(example) <= _WIDTH else example[: _WIDTH - 1] + "…" for example in key.examples),
            ", ".join(key.converters) or "-",
        ]
        for key in found.keys
    ]
    out.print(table(["key", "files", "values", "types", "examples", "read by"], rows, numbers=["files", "values"]))
    notations = ", ".join(f"{count:,} {name}" for name, count in found.notations.most_common())
    out.print(f"{sum(found.notations.values()):,} files read ({notations}), {len(found.problems):,} problems")
