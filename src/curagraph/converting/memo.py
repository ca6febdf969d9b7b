"""Shared things that were met before: what an author became in one document, they become in every other."""

from __future__ import annotations

from collections.abc import Callable

from curagraph.converting.compiled import Table
from curagraph.converting.run import Memo, Memorized, Run, Scope

_LIMIT = 50_000

Make = Callable[[Run, Table, Scope], str | None]
_Key = tuple[str, ...]


def memoized(run: Run, memo: Memo, table: Table, scope: Scope, make: Make) -> str | None:
    """What `make` makes of a value, or made of the same in another document; its term, None where it is left out.

    Raises what `make` raises. What has a problem is made again, so that each document tells it.
    """
    key = _key(run, table, scope)
    if key is None:
        return make(run, table, scope)
    known = memo.get(key)
    return _recall(run, known) if known else _memorize(run, memo, key, table, scope, make)


def _key(run: Run, table: Table, scope: Scope) -> _Key | None:
    """The texts that a shared thing depends on, its own and those elsewhere; None where one is no text."""
    texts = [scope.node]
    for read in table.root_reads:
        texts += [value for _, value in run.look_up(read, scope)] or [""]
    return (table.name, *texts) if all(isinstance(text, str) for text in texts) else None  # type: ignore[arg-type]  # all are texts


def _recall(run: Run, known: Memorized) -> str:
    run.result.found |= known.found
    run.result.shared += known.statements
    for leaf, (outcome, reason) in known.outcomes:
        run.mark(leaf, outcome, reason)
    return known.term


def _memorize(run: Run, memo: Memo, key: _Key, table: Table, scope: Scope, make: Make) -> str | None:
    result = run.result
    shared, problems, found, result.found = len(result.shared), len(result.problems), result.found, 0
    try:
        term = make(run, table, scope)
    finally:
        found_here, result.found = result.found, result.found | found
    if term and len(result.problems) == problems:
        if len(memo) >= _LIMIT:
            memo.clear()
        memo[key] = Memorized(term, result.shared[shared:], found_here, _outcomes(run, table, scope))
    return term


def _outcomes(run: Run, table: Table, scope: Scope) -> list[tuple[str, tuple[str, str]]]:
    """What became of the leaves elsewhere in the document that go into a shared thing."""
    leaves = [key for read in table.root_reads for key, _ in run.look_up(read, scope)]
    return [(leaf, run.outcomes[leaf]) for leaf in leaves if leaf in run.outcomes]
