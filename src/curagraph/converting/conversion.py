"""From a document to statements: the compiled tables, run on one document.

Terms stay N-Triples text until they reach the store. The same code runs for a build and for `explain`, which
converts the file again to learn the rule and the key behind each statement.
"""

from __future__ import annotations

from curagraph.converter import Agree, AnyRule, Check, Ignore, Mentions, Rule
from curagraph.converting import comparing
from curagraph.converting.compiled import Compiled, Table
from curagraph.converting.ledger import Outcome
from curagraph.converting.memo import memoized
from curagraph.converting.program import Program
from curagraph.converting.run import Memo, Result, Run, Scope, Statement, is_empty, kind_of
from curagraph.converting.thing import Thing, filling, identified
from curagraph.keypath import Node
from curagraph.mentioning import mentions
from curagraph.problem import FAULTS, Problem, ProjectError, Severity, Unfit, shown
from curagraph.reading.document import Document
from curagraph.values import Doubtful

_RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"


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
    # A key that two rules read is reported once.
    run.result.problems = list(dict.fromkeys(run.result.problems))
    return run.result


def _problem(document: Document, code: str, severity: Severity, message: str) -> Problem:
    return Problem(document.path, 1, "", code, severity, message)


def make(run: Run, table: Table, scope: Scope) -> str | None:
    """Make a table's thing of a value; its term, or None where a guard leaves it out.

    Raises `Unfit` where it has no identity or lacks a required value; nothing is then stated of it.
    """
    if run.memo is None or not table.converter.shared:
        return _make_or_undo(run, table, scope)
    return memoized(run, run.memo, table, scope, _make_or_undo)


def _make_or_undo(run: Run, table: Table, scope: Scope) -> str | None:
    stated, shared = len(run.result.statements), len(run.result.shared)
    try:
        return _make(run, table, scope)
    except Unfit:
        del run.result.statements[stated:], run.result.shared[shared:]
        raise


def _make(run: Run, table: Table, scope: Scope) -> str | None:
    thing = identified(run, table, scope)
    if thing is None:
        return None
    for type_ in table.types:
        _state(run, table, Statement(thing.term, _RDF_TYPE, type_, thing.graph, table.converter.place, thing.scope.at))
    for compiled in table.rules:
        _apply(run, compiled, thing)
    return thing.term


def _state(run: Run, table: Table, statement: Statement) -> None:
    (run.result.shared if table.converter.shared else run.result.statements).append(statement)


def _apply(run: Run, compiled: Compiled, thing: Thing) -> None:
    try:
        _apply_any(run, compiled, thing)
    except (Unfit, ProjectError):
        raise
    except FAULTS as error:
        what = f"{type(error).__name__}: {error}"
        raise ProjectError(f"{compiled.rule.place}: {what}, on {run.document.path}") from error


def _apply_any(run: Run, compiled: Compiled, thing: Thing) -> None:
    rule = compiled.rule
    if isinstance(rule, Rule):
        (_apply_template if compiled.template else _apply_rule)(run, compiled, rule, thing)
    elif isinstance(rule, Agree):
        for key, text in comparing.agree(run, compiled, rule, thing.scope):
            _convert(run, compiled, thing, key, text)
    elif isinstance(rule, Check):
        comparing.check(run, compiled, rule, thing.scope)
    elif isinstance(rule, Mentions):
        for statement in mentions.statements(run, compiled, rule, thing):
            _state(run, thing.table, statement)
    elif isinstance(rule, Ignore):
        for key, value in run.look_up(compiled.reads[0], thing.scope):
            run.mark_below(value, key, Outcome.IGNORED, rule.because)


def _apply_rule(run: Run, compiled: Compiled, rule: Rule, thing: Thing) -> None:
    found = run.look_up(compiled.reads[0], thing.scope)
    for key, value in found:
        _convert(run, compiled, thing, key, value)
    if rule.required and all(is_empty(value) for _, value in found):
        key = found[0][0] if found else thing.scope.at
        raise Unfit("missing-key", f"there is no {compiled.reads[0].path}; add it", key=key)


def _apply_template(run: Run, compiled: Compiled, rule: Rule, thing: Thing) -> None:
    """Convert what several keys make together; where one is missing there is nothing to convert."""
    try:
        values = [filling(run, read, thing.scope, thing.table.name)[1] for read in compiled.reads]
    except Unfit as error:
        if rule.required:
            raise
        if any(run.look_up(read, thing.scope) for read in compiled.reads):
            run.report(Severity.WARNING, error.code, error.key, error.message)
        return
    assert compiled.template  # the caller's case
    key = run.look_up(compiled.reads[0], thing.scope)[0][0]
    _convert(run, compiled, thing, key, compiled.template.expand(values, str))


def _convert(run: Run, compiled: Compiled, thing: Thing, key: str, value: Node) -> None:
    """State what one value becomes, or report why it does not fit."""
    if is_empty(value):
        run.mark(key, Outcome.IGNORED, "empty")
        return
    rule = compiled.rule
    try:
        term = _object(run, compiled, key, value)
    except Unfit as error:
        _drop(run, rule, key, value, error)
        return
    if term is None:
        if isinstance(value, str):
            run.mark(key, Outcome.IGNORED, "empty")
        return
    if isinstance(value, str):
        run.mark(key, Outcome.CONVERTED)
    about, graph = thing.term, thing.graph
    if isinstance(rule, Rule):
        about = run.graph if rule.about == "graph" else about
        graph = run.program.graph(rule.graph) if rule.graph else graph
    statement = Statement(about, compiled.predicate, term, graph, rule.place, key, compiled.variants)
    _state(run, thing.table, statement)


def _drop(run: Run, rule: AnyRule, key: str, value: Node, error: Unfit) -> None:
    """Report a value that does not fit; a required one costs the thing."""
    run.mark_below(value, key, Outcome.DROPPED)
    if isinstance(rule, Rule) and rule.required:
        raise Unfit(error.code, error.message, key=error.key or key) from None
    run.report(Severity.ERROR, error.code, error.key or key, error.message)


def _object(run: Run, compiled: Compiled, key: str, value: Node) -> str | None:
    if compiled.target:
        return make(run, compiled.target, Scope(value, key))
    if not isinstance(value, str):
        raise Unfit("wrong-type", f"found {kind_of(value)}, wanted one text")
    assert compiled.value  # a rule has a value function or a target
    term = compiled.value(value)
    if term and (term[0] not in '<"' or "\n" in term):
        raise TypeError(f"the value function made {shown(term)} of {shown(value)}, which is no term of N-Triples")
    if term and compiled.fits and not compiled.fits(term):
        message = f"found {shown(value)}, of which the rule makes {term}; {compiled.predicate} wants {compiled.wanted}"
        raise Unfit("wrong-datatype", message)
    if isinstance(term, Doubtful):
        run.report(Severity.WARNING, term.code, key, term.message)
    return term
