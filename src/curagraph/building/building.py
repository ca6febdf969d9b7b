"""A build: from the files that changed to a new snapshot.

What only a build with changes needs is loaded then: a build that finds nothing changed should take no longer than
looking.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path

from curagraph import processors, snapshot
from curagraph.building.report import Report
from curagraph.building.update import Progress, Update
from curagraph.config import Project
from curagraph.converting.tasks import Task
from curagraph.problem import BuildStopped, SetAside
from curagraph.reading import sources
from curagraph.state.state import State

# A build that would replace more than this part of the files begins from nothing, which is then quicker.
_MOST = 0.3


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
            report = _Build(project, folder, jobs or processors.available(), progress).run(roots, strict)
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
        self.state_file = folder / "state.sqlite"

    def run(self, roots: Sequence[Path], strict: bool) -> Report:
        if self.base:
            shutil.copyfile(self.base / "state.sqlite", self.state_file)
        with State.writable(self.state_file) as state:
            seen = sources.Scan()
            state.worklist.compare(sources.scan(self.project, roots, seen))
            update = Update(self.project, self.folder, self.base, state)
            self.bring(update)
            report = Report.of(state, seen, update.changed)
            state.facts.set("sources", json.dumps([os.path.relpath(root, self.project.folder) for root in roots]))
            state.commit()
            if update.written is None and self.project.forgotten:
                state.compact()
        if strict and report.incomplete:
            report.published = False
        else:
            self.publish(update)
        return report

    def bring(self, update: Update) -> None:
        """Bring the state, and the store if need be, to what the files say."""
        state = update.state
        if state.facts.get("fingerprint") != self.project.fingerprint or self.is_mostly_new(update):
            update.begin()
        update.apply(self.jobs, self.progress)
        if update.writer:
            from curagraph.building import burial, wholes
            from curagraph.reasoning import following

            following.follow(update.program, state, update.writer, self.jobs)
            burial.bury(update, update.writer)
            update.writer.close()
            state.journal.keep(update.writer.touched)
            wholes.review(snapshot.Snapshot(self.project, self.folder), update.program, state)
        state.facts.set_changed(update.written)

    def publish(self, update: Update) -> None:
        if update.writer:
            snapshot.publish(self.project, self.folder)
        elif self.base:
            # Only the stamps of files may be new; the graph is as it was.
            self.state_file.replace(self.base / "state.sqlite")

    def is_mostly_new(self, update: Update) -> bool:
        """Whether so much is new or gone that beginning from nothing is quicker.

        Where most files only have new times, as after a checkout, their content decides.
        """
        worklist, gone = update.state.worklist, len(update.gone)
        most = _MOST * update.state.files.count()
        changed = worklist.count_new() + gone
        if worklist.count() + gone <= most:
            return False
        touched = (task for task in worklist.tasks() if task.digest is not None)
        while changed <= most:
            task = next(touched, None)
            if task is None:
                return False
            changed += self.has_changed(task)
        return True

    def has_changed(self, task: Task) -> bool:
        from curagraph.reading import document

        try:
            return document.digest(document.read_bytes(self.project.folder / task.path)) != task.digest
        except SetAside:
            return True
