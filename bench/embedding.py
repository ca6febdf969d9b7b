"""Embedding in a folder of pages: all of them changed, none of them, beside reading and writing the same files."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median

from bench import measure
from bench.results import Bar, Section, number
from bench.site import Site
from curagraph.config import Project
from curagraph.embedding.embedding import Embedded, embed
from curagraph.embedding.places import Places

_CHANGED, _UNCHANGED = 1_000, 10_000
_BYTES = 20_000
_JOBS = 2
# How long, in seconds, a file must have been left alone to be trusted by its stamp.
_SETTLED = 0.2


def measured(sites: Sequence[Site]) -> Section:
    """Pages of 20 kB for the items of each corpus of 10,000 or fewer."""
    rows, bars = [], []
    for site in sites:
        if site.size > 10_000:
            continue
        places = Places.of(site.snapshot())
        project = Project.load(site.folder)
        addresses = {thing: page for thing, page in places.pages.items() if "/item/" in thing}
        with tempfile.TemporaryDirectory(prefix="pages-", dir=site.folder) as name:
            rounds = [_round(project, Path(name), addresses) for _ in range(site.rounds)]
        times = {what: median(each[what] for each in rounds) for what in rounds[0]}
        count = len(addresses)
        for what, seconds in times.items():
            ratio = seconds / times["read and written again"]
            rows.append([f"{count:,}", what, number(seconds), f"{count / seconds:,.0f}", number(ratio)])
        for what, limit in (("embedded in each", _CHANGED), ("no page changed", _UNCHANGED)):
            if count >= 10_000:
                speed, taken = count / times[what], number(times[what])
                bars.append(Bar(f"{what}, {count:,} pages", taken, speed, limit, " pages a second", at_least=True))
    text = (
        f"`embed` with {_JOBS} processes on pages of {_BYTES // 1000} kB, from opening the graph to the written record."
        " The last column is the ratio to one process that reads every page and writes it to a new file that takes its"
        " place, which is the least that an embedding which changes every page can do."
    )
    return Section(
        "Embedding", text, ["pages", "what", "seconds", "pages a second", "times read and write"], rows, bars
    )


def _round(project: Project, folder: Path, addresses: dict[str, str]) -> dict[str, float]:
    """Write the pages, and time in turn what can be done with them."""
    shutil.rmtree(folder)
    files = [_write_page(project, folder, address) for address in addresses.values()]
    found = {"read and written again": measure.call(partial(_rewrite, files))}
    found["embedded in each"] = _timed(partial(embed, project, folder, jobs=_JOBS), changed=len(files))
    time.sleep(_SETTLED)
    found["no page changed"] = _timed(partial(embed, project, folder, jobs=_JOBS), changed=0)
    found["removed from each"] = _timed(partial(embed, project, folder, jobs=_JOBS, remove=True), removed=len(files))
    return found


def _timed(run: Callable[[], Embedded], changed: int = 0, removed: int = 0) -> float:
    """The seconds of a run. Raises `RuntimeError` where it did not change what it should."""
    results: list[Embedded] = []
    seconds = measure.call(lambda: results.append(run()))
    found = (len(results[0].changed), len(results[0].removed))
    if found != (changed, removed):
        raise RuntimeError(f"wanted {changed} pages changed and {removed} removed, found {found}")
    return seconds


def _write_page(project: Project, folder: Path, address: str) -> Path:
    file = folder / address.removeprefix(project.site) / "index.html"
    file.parent.mkdir(parents=True)
    head = f'<meta charset="utf-8">\n<title>A page</title>\n<link rel="canonical" href="{address}">\n'
    row = (
        '<div class="card"><h2><a href="/a/b/?c=d&amp;e">Words of a page – and more</a></h2><p>Text of it.</p></div>\n'
    )
    body = row * (_BYTES // len(row.encode()))
    page = f"<!doctype html>\n<html>\n<head>\n{head}</head>\n<body>\n{body}</body>\n</html>\n"
    file.write_text(page, encoding="utf-8")
    return file


def _rewrite(files: Sequence[Path]) -> None:
    for file in files:
        new = file.with_name("new")
        new.write_bytes(file.read_bytes())
        new.replace(file)
