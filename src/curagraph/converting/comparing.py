"""The rules that compare: `Agree` and `Check`."""

from __future__ import annotations

from curagraph.address import normalized
from curagraph.converter import Agree, Check, Value
from curagraph.converting.compiled import Compiled
from curagraph.converting.ledger import Outcome
from curagraph.converting.run import Run, Scope, is_empty, kind_of
from curagraph.keypath import Node
from curagraph.problem import Severity, Unfit, shown


def agree(run: Run, compiled: Compiled, rule: Agree, scope: Scope) -> list[tuple[str, str]]:
    """Compare the values of an `Agree`; the (concrete key, text) pairs that are to be published besides."""
    others = [value for _, value in run.look_up(compiled.reads[1], scope) if isinstance(value, str)]
    found = run.look_up(compiled.reads[0], scope)
    if compiled.by is compiled.other_by and not rule.members and all(value in others for _, value in found):
        for key, _ in found:
            run.mark(key, Outcome.AGREED)
        return []
    known = {_comparable(compiled.other_by, value) for value in others}
    extra = []
    for key, value in found:
        if is_empty(value):
            run.mark(key, Outcome.IGNORED, "empty")
            continue
        try:
            mine = {_comparable(compiled.by, text): text for text in _members(rule, value)}
        except Unfit as error:
            run.mark_below(value, key, Outcome.DROPPED)
            run.report(Severity.ERROR, error.code, key, error.message)
            continue
        run.mark(key, Outcome.AGREED)
        if mine.keys() - known:
            new = [text for form, text in mine.items() if form not in known]
            extra += _disagree(run, rule, key, new, others)
        elif rule.members and known - mine.keys():
            message = f"lacks values that {rule.other} has; those of {rule.other} are published"
            run.report(Severity.WARNING, "disagreement", key, message)
    return extra


def _members(rule: Agree, value: Node) -> list[str]:
    if not isinstance(value, str):
        raise Unfit("wrong-type", f"found {kind_of(value)}, wanted one text")
    return list(rule.members(value)) if rule.members else [value]


def _comparable(by: Value | None, value: str) -> str:
    """The form in which a text is compared; what does not fit the form is compared as it stands."""
    if by is None:
        return normalized(value)
    try:
        return by(value) or ""
    except Unfit:
        return normalized(value)


def _disagree(run: Run, rule: Agree, key: str, new: list[str], others: list[str]) -> list[tuple[str, str]]:
    wanted = ", ".join(map(shown, others)) or "nothing"
    message = f"found {', '.join(map(shown, new))}, but {rule.other.removeprefix('/')} says {wanted}"
    if rule.otherwise is None:
        run.mark(key, Outcome.DROPPED)
        run.report(Severity.ERROR, "disagreement", key, f"{message}; make them agree")
        return []
    run.report(Severity.WARNING, "disagreement", key, f"{message}; both are published")
    return [(key, text) for text in new]


def check(run: Run, compiled: Compiled, rule: Check, scope: Scope) -> None:
    """Run the test of a `Check`, and report what it says at the first of its keys that is there."""
    arguments: list[list[str] | str | None] = []
    places: list[str] = []
    for path, read in zip(rule.keys, compiled.reads, strict=True):
        found = [(key, value) for key, value in run.look_up(read, scope) if isinstance(value, str)]
        texts = [value for _, value in found]
        arguments.append(texts if path.endswith("[]") else next(iter(texts), None))
        places += [key for key, _ in found]
    message = rule.test(*arguments)
    if message:
        run.report(rule.severity, rule.code, next(iter(places), scope.at), message)
