"""Findings as SARIF 2.1.0, the form in which editors and forges take the results of a check (OASIS standard)."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

from curagraph.checking.findings import Findings
from curagraph.problem import Problem, Severity

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
# The name that programs agree on for the folder of the sources; where it lies is not ours to say.
ROOT = "%SRCROOT%"
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}


def log(findings: Findings, folder: Path) -> dict[str, Any]:
    """A SARIF log with one run; `folder` is what the files of problems are named from."""
    from importlib.metadata import version  # takes longer to load than most findings to be told

    rules = _rules(findings)
    numbers = {rule["id"]: number for number, rule in enumerate(rules)}
    run = {
        "tool": {"driver": {"name": "curagraph", "version": version("curagraph"), "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": findings.files}}},
        "results": [_result(problem, numbers[problem.code], folder) for problem in findings.problems],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rules(findings: Findings) -> list[dict[str, Any]]:
    """Every kind that was looked for, whether found or not, and each other code that occurs (3.49)."""
    rules: dict[str, dict[str, Any]] = {
        kind.name: {
            "id": kind.name,
            "shortDescription": {"text": kind.message},
            "defaultConfiguration": {"level": LEVELS[kind.severity]},
        }
        for kind in findings.kinds
    }
    for problem in findings.problems:
        rules.setdefault(problem.code, {"id": problem.code})
    return [rules[code] for code in sorted(rules)]


def _result(problem: Problem, rule: int, folder: Path) -> dict[str, Any]:
    place = {"artifactLocation": _artifact(problem.file, folder), "region": {"startLine": max(problem.line, 1)}}
    location: dict[str, Any] = {"physicalLocation": place}
    if problem.key:
        location["logicalLocations"] = [{"fullyQualifiedName": problem.key, "kind": "member"}]
    message = {"text": problem.message}
    return {
        "ruleId": problem.code,
        "ruleIndex": rule,
        "level": LEVELS[problem.severity],
        "message": message,
        "locations": [location],
    }


def _artifact(file: str, folder: Path) -> dict[str, str]:
    """A relative reference without `..` (3.4.4), or the whole address of a file outside the project."""
    if file.startswith(("../", "/")):
        return {"uri": (folder / file).resolve().as_uri()}
    return {"uri": quote(file), "uriBaseId": ROOT}
