"""Why an inferred triple is there: the rules run backwards, down to triples that somebody has stated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from curagraph.reasoning.inference import Reasoner, instances
from curagraph.reasoning.patterns import filled
from curagraph.reasoning.rules import Atom, Rule


@dataclass(frozen=True)
class Proof:
    """A triple with the rule that gives it and what that needs; without a rule, a triple that is stated."""

    triple: Atom
    rule: Rule | None = None
    premises: tuple[Proof, ...] = ()

    def leaves(self) -> Iterator[Atom]:
        """The stated triples that the proof stands on."""
        if self.rule is None:
            yield self.triple
        for premise in self.premises:
            yield from premise.leaves()


# A rule, and the triples that its body needs.
Way = tuple[Rule, tuple[Atom, ...]]


class Prover:
    """Finds proofs in one store."""

    def __init__(self, reasoner: Reasoner, store: ox.Store) -> None:
        self.reasoner = reasoner
        self.store = store
        self.known: dict[Atom, list[Way]] = {}

    def prove(self, triple: Atom) -> Proof | None:
        """A proof with as few steps above each other as can be; None where the triple neither stands nor follows.

        What may be needed is looked for step by step. A proof of so many steps needs only triples that are no further
        away, and goes round no circle: each triple in it is proven before what needs it.
        """
        if not self.reasoner.holds(self.store, triple):
            return None
        near = frontier = {triple}
        steps = 0
        while frontier:
            found = self.proofs(near, steps)
            if triple in found:
                return found[triple]
            frontier = {each for one in frontier for _, premises in self.ways(one) for each in premises} - near
            near = near | frontier
            steps += 1
        return self.proofs(near, len(near)).get(triple)

    def proofs(self, triples: set[Atom], steps: int) -> dict[Atom, Proof]:
        """The proofs of at most so many steps above each other that triples have from those of them that are stated."""
        found = {triple: Proof(triple) for triple in triples if not self.ways(triple) and self.is_stated(triple)}
        for _ in range(steps):
            new = {triple: proof for triple in triples - found.keys() if (proof := self.step(triple, found))}
            if not new:
                break
            found |= new
        return found

    def step(self, triple: Atom, found: dict[Atom, Proof]) -> Proof | None:
        """The last step of a proof, from what is proven already."""
        for rule, premises in self.ways(triple):
            if all(each in found for each in premises):
                return Proof(triple, rule, tuple(found[each] for each in premises))
        return None

    def ways(self, triple: Atom) -> list[Way]:
        """How a triple follows in one step; one that is stated needs not follow."""
        if triple not in self.known:
            self.known[triple] = [] if self.is_stated(triple) else list(self._ways(triple))
        return self.known[triple]

    def _ways(self, triple: Atom) -> Iterator[Way]:
        for rule in self.reasoner.making[triple.key]:
            for binding in instances(self.store, rule, triple):
                yield rule, tuple(filled(atom, binding) for atom in rule.body)

    def is_stated(self, triple: Atom) -> bool:
        return self.reasoner.is_stated(self.store, triple)
