"""Running the rules: all of them to the fixpoint, or only what follows from a change.

A full run takes the rules in the order in which they need each other, so that each is run once; only rules that need
what they make are run again until nothing is new. A change is followed by deleting and deriving again (Gupta, Mumick
and Subrahmanian, Maintaining views incrementally, 1993): what may have followed from what is gone leaves, comes back
where it also follows from something else, and then what is new is followed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pyoxigraph as ox

from curagraph.reasoning.patterns import bound, construct, filled, select
from curagraph.reasoning.rules import Atom, Key, Rule
from curagraph.reasoning.strata import strata

Load = Callable[[bytes], None]

# So many bytes are loaded at once: many small loads take longer than one.
_CHUNK = 4 << 20


class Reasoner:
    """The rules of an ontology over a store; what follows goes to the graph `inferred`.

    What stands only in the graphs `apart` counts as neither stated nor inferred.
    """

    def __init__(self, rules: Sequence[Rule], inferred: ox.NamedNode, apart: Iterable[ox.NamedNode] = ()) -> None:
        self.rules = [rule for rule in rules if rule.head]
        self.inferred = inferred
        self.unstated = {inferred, *apart}
        self.strata = strata(self.rules)
        self.using: dict[Key, list[tuple[Rule, int]]] = defaultdict(list)
        self.making: dict[Key, list[Rule]] = defaultdict(list)
        for rule in self.rules:
            self.making[rule.makes].append(rule)
            for index, atom in enumerate(rule.body):
                self.using[atom.key].append((rule, index))

    def close(self, store: ox.Store, load: Load, jobs: int = 1) -> None:
        """Infer everything that follows from what the store holds, with `jobs` threads at once.

        `load` puts N-Triples into the graph `inferred`.
        """
        there = {key for key in self.making if _is_used(store, key)}
        with ThreadPoolExecutor(jobs) as threads:
            for stratum in self.strata:
                rules: Sequence[Rule] = stratum.rules
                while rules:
                    queries = [construct(rule, rule.makes in there) for rule in rules]
                    is_new = _load(threads.map(partial(_constructed, store), queries), load)
                    there |= {rule.makes for rule in rules}
                    rules = stratum.again if is_new else ()

    def revise(
        self, store: ox.Store, removed: Iterable[Atom], added: Iterable[Atom]
    ) -> tuple[int, set[Atom], set[Atom]]:
        """Infer what follows from a change that has been made to the store.

        `removed` are triples that stand in no graph any more, `added` those that stood in none before. Answers by how
        many triples the graph `inferred` has grown, all triples that are new in the store, and those inferred ones that
        were in doubt, of which some are back.
        """
        removed, added = set(removed), set(added)
        doubtful = self.doubtful(store, removed)
        for triple in doubtful:
            store.remove(self.quad(triple))
        grown = -len(doubtful)
        new = set(added)
        for triple in added:
            quad = self.quad(triple)
            if quad in store:
                store.remove(quad)
                grown -= 1
        frontier = added | {t for t in doubtful | removed if not self.holds(store, t) and self.follows(store, t)}
        while frontier:
            for triple in frontier - added:
                store.add(self.quad(triple))
                grown += 1
            new |= frontier
            heads = set(self.consequences(store, frontier))
            frontier = {head for head in heads if head not in new and not self.holds(store, head)}
        return grown, new, doubtful

    def doubtful(self, store: ox.Store, removed: set[Atom]) -> set[Atom]:
        """The inferred triples that may have followed from triples that are gone."""
        for triple in removed:
            store.add(self.quad(triple))
        found: set[Atom] = set()
        frontier = removed
        while frontier:
            heads = set(self.consequences(store, frontier)) - found - removed
            frontier = {head for head in heads if self.quad(head) in store and not self.is_stated(store, head)}
            found |= frontier
        for triple in removed:
            store.remove(self.quad(triple))
        return found

    def consequences(self, store: ox.Store, triples: Iterable[Atom]) -> Iterator[Atom]:
        """What follows in one step from triples together with what the store holds."""
        by_key: dict[Key, list[Atom]] = defaultdict(list)
        for triple in triples:
            by_key[triple.key].append(triple)
        for key, members in by_key.items():
            for rule, index in self.using[key]:
                assert rule.head
                for binding in matches(store, rule, index, members):
                    yield filled(rule.head, binding)

    def follows(self, store: ox.Store, triple: Atom) -> bool:
        """Whether a triple follows in one step from what the store holds."""
        return any(True for rule in self.making[triple.key] for _ in instances(store, rule, triple))

    def holds(self, store: ox.Store, triple: Atom) -> bool:
        """Whether a triple is stated or inferred."""
        return self.quad(triple) in store or self.is_stated(store, triple)

    def is_stated(self, store: ox.Store, triple: Atom) -> bool:
        quad = self.quad(triple)
        found = store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
        return any(each.graph_name not in self.unstated for each in found)

    def quad(self, triple: Atom) -> ox.Quad:
        """The triple in the graph of what is inferred."""
        parsed = next(iter(ox.parse(f"{' '.join(triple)} .", ox.RdfFormat.N_TRIPLES)))
        return ox.Quad(parsed.subject, parsed.predicate, parsed.object, self.inferred)


def matches(store: ox.Store, rule: Rule, index: int, triples: Iterable[Atom]) -> Iterator[dict[str, str]]:
    """The ways in which a rule's body holds with one of the triples as its atom `index`."""
    rows = [row for triple in triples if (row := bound(rule.body[index], triple)) is not None]
    if rows:
        for query in select(rule, rows, without=index):
            yield from bindings(store, query)


def instances(store: ox.Store, rule: Rule, triple: Atom) -> Iterator[dict[str, str]]:
    """The ways in which a rule's body holds and makes a triple."""
    assert rule.head
    row = bound(rule.head, triple)
    if row is not None:
        for query in select(rule, [row], without=-1):
            yield from (row | binding for binding in bindings(store, query))


def bindings(store: ox.Store, query: str) -> Iterator[dict[str, str]]:
    solutions = store.query(query, use_default_graph_as_union=True)
    assert isinstance(solutions, ox.QuerySolutions)
    names = [str(variable) for variable in solutions.variables]
    for solution in solutions:
        yield {name: str(term) for name, term in zip(names, solution, strict=True)}


def _constructed(store: ox.Store, query: str) -> bytes:
    triples = store.query(query, use_default_graph_as_union=True)
    assert isinstance(triples, ox.QueryTriples)
    return triples.serialize(format=ox.RdfFormat.N_TRIPLES) or b""


def _load(results: Iterable[bytes], load: Load) -> bool:
    """Load what rules have made, some at a time, while others still run; whether there was anything."""
    waiting: list[bytes] = []
    is_new = False
    for lines in results:
        is_new |= bool(lines)
        waiting.append(lines)
        if sum(map(len, waiting)) > _CHUNK:
            load(b"".join(waiting))
            waiting = []
    if any(waiting):
        load(b"".join(waiting))
    return is_new


def _is_used(store: ox.Store, key: Key) -> bool:
    predicate, class_ = key
    return bool(store.query(f"ASK {{ ?x {predicate} {class_ or '?y'} }}", use_default_graph_as_union=True))
