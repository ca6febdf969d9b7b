"""Embedding in one page after the other, in whatever process this is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from curagraph.config import Project
from curagraph.embedding import files, finding, pageaddress, script
from curagraph.embedding.files import Folder
from curagraph.embedding.finding import Claim
from curagraph.embedding.injection import Page
from curagraph.embedding.pagegraph import PageGraphs
from curagraph.embedding.places import Places
from curagraph.problem import Problem, Refused, Severity, UsageError
from curagraph.snapshot import Snapshot

_MARK = (script.MARK.encode(), script.MARK.encode("utf-16-le"), script.MARK.encode("utf-16-be"))


@dataclass(frozen=True)
class Setting:
    """What an embedder works with. Without a `snapshot` scripts are only removed."""

    project: Project
    snapshot: Path | None
    folder: Path
    dry_run: bool

    @classmethod
    def of(cls, project: Project, snapshot: Path | None, folder: Path, dry_run: bool) -> Setting:
        # A copy, without what the project has worked out so far.
        return cls(replace(project), snapshot, folder, dry_run)


class Task(NamedTuple):
    """A page to look at. With `given` it is settled what the page shows: a thing, or nothing."""

    path: str
    stamp: str
    given: str | None = None


class Change(Enum):
    """What became of a page. `WAITING` is one that others may have a better claim to show the same thing than."""

    NONE = "none"
    CHANGED = "changed"
    REMOVED = "removed"
    REFUSED = "refused"
    WAITING = "waiting"


@dataclass
class Outcome:
    """A page that was looked at: what became of it, what it claims to show, and the thing whose graph it holds.

    `edited` tells that somebody had edited our script; `difference` is what a dry run would have done.
    """

    path: str
    stamp: str
    change: Change = Change.NONE
    claim: Claim = field(default_factory=Claim)
    given: str = ""
    problems: tuple[Problem, ...] = ()
    difference: str = ""


class Embedder:
    """Embeds in pages of one folder."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.folder = Folder(setting.folder)
        self.snapshot = Snapshot(setting.project, setting.snapshot) if setting.snapshot else None
        self.places = Places.of(self.snapshot) if self.snapshot else None
        self.graphs = PageGraphs(self.snapshot) if self.snapshot else None

    def batch(self, tasks: tuple[Task, ...]) -> list[Outcome]:
        if self.graphs and self.places:
            likely = (self.places.by_page.get(pageaddress.of_file(self.places.site, task.path)[0]) for task in tasks)
            self.graphs.prepare(self.places.pages[thing] for thing in likely if thing)
        return [self.page(task) for task in tasks]

    def page(self, task: Task) -> Outcome:
        """Embed in one page, or take away what it should no longer hold; what is wrong is in the outcome."""
        outcome = Outcome(task.path, task.stamp)
        try:
            found = files.read(self.folder.file(task.path))
            if self.places is None and not _may_hold_ours(found.data):
                return outcome
            page = Page.of(found.data)
            if self._is_settled(task, page, outcome):
                self._change(outcome, page, found)
        except Refused as error:
            outcome.change = Change.REFUSED
            self._tell(outcome, error.code, error.message, Severity.ERROR, error.line)
        return outcome

    def _is_settled(self, task: Task, page: Page, outcome: Outcome) -> bool:
        """Find what a page shows, and whether that can be said without looking at other pages."""
        if self.places is None:
            return True
        outcome.claim = claim = finding.find(self.places, task.path, page.head)
        self._tell_links(outcome, claim)
        if task.given is None and claim.thing and not claim.way.is_sure:
            outcome.change = Change.WAITING
            return False
        outcome.given = claim.thing if task.given is None else task.given
        return True

    def _tell_links(self, outcome: Outcome, claim: Claim) -> None:
        if claim.foreign:
            message = (
                f"its canonical link leads to another site, {claim.foreign}, which tells search engines to pass"
                " over this page; let it lead to the page itself"
            )
            self._tell(outcome, "foreign-canonical", message, Severity.WARNING)
        if claim.other:
            message = (
                f"its address is that of a thing's page, and its canonical link leads to another, {claim.other}, so"
                " it gets nothing; let the link lead to the thing's page, or move this one"
            )
            self._tell(outcome, "other-canonical", message, Severity.WARNING)

    def _change(self, outcome: Outcome, page: Page, found: files.Read) -> None:
        text = self._text(outcome)
        edits = page.with_script(text) if text else page.without_script()
        if not edits:
            return
        if page.is_edited:
            message = "somebody has edited our script in this page; it was written anew"
            self._tell(outcome, "edited-script", message, Severity.NOTE)
        outcome.change = Change.CHANGED if text else Change.REMOVED
        if self.setting.dry_run:
            outcome.difference = page.difference(edits)
        else:
            outcome.stamp = files.write(self.folder.file(outcome.path), page.edited(edits), found.status)

    def _text(self, outcome: Outcome) -> str:
        """The graph of what a page shows; empty where it shows nothing, or what cannot be described."""
        if self.graphs is None or self.places is None or not outcome.given:
            return ""
        try:
            graph = self.graphs.of_page(self.places.pages[outcome.given], outcome.given)
        except UsageError as error:
            self._tell(outcome, "undescribed-page", str(error), Severity.ERROR)
            return ""
        outcome.problems += graph.problems
        return graph.text

    def _tell(self, outcome: Outcome, code: str, message: str, severity: Severity, line: int = 0) -> None:
        problem = Problem(self.folder.shown(outcome.path), line or 1, "", code, severity, message)
        outcome.problems = (*outcome.problems, problem)


def _may_hold_ours(data: bytes) -> bool:
    """Whether a page need be taken apart where scripts are only removed; HTML folds the case of names."""
    small = data.lower()
    return any(mark in small for mark in _MARK)


def answering(setting: Setting) -> Callable[[tuple[Task, ...]], list[Outcome]]:
    """What answers tasks in a worker process, where `embedding` names it."""
    return Embedder(setting).batch
