"""What a check has found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from curagraph.problem import Problem, Severity


class Kind(NamedTuple):
    """A kind of problem that was looked for: its code, and what it tells."""

    name: str
    message: str
    severity: Severity


@dataclass(frozen=True)
class Findings:
    """What a check has found, in the order of files and lines, and what has looked.

    `kinds` are those that were looked for, whether found or not; `looked` counts what has looked and at what,
    and `by` says so for people. `files` says what the files of the problems are named from.
    """

    problems: tuple[Problem, ...]
    kinds: tuple[Kind, ...]
    looked: Mapping[str, int | None]
    by: str
    files: str = "The project folder."

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
        return f"{', '.join(counted[:-1])} and {counted[-1]}: {self.by}."

    def as_json(self) -> dict[str, object]:
        """The findings for other programs."""
        counts = {f"{severity}s": count for severity, count in self.counts.items()}
        return {**counts, **self.looked, "problems": [problem.as_json() for problem in self.problems]}
