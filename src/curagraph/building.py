"""A build: from the files that changed to a new snapshot.

What converts and writes is loaded when there is something to convert: a build that finds nothing changed should take no
longer than looking.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from curagraph import snapshot, sources
from curagraph.config import Project
from curagraph.forgotten import Takedown, path_digest
from curagraph.problem import BuildStopped, SetAside
from curagraph.report import Report
from curagraph.state import State
from curagraph.tasks import Batch, Outcome, Task

if TYPE_CHECKING:
    from pyoxigraph import Quad

    from curagraph.program import Program
    from curagraph.store import Writer

# A build that would replace more than this part of the files begins from nothing, which is then quicker.
_MOST = 0.3

Progress = Callable[[int, int], None]


def build(
    project: Project,
    source: Sequence[str | Path] = (),
    *,
    jobs: int = 0,
    strict: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Bring the graph of a project to what its source folders say.

    `source` are folders or files, relative to the project folder (else the project's `sources`); `jobs` is the
    number of processes (0: one for each processor). With `strict` nothing is published if any input was set
    aside or any value dropped. `progress` is called with the number of files done and of files to do.

    Raises `BuildStopped` where nothing could be published: another build runs, the disk is full. Raises
    `ProjectError` where the project cannot be used, `UsageError` where a source does not exist.
    """
    started = time.monotonic()
    roots = sources.roots(project, source or project.sources)
    with snapshot.lock(project), snapshot.building(project) as folder:
        try:
            report = _Build(project, folder, jobs or available_cpus(), progress).run(roots, strict)
        except (OSError, sqlite3.Error) as error:
            raise BuildStopped(f"the graph could not be written: {error}; the old graph stands") from error
        if project.forgotten and report.published:
            from curagraph.takedown import pruning

            pruning.prune(project)
    report.seconds = time.monotonic() - started
    return report


