"""The report of a build: what was read, what it cost, and what became of every value."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from curagraph.converting import ledger
from curagraph.problem import Problem, Severity
from curagraph.reading.sources import Scan
from curagraph.state.state import State


@dataclass
class Report:
    """What a build did.

    `read` counts the documents that are there, `changed` those that were converted or have gone, `set_aside` those
    that are not in the graph. `published` is False only where `strict` kept the old graph.
    """

    read: int
    changed: int
    set_aside: int
    triples: int
    passed_over: int
    problems: list[Problem]
    ledger: ledger.Tally = field(repr=False)
    published: bool = True
    seconds: float = 0.0

    @classmethod
    def of(cls, state: State, seen: Scan, changed: int) -> Report:
        """The report on what a state says."""
        found = sorted([*seen.problems, *state.problems()])
        unread = sum(problem.severity is Severity.ERROR for problem in seen.problems)
        rivals = sum(problem.code == "duplicate-iri" for problem in found)
        return cls(
            read=int(state.facts.get("read")),
            changed=changed,
            set_aside=int(state.facts.get("set-aside")) + unread + rivals,
            triples=int(state.facts.get("triples")),
            passed_over=sum(seen.passed_over.values()),
            problems=found,
            ledger=ledger.add_up([(state.facts.get("ledger"), 1)])[0],
        )

    @property
    def incomplete(self) -> bool:
        """Whether some input was set aside or some value dropped."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)

    def by_code(self) -> Counter[tuple[Severity, str]]:
        """How many problems there are of each kind."""
        return Counter((problem.severity, problem.code) for problem in self.problems)

    def as_json(self) -> dict[str, object]:
        """The report for other programs."""
        return {
            "items": {"read": self.read, "changed": self.changed, "set_aside": self.set_aside},
            "passed_over": self.passed_over,
            "triples": self.triples,
            "published": self.published,
            "seconds": round(self.seconds, 3),
            "problems": [problem.as_json() for problem in self.problems],
            "keys": ledger.as_json(self.ledger),
        }

    def write(self, path: Path) -> None:
        """Write the report as JSON."""
        path.write_text(json.dumps(self.as_json(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
