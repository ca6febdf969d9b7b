"""A build with nothing changed, and one with one file changed, against a full one."""

from __future__ import annotations

import time
from collections.abc import Sequence
from statistics import median

from bench.measure import Cost
from bench.results import Bar, Section, number
from bench.site import Site

_TIMES = 5
_NOTHING, _ONE = 3, 5
# A file that was changed a moment before a build is read again by the next, because its time says too little.
_MOMENT = 0.5


def measured(sites: Sequence[Site]) -> Section:
    """Both kinds of small build, as commands with their start-up, against the median full build."""
    rows, bars = [], []
    for site in sites:
        site.build()
        full = site.full()
        time.sleep(_MOMENT)
        site.update(0)
        nothing = [site.update(0) for _ in range(_TIMES)]
        one = [_edit(site, turn) for turn in range(_TIMES)]
        for what, costs, limit in (("nothing", nothing, _NOTHING), ("one file", one, _ONE)):
            seconds = median(cost.wall for cost in costs)
            share = 100 * seconds / full.wall
            cpu = median(cost.cpu for cost in costs)
            row = [site.items, what, number(seconds), number(full.wall), f"{number(share)} %"]
            rows.append([*row, f"{number(cpu)} / {number(full.cpu)}", f"{number(100 * cpu / full.cpu)} %"])
            if site.size >= 10_000:
                both = f"{number(seconds)} / {number(full.wall)}"
                name = f"build of {site.items} items with {what} changed"
                bars.append(Bar(name, both, share, limit, " % of a full one"))
    text = (
        f"`curagraph build` again, as a command with its start-up; medians of {_TIMES} and of the full builds that ran."
    )
    header = ["items", "changed", "seconds", "of a full build", "part", "processor seconds", "part"]
    return Section("Small builds", text, header, rows, bars)


def _edit(site: Site, turn: int) -> Cost:
    """Build with another description of one item, and put the item back as it was."""
    files = sorted(site.sources.rglob("*.md"))
    file = files[(2 * turn + 1) * len(files) // (2 * _TIMES)]
    before = file.read_text(encoding="utf-8")
    file.write_text(before.replace("\ndescription: ", "\ndescription: Again ", 1), encoding="utf-8")
    time.sleep(_MOMENT)
    cost = site.update(1)
    file.write_text(before, encoding="utf-8")
    time.sleep(_MOMENT)
    site.update(1)
    return cost