class _Build:
    """One build, in the folder that becomes the snapshot."""

    def __init__(self, project: Project, folder: Path, jobs: int, progress: Progress | None) -> None:
        self.project = project
        self.folder = folder
        self.jobs = jobs
        self.progress = progress
        self.base = snapshot.current(project)
        self.changed = 0
        self.written: list[str] | None = []
        self.gone: list[str] = []
        self.writer: Writer | None = None

    @cached_property
    def program(self) -> Program:
        from curagraph.program import compile_project

        return compile_project(self.project)

    def run(self, roots: Sequence[Path], strict: bool) -> Report:
        state_file = self.folder / "state.sqlite"
        if self.base:
            shutil.copyfile(self.base / "state.sqlite", state_file)
        seen = sources.Scan()
        with State(state_file) as state:
            state.compare(sources.scan(self.project, roots, seen))
            self.gone = state.gone()
            if state.get("fingerprint") != self.project.fingerprint or self.is_mostly_new(state):
                self.begin(state)
            self.apply(state)
            if self.writer:
                from curagraph import journal, wholes
                from curagraph.reasoning import following

                following.follow(self.program, state, self.writer, self.jobs)
                self.bury(state, self.writer)
                self.writer.close()
                journal.keep(state, self.writer.touched)
                wholes.review(snapshot.Snapshot(self.project, self.folder), self.program, state)
            state.set_changed(self.written)
            report = Report.of(state, seen, self.changed)
            state.set("sources", json.dumps([os.path.relpath(root, self.project.folder) for root in roots]))
            state.commit()
            if self.written is None and self.project.forgotten:
                state.compact()
        if strict and report.incomplete:
            report.published = False
        elif self.writer:
            snapshot.publish(self.project, self.folder)
        elif self.base:
            # Only the stamps of files may be new; the graph is as it was.
            state_file.replace(self.base / "state.sqlite")
        return report

    def bury(self, state: State, writer: Writer) -> None:
        """Remember what was described by the graphs of documents that are gone or changed, and is no longer.

        Where everything is new, documents that are still there are not looked through.
        """
        import pyoxigraph as ox

        left = state.left(gone=self.written is None)
        if self.base and left:
            old = ox.Store.read_only(str(self.base / "store"))
            for iri in left:
                graph = ox.NamedNode(f"{self.project.base}graph/{iri[1 + len(self.project.base) : -1]}")
                quads = list(old.quads_for_pattern(None, None, None, graph))
                things = {each for quad in quads for each in (quad.subject, graph)}
                if record := self.project.forgotten.get(iri[1:-1]):
                    self.keep_former(state, record, quads)
                    things = {thing for thing in things if not record.gives_away(str(thing)[1:-1])}
                for thing in things:
                    if str(thing).startswith(f"<{self.project.base}") and not writer.describes(thing):
                        state.leave([str(thing)])
        state.bury()

    def keep_former(self, state: State, record: Takedown, quads: Iterable[Quad]) -> None:
        """Remember, of the graph of what was taken down, the digests of former paths."""
        from pyoxigraph import Literal

        former = f"<{self.project.vocabulary.prefixes['cu']}formerPath>"
        texts = (quad.object for quad in quads if str(quad.predicate) == former)
        paths = [text.value for text in texts if isinstance(text, Literal)]
        state.came_from((path_digest(path), record.iri) for path in paths)

    def is_mostly_new(self, state: State) -> bool:
        """Whether so much is new or gone that beginning from nothing is quicker.

        Where most files only have new times, as after a checkout, their content decides.
        """
        most = _MOST * state.number("SELECT count(*) FROM file")
        changed = state.number("SELECT count(*) FROM task WHERE digest IS NULL") + len(self.gone)
        if state.number("SELECT count(*) FROM task") + len(self.gone) <= most:
            return False
        touched = (task for task in state.tasks() if task.digest is not None)
        while changed <= most:
            task = next(touched, None)
            if task is None:
                return False
            changed += self.has_changed(task)
        return True

    def has_changed(self, task: Task) -> bool:
        from curagraph import document

        try:
            return document.digest(document.read_bytes(self.project.folder / task.path)) != task.digest
        except SetAside:
            return True

    def begin(self, state: State) -> None:
        """Start from an empty graph with what no document says: the ontology, and the rights in excerpts."""
        from curagraph.checking import shapes
        from curagraph.store import Writer

        state.forget_all(self.project.forgotten, self.project.base)
        shapes.load(self.project)  # a mistake in them stops the build before anything is published
        self.gone, self.written = [], None
        state.set("fingerprint", self.project.fingerprint)
        state.set("forgotten", json.dumps(sorted(self.project.forgotten)))

        self.writer = Writer.empty(self.project, self.folder / "store")
        state.set("fixed-triples", str(self.writer.load_fixed()))

    def open_writer(self) -> Writer:
        if self.writer is None:
            assert self.base  # without a base, `begin` has made the writer
            from curagraph.store import Writer

            self.writer = Writer.copy(self.project, self.base / "store", self.folder / "store")
        return self.writer

    def apply(self, state: State) -> None:
        """Take out what is gone, put in what is new or changed, and settle what the whole decides."""
        for path in self.gone:
            self.remove(state, path)
            self.changed += 1
        count, done = state.number("SELECT count(*) FROM task"), 0
        if count:
            from curagraph import workers

            for batch in workers.convert(self.project, self.program, state.tasks(), count, self.jobs):
                self.take(state, batch)
                done += len(batch.outcomes)
                if self.progress:
                    self.progress(done, count)
        if self.writer:
            self.settle_disputes(state)
            removed, added = state.publish_shared()
            self.writer.remove(removed)
            self.writer.add("".join(added).encode())

    def take(self, state: State, batch: Batch) -> None:
        new: list[tuple[Outcome, bool]] = []
        for outcome in batch.outcomes:
            if outcome.same or state.knows(outcome):
                state.settle(outcome)
                continue
            self.changed += 1
            if outcome.task.digest is not None:
                self.remove(state, outcome.task.path)
            new.append((outcome, state.claim(outcome)))
        if new:
            state.record(new, batch.shared)
            self.write([outcome for outcome, owns in new if owns])

    def remove(self, state: State, path: str) -> None:
        writer = self.open_writer()
        iri = state.forget(path)
        if iri:
            writer.remove_item(iri)

    def settle_disputes(self, state: State) -> None:
        """Of several files that claim one IRI the first by path has it, whatever came first."""
        from curagraph.workers import Converter

        converter = Converter(self.project, self.program)
        for iri, path, owner in state.disputed():
            if owner:
                state.disown(owner)
                self.open_writer().remove_item(iri)
            row = state.execute("SELECT path, name, stamp, NULL FROM file WHERE path = ?", (path,)).fetchone()
            batch = converter.batch([Task(*row)])
            state.record([(outcome, state.claim(outcome)) for outcome in batch.outcomes], batch.shared)
            self.write(batch.outcomes)

    def write(self, outcomes: list[Outcome]) -> None:
        """Put the graphs of items into the store, and remember whose they are, unless everything is new."""
        self.open_writer().add(b"".join([outcome.lines for outcome in outcomes]))
        if self.written is not None:
            self.written += [outcome.iri for outcome in outcomes if outcome.iri]


def available_cpus() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
