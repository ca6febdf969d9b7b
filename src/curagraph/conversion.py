"""From a document to statements: the compiled tables, run on one document.

Terms stay N-Triples text until they reach the store. The same code runs for a build and for `explain`, which
converts the file again to learn the rule and the key behind each statement.
"""

from __future__ import annotations

from typing import NamedTuple

from curagraph import comparing
from curagraph.converter import Agree, Check, Guard, Ignore, Rule
from curagraph.document import Document
from curagraph.keypath import Node
from curagraph.ledger import Outcome
from curagraph.problem import Problem, Severity, Unfit, shown
from curagraph.program import Compiled, Program, Read, Table, subject
from curagraph.run import EMPTY, Memo, Memorized, Result, Run, Scope, Statement, kind_of
from curagraph.values import Doubtful

_RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_MEMO_LIMIT = 50_000


def convert(program: Program, document: Document, memo: Memo | None = None) -> Result:
    """Convert one document.

    A value that does not fit costs that value; an item without identity is set aside. With a `memo`, shared
    things that were met before are not converted again, and their statements keep the key of their first place.
    """
    if document.is_empty:
        return Result(problems=[_problem(document, "empty-file", Severity.WARNING, "the file is empty")])
    table = program.root(document.has_front_matter)
    if table is None:
        what = "with" if document.has_front_matter else "without"
        message = f"no converter is for a file {what} front matter; add one to converters/, or remove the file"
        return Result(problems=[_problem(document, "no-converter", Severity.ERROR, message)], set_aside=True)
    run = Run(program, document, memo)
    try:
        run.result.iri = make(run, table, Scope(document.tree, "")) or ""
    except Unfit as error:
        run.result.set_aside = True
        run.report(Severity.ERROR, error.code, error.key, f"the item is set aside: {error.message}", error.line)
    run.close_ledger()
    return run.result


def _problem(document: Document, code: str, severity: Severity, message: str) -> Problem:
    return Problem(document.path, 1, "", code, severity, message)


class _Thing(NamedTuple):
    """The thing that a table is making: its term, the graph that describes it, the value it is made of."""

    table: Table
    term: str
    graph: str
    scope: Scope


def make(run: Run, table: Table, scope: Scope) -> str | None:
    """Make a table's thing of a value; its term, or None where a guard leaves it out.

    Raises `Unfit` where it has no identity or lacks a required value; nothing is then stated of it.
    """
    memo_key = _memo_key(run, table, scope)
    known = run.memo.get(memo_key) if run.memo and memo_key else None
    if known:
        run.result.found |= known.found
        run.result.shared += known.statements
        return known.term
    result = run.result
    stated, shared, problems = len(result.statements), len(result.shared), len(result.problems)
    found_before, result.found = result.found, 0
    try:
        term = _make(run, table, scope)
    except Unfit:
        del result.statements[stated:], result.shared[shared:]
        raise
    finally:
        found_here, result.found = result.found, result.found | found_before
    if term and run.memo is not None and memo_key and len(result.problems) == problems:
        if len(run.memo) >= _MEMO_LIMIT:
            run.memo.clear()
        run.memo[memo_key] = Memorized(term, result.shared[shared:], found_here)
    return term


def _memo_key(run: Run, table: Table, scope: Scope) -> tuple[str, str] | None:
    """What a thing depends on, where that is one text alone."""
    alone = run.memo is not None and table.converter.shared and not table.reads_root
    return (table.name, scope.node) if alone and isinstance(scope.node, str) else None


def _make(run: Run, table: Table, scope: Scope) -> str | None:
    is_root = not run.graph
    scope = _taken_apart(run, table, scope, is_root)
    if not all(_passes(run, guard, scope) for guard in table.guards):
        return None
    identity = [_filling(run, read, scope, table.name) for read, _ in table.template.reads]
    term = subject(table, identity, run.program.base)
    if is_root:
        run.graph = run.program.graph(term[1 + len(run.program.base) : -1])
    thing = _Thing(table, term, run.program.graph(table.graph) if table.converter.shared else run.graph, scope)
    for type_ in table.types:
        _state(run, table, Statement(term, _RDF_TYPE, type_, thing.graph, table.converter.place, scope.at))
    for compiled in table.rules:
        _apply(run, compiled, thing)
    return term


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
    assert isinstance(rule, Guard)  # noqa: S101  # the compiler sorts them
    for key, value in run.look_up(guard.reads[0], scope):
        if isinstance(value, str) and value and not rule.test(value):
            run.mark_below(scope.node, scope.at, Outcome.IGNORED, rule.because)
            run.report(Severity.NOTE, "left-out", key, f"found {shown(value)}: {rule.because}")
            return False
        run.mark_below(value, key, Outcome.AGREED)
    return True


