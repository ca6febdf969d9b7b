"""What a check has found, and the forms in which it is told."""

from __future__ import annotations

import io
import json
from collections import Counter
from dataclasses import dataclass

from rich.console import Console

from curagraph.checking.shapes import Shapes
from curagraph.config import Project
from curagraph.problem import Problem, Severity
from curagraph.tables import console, table


@dataclass(frozen=True)
class Findings:
    """What a check has found, in the order of files and lines, and how much it has looked with.

    `changed` counts the things that were validated; None is all.
    """

    problems: tuple[Problem, ...]
    shapes: Shapes
    queries: int
    changed: int | None = None

    @property
    def is_bad(self) -> bool:
        """Whether there is an error; warnings and notes do no harm."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)

    @property
    def counts(self) -> dict[Severity, int]:
        """How many problems there are of each severity."""
        found = Counter(problem.severity for problem in self.problems)
        return {severity: found[severity] for severity in Severity}

    @property
    def sentence(self) -> str:
        """What was found and what looked for it."""
        counted = [f"{count:,} {severity}{'s' * (count != 1)}" for severity, count in self.counts.items()]
        looked = "everything" if self.changed is None else f"what the last build changed ({self.changed:,})"
        by = f"{len(self.shapes):,} shapes looked at {looked}, {self.queries:,} queries at everything"
        return f"{', '.join(counted[:-1])} and {counted[-1]}: {by}."

    def as_json(self) -> dict[str, object]:
        """The findings for other programs."""
        looked = {"shapes": len(self.shapes), "queries": self.queries, "changed": self.changed}
        counts = {f"{severity}s": count for severity, count in self.counts.items()}
        return counts | looked | {"problems": [problem.as_json() for problem in self.problems]}


def show(findings: Findings) -> None:
    """The findings as a table for people, and one sentence."""
    _print(findings, console())


def text(findings: Findings, format_: str, project: Project) -> str:
    """The findings in a format: `json`, `sarif`, `github`, or else `table`."""
    if format_ == "json":
        return _json(findings.as_json())
    if format_ == "sarif":
        from curagraph.checking import sarif

        return _json(sarif.log(findings, project.folder))
    if format_ == "github":
        from curagraph.checking import workflow

        return workflow.lines(findings)
    out = io.StringIO()
    _print(findings, console(file=out))
    return out.getvalue()


def _print(findings: Findings, out: Console) -> None:
    rows = [
        (problem.severity, f"{problem.file}:{problem.line}", problem.key, problem.message, problem.code)
        for problem in findings.problems
    ]
    if rows:
        out.print(table(["", "where", "key", "what", "code"], rows))
    out.print(findings.sentence)


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
