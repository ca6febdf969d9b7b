"""Telling what a check has found, in each of the formats."""

from __future__ import annotations

import io
import json
from pathlib import Path

from rich.console import Console

from curagraph.checking import sarif, workflow
from curagraph.checking.findings import Findings
from curagraph.tables import console, table


def show(findings: Findings) -> None:
    """The findings as a table for people, and one sentence."""
    _print(findings, console())


def written(findings: Findings, format_: str, folder: Path) -> str:
    """The findings in a format; `folder` is what the files of the problems are named from."""
    if format_ == "json":
        return _json(findings.as_json())
    if format_ == "sarif":
        return _json(sarif.log(findings, folder))
    if format_ == "github":
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
