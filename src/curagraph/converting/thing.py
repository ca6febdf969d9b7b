"""What a document tells of: the thing that a table makes of a value, where its guards let it through, and its IRI."""

from __future__ import annotations

from typing import NamedTuple

from curagraph.address import address, iri
from curagraph.address import key as segment
from curagraph.converter import Guard
from curagraph.converting.compiled import Compiled, Read, Table
from curagraph.converting.ledger import Outcome
from curagraph.converting.run import Run, Scope, is_empty, kind_of
from curagraph.problem import Severity, Unfit, shown
from curagraph.values import Doubtful


class Thing(NamedTuple):
    """The thing that a table is making: its term, the graph that describes it, the value it is made of."""

    table: Table
    term: str
    graph: str
    scope: Scope


def identified(run: Run, table: Table, scope: Scope) -> Thing | None:
    """The thing that a table makes of a value; None where a guard leaves it out, or there is no such thing.

    The first of a run names the graph of the document. Raises `Unfit` where a thing has no identity.
    """
    is_root = not run.graph
    scope = _taken_apart(run, table, scope, is_root)
    if not all(_passes(run, guard, scope) for guard in table.guards):
        return None
    term = _term(run, table, scope)
    if term is None:
        return None
    if is_root:
        run.graph = run.program.graph(term[1 + len(run.program.base) : -1])
    return Thing(table, term, run.program.graph(table.graph) if table.converter.shared else run.graph, scope)


def _taken_apart(run: Run, table: Table, scope: Scope, is_root: bool) -> Scope:
    reads = table.converter.reads
    if reads is None:
        return scope
    if is_root:
        run.mark_below(scope.node, "", Outcome.CONVERTED)
        return Scope(reads(run.document), "", parts=True)
    if not isinstance(scope.node, str):
        raise Unfit("wrong-type", f"found {kind_of(scope.node)}, wanted one text", key=scope.at)
    return Scope(reads(scope.node), scope.at, parts=True)


def _passes(run: Run, guard: Compiled, scope: Scope) -> bool:
    rule = guard.rule
    assert isinstance(rule, Guard)  # the compiler sorts them
    for key, value in run.look_up(guard.reads[0], scope):
        if isinstance(value, str) and not is_empty(value) and not _test(rule, key, value):
            node, at = (value, key) if scope.parts else (scope.node, scope.at)
            run.mark_below(node, at, Outcome.IGNORED, rule.because)
            run.report(rule.severity, rule.code, key, f"found {shown(value)}: {rule.because}")
            return False
        run.mark_below(value, key, Outcome.AGREED)
    return True


def _test(rule: Guard, key: str, value: str) -> bool:
    try:
        return rule.test(value)
    except Unfit as error:
        raise Unfit(error.code, error.message, key=key) from None


def _term(run: Run, table: Table, scope: Scope) -> str | None:
    """The term of a table's thing: an address that the document gives, or what the template makes of its keys."""
    if table.identify:
        return table.identify(scope.node) if isinstance(scope.node, str) else None
    found = [filling(run, read, scope, table.name) for read, _ in table.template.reads]
    key = found[0][0] if found else scope.at
    try:
        if not table.is_address:
            term = iri(run.program.base + table.template.expand([value for _, value in found], segment))
            return run.program.canonical.get(term, term)
        term = _foreign(found[0][1], run.program.base)
    except Unfit as error:
        raise Unfit(error.code, error.message, key=key) from None
    if isinstance(term, Doubtful):
        run.report(Severity.WARNING, term.code, key, term.message)
    return term


def _foreign(value: str, base: str) -> str:
    """The address of somebody else's page: a document may say nothing about things of ours but its own."""
    term = address(value)
    if term.startswith(f"<{base}"):
        raise Unfit("bad-address", f"found {shown(value)}, one of our own; wanted the address of somebody else's page")
    return term


def filling(run: Run, read: Read, scope: Scope, whose: str) -> tuple[str, str]:
    """The (concrete key, text) with which a template is filled, that of an IRI or of a value.

    Raises `Unfit` where there is none, or no text; `whose` is the name of the table that needs it.
    """
    for key, value in run.look_up(read, scope):
        if isinstance(value, str) and value.strip():
            run.mark(key, Outcome.CONVERTED)
            return key, value
        if not is_empty(value):
            raise Unfit("wrong-type", f"{read.path}: found {kind_of(value)}, wanted one text", key=key)
    raise Unfit("missing-key", f"there is no {read.path}, and the {whose.replace('_', ' ')} needs it", key=scope.at)
