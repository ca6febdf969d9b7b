"""Everything that is wrong with a snapshot: what the build has found, what the shapes find, what the queries find.

Each is a `Problem` with the file, line and key that an editor goes to.
"""

from __future__ import annotations

from curagraph.checking import shapes, violations
from curagraph.checking.findings import Findings, Kind
from curagraph.checking.tracing import Tracer
from curagraph.problem import Problem
from curagraph.snapshot import Snapshot
from curagraph.state.state import State


def check(snapshot: Snapshot, *, changed: bool = False) -> Findings:
    """Check a snapshot: with `changed`, the shapes look only at what the last build has written.

    Raises `ProjectError` where the shapes or a query cannot be used.
    """
    from curagraph.checking import results  # brings pySHACL, which a build does without

    loaded = shapes.load(snapshot.project)
    asked = violations.questions(snapshot.project)
    with State.readable(snapshot.state_path) as state:
        tracer = Tracer(snapshot, state)
        things = state.facts.changed() if changed else None
        by_shapes = set(results.problems(snapshot, loaded, tracer, things))
        by_queries = set(violations.problems(snapshot, asked, tracer))
        recorded = set(state.problems())
    told = _untold(by_queries | recorded, by_shapes, {violations.code_of(question) for question in asked})
    return Findings(
        tuple(sorted(by_shapes | told)),
        tuple(Kind(shape.code, shape.message, shape.severity) for shape in loaded),
        {"shapes": len(loaded), "queries": len(asked), "changed": None if things is None else len(things)},
        _looked(len(loaded), len(asked), things),
    )


def _looked(shapes: int, queries: int, things: list[str] | None) -> str:
    """What has looked at what, for people."""
    at = "everything" if things is None else f"what the last build changed ({len(things):,})"
    return f"{shapes:,} shapes looked at {at}, {queries:,} queries at everything"


def cheap(snapshot: Snapshot, state: State) -> list[Problem]:
    """What the `-violation` queries find, which takes the store milliseconds; for the end of a build.

    Raises `ProjectError` where a query cannot be used.
    """
    asked = violations.questions(snapshot.project)
    return sorted(set(violations.problems(snapshot, asked, Tracer(snapshot, state))))


def _untold(others: set[Problem], by_shapes: set[Problem], queried: set[str]) -> set[Problem]:
    """What the shapes have not told already: a mistake has one code, whoever finds it."""
    places = {(each.file, each.line, each.key, each.code) for each in by_shapes}
    files = {(each.file, each.code) for each in by_shapes if each.code in queried}
    return {
        each
        for each in others
        if (each.file, each.line, each.key, each.code) not in places and (each.file, each.code) not in files
    }
