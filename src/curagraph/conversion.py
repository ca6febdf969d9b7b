"""From a document to statements: the compiled tables, run on one document.

Terms stay N-Triples text until they reach the store. The same code runs for a build and for `explain`, which
converts the file again to learn the rule and the key behind each statement.
"""

from __future__ import annotations

from typing import NamedTuple

from curagraph import comparing
from curagraph.address import address, iri
from curagraph.address import key as segment
from curagraph.compiled import Compiled, Read, Table
from curagraph.converter import Agree, Check, Guard, Ignore, Mentions, Rule
from curagraph.document import Document
from curagraph.keypath import Node
from curagraph.ledger import Outcome
from curagraph.mentioning import webannotation
from curagraph.problem import FAULTS, Problem, ProjectError, Severity, Unfit, shown
from curagraph.program import Program
from curagraph.run import Memo, Memorized, Result, Run, Scope, Statement, is_empty, kind_of
from curagraph.values import Doubtful

_RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_MEMO_LIMIT = 50_000
# An article of ten thousand words has some two hundred.
_MOST_MENTIONS = 1000


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
    key = _memo_key(run, table, scope)
    if key is None or run.memo is None:
        return _make_or_undo(run, table, scope)
    if known := run.memo.get(key):
        run.result.found |= known.found
        run.result.shared += known.statements
        for leaf, (outcome, reason) in known.outcomes:
            run.mark(leaf, outcome, reason)
        return known.term
    result = run.result
    shared, problems, found, result.found = len(result.shared), len(result.problems), result.found, 0
    try:
        term = _make_or_undo(run, table, scope)
    finally:
        found_here, result.found = result.found, result.found | found
    if term and len(result.problems) == problems:
        if len(run.memo) >= _MEMO_LIMIT:
            run.memo.clear()
        leaves = [key for read in table.root_reads for key, _ in run.look_up(read, scope)]
        outcomes = [(leaf, run.outcomes[leaf]) for leaf in leaves if leaf in run.outcomes]
        run.memo[key] = Memorized(term, result.shared[shared:], found_here, outcomes)
    return term


def _memo_key(run: Run, table: Table, scope: Scope) -> tuple[str, ...] | None:
    """The texts that a shared thing depends on, its own and those elsewhere; None where one is no text."""
    if run.memo is None or not table.converter.shared:
        return None
    texts = [scope.node]
    for read in table.root_reads:
        texts += [value for _, value in run.look_up(read, scope)] or [""]
    return (table.name, *texts) if all(isinstance(text, str) for text in texts) else None  # type: ignore[arg-type]


def _make_or_undo(run: Run, table: Table, scope: Scope) -> str | None:
    stated, shared = len(run.result.statements), len(run.result.shared)
    try:
        return _make(run, table, scope)
    except Unfit:
        del run.result.statements[stated:], run.result.shared[shared:]
        raise


def _make(run: Run, table: Table, scope: Scope) -> str | None:
    is_root = not run.graph
    scope = _taken_apart(run, table, scope, is_root)
    if not all(_passes(run, guard, scope) for guard in table.guards):
        return None
    term = _subject(run, table, scope)
    if term is None:
        return None
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


def _subject(run: Run, table: Table, scope: Scope) -> str | None:
    """The term of a table's thing: an address that the document gives, or what the template makes of its keys."""
    if table.identify:
        return table.identify(scope.node) if isinstance(scope.node, str) else None
    found = [_filling(run, read, scope, table.name) for read, _ in table.template.reads]
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


def _filling(run: Run, read: Read, scope: Scope, whose: str) -> tuple[str, str]:
    """The (concrete key, text) that an IRI or path is made of."""
    for key, value in run.look_up(read, scope):
        if isinstance(value, str) and value.strip():
            run.mark(key, Outcome.CONVERTED)
            return key, value
        if not is_empty(value):
            raise Unfit("wrong-type", f"{read.path}: found {kind_of(value)}, wanted one text", key=key)
    raise Unfit("missing-key", f"there is no {read.path}, and the {whose.replace('_', ' ')} needs it", key=scope.at)


