"""An explanation of a triple, as it is told: where it comes from, or how it follows from others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Origin:
    """Where a triple comes from: the `place` and text of the rule, and the file with its line, key and text.

    What no document says, the ontology for one, has an empty file and a place alone.
    """

    place: str
    rule: str = ""
    file: str = ""
    line: int = 0
    key: str = ""
    text: str = ""


@dataclass(frozen=True)
class Step:
    """How a triple follows: the rule of OWL 2 RL, the axiom in words and its place, and the triples that it needs."""

    rule: str
    axiom: str
    place: str
    premises: tuple[Explanation, ...]


@dataclass(frozen=True)
class Explanation:
    """A triple and all the places it comes from; `files` counts the documents that state it.

    One that was inferred has a `step` in place of origins.
    """

    subject: str
    predicate: str
    object: str
    graph: str
    origins: tuple[Origin, ...]
    files: int
    step: Step | None = None

    def as_json(self) -> dict[str, Any]:
        """The explanation for other programs; terms are in N-Triples notation."""
        names = ("subject", "predicate", "object", "graph", "files")
        found = {name: getattr(self, name) for name in names}
        if self.step:
            premises = [each.as_json() for each in self.step.premises]
            step = {name: getattr(self.step, name) for name in ("rule", "axiom", "place")}
            return found | {"step": step | {"premises": premises}}
        parts = ("file", "line", "key", "text", "place", "rule")
        return found | {"origins": [{name: getattr(each, name) for name in parts} for each in self.origins]}