def _filling(run: Run, read: Read, scope: Scope, whose: str) -> str:
    """The one text at a key that an IRI or path is made of."""
    for key, value in run.look_up(read, scope):
        if isinstance(value, str) and value.strip():
            run.mark(key, Outcome.CONVERTED)
            return value
        if value not in EMPTY:
            raise Unfit("wrong-type", f"{read.path}: found {kind_of(value)}, wanted one text", key=key)
    raise Unfit("missing-key", f"there is no {read.path}, and the {whose.replace('_', ' ')} needs it", key=scope.at)


def _state(run: Run, table: Table, statement: Statement) -> None:
    (run.result.shared if table.converter.shared else run.result.statements).append(statement)


def _apply(run: Run, compiled: Compiled, thing: _Thing) -> None:
    match compiled.rule:
        case Rule() if compiled.template:
            _apply_template(run, compiled, compiled.rule, thing)
        case Rule():
            _apply_rule(run, compiled, compiled.rule, thing)
        case Agree():
            for key, text in comparing.agree(run, compiled, compiled.rule, thing.scope):
                _convert(run, compiled, thing, key, text)
        case Check():
            comparing.check(run, compiled, compiled.rule, thing.scope)
        case Ignore(because=because):
            for key, value in run.look_up(compiled.reads[0], thing.scope):
                run.mark_below(value, key, Outcome.IGNORED, because)


def _apply_rule(run: Run, compiled: Compiled, rule: Rule, thing: _Thing) -> None:
    found = run.look_up(compiled.reads[0], thing.scope)
    for key, value in found:
        _convert(run, compiled, thing, key, value)
    if rule.required and all(value in EMPTY for _, value in found):
        key = found[0][0] if found else thing.scope.at
        raise Unfit("missing-key", f"there is no {compiled.reads[0].path}; add it", key=key)


def _apply_template(run: Run, compiled: Compiled, rule: Rule, thing: _Thing) -> None:
    """Convert what several keys make together; where one is missing there is nothing to convert."""
    try:
        values = [_filling(run, read, thing.scope, thing.table.name) for read in compiled.reads]
    except Unfit as error:
        if rule.required:
            raise
        if any(run.look_up(read, thing.scope) for read in compiled.reads):
            run.report(Severity.WARNING, error.code, error.key, error.message)
        return
    assert compiled.template  # noqa: S101  # the caller's case
    key = run.look_up(compiled.reads[-1], thing.scope)[0][0]
    _convert(run, compiled, thing, key, compiled.template.expand(values, str))


def _convert(run: Run, compiled: Compiled, thing: _Thing, key: str, value: Node) -> None:
    """State what one value becomes, or report why it does not fit."""
    if value in EMPTY:
        run.mark(key, Outcome.IGNORED, "empty")
        return
    rule = compiled.rule
    try:
        term = _object(run, compiled, key, value)
    except Unfit as error:
        run.mark_below(value, key, Outcome.DROPPED)
        if isinstance(rule, Rule) and rule.required:
            raise Unfit(error.code, error.message, key=error.key or key) from None
        run.report(Severity.ERROR, error.code, error.key or key, error.message)
        return
    if term is None:
        return
    if isinstance(value, str):
        run.mark(key, Outcome.CONVERTED)
    about, graph = thing.term, thing.graph
    if isinstance(rule, Rule):
        about = run.graph if rule.about == "graph" else about
        graph = run.program.graph(rule.graph) if rule.graph else graph
    statement = Statement(about, compiled.predicate, term, graph, rule.place, key, compiled.variants)
    _state(run, thing.table, statement)


def _object(run: Run, compiled: Compiled, key: str, value: Node) -> str | None:
    if compiled.target:
        return make(run, compiled.target, Scope(value, key))
    if not isinstance(value, str):
        raise Unfit("wrong-type", f"found {kind_of(value)}, wanted one text")
    assert compiled.value  # noqa: S101  # a rule has a value function or a target
    term = compiled.value(value)
    if isinstance(term, Doubtful):
        run.report(Severity.WARNING, term.code, key, term.message)
    return term
