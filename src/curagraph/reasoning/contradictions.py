"""Contradictions: statements that cannot all be true under the ontology. They are told, and nothing is merged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import pyoxigraph as ox

from curagraph.reasoning.inference import bindings, matches
from curagraph.reasoning.patterns import filled, is_violated, select
from curagraph.reasoning.rules import Atom, Key, Rule


@dataclass(frozen=True)
class Contradiction:
    """A rule without a head, and the triples that its body found."""

    rule: Rule
    premises: frozenset[Atom]


class Contradictions:
    """The rules of an ontology that say what cannot be."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = [rule for rule in rules if rule.head is None]
        self.using: dict[Key, list[tuple[Rule, int]]] = defaultdict(list)
        for rule in self.rules:
            for index, atom in enumerate(rule.body):
                self.using[atom.key].append((rule, index))

    def all(self, store: ox.Store, jobs: int = 1) -> set[Contradiction]:
        """Every contradiction in a store, looked for with `jobs` threads."""
        with ThreadPoolExecutor(jobs) as threads:
            violated = list(threads.map(partial(_is_violated, store), self.rules))
        suspects = [rule for rule, is_suspect in zip(self.rules, violated, strict=True) if is_suspect]
        return {
            _found(rule, binding) for rule in suspects for query in select(rule) for binding in bindings(store, query)
        }

    def among(self, store: ox.Store, new: Iterable[Atom]) -> set[Contradiction]:
        """The contradictions of which at least one triple is new."""
        return set(self._among(store, new))

    def _among(self, store: ox.Store, new: Iterable[Atom]) -> Iterator[Contradiction]:
        by_key: dict[Key, list[Atom]] = defaultdict(list)
        for triple in new:
            by_key[triple.key].append(triple)
        for key, triples in by_key.items():
            for rule, index in self.using[key]:
                for binding in matches(store, rule, index, triples):
                    yield _found(rule, binding)


def _is_violated(store: ox.Store, rule: Rule) -> bool:
    return bool(store.query(is_violated(rule), use_default_graph_as_union=True))


def _found(rule: Rule, binding: dict[str, str]) -> Contradiction:
    return Contradiction(rule, frozenset(filled(atom, binding) for atom in rule.body))
