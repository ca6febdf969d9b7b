"""Proposing matches: labels of the graph and of the schemes that are so alike that a person should look.

Nothing is decided here. What a row of `ontology/matches/` names already, decided or not, is not proposed again, nor is
another spelling of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from curagraph.matching.domainform import alike_domains, domain_kept, domain_sought
from curagraph.matching.likeness import Likeness, alike_labels, label_kept, label_sought, words
from curagraph.matching.matches import Matches
from curagraph.matching.matchrow import NO_TERM, Match
from curagraph.matching.nameform import alike_names, name_kept
from curagraph.matching.things import Thing, group, things
from curagraph.snapshot import Snapshot

KINDS = ("topics", "people", "brands")
LEAST = 0.8


@dataclass(frozen=True)
class Candidate:
    """A match that a person may accept: with a score from 0 to 1, and a reason."""

    kind: str
    subject: Thing
    predicate: str
    object: Thing
    score: float
    reason: str

    def as_json(self) -> dict[str, str | float]:
        """The candidate for other programs."""
        return {
            "kind": self.kind,
            "subject": self.subject.iri,
            "subject_label": self.subject.labels[0],
            "predicate": self.predicate,
            "object": self.object.iri,
            "object_label": self.object.labels[0],
            "score": self.score,
            "reason": self.reason,
        }


class _How(NamedTuple):
    kept: Callable[[str], Iterator[str]]
    sought: Callable[[str], Iterator[str]]
    alike: Callable[[str, str], Likeness | None]
    comparable: Callable[[Thing, Thing], bool]
    candidate: Callable[[Thing, Thing, Likeness], Candidate]


def propose(
    snapshot: Snapshot, matches: Matches, kinds: Iterable[str] = KINDS, least: float = LEAST
) -> list[Candidate]:
    """What may match and no row names yet, the best first.

    `least` is the lowest score, from 0 to 1, that is proposed. Raises `ProjectError` where a scheme is not Turtle.
    """
    known = _Known(matches)
    found = [
        each
        for kind in kinds
        for each in candidates(kind, things(snapshot, kind))
        if each.score >= least and not known.names(each)
    ]
    return sorted(found, key=lambda each: (-each.score, KINDS.index(each.kind), each.subject.iri, each.object.iri))


def candidates(kind: str, things: Sequence[Thing]) -> Iterator[Candidate]:
    """All candidates among things of a kind: `topics` (with the concepts), `people` or `brands`."""
    how = _HOW[kind]
    kept: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for number, thing in enumerate(things):
        for label in thing.labels:
            for key in set(how.kept(label)):
                kept[key].append((number, label))
    best: dict[tuple[int, int], Likeness] = {}
    for number, thing in enumerate(things):
        for label in thing.labels:
            near = {each for key in set(how.sought(label)) for each in kept.get(key, ())}
            for other, its_label in near:
                if other != number and how.comparable(thing, things[other]):
                    _compare(how, things, (number, label), (other, its_label), best)
    for (first, second), likeness in best.items():
        yield how.candidate(things[first], things[second], likeness)


def _compare(
    how: _How,
    things: Sequence[Thing],
    one: tuple[int, str],
    other: tuple[int, str],
    best: dict[tuple[int, int], Likeness],
) -> None:
    (first, label), (second, its_label) = sorted((one, other))
    found = how.alike(label, its_label)
    if found is None:
        return
    names = [text for n, text in ((first, label), (second, its_label)) if text != things[n].labels[0]]
    if names:
        found = found._replace(reason=f"{found.reason}, by the other name {' and '.join(names)}")
    before = best.get((first, second))
    # Which of two equal ones was found first depends on the order of a set.
    if before is None or (-found.score, found.reason) < (-before.score, before.reason):
        best[first, second] = found


class _Known:
    """What the rows name already, by IRI and, as a file may spell it otherwise next time, by list and words."""

    def __init__(self, matches: Matches) -> None:
        self.base = matches.base
        self.pairs = {frozenset((a, b)) for row in matches.rows for a in self.ends(row)[0] for b in self.ends(row)[1]}
        unmatched = [row for row in matches.decided if row.object == NO_TERM]
        self.unmatched = {end for row in unmatched for end in self.ends(row)[0]}

    def ends(self, row: Match) -> tuple[list[str], list[str]]:
        return _ids(row.subject, (row.subject_label,)), _ids(row.object, (row.object_label,))

    def names(self, candidate: Candidate) -> bool:
        first = _ids(candidate.subject.iri, candidate.subject.labels)
        second = _ids(candidate.object.iri, candidate.object.labels)
        between_topics = candidate.object.iri.startswith(f"{self.base}topic/")
        if candidate.kind == "topics" and not between_topics and self.unmatched.intersection(first):
            return True
        return any(frozenset((a, b)) in self.pairs for a in first for b in second)


def _ids(iri: str, labels: Iterable[str]) -> list[str]:
    return [iri, *(f"{group(iri)} {' '.join(words(label))}" for label in labels if label)]


def _match(first: Thing, second: Thing, likeness: Likeness) -> Candidate:
    predicate = f"skos:{likeness.relation}Match"
    return Candidate("topics", first, predicate, second, likeness.score, likeness.reason)


def _spelling(first: Thing, second: Thing, likeness: Likeness) -> Candidate:
    """The fuller name stays."""
    short, full = sorted((first, second), key=lambda thing: len("".join(words(thing.labels[0]))))
    return Candidate("people", short, "dcterms:isReplacedBy", full, likeness.score, likeness.reason)


def _part(first: Thing, second: Thing, likeness: Likeness) -> Candidate:
    """The shorter domain stays."""
    short, long = sorted((first, second), key=lambda thing: len(thing.labels[0]))
    return Candidate("brands", long, "dcterms:isReplacedBy", short, likeness.score, likeness.reason)


def _of_two_lists(first: Thing, second: Thing) -> bool:
    """Whether one of two is a topic, and the other of another source or a concept."""
    return first.group != second.group and ("/topic/" in first.group or "/topic/" in second.group)


def _always(first: Thing, second: Thing) -> bool:
    return True


_HOW = {
    "topics": _How(label_kept, label_sought, alike_labels, _of_two_lists, _match),
    "people": _How(name_kept, name_kept, alike_names, _always, _spelling),
    "brands": _How(domain_kept, domain_sought, alike_domains, _always, _part),
}
