"""The ledger: what became of every leaf of the front matter.

A leaf is a scalar, or an empty list or group. It is converted, compared, ignored for a written reason, dropped (and
reported), or unmapped (and reported); nothing else can happen to it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final


class Outcome:
    """What became of a leaf; where rules differ on it, the later of these counts.

    Plain texts: members of an `Enum` are several times slower to compare and count, and every leaf is counted.
    """

    UNMAPPED: Final = "unmapped"
    IGNORED: Final = "ignored"
    AGREED: Final = "agreed"
    CONVERTED: Final = "converted"
    DROPPED: Final = "dropped"


OUTCOMES = (Outcome.UNMAPPED, Outcome.IGNORED, Outcome.AGREED, Outcome.CONVERTED, Outcome.DROPPED)
RANK = {outcome: rank for rank, outcome in enumerate(OUTCOMES)}

# How many leaves there are at each (key path, outcome, reason).
Tally = Counter[tuple[str, str, str]]


def encode(tally: Mapping[tuple[str, str, str], int], found: int) -> str:
    """One document's page of the ledger as a text, the same for documents that are alike.

    `found` has a bit for each key of the tables that the document had.
    """
    rows = sorted((*row, count) for row, count in tally.items())
    return json.dumps([hex(found), rows], separators=(",", ":"))


def add_up(pages: Iterable[tuple[str, int]]) -> tuple[Tally, int]:
    """The sum of encoded pages, given with how many documents have each, and the union of the keys found."""
    total: Tally = Counter()
    found = 0
    for page, documents in pages:
        bits, rows = json.loads(page)
        found |= int(bits, 16)
        for pattern, outcome, reason, count in rows:
            total[pattern, outcome, reason] += count * documents
    return total, found


def as_json(total: Tally) -> dict[str, dict[str, object]]:
    """The ledger as the report shows it: per key path, how many values went which way, and why any was ignored.

    >>> as_json(Counter({("tags[]", "ignored", "a facet"): 4}))["tags[]"]["ignored"]
    {'a facet': 4}
    """
    report: dict[str, dict[str, object]] = {}
    for (pattern, outcome, reason), count in sorted(total.items()):
        row = report.setdefault(pattern, {name: {} if name == Outcome.IGNORED else 0 for name in OUTCOMES})
        ignored = row[Outcome.IGNORED]
        if outcome == Outcome.IGNORED and isinstance(ignored, dict):
            ignored[reason] = count
        else:
            row[outcome] = int(str(row[outcome])) + count
    return report
