"""Turtle and JSON-LD exports of the whole graph against Oxigraph's own unsorted dump of the same snapshot."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from statistics import median

import pyoxigraph as ox

from bench import measure
from bench.results import Bar, Section, number
from bench.site import Site
from curagraph.exporting import serialize
from curagraph.exporting.serialize import Format

_FORMATS = (Format.TURTLE, Format.JSONLD)
_DUMPS = {"N-Quads": ox.RdfFormat.N_QUADS, "TriG": ox.RdfFormat.TRIG}
_LIMIT = 4
# "Grow linearly": the time per triple may grow by what caches and merging of runs cost.
_GROWTH = 1.2


def measured(sites: Sequence[Site]) -> Section:
    """Each format in turn with the dumps, from opening the store to the closed file."""
    rows, bars = [], []
    per_triple: dict[tuple[Format, int], float] = {}
    for site in sites:
        triples = _triples(site)
        export, dump = _times(site)
        for format_ in _FORMATS:
            pairs = {name: list(zip(export[format_], dump[name], strict=True)) for name in _DUMPS}
            ratios = {name: measure.median_ratio(pairs[name]) for name in _DUMPS}
            seconds = median(export[format_])
            reference = {name: median(dump[name]) for name in _DUMPS}
            each = 1e6 * seconds / triples
            per_triple[format_, site.size] = each
            beside = [f"{number(reference[name])} ({number(ratios[name])})" for name in _DUMPS]
            rows.append([site.items, format_, f"{triples:,}", number(seconds), *beside, number(each)])
            if site.size >= 10_000:
                both = f"{number(seconds)} / {number(reference['N-Quads'])}"
                what = f"{format_} of {site.items} items against Oxigraph's dump"
                bars.append(Bar(what, both, ratios["N-Quads"], _LIMIT))
            if site.size == 100_000 and (format_, 10_000) in per_triple:
                growth = each / per_triple[format_, 10_000]
                bars.append(Bar(f"{format_}, time per triple at 100,000 against 10,000", "", growth, _GROWTH))
    text = (
        "In one process, from opening the store to the closed file, in turn with `Store.dump` of the same snapshot in"
        " Oxigraph's own order. The export holds what is published, as triples; the dump holds all graphs, as quads."
        " In brackets how many times the dump the export takes."
    )
    header = ["items", "export", "triples", "seconds", *(f"dump in {name}" for name in _DUMPS), "µs a triple"]
    return Section("Exports", text, header, rows, bars)


def _times(site: Site) -> tuple[dict[Format, list[float]], dict[str, list[float]]]:
    export: dict[Format, list[float]] = {format_: [] for format_ in _FORMATS}
    dump: dict[str, list[float]] = {name: [] for name in _DUMPS}
    output = site.folder / "exported"
    for _ in range(site.rounds):
        for name, notation in _DUMPS.items():
            dump[name].append(measure.call(partial(_dump, site, notation, output)))
        for format_ in _FORMATS:
            export[format_].append(measure.call(partial(_export, site, format_, output)))
    output.unlink()
    return export, dump


def _export(site: Site, format_: Format, output: Path) -> None:
    snapshot = site.snapshot()
    with output.open("wb") as file:
        serialize.export(snapshot, file, format_)


def _dump(site: Site, notation: ox.RdfFormat, output: Path) -> None:
    site.snapshot().store.dump(output, notation)


def _triples(site: Site) -> int:
    """How many triples an export holds."""
    output = site.folder / "exported"
    _export(site, Format.NTRIPLES, output)
    with output.open("rb") as file:
        return sum(1 for _ in file)
