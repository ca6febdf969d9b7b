"""Each named query through curagraph against the same query put to pyoxigraph directly."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from functools import partial
from statistics import geometric_mean, median

import pyoxigraph as ox

from bench.measure import median_ratio
from bench.results import Bar, Section, number
from bench.site import Site
from curagraph.asking import answers, queryfile
from curagraph.asking.queryfile import Parameter, Question
from curagraph.problem import UsageError
from curagraph.snapshot import Snapshot

_LIMIT = 1.2
_SHORT = 0.001
_WORDS = {"topic": "Medigy: Care Cost", "words": "care"}
# A query is repeated for so many seconds, at most so often, and at least so often where it is not a very long one.
_SECONDS, _MOST = 2.0, 300
_LEAST, _PATIENCE = 5, 20.0


def measured(sites: Sequence[Site]) -> Section:
    """All queries on the corpus of 10,000, or the largest below."""
    site = max((site for site in sites if site.size <= 10_000), key=lambda site: site.size, default=sites[0])
    snapshot = site.snapshot()
    rows: list[tuple[float, list[str]]] = []
    long: dict[str, float] = {}
    short: dict[str, float] = {}
    left_out = []
    for question in queryfile.load_all(snapshot.project).values():
        try:
            ours, direct, answered = _compare(snapshot, question)
        except UsageError as error:
            left_out.append(f"{question.name} ({error})")
            continue
        ratio = median_ratio(list(zip(ours, direct, strict=True)))
        (long if median(direct) >= _SHORT else short)[question.name] = ratio
        times = (number(1000 * median(seconds)) for seconds in (ours, direct))
        rows.append((median(direct), [question.name, f"{answered:,}", *times, number(ratio)]))
    bars = [*_bars("1 ms or more", long), *_bars("under 1 ms, where reading the header counts", short)]
    text = (
        f"On {site.items} items: `curagraph.ask` on an open snapshot, which finds and reads the file and binds"
        " the parameters, against `Store.query` of the text that comes of it; both consumed to the end, in turn,"
        " medians, the longest first. A parameter has its default, or where that is of the seeds a value of the corpus:"
        " of things the one most named."
    )
    if left_out:
        text += f" Left out: {', '.join(left_out)}."
    header = ["query", "rows", "curagraph, ms", "pyoxigraph, ms", "ratio"]
    return Section("Named queries", text, header, [row for _, row in sorted(rows, reverse=True)], bars)


def _bars(which: str, ratios: Mapping[str, float]) -> list[Bar]:
    if not ratios:
        return []
    worst = max(ratios, key=lambda name: ratios[name])
    group = f"{len(ratios)} queries of {which}"
    return [
        Bar(f"{group}: geometric mean", "", geometric_mean(ratios.values()), _LIMIT),
        Bar(f"{group}: worst, `{worst}`", "", ratios[worst], _LIMIT),
    ]


def _compare(snapshot: Snapshot, question: Question) -> tuple[list[float], list[float], int]:
    """The times of both, and the number of rows, which must be the same."""
    given = _given(snapshot, question)
    ask = partial(answers.ask, snapshot, question.name, given)
    query = partial(_query, snapshot.store, answers.prepared(snapshot.project, question.name, given))
    rows = (_consume(ask()), _consume(query()))
    if rows[0] != rows[1]:
        raise RuntimeError(f"{question.name}: {rows[0]} rows through curagraph, {rows[1]} from pyoxigraph")
    ours: list[float] = []
    direct: list[float] = []
    begun = time.perf_counter()
    while len(ours) < _MOST and time.perf_counter() < begun + (_PATIENCE if len(ours) < _LEAST else _SECONDS):
        for times, function in ((ours, ask), (direct, query)):
            started = time.perf_counter()
            _consume(function())
            times.append(time.perf_counter() - started)
    return ours, direct, rows[0]


def _given(snapshot: Snapshot, question: Question) -> dict[str, str]:
    """Values that the corpus holds, for the parameters whose defaults are of the seeds."""
    things = {p.name: _busiest(snapshot, p) for p in question.parameters if p.type == "iri" and p.within}
    words = {p.name: _WORDS[p.name] for p in question.parameters if p.type == "string" and p.name in _WORDS}
    return {name: value for name, value in (things | words).items() if value}


def _query(store: ox.Store, text: str) -> answers.Answer:
    return store.query(text, use_default_graph_as_union=True)


def _consume(answer: answers.Answer) -> int:
    if isinstance(answer, ox.QueryBoolean):
        return int(bool(answer))
    return sum(1 for _ in answer)


def _busiest(snapshot: Snapshot, parameter: Parameter) -> str:
    """Of the things that a parameter may name, the one that most statements are about or point to."""
    within = ox.Literal(snapshot.project.base + parameter.within)
    text = f"""SELECT ?thing WHERE {{
        {{ ?s ?p ?thing }} UNION {{ ?thing ?p ?o }} FILTER(isIRI(?thing) && STRSTARTS(STR(?thing), {within}))
    }} GROUP BY ?thing ORDER BY DESC(COUNT(*)) ?thing LIMIT 1"""
    found = snapshot.store.query(text, use_default_graph_as_union=True)
    assert isinstance(found, ox.QuerySolutions)  # it is a SELECT
    return next((row["thing"].value for row in found), "")