def _state(run: Run, table: Table, statement: Statement) -> None:
    (run.result.shared if table.converter.shared else run.result.statements).append(statement)


def _apply(run: Run, compiled: Compiled, thing: _Thing) -> None:
    try:
        _apply_any(run, compiled, thing)
    except (Unfit, ProjectError):
        raise
    except FAULTS as error:
        what = f"{type(error).__name__}: {error}"
        raise ProjectError(f"{compiled.rule.place}: {what}, on {run.document.path}") from error


def _apply_any(run: Run, compiled: Compiled, thing: _Thing) -> None:
    rule = compiled.rule
    if isinstance(rule, Rule):
        (_apply_template if compiled.template else _apply_rule)(run, compiled, rule, thing)
    elif isinstance(rule, Agree):
        for key, text in comparing.agree(run, compiled, rule, thing.scope):
            _convert(run, compiled, thing, key, text)
    elif isinstance(rule, Check):
        comparing.check(run, compiled, rule, thing.scope)
    elif isinstance(rule, Mentions):
        _apply_mentions(run, compiled, rule, thing)
    elif isinstance(rule, Ignore):
        for key, value in run.look_up(compiled.reads[0], thing.scope):
            run.mark_below(value, key, Outcome.IGNORED, rule.because)


def _apply_mentions(run: Run, compiled: Compiled, rule: Mentions, thing: _Thing) -> None:
    """State which concepts a text names, and where."""
    assert compiled.mentioned  # the compiler sees to it
    for key, value in run.look_up(compiled.reads[0], thing.scope):
        found = run.program.lexicon.find(_words(rule, value))
        if len(found) > _MOST_MENTIONS:
            message = f"found {len(found):,} mentions, of which the first {_MOST_MENTIONS:,} are kept; shorten the text"
            run.report(Severity.WARNING, "many-mentions", key, message)
            found = found[:_MOST_MENTIONS]
        graph = run.program.graph(webannotation.GRAPH)
        stated = [(thing.term, compiled.predicate, f"<{each.concept}>", thing.graph) for each in found]
        annotations = webannotation.triples(found, thing.term, run.program.base, compiled.mentioned)
        for quad in dict.fromkeys([*stated, *((*triple, graph) for triple in annotations)]):
            _state(run, thing.table, Statement(*quad, rule.place, key))


def _words(rule: Mentions, value: Node) -> str:
    """The text in which to look; empty where there is none, which the rule that publishes the text reports."""
    try:
        return rule.words(value) if isinstance(value, str) else ""
    except Unfit:
        return ""


def _apply_rule(run: Run, compiled: Compiled, rule: Rule, thing: _Thing) -> None:
    found = run.look_up(compiled.reads[0], thing.scope)
    for key, value in found:
        _convert(run, compiled, thing, key, value)
    if rule.required and all(is_empty(value) for _, value in found):
        key = found[0][0] if found else thing.scope.at
        raise Unfit("missing-key", f"there is no {compiled.reads[0].path}; add it", key=key)


def _apply_template(run: Run, compiled: Compiled, rule: Rule, thing: _Thing) -> None:
    """Convert what several keys make together; where one is missing there is nothing to convert."""
    try:
        values = [_filling(run, read, thing.scope, thing.table.name)[1] for read in compiled.reads]
    except Unfit as error:
        if rule.required:
            raise
        if any(run.look_up(read, thing.scope) for read in compiled.reads):
            run.report(Severity.WARNING, error.code, error.key, error.message)
        return
    assert compiled.template  # the caller's case
    key = run.look_up(compiled.reads[0], thing.scope)[0][0]
    _convert(run, compiled, thing, key, compiled.template.expand(values, str))


def _convert(run: Run, compiled: Compiled, thing: _Thing, key: str, value: Node) -> None:
    """State what one value becomes, or report why it does not fit."""
    if is_empty(value):
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
