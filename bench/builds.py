"""A build from nothing: against `oxigraph load` of the same statements, its memory, and against the obvious script."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from statistics import median

import pyoxigraph as ox

from bench import measure, obvious
from bench.measure import Cost
from bench.results import Bar, Section, number
from bench.site import Site, tool

_AGAINST_LOAD, _GROWTH, _MEMORY, _AGAINST_SCRIPT = 1.5, 1.2, 1000, 20
# The graphs of what files do not say themselves, which the script does not write.
_NO_FILE_SAYS = ("ontology", "shared/schemes", "shared/matches", "inferred", "inferred-ontology", "mentions")
# The obvious script takes minutes where there are more items.
_MOST = 10_000


def against_load(sites: Sequence[Site]) -> Section:
    """The real command against Oxigraph's own loader, in turn."""
    rows, bars, ratios = [], [], {}
    for site in sites:
        assert site.dump  # made before the clock starts
        pairs = measure.interleaved(site.build, partial(_load, site), site.rounds)
        ratios[site.size] = ratio = measure.median_ratio([(build.wall, load.wall) for build, load in pairs])
        cpu = measure.median_ratio([(build.cpu, load.cpu) for build, load in pairs])
        build, load = (_median(costs) for costs in zip(*pairs, strict=True))
        seconds = f"{number(build.wall)} / {number(load.wall)}"
        cpu_seconds = f"{number(build.cpu)} / {number(load.cpu)}"
        each = ", ".join(number(build.wall / load.wall) for build, load in pairs)
        rows.append([site.items, f"{site.quads:,}", seconds, number(ratio), each, cpu_seconds, number(cpu)])
        if site.size == 10_000:
            bars.append(Bar("build of 10,000 items against `oxigraph load`", seconds, ratio, _AGAINST_LOAD))
        if site.size == 100_000 and 10_000 in ratios:
            what = "that ratio at 100,000 items against that at 10,000"
            bars.append(Bar(what, seconds, ratio / ratios[10_000], _GROWTH))
    text = (
        "`curagraph build` from nothing against `oxigraph load` of the N-Quads that its store holds (all graphs), both"
        " as commands, start-up included, in turn; files in the cache of the system. Medians of the rounds."
    )
    header = ["items", "quads", "seconds, build / load", "ratio", "each round", "processor seconds", "their ratio"]
    return Section("A build from nothing against `oxigraph load`", text, header, rows, bars)


def memory(sites: Sequence[Site]) -> Section:
    """The peak memory of all processes of a build, in builds that are not timed."""
    rows, bars = [], []
    for site in sites:
        cost = site.watched
        rows.append([site.items, number(cost.pss / 1e6), number(cost.rss / 1e6), str(cost.processes)])
        if site.size == 100_000:
            bars.append(Bar("memory of a build of 100,000 items", "", cost.pss / 1e6, _MEMORY, " MB"))
    text = (
        "The sum over all processes of the command at its peak, looked at every 50 ms. PSS counts a page that several"
        " processes share once; RSS counts it in each."
    )
    header = ["items", "peak PSS, MB", "peak RSS, MB", "processes"]
    return Section("Memory of a build", text, header, rows, bars)


def against_script(sites: Sequence[Site]) -> Section:
    """The real command against the obvious script."""
    rows, bars = [], []
    for site in sites:
        if site.size > _MOST:
            continue
        pairs = measure.interleaved(partial(_script, site), site.build, 3 if site.size < _MOST else 1)
        ratio = measure.median_ratio([(script.wall, build.wall) for script, build in pairs])
        cpu = measure.median_ratio([(script.cpu, build.cpu) for script, build in pairs])
        script, build = (_median(costs) for costs in zip(*pairs, strict=True))
        seconds = f"{number(script.wall)} / {number(build.wall)}"
        cpu_seconds = f"{number(script.cpu)} / {number(build.cpu)}"
        rows.append([site.items, seconds, number(ratio), cpu_seconds, number(cpu), _share(site)])
        what = f"the obvious script on {site.items} items, writing N-Quads, against a build"
        bars.append(Bar(what, seconds, ratio, _AGAINST_SCRIPT, at_least=True))
        turtle = _script(site, "ttl")
        seconds = f"{number(turtle.wall)} / {number(build.wall)}"
        what = f"the obvious script on {site.items} items, writing Turtle, against a build"
        bars.append(Bar(what, seconds, turtle.wall / build.wall, _AGAINST_SCRIPT, at_least=True))
    left_out = (obvious.__doc__ or "").partition("It leaves out: ")[2].strip().replace("\n", " ")
    text = (
        "`bench/obvious.py`: PyYAML's `safe_load`, rdflib's `Dataset`, `html.parser`, one file in the end: N-Quads in"
        " this table, and once Turtle, for the bar above."
        " `same quads` are those of the store that say what a file says, which it writes too."
        f" It leaves out: {left_out}"
    )
    header = ["items", "seconds, script / build", "ratio", "processor seconds", "their ratio", "same quads"]
    return Section("A build from nothing against the obvious script", text, header, rows, bars)


def _load(site: Site) -> Cost:
    place = site.folder / "loaded"
    shutil.rmtree(place, ignore_errors=True)
    cost = measure.command([tool("oxigraph"), "load", "--location", place, "--file", site.dump])
    shutil.rmtree(place)
    return cost


def _script(site: Site, notation: str = "nq") -> Cost:
    return measure.command([tool("python"), obvious.__file__, site.sources, site.folder / f"obvious.{notation}"])


def _share(site: Site) -> str:
    """How many of the quads that say what files say the script has written too."""
    base = site.snapshot().project.base
    others = tuple(f" <{base}graph/{name}>" for name in _NO_FILE_SAYS)
    wanted = {quad for quad in _quads(site.dump) if not quad.endswith(others)}
    return f"{len(wanted & _quads(site.folder / 'obvious.nq')):,} of {len(wanted):,}"


def _quads(file: Path) -> set[str]:
    return {str(quad) for quad in ox.parse(path=file, format=ox.RdfFormat.N_QUADS)}


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(median(cost.wall for cost in costs), median(cost.cpu for cost in costs))
