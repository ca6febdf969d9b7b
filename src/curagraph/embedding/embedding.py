"""Embedding in a folder of pages: each page of a thing holds that thing's graph, and no other page holds one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from curagraph import processors, workplace
from curagraph.config import Project
from curagraph.embedding import records
from curagraph.embedding.choice import Choice
from curagraph.embedding.embedder import Change, Embedder, Outcome, Setting, Task
from curagraph.embedding.files import Folder, Found
from curagraph.embedding.finding import Claim
from curagraph.embedding.places import Places
from curagraph.embedding.records import Record, Seen
from curagraph.problem import Problem, UsageError
from curagraph.processes import Processes
from curagraph.snapshot import Snapshot

_BATCH = 50
# So few pages are done before processes have started.
_FEW = 200
_SERVER = f"{Embedder.__module__}:answering"

Progress = Callable[[int, int], None]


@dataclass
class Embedded:
    """What became of the pages of a folder; pages are named by their paths in it, in order.

    `pages` counts all. `shown` has for each changed page the thing whose graph it got, and how that was found.
    `removed` are pages that held a graph and no longer do. `redirects` lead elsewhere at once and get nothing;
    `without_thing` show nothing that the graph knows. `without_page` are the things of the graph that no page shows,
    not even one that was refused or is the page of several, each with the address of its page. `differences` is what a
    dry run would have done.
    """

    pages: int = 0
    changed: list[str] = field(default_factory=list)
    shown: dict[str, tuple[str, str]] = field(default_factory=dict)
    unchanged: int = 0
    removed: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    redirects: list[str] = field(default_factory=list)
    without_thing: list[str] = field(default_factory=list)
    without_page: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    differences: dict[str, str] = field(default_factory=dict)

    def differences_text(self) -> str:
        """What a dry run would have done, page by page."""
        return "".join(f"--- {path}\n+++ {path}\n{text}\n" for path, text in self.differences.items())


def embed(
    project: Project,
    folder: Path,
    *,
    remove: bool = False,
    dry_run: bool = False,
    jobs: int = 0,
    progress: Progress | None = None,
) -> Embedded:
    """Bring the pages of a folder to what the current graph says of the things that they show.

    With `remove` every script of ours is taken away, and no graph is needed. With `dry_run` no page is written.
    `jobs` is the number of processes (0: one for each processor); `progress` is called with the number of pages done
    and of pages to do. Each page is replaced in one step: killed at any moment, this leaves each as it was or whole,
    and the next run finishes.

    Raises `UsageError` where the folder or the graph does not exist, or where another run is at work in the folder.
    """
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder}; name the one that holds the pages of the web site")
    snapshot = None if remove else Snapshot.current(project)
    setting = Setting.of(project, snapshot.path if snapshot else None, folder, dry_run)
    with _alone(folder):
        return _Run(setting, snapshot, jobs or processors.available(), progress).run()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the right to change the pages of a folder. Raises `UsageError` where another run has it."""
    with workplace.alone(folder, UsageError(f"another run is at work in {folder}; wait until it has ended")):
        yield


