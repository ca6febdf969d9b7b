"""Problems as the text that the state holds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from curagraph.problem import Problem, Severity


def encode(problems: Iterable[Problem]) -> str | None:
    """Problems as the text that a row of the state holds; None where there are none."""
    rows = [each.as_json() for each in problems]
    return json.dumps(rows) if rows else None


def decode(text: str) -> Iterator[Problem]:
    """The problems that `encode` has written."""
    for each in json.loads(text):
        yield Problem(**(each | {"severity": Severity(each["severity"])}))
