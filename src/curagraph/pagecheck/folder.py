"""A folder of pages, checked: in this process where they are few, in several where they are many."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from curagraph import processors
from curagraph.checking.findings import Findings, Kind
from curagraph.embedding import charset, files
from curagraph.embedding.pagegraph import PageGraph
from curagraph.pagecheck import checks, google, html
from curagraph.pagecheck.page import Page, Script
from curagraph.pagecheck.subset import Published
from curagraph.problem import Problem, Refused, Severity, UsageError
from curagraph.processes import Processes
from curagraph.snapshot import Snapshot

SUFFIXES = (".html", ".htm", ".xhtml")
BATCH = 50
_FEW = 200

Progress = Callable[[int, int], None]


class Counts(NamedTuple):
    """How many pages were looked at, how many of them hold JSON-LD, and how many a script of ours."""

    pages: int = 0
    described: int = 0
    ours: int = 0

    def plus(self, other: Counts) -> Counts:
        return Counts(*(one + another for one, another in zip(self, other, strict=True)))


def check_folder(
    folder: Path, snapshot: Snapshot | None = None, *, jobs: int = 0, progress: Progress | None = None
) -> Findings:
    """Check every page of a folder, and what our scripts say against a snapshot where one is given.

    `jobs` is how many processes to use, 0 is one for each processor. Raises `UsageError` where there is no such folder.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder; name one with HTML files in it")
    unread: list[Problem] = []
    pages = sorted(_pages(folder, unread))
    found, counts = unread, Counts()
    # A store that is open, and what was read of the ontology, stay in the process that has them.
    fresh = Snapshot(replace(snapshot.project), snapshot.path) if snapshot else None
    for problems, counted in _checked(Setting(str(folder), fresh), pages, jobs):
        found += problems
        counts = counts.plus(counted)
        if progress:
            progress(counts.pages, len(pages))
    return _findings(found, counts)


def check_graphs(snapshot: Snapshot, graphs: Iterable[tuple[str, PageGraph]]) -> Findings:
    """Check page graphs that stand in no page yet, each with the IRI of its thing, which stands for the file."""
    published = Published.of(snapshot)
    found: list[Problem] = []
    count = 0
    for iri, graph in graphs:
        count += 1
        found += graph.problems
        if not graph.text:
            continue
        page = Page(iri.removeprefix(snapshot.project.base), [Script(graph.text, is_ours=True)], published=published)
        found += checks.problems(page, but=checks.OF_WRITING)
    return _findings(found, Counts(count, count, count))


def _findings(problems: Iterable[Problem], counts: Counts) -> Findings:
    pages = f"{counts.pages:,} page{'s' * (counts.pages != 1)}"
    by = f"{len(checks.TABLE)} checks looked at {pages}, {counts.described:,} with JSON-LD, {counts.ours:,} with ours"
    kinds = tuple(Kind(each.name, each.wants, each.ours or each.others or Severity.NOTE) for each in checks.TABLE)
    return Findings(tuple(google.once(sorted(problems))), kinds, counts._asdict(), by, files="The folder of the pages.")


def _pages(folder: Path, unread: list[Problem]) -> Iterator[str]:
    """The pages below a folder, as paths relative to it. Names that start with a dot are not content."""

    def tell(error: OSError) -> None:
        file = os.path.relpath(error.filename, folder)
        message = f"the folder cannot be read: {error.strerror}; change its permissions"
        unread.append(Problem(_shown(file), 1, "", "unreadable", Severity.ERROR, message))

    for path, folders, names in os.walk(folder, onerror=tell):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if name.lower().endswith(SUFFIXES) and not name.startswith("."):
                yield os.path.relpath(os.path.join(path, name), folder)  # noqa: PTH118  # a Path for each is dear


def _shown(file: str) -> str:
    """The name of a file as a problem has it; bytes that are not UTF-8 are escaped."""
    return file.encode(errors="backslashreplace").decode()


class Setting(NamedTuple):
    """What a process needs to know: the folder of the pages, and what they are compared with."""

    folder: str
    snapshot: Snapshot | None


Batch = tuple[str, ...]
Answer = tuple[list[Problem], Counts]


def checker(setting: Setting) -> Callable[[Batch], Answer]:
    """A function that checks some pages of a folder, in whatever process it lives."""
    published = Published.of(setting.snapshot) if setting.snapshot else None

    def check(batch: Batch) -> Answer:
        found: list[Problem] = []
        counts = Counts()
        for file in batch:
            problems, counted = _page(setting.folder, file, published)
            found += problems
            counts = counts.plus(counted)
        return found, counts

    return check


def _page(folder: str, file: str, published: Published | None) -> Answer:
    """What is wrong with one page; one that cannot be read is told, too."""
    try:
        text = charset.decoded(files.read(os.path.realpath(f"{folder}/{file}")).data)
    except Refused as error:
        refused = Problem(_shown(file), error.line or 1, "", error.code, Severity.ERROR, error.message)
        return [refused], Counts(1)
    page = html.page(text, _shown(file), published)
    is_ours = any(script.is_ours for script in page.scripts)
    return checks.problems(page), Counts(1, int(bool(page.scripts)), int(is_ours))


def _checked(setting: Setting, pages: list[str], jobs: int) -> Iterator[Answer]:
    batches = [tuple(pages[start : start + BATCH]) for start in range(0, len(pages), BATCH)]
    jobs = jobs or processors.available()
    if jobs == 1 or len(pages) <= _FEW:
        yield from map(checker(setting), batches)
        return
    with Processes[Batch, Answer](f"{__name__}:{checker.__name__}", setting) as processes:
        yield from processes.answers(batches, jobs)
