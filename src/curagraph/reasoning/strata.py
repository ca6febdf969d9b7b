"""The order in which rules are run, so that each is run once and only those that need what they make again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from curagraph.reasoning.rules import Key, Rule

Needs = dict[Key, set[Key]]


@dataclass(frozen=True)
class Stratum:
    """Rules that need nothing of later strata; those to be run `again` while there is something new."""

    rules: tuple[Rule, ...]
    again: tuple[Rule, ...] = ()


def strata(rules: Sequence[Rule]) -> list[Stratum]:
    """Rules that derive something in the order in which they need each other.

    Those that need neither each other nor themselves are one stratum, so that what they make is loaded at once.
    """
    needs: Needs = defaultdict(set)
    for rule in rules:
        needs[rule.makes] |= {atom.key for atom in rule.body}
    below = {key: _reachable(needs, key) for key in needs}
    depth = _depths(below)
    groups: dict[tuple[int, bool, Key], list[Rule]] = defaultdict(list)
    for rule in rules:
        key = rule.makes
        loop = {other for other in below[key] if key in below.get(other, ())}
        groups[depth[key], bool(loop), min(loop, default=("", ""))].append(rule)
    return [_stratum(groups[place], place[1]) for place in sorted(groups)]


def _stratum(rules: list[Rule], is_recursive: bool) -> Stratum:
    made = {rule.makes for rule in rules}
    again = [rule for rule in rules if any(atom.key in made for atom in rule.body)] if is_recursive else []
    return Stratum(tuple(rules), tuple(again))


def _depths(below: Needs) -> dict[Key, int]:
    """For each key, how many strata must come before its own."""
    depth: dict[Key, int] = {}
    for key in sorted(below, key=lambda key: (len(below[key] | {key}), key)):
        lower = [other for other in below[key] if other in below and key not in below[other]]
        depth[key] = max((depth[other] + 1 for other in lower), default=0)
    return depth


def _reachable(needs: Needs, start: Key) -> set[Key]:
    found: set[Key] = set()
    waiting = [start]
    while waiting:
        new = needs.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found