class _Run:
    """One run over a folder."""

    def __init__(self, setting: Setting, snapshot: Snapshot | None, jobs: int, progress: Progress | None) -> None:
        self.setting = setting
        self.snapshot = snapshot
        self.jobs = jobs
        self.progress = progress
        self.folder = Folder(setting.folder)
        self.record = Record(
            setting.project, setting.folder, records.key(snapshot) if snapshot else setting.project.fingerprint
        )
        # What is known of each page, remembered or just found out.
        self.seen: dict[str, Seen] = {}
        self.outcomes: dict[str, Outcome] = {}
        self.result = Embedded()

    def run(self) -> Embedded:
        found = sorted(self.folder.pages())
        self.look(self.as_remembered(found))
        claims = {path: claim for path, claim in self.claims() if claim.thing}
        choice = Choice(claims)
        self.look([self.settled(path, choice) for path in choice.open if self.is_to_change(path, choice)])
        self.tell(choice)
        if not self.setting.dry_run:
            self.remember()
        return self.result

    def as_remembered(self, found: list[Found]) -> list[Task]:
        """Take over what is remembered of pages that are as they were; the others are to be looked at."""
        known = self.record.load()
        self.seen = {each.path: known[each.path] for each in found if _is_same(each, known.get(each.path))}
        self.result.pages = len(found)
        return [Task(each.path, each.stamp) for each in found if each.path not in self.seen]

    def claims(self) -> Iterator[tuple[str, Claim]]:
        for path, seen in self.seen.items():
            yield path, seen.claim
        for path, outcome in self.outcomes.items():
            yield path, outcome.claim

    def is_to_change(self, path: str, choice: Choice) -> bool:
        """Whether a page whose claim depended on others has been waiting, or holds what it should no longer."""
        if path in self.seen:
            return self.seen[path].given != choice.given(path)
        return self.outcomes[path].change is Change.WAITING

    def settled(self, path: str, choice: Choice) -> Task:
        stamp = self.seen[path].stamp if path in self.seen else self.outcomes[path].stamp
        return Task(path, stamp, choice.given(path))

    def look(self, tasks: list[Task]) -> None:
        """Look at pages, in this process where they are few."""
        done = 0
        for outcomes in self.answers(tasks):
            for each in outcomes:
                self.seen.pop(each.path, None)
                self.outcomes[each.path] = each
            done += len(outcomes)
            if self.progress:
                self.progress(done, len(tasks))

    def answers(self, tasks: list[Task]) -> Iterator[list[Outcome]]:
        batches = (tuple(tasks[start : start + _BATCH]) for start in range(0, len(tasks), _BATCH))
        if self.jobs == 1 or len(tasks) <= _FEW:
            if tasks:
                yield from map(Embedder(self.setting).batch, batches)
            return
        with Processes[tuple[Task, ...], list[Outcome]](_SERVER, self.setting) as processes:
            yield from processes.answers(batches, self.jobs)

    def tell(self, choice: Choice) -> None:
        """Say what became of every page, in the order of their paths."""
        result = self.result
        result.problems += self.folder.problems
        result.unchanged = len(self.seen)
        for path, outcome in sorted(self.outcomes.items()):
            self.tell_outcome(path, outcome)
        for path, claim in sorted(self.claims()):
            if claim.redirect:
                result.redirects.append(path)
            elif not claim.thing and not claim.shared and path not in result.refused and self.snapshot:
                result.without_thing.append(path)
            result.problems += choice.problems(path, claim, self.folder)
        result.problems += (problem for path in sorted(self.seen) for problem in self.seen[path].problems)
        result.problems.sort()
        if self.snapshot:
            result.without_page = self.without_page(Places.of(self.snapshot))

    def tell_outcome(self, path: str, outcome: Outcome) -> None:
        result = self.result
        lists = {Change.CHANGED: result.changed, Change.REMOVED: result.removed, Change.REFUSED: result.refused}
        if outcome.change in lists:
            lists[outcome.change].append(path)
        else:
            result.unchanged += 1
        if outcome.change is Change.CHANGED:
            result.shown[path] = (outcome.given, outcome.claim.words)
        if outcome.difference:
            result.differences[path] = outcome.difference
        result.problems += outcome.problems

    def without_page(self, places: Places) -> dict[str, str]:
        """The things whose page should be in this folder and is not."""
        shown = {seen.given for seen in self.seen.values()} | {each.given for each in self.outcomes.values()}
        shown |= {thing for _, claim in self.claims() for thing in claim.shared}
        shown |= {thing for path in self.result.refused for thing in places.at(path)}
        site = self.setting.project.site
        found = ((thing, page) for thing, page in places.pages.items() if thing not in shown)
        return {thing: page for thing, page in sorted(found) if page.startswith(site)}

    def remember(self) -> None:
        """Remember every page but those that were refused: what hindered may be gone without a trace in the page."""
        for path, each in self.outcomes.items():
            if each.change is not Change.REFUSED:
                self.seen[path] = Seen(each.stamp, each.claim, each.given, each.problems)
        self.record.save(self.seen)


def _is_same(found: Found, seen: Seen | None) -> bool:
    return seen is not None and bool(found.stamp) and seen.stamp == found.stamp
