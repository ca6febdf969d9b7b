"""The ledger: every leaf has one outcome, pages add up, and the report tells where each key path went."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from functools import reduce
from operator import add

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curagraph.converting.ledger import OUTCOMES, RANK, Outcome, Tally, add_up, as_json, encode
from curagraph.converting.run import Result

Convert = Callable[[str | bytes], Result]

ITEM = "id: 7\ntitle: A title\nslug: a-title\nbasePath: /news/\nlink:\n  href: https://example.org/a\n"
rows = st.tuples(st.text(max_size=4), st.sampled_from(OUTCOMES), st.text(max_size=3))
tallies = st.dictionaries(rows, st.integers(1, 9), max_size=6).map(Counter)


def outcomes(result: Result, pattern: str) -> dict[str, int]:
    """How many leaves at a key path had which outcome."""
    found: Counter[str] = Counter()
    for (path, outcome, _), count in result.tally.items():
        if path == pattern:
            found[outcome] += count
    return dict(found)


@given(st.lists(st.tuples(tallies, st.integers(0, 2**80), st.integers(1, 5)), max_size=5))
def test_pages_add_up(pages: list[tuple[Tally, int, int]]) -> None:
    """Adding encoded pages gives the sum of what they were made of, each as often as it occurs."""
    total, found = add_up((encode(tally, bits), times) for tally, bits, times in pages)
    times_each = [Counter({row: count * times for row, count in tally.items()}) for tally, _, times in pages]
    assert total == reduce(add, times_each, Counter())
    assert found == reduce(int.__or__, [bits for _, bits, _ in pages], 0)


@given(tallies, st.integers(0, 2**80))
def test_like_documents_have_one_page(tally: Tally, found: int) -> None:
    """The order in which leaves were met does not show in the page."""
    shuffled = list(tally.items())
    random.Random(1).shuffle(shuffled)
    assert encode(dict(shuffled), found) == encode(tally, found)


@given(tallies)
def test_the_report_loses_no_leaf(tally: Tally) -> None:
    """The counts of the report add up to those of the ledger, with a reason for all that is ignored."""
    report = as_json(tally)
    assert set(report) == {path for path, _, _ in tally}
    for outcome in OUTCOMES:
        counted = [n for (_, each, _), n in tally.items() if each == outcome]
        shown = [counts[outcome] for counts in report.values()]
        assert sum(counted) == sum(sum(each.values()) if isinstance(each, dict) else int(str(each)) for each in shown)


def test_a_loss_outranks_what_else_became_of_a_leaf() -> None:
    """A leaf that one rule converts and another drops counts as dropped, so that the loss shows."""
    assert sorted(RANK, key=RANK.__getitem__) == ["unmapped", "ignored", "agreed", "converted", "dropped"]


@pytest.mark.parametrize(
    ("extra", "pattern", "wanted"),
    [
        ("date: 2020-12-26", "date", {Outcome.CONVERTED: 1}),
        ("date: last week", "date", {Outcome.DROPPED: 1}),
        ("date:", "date", {Outcome.IGNORED: 1}),
        ("auther: Ann", "auther", {Outcome.UNMAPPED: 1}),
        ("author: [Ann, ~, Bob]", "author[]", {Outcome.CONVERTED: 2, Outcome.IGNORED: 1}),
        ("author: []", "author", {Outcome.IGNORED: 1}),
        ("author: {name: Ann}", "author.name", {Outcome.DROPPED: 1}),
        ("tags: [a, b]", "tags[]", {Outcome.IGNORED: 2}),
        ("archetype: news\nopenProjectWorkPackageType: Curated News", "archetype", {Outcome.AGREED: 1}),
        ("archetype: news\nopenProjectWorkPackageType: Curated Content", "archetype", {Outcome.DROPPED: 1}),
        ("featuredImage: {valid: false, href: a.png, size: [1, 2]}", "featuredImage.size[]", {Outcome.IGNORED: 2}),
        ("featuredImage: {valid: false, href: a.png}", "featuredImage.valid", {Outcome.IGNORED: 1}),
        ("featuredImage: {valid: true, href: a.png}", "featuredImage.valid", {Outcome.AGREED: 1}),
        ("featuredImage: {alt: A, size: [1, 2]}", "featuredImage.size[]", {Outcome.DROPPED: 2}),
        (
            "featuredImage: {href: a, size: [1, 2, 3]}",
            "featuredImage.size[]",
            {Outcome.CONVERTED: 2, Outcome.UNMAPPED: 1},
        ),
        ("a: {b: [{c: d}, []], e: {}}", "a.b[].c", {Outcome.UNMAPPED: 1}),
        ("a: {b: [{c: d}, []], e: {}}", "a.b[]", {Outcome.UNMAPPED: 1}),
        ("a: {b: [{c: d}, []], e: {}}", "a.e", {Outcome.UNMAPPED: 1}),
    ],
)
def test_a_leaf_has_the_outcome_that_it_had(convert: Convert, extra: str, pattern: str, wanted: dict[str, int]) -> None:
    """Whatever becomes of a value, the ledger says so, once."""
    assert outcomes(convert(f"---\n{ITEM}{extra}\n---\n"), pattern) == wanted


def test_every_unmapped_leaf_is_reported(convert: Convert) -> None:
    """As many problems as unmapped leaves, each with its key and line."""
    result = convert(f"---\n{ITEM}a: {{b: [x, y], c: {{}}}}\nd:\n- - e\n---\n")
    unmapped = [(p.key, p.line) for p in result.problems if p.code == "unmapped-key"]
    assert unmapped == [("a.b[0]", 8), ("a.b[1]", 8), ("a.c", 8), ("d[0][0]", 10)]
    assert sum(n for (_, outcome, _), n in result.tally.items() if outcome == Outcome.UNMAPPED) == 4


def test_what_is_ignored_has_a_reason(convert: Convert) -> None:
    """No value is ignored without one."""
    result = convert(f"---\n{ITEM}tags: [a]\nsearchCategory: b\nbreadcrumbs: []\nstatus: ''\n---\n")
    ignored = {pattern: reason for pattern, outcome, reason in result.tally if outcome == Outcome.IGNORED}
    assert set(ignored) >= {"tags[]", "searchCategory", "breadcrumbs", "status"}
    assert all(ignored.values())
