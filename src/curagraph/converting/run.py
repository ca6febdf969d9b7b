"""One document on its way through the tables: what it has become so far, and what has been met of it."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import NamedTuple

from curagraph.converting.compiled import Read
from curagraph.converting.ledger import RANK, Outcome
from curagraph.converting.program import Program
from curagraph.keypath import BODY, Node, leaves
from curagraph.problem import Problem, Severity, shown
from curagraph.reading.document import Document

# So many unmapped keys of a document get a suggestion each; looking for one takes as long as a conversion.
_SUGGESTIONS = 10
_UNMET = (Outcome.UNMAPPED, "")


class Statement(NamedTuple):
    """A quad of N-Triples terms, the place of the rule that made it, and the concrete key of its value."""

    subject: str
    predicate: str
    object: str
    graph: str
    place: str
    key: str
    variants: str = ""

    @property
    def line(self) -> str:
        """The statement in N-Quads."""
        return self.line_as(self.predicate)

    def line_as(self, predicate: str) -> str:
        """The statement in N-Quads with another predicate."""
        return f"{self.subject} {predicate} {self.object} {self.graph} .\n"

    @property
    def slot(self) -> str:
        """Where a shared thing has room for one spelling: its subject and predicate; else empty."""
        return f"{self.subject} {self.predicate}" if self.variants else ""


class Scope(NamedTuple):
    """A value and its concrete key; `parts` when it is one text that a table has taken apart."""

    node: Node
    at: str
    parts: bool = False


@dataclass
class Result:
    """What a document became.

    `iri` is the term of its thing, empty where it was set aside or says nothing. `statements` are its own,
    `shared` those about things that other documents name too. `found` has a bit for each key of the tables.
    """

    iri: str = ""
    statements: list[Statement] = field(default_factory=list)
    shared: list[Statement] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    tally: dict[tuple[str, str, str], int] = field(default_factory=dict)
    found: int = 0
    set_aside: bool = False


class Memorized(NamedTuple):
    """What a shared thing became, and the outcomes of the leaves elsewhere in the document that went into it."""

    term: str
    statements: list[Statement]
    found: int
    outcomes: list[tuple[str, tuple[str, str]]]


Memo = dict[tuple[str, ...], Memorized]


class Run:
    """The state of a conversion: the document, the result, and the outcome of each leaf."""

    def __init__(self, program: Program, document: Document, memo: Memo | None) -> None:
        self.program = program
        self.document = document
        self.tree = document.tree
        self.memo = memo
        self.result = Result()
        self.graph = ""
        self.unmapped = 0
        self.outcomes: dict[str, tuple[str, str]] = {}

    def look_up(self, read: Read, scope: Scope) -> list[tuple[str, Node]]:
        """The (concrete key, value) pairs that a key path finds; the parts of a text all stand at its own key."""
        node, at, parts = scope
        if read.from_root:
            found = read.found(self.tree, "")
        elif parts:
            found = [(at or BODY, value) for _, value in read.found(node, "")]
        else:
            found = read.found(node, at)
        if found:
            self.result.found |= read.bit
        return found

    def mark(self, key: str, outcome: str, reason: str = "") -> None:
        """Write down what became of the leaf at a concrete key."""
        old = self.outcomes.get(key)
        if old is None or RANK[outcome] > RANK[old[0]]:
            self.outcomes[key] = (outcome, reason)

    def mark_below(self, node: Node, at: str, outcome: str, reason: str = "") -> None:
        """Write down what became of every leaf of a value."""
        for leaf in leaves(node, at):
            self.mark(leaf.key, outcome, reason)

    def report(self, severity: Severity, code: str, key: str, message: str, line: int = 0) -> None:
        """Add a problem, with the line of its key."""
        line = line or self.document.line_of(key)
        self.result.problems.append(Problem(self.document.path, line, key, code, severity, message))

    def close_ledger(self) -> None:
        """Count every leaf, and report those that no rule has met."""
        set_aside, tally = self.result.set_aside, self.result.tally
        for key, pattern, value in leaves(self.document.tree):
            outcome, reason = self.outcomes.get(key, _UNMET)
            if set_aside:
                outcome, reason = Outcome.DROPPED, ""
            elif outcome == Outcome.UNMAPPED:
                self.report_unmapped(key, pattern, value)
            row = (pattern, outcome, reason)
            tally[row] = tally.get(row, 0) + 1

    def report_unmapped(self, key: str, pattern: str, value: Node) -> None:
        advice = "add a rule for it, or an Ignore with the reason"
        self.unmapped += 1
        if self.unmapped <= _SUGGESTIONS:
            known = {read.path for read in self.program.reads}
            near = difflib.get_close_matches(pattern, known - {pattern}, n=1, cutoff=0.75)
            if pattern in known:
                advice = "the thing that its rule is about was not made"
            elif near:
                advice = f"did you mean {near[0]}?"
        severity = Severity.WARNING if is_empty(value) else Severity.ERROR
        self.report(severity, "unmapped-key", key, f"no rule reads this key, found {shown(value)}; {advice}")


def is_empty(node: Node) -> bool:
    """Whether a value says nothing: null, an empty list or group, or a text of white space."""
    return not node or (isinstance(node, str) and node.isspace())


def kind_of(node: Node) -> str:
    """A value's kind, for a message."""
    match node:
        case dict():
            return "a group of keys"
        case list():
            return f"a list of {len(node)}"
        case None:
            return "nothing"
        case _:
            return "one text"
