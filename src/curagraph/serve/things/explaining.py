"""The explanation of a triple: the files, lines, keys and rules behind it, or the axiom and what that needed.

Neither the text of a source nor a path outside the project is told: both may hold what is not published.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

import pyoxigraph as ox

from curagraph.explaining.explainer import Explainer
from curagraph.explaining.explanation import Explanation, Origin
from curagraph.problem import CuragraphError
from curagraph.serve import frame
from curagraph.serve.edition import Edition
from curagraph.serve.page import Page, Refusal
from curagraph.serve.things import takedowns
from curagraph.serve.things.terms import Shown, Terms
from curagraph.serve.worker import Out
from curagraph.state.state import State

_VARY = (("Vary", "Accept"),)


@dataclass(frozen=True)
class Told:
    """An explanation with its terms as a page shows them, and of its step those of the premises."""

    subject: Shown
    predicate: Shown
    object: Shown
    explanation: Explanation
    premises: tuple[Told, ...]

    @property
    def more_files(self) -> int:
        return self.explanation.files - len({origin.file for origin in self.explanation.origins})


def page(edition: Edition, out: Out, subject: str, predicate: str, object_: str, format_: str, root: str) -> Page:
    """The explanations of a triple as HTML or JSON: one for each graph that has it.

    Raises `Refusal` where this is no triple of the graph, or the sources are no longer what was built.
    """
    triple = _triple(subject, predicate, object_)
    quads = sorted(edition.store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None), key=str)
    if not quads:
        takedowns.refuse(edition, [str(triple.subject)[1:-1].removeprefix(edition.project.base)])
        raise Refusal(404, "no-such-triple", "There is no such triple", f"The graph does not have {triple}.")
    found = list(_explanations(edition, quads))
    if format_ == "json":
        text = json.dumps([_as_json(each) for each in found], ensure_ascii=False, indent=2)
        return Page(f"{text}\n".encode(), "application/json", headers=_VARY)
    terms = Terms(edition, root)
    told = [_told(terms, each) for each in found]
    return replace(frame.page(edition, "explain.html", root, told=told), headers=_VARY)


def _triple(subject: str, predicate: str, object_: str) -> ox.Triple:
    """The triple that a request means. Raises `Refusal` where it means none."""
    line = f"{_term(subject)} {_term(predicate)} {object_} ."
    try:
        quads = list(ox.parse(line, ox.RdfFormat.N_TRIPLES))
    except (SyntaxError, ValueError) as error:
        raise Refusal(400, "no-triple", "That is no triple", f"{line} cannot be read: {error}.") from None
    if len(quads) != 1:
        raise Refusal(400, "no-triple", "That is no triple", f"Wanted one triple, found {line}")
    found: ox.Triple = quads[0].triple
    return found


def _term(text: str) -> str:
    return text if text.startswith(("<", "_:")) else f"<{text}>"


def _explanations(edition: Edition, quads: list[ox.Quad]) -> Iterator[Explanation]:
    explainer = _explainer(edition)
    try:
        for quad in quads:
            yield _public(explainer.state, explainer.explain(quad))
    except CuragraphError:
        detail = "A source file or the ontology is no longer what the graph was built from. The next build mends that."
        raise Refusal(409, "sources-changed", "This cannot be explained just now", detail) from None
    finally:
        explainer.origins.converted.clear()  # what was read is much, and seldom asked for again


@lru_cache(maxsize=1)
def _explainer(edition: Edition) -> Explainer:
    """The explainer of an edition: what it compiles is kept while its process lives."""
    try:
        return Explainer(edition.snapshot, State.readable(edition.snapshot.state_path).__enter__())
    except CuragraphError:
        detail = "The tables of the project cannot be read; its keeper has to mend them."
        raise Refusal(409, "sources-changed", "This cannot be explained just now", detail) from None


def _public(state: State, explanation: Explanation) -> Explanation:
    """An explanation without the text of the sources, and files outside the project by their names alone."""
    origins = tuple(replace(each, text="", file=_file(state, each)) for each in explanation.origins)
    step = explanation.step
    if step:
        step = replace(step, premises=tuple(_public(state, each) for each in step.premises))
    return replace(explanation, origins=origins, step=step)


def _file(state: State, origin: Origin) -> str:
    """A file as the project names it; one outside the project as it is called in its source folder."""
    path = PurePosixPath(origin.file)
    if path.is_absolute() or ".." in path.parts:
        return state.files.name(origin.file) + path.suffix
    return origin.file


def _as_json(explanation: Explanation) -> dict[str, Any]:
    """What `Explanation.as_json` tells, without the texts."""
    found = explanation.as_json()
    for origin in found.get("origins", ()):
        del origin["text"]
    if explanation.step:
        found["step"]["premises"] = [_as_json(each) for each in explanation.step.premises]
    return found


def _told(terms: Terms, explanation: Explanation) -> Told:
    triple = _triple(explanation.subject, explanation.predicate, explanation.object)
    shown = terms.shown(triple.subject), terms.shown(triple.predicate), terms.shown(triple.object)
    premises = explanation.step.premises if explanation.step else ()
    return Told(*shown, explanation, tuple(_told(terms, each) for each in premises))
