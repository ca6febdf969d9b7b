"""An update: what changed on disk goes into the state and the store of the snapshot that is being built.

What converts and writes is loaded when there is something to convert: a build that finds nothing changed should take no
longer than looking.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from curagraph.config import Project
from curagraph.converting.tasks import Batch, Outcome
from curagraph.state.state import State

if TYPE_CHECKING:
    from curagraph.building.store import Writer
    from curagraph.converting.program import Program

Progress = Callable[[int, int], None]


class Update:
    """One update, in the folder that becomes the snapshot; `base` is the folder of the one before.

    `changed` counts the files that were converted or have gone. `written` has the terms of the things whose graphs were
    written; None is all of them. `writer` is None where the store stays as it is.
    """

    def __init__(self, project: Project, folder: Path, base: Path | None, state: State) -> None:
        self.project = project
        self.folder = folder
        self.base = base
        self.state = state
        self.gone = state.worklist.gone()
        self.changed = 0
        self.written: list[str] | None = []
        self.writer: Writer | None = None

    @cached_property
    def program(self) -> Program:
        from curagraph.converting.compiler import compile_project

        return compile_project(self.project)

    def begin(self) -> None:
        """Start from an empty graph with what no document says: the ontology, and the rights in excerpts."""
        from curagraph.building.store import Writer
        from curagraph.checking import shapes

        self.state.forget_all(self.project.forgotten, self.project.base)
        shapes.load(self.project)  # a mistake in them stops the build before anything is published
        self.gone, self.written = [], None
        self.state.facts.set("fingerprint", self.project.fingerprint)
        self.state.facts.set("forgotten", json.dumps(sorted(self.project.forgotten)))

        self.writer = Writer.empty(self.project, self.folder / "store")
        self.state.facts.set("fixed-triples", str(self.writer.load_fixed()))

    def open_writer(self) -> Writer:
        if self.writer is None:
            assert self.base  # without a base, `begin` has made the writer
            from curagraph.building.store import Writer

            self.writer = Writer.copy(self.project, self.base / "store", self.folder / "store")
        return self.writer

    def apply(self, jobs: int, progress: Progress | None) -> None:
        """Take out what is gone, put in what is new or changed, and settle what the whole decides."""
        for path in self.gone:
            self.remove(path)
            self.changed += 1
        self.convert(jobs, progress)
        if self.writer:
            self.settle_disputes()
            removed, added = self.state.shared.publish()
            self.writer.remove(removed)
            self.writer.add("".join(added).encode())

    def convert(self, jobs: int, progress: Progress | None) -> None:
        """Convert the files that must be read, in so many processes."""
        count, done = self.state.worklist.count(), 0
        if count:
            from curagraph.building import workers

            for batch in workers.convert(self.project, self.program, self.state.worklist.tasks(), count, jobs):
                self.take(batch)
                done += len(batch.outcomes)
                if progress:
                    progress(done, count)

    def take(self, batch: Batch) -> None:
        files, new = self.state.files, list[tuple[Outcome, bool]]()
        for outcome in batch.outcomes:
            if outcome.same or files.knows(outcome):
                files.settle(outcome)
                continue
            self.changed += 1
            if outcome.task.digest is not None:
                self.remove(outcome.task.path)
            new.append((outcome, self.state.owners.claim(outcome)))
        if new:
            files.record(new, batch.shared)
            self.write([outcome for outcome, owns in new if owns])

    def remove(self, path: str) -> None:
        writer = self.open_writer()
        iri = self.state.files.forget(path)
        if iri:
            writer.remove_item(iri)

    def settle_disputes(self) -> None:
        """Of several files that claim one IRI the first by path has it, whatever came first."""
        from curagraph.building.workers import Converter

        converter, files, owners = Converter(self.project, self.program), self.state.files, self.state.owners
        for iri, path, owner in owners.disputed():
            if owner:
                files.disown(owner)
                self.open_writer().remove_item(iri)
            batch = converter.batch([files.task(path)])
            files.record([(outcome, owners.claim(outcome)) for outcome in batch.outcomes], batch.shared)
            self.write(batch.outcomes)

    def write(self, outcomes: list[Outcome]) -> None:
        """Put the graphs of items into the store, and remember whose they are, unless everything is new."""
        self.open_writer().add(b"".join([outcome.lines for outcome in outcomes]))
        if self.written is not None:
            self.written += [outcome.iri for outcome in outcomes if outcome.iri]
