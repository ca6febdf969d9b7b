"""Findings as the workflow commands with which GitHub marks lines of a change."""

from __future__ import annotations

from curagraph.checking.findings import Findings
from curagraph.problem import Problem, Severity

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def lines(findings: Findings) -> str:
    """One command a line; nothing where nothing is wrong."""
    return "".join(f"{command(problem)}\n" for problem in findings.problems)


def command(problem: Problem) -> str:
    r"""A problem as a workflow command.

    >>> command(Problem("a,b.md", 3, "title", "bad", Severity.NOTE, "100 %\nwrong"))
    '::notice file=a%2Cb.md,line=3,title=bad::title: 100 %25%0Awrong'
    """
    place = f"file={_property(problem.file)},line={max(problem.line, 1)},title={_property(problem.code)}"
    key = f"{problem.key}: " if problem.key else ""
    return f"::{_COMMANDS[problem.severity]} {place}::{_data(key + problem.message)}"


def _data(text: str) -> str:
    """A message may hold neither a line end nor what looks like an escape."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """A property ends at a comma or a colon, too."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
