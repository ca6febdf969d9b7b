"""A release against Oxigraph's own dump of the same triples, and a feed after one change against a new one."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from statistics import median

import pyoxigraph as ox

from bench import measure
from bench.results import Bar, Section, number
from bench.site import Site, tool
from curagraph.delivery import portion

_RELEASE, _UPDATE = 4, 2
# The bars are for so many items; with fewer, the start of a command is most of what it takes.
_LARGE = 100_000
# A file that was changed a moment before a build is read again by the next, because its time says too little.
_MOMENT = 0.5
_TIMES = 3


def releases(sites: Sequence[Site]) -> Section:
    """`curagraph release`, as a command with its start-up, and `Store.dump` of what it releases as N-Quads."""
    rows, bars = [], []
    for site in sites:
        assert site.snapshot()
        with tempfile.TemporaryDirectory(dir=site.folder) as name:
            folder = Path(name)
            store, quads = _same(site, folder)
            pairs = measure.interleaved(partial(_release, site, folder), partial(_dump, store, folder), site.rounds)
        ours, theirs = (median(each) for each in zip(*pairs, strict=True))
        ratio = measure.median_ratio(pairs)
        rows.append([site.items, f"{quads:,}", number(ours), number(theirs), number(ratio)])
        if site.size >= _LARGE:
            both = f"{number(ours)} / {number(theirs)}"
            bars.append(Bar(f"release of {site.items} items against a dump", both, ratio, _RELEASE))
    text = (
        "`curagraph release` of everything but images, as Turtle, JSON-LD, N-Triples and N-Quads, packed, with its "
        "description, checksums and page; and Oxigraph's `Store.dump` of the same statements as N-Quads."
    )
    return Section("Releases", text, ["items", "statements", "release", "dump", "ratio"], rows, bars)


def feeds(sites: Sequence[Site]) -> Section:
    """`curagraph feed` after one file was changed and built, and for a folder that is empty; with start-up."""
    rows, bars = [], []
    for site in sites:
        site.build()
        time.sleep(_MOMENT)
        site.update(0)
        with tempfile.TemporaryDirectory(dir=site.folder) as name:
            anew = median(_feed(site, Path(name) / str(turn)) for turn in range(site.rounds))
            changed = [_changed(site, Path(name) / "0", turn) for turn in range(_TIMES)]
        share = 100 * median(changed) / anew
        rows.append([site.items, number(median(changed)), number(anew), f"{number(share)} %"])
        if site.size >= _LARGE:
            both = f"{number(median(changed))} / {number(anew)}"
            name = f"feed of {site.items} items after one change"
            bars.append(Bar(name, both, share, _UPDATE, " % of a new one"))
    text = "`curagraph feed` after a build with one changed file, and of the whole into an empty folder."
    return Section("Feeds", text, ["items", "one change", "anew", "part"], rows, bars)


def _same(site: Site, folder: Path) -> tuple[ox.Store, int]:
    """A store with what a release holds, and how many statements that is."""
    snapshot = site.snapshot()
    found = portion.write(snapshot, snapshot.project.partners["public"], folder)
    store = ox.Store(str(folder / "same"))
    store.bulk_load(path=found, format=ox.RdfFormat.N_QUADS)
    found.unlink()
    return store, len(store)


def _release(site: Site, folder: Path) -> float:
    shutil.rmtree(folder / "out", ignore_errors=True)
    return measure.command([tool("curagraph"), "release", "--project", site.folder, "-o", folder / "out"]).wall


def _dump(store: ox.Store, folder: Path) -> float:
    return measure.call(partial(store.dump, folder / "dump.nq", ox.RdfFormat.N_QUADS))


def _feed(site: Site, out: Path) -> float:
    return measure.command([tool("curagraph"), "feed", "--project", site.folder, "-o", out]).wall


def _changed(site: Site, out: Path, turn: int) -> float:
    """The seconds of an update after one item has another description; then the item is put back as it was."""
    files = sorted(site.sources.rglob("*.md"))
    file = files[(2 * turn + 1) * len(files) // (2 * _TIMES)]
    before = file.read_text(encoding="utf-8")
    file.write_text(before.replace("\ndescription: ", "\ndescription: Again ", 1), encoding="utf-8")
    time.sleep(_MOMENT)
    site.update(1)
    seconds = _feed(site, out)
    file.write_text(before, encoding="utf-8")
    time.sleep(_MOMENT)
    site.update(1)
    _feed(site, out)
    return seconds
