"""What the shapes find in a snapshot, as problems: each result led back to the file, line and key it is about."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from curagraph.checking.selection import Selection
from curagraph.checking.shapes import Shapes
from curagraph.checking.tracing import NOWHERE, Place, Tracer
from curagraph.checking.validation import Result, Validator
from curagraph.problem import Problem
from curagraph.snapshot import Snapshot


def problems(snapshot: Snapshot, loaded: Shapes, tracer: Tracer, things: list[str] | None) -> Iterator[Problem]:
    """What the shapes find in the graphs of things that are given as terms, or in all (None), and in the schemes."""
    validator = Validator(loaded)
    selection = Selection(snapshot, loaded)
    batches = selection.everything() if things is None else selection.of(things)
    found = {result: None for batch in batches for result in validator.results(batch)}
    found |= dict.fromkeys(validator.results(selection.schemes()))
    for result in found:
        yield from _of_result(result, loaded, tracer)


def _of_result(result: Result, loaded: Shapes, tracer: Tracer) -> Iterator[Problem]:
    shape = loaded.by_iri[result.shape]
    quads = _quads(result, loaded, tracer)
    message = shape.message + _found(result, quads, tracer)
    for place in _places(result, quads, loaded, tracer):
        yield place.problem(shape.code, shape.severity, message)


def _quads(result: Result, loaded: Shapes, tracer: Tracer) -> list[ox.Quad]:
    """The statements behind a result: of its value, or all that its path finds."""
    focus, value, ask = result.focus, result.value, tracer.asserted
    found: list[ox.Quad] = []
    for predicate, inverse in loaded.by_iri[result.shape].steps:
        property_ = ox.NamedNode(predicate)
        found += ask(value, property_, focus) if inverse else ask(focus, property_, value)
    if value is not None and not found:
        # A query of a shape may call something the value that stands elsewhere around the node.
        found += [*ask(focus, None, value), *ask(value, None, focus)]
    return found


def _places(result: Result, quads: list[ox.Quad], loaded: Shapes, tracer: Tracer) -> list[Place]:
    focus, value = result.focus, result.value
    if isinstance(focus, ox.NamedNode) and (written := tracer.written(focus.value, value)):
        return [written]
    places = tracer.stated(quads)
    if value is None:
        # Where there are too many, the first may stay.
        places = places[-1:]
    if places or not isinstance(focus, ox.NamedNode):
        return places or [NOWHERE]
    return [tracer.missing(focus, [step.predicate for step in loaded.by_iri[result.shape].steps])]


def _found(result: Result, quads: list[ox.Quad], tracer: Tracer) -> str:
    """What was found, behind a shape's message; nothing where something is missing."""
    terms = {quad.subject if quad.object == result.focus else quad.object for quad in quads}
    found = [result.value] if result.value is not None else sorted(terms, key=str)
    return f" Found {' and '.join(tracer.shown(term) for term in found)}." if found else ""
