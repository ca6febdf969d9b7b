"""What the server says of a thing that was taken down: what kind of thing it was, when it went and why."""

from __future__ import annotations

from collections.abc import Iterable

from curagraph.serve.edition import Edition
from curagraph.serve.page import Refusal
from curagraph.state.state import State
from curagraph.takedown import living
from curagraph.takedown.forgotten import Takedown, path_digest


def refuse(edition: Edition, names: Iterable[str]) -> None:
    """Raise `Refusal` where one of some ends of IRIs is that of a thing that was taken down, or of its graph.

    A thing of which something is stated nevertheless lives: its record is in vain.
    """
    records, base = edition.project.forgotten, edition.project.base
    for name in names if records else ():
        record = records.get(base + name.removeprefix("graph/"))
        if record and not living.is_stated(edition.snapshot, record.iri):
            raise told(record)


def refuse_former(edition: Edition, state: State, names: Iterable[str]) -> None:
    """Raise `Refusal` where one of some paths was that of a thing that was taken down."""
    for name in names if edition.project.forgotten else ():
        if record := edition.project.forgotten.get(state.past.of_former(path_digest(name))):
            raise told(record)


def told(record: Takedown) -> Refusal:
    """The refusal to show what was taken down."""
    return Refusal(410, "taken-down", "This was taken down", str(record))
