"""The burial of what was published once and is no longer described: a server says of it that it is gone."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from curagraph.building.store import Writer
from curagraph.building.update import Update
from curagraph.config import Project
from curagraph.state.past import Past
from curagraph.takedown.forgotten import Takedown, path_digest


def bury(update: Update, writer: Writer) -> None:
    """Remember what was described by the graphs of documents that are gone or changed, and is no longer.

    Where everything is new, documents that are still there are not looked through.
    """
    past = update.state.past
    left = past.left(gone=update.written is None)
    if update.base and left:
        old = ox.Store.read_only(str(update.base / "store"))
        for iri in left:
            _leave(update.project, past, writer, old, iri)
    past.bury()


def _leave(project: Project, past: Past, writer: Writer, old: ox.Store, iri: str) -> None:
    """Take in what the old graph of a document described, given by the term of its thing, and this graph."""
    graph = ox.NamedNode(f"{project.base}graph/{iri[1 + len(project.base) : -1]}")
    quads = list(old.quads_for_pattern(None, None, None, graph))
    things = {each for quad in quads for each in (quad.subject, graph)}
    if record := project.forgotten.get(iri[1:-1]):
        _keep_former(project, past, record, quads)
        things = {thing for thing in things if not record.gives_away(str(thing)[1:-1])}
    ours = (thing for thing in things if str(thing).startswith(f"<{project.base}"))
    past.leave([str(thing) for thing in ours if not writer.describes(thing)])


def _keep_former(project: Project, past: Past, record: Takedown, quads: Iterable[ox.Quad]) -> None:
    """Remember, of the graph of what was taken down, the digests of former paths."""
    former = f"<{project.vocabulary.prefixes['cu']}formerPath>"
    texts = (quad.object for quad in quads if str(quad.predicate) == former)
    paths = [text.value for text in texts if isinstance(text, ox.Literal)]
    past.came_from((path_digest(path), record.iri) for path in paths)
