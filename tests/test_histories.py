"""The same files give the same bytes, whatever led to them: histories, hash seeds, workers, the order of files."""

from __future__ import annotations

import os
import random
import tempfile
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curagraph import Format, Report
from tests.project import Ended, Site, item, items, settle, together

# Files that are there from the start, so that a few changes are few.
COUNT = 18
PEOPLE = ("Ann Lee", "ann lee", "ANN LEE", "Ann Lee @example.org", "Bob", "BOB", "Zoë", "A and B")
TOPICS = ("Symplur: Payment Reform", "Symplur: payment reform", "Medigy: Care Model", "medigy: Care Model", "No source")
SECTIONS = (("telehealth", "Telehealth (TH)"), ("telehealth", "Tele Health (TH)"), ("ageing", "Ageing"))
TEXTS = ("# One\n\nWords.\n", "# One\n\n## Two\n\nMore words here.\n", "No heading, only words.\n")
BROKEN = ("---\nid: 1\n", "", "---\nid: [\n---\n", "\0")


class Step(NamedTuple):
    """One thing that an editor does: what, to which file, and a number that decides how."""

    what: str
    file: int
    how: int


Edits = st.sampled_from(["write"] * 4 + ["claim"] * 2 + ["remove"] * 2 + ["rename"] * 2 + ["text", "break", "touch"])
Builds = st.lists(st.builds(Step, Edits, st.integers(0, COUNT + 5), st.integers(0, 10_000)), min_size=1, max_size=5)
Histories = st.lists(Builds, min_size=1, max_size=6)


def written(number: int, how: int) -> str:
    """An item that differs with `how` in all that items share."""
    rng = random.Random(how)
    slug, name = rng.choice(SECTIONS)
    changes: dict[str, Any] = {
        "author": rng.sample(PEOPLE, rng.randint(0, 3)),
        "communityTopics": rng.sample(TOPICS, rng.randint(0, 3)),
        "identifier": name,
        "mastHead": f"{name} CoP",
        "contentCategories": f"medigy-{slug}-curated-news",
        "type": f"communities/medigy-{slug}",
    }
    if rng.random() < 0.2:
        changes["herf"] = "x"
    if rng.random() < 0.2:
        changes["date"] = "soon"
    if rng.random() < 0.2:
        changes["featuredImage"] = None
    return item(number, title=f"Title {how % 7}", href=f"https://site{how % 3}.example/{how % 5}", **changes)


def do(site: Site, step: Step) -> None:
    name = f"{step.file:02}.md"
    file = site.seeds / name
    match step.what:
        case "write":
            site.write(name, written(step.file + 1, step.how))
        case "claim":
            site.write(name, written(step.how % COUNT + 1, step.how))
        case "remove":
            file.unlink(missing_ok=True)
        case "rename":
            if file.exists():
                file.replace(site.seeds / f"{step.how % (COUNT + 5):02}.md")
        case "text":
            site.write(name, TEXTS[step.how % len(TEXTS)])
        case "break":
            site.write(name, BROKEN[step.how % len(BROKEN)])
        case "touch":
            if file.exists():
                os.utime(file)


def told(report: Report) -> dict[str, object]:
    """What a report says of the whole graph, whatever was done to make it."""
    whole = report.as_json()
    del whole["seconds"]
    assert isinstance(whole["items"], dict)
    del whole["items"]["changed"]
    return whole


def live(history: list[list[Step]]) -> None:
    """Build after each part of a history, and compare the end with one full build of the same files."""
    with tempfile.TemporaryDirectory(prefix="curagraph-test-") as folder:
        site = Site(Path(folder) / "site", {f"{n:02}.md": written(n + 1, n) for n in range(COUNT)})
        settle()
        report = site.build()
        for steps in history:
            for step in steps:
                do(site, step)
            report = site.build()
        compare(site, report, Path(folder) / "fresh")


def compare(site: Site, report: Report, folder: Path) -> None:
    """Compare what builds have come to with one full build of the same files, in another folder."""
    fresh = site.copy(folder)
    whole = fresh.build()
    assert site.quads() == fresh.quads()
    assert told(report) == told(whole)
    for format_ in (Format.TURTLE, Format.JSONLD, Format.NQUADS):
        assert site.export(format_) == fresh.export(format_)


_quietly = settings(deadline=None, database=None, suppress_health_check=list(HealthCheck), print_blob=True)


@settings(_quietly, max_examples=3, derandomize=True)
@given(Histories)
def test_a_history_ends_as_one_full_build(history: list[list[Step]]) -> None:
    """Builds after edits, renames, removals and rival claims end with the bytes and the report of one full build.

    Two hundred more are in test_delivery_histories.
    """
    live(history)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_a_long_history_ends_as_one_full_build(seed: int) -> None:
    """The same for a history of sixty builds."""
    rng = random.Random(seed)
    whats = ["write", "write", "claim", "remove", "rename", "text", "break", "touch"]
    live(
        [
            [Step(rng.choice(whats), rng.randrange(COUNT + 5), rng.randrange(10_000)) for _ in range(rng.randint(1, 5))]
            for _ in range(60)
        ]
    )


def test_a_history_across_restarts_of_the_rules(tmp_path: Path) -> None:
    """Settings that change and change back between builds leave no trace."""
    site = Site(tmp_path / "site", items(range(1, 9)))
    settle()
    site.build()
    before = site.exports()
    site.settings(base="https://other.example/")
    site.build()
    site.settings()
    site.build()
    assert site.exports() == before


# What must not matter


def mixed(folder: Path, count: int = COUNT) -> Site:
    """A project with spellings that compete, files that claim one IRI, texts and bad files."""
    files = {f"{n:03}.md": written(n % (count - 3) + 1, n) for n in range(count)}
    files |= {f"text{n}.md": text for n, text in enumerate(TEXTS)}
    files |= {f"bad{n}.md": text for n, text in enumerate(BROKEN)}
    return Site(folder, files)


@pytest.mark.slow
def test_the_hash_seed_does_not_matter(tmp_path: Path) -> None:
    """Python's random hashing changes no byte of any export and no word of the report."""
    sites = [mixed(tmp_path / str(seed)) for seed in range(4)]
    report, formats = "report.json", ("turtle", "jsonld", "nquads")

    def exported(*arguments: str | Path) -> list[Ended]:
        seeded = [{"PYTHONHASHSEED": str(seed)} for seed in range(4)]
        return together([partial(site.run, *arguments, env=env) for site, env in zip(sites, seeded, strict=True)])

    for site in sites:
        (site.folder / report).touch()
    built = together(
        [
            partial(site.run, "build", "--report", site.folder / report, env={"PYTHONHASHSEED": str(seed)})
            for seed, site in enumerate(sites)
        ]
    )
    assert [ended.status for ended in built] == [1] * 4
    for format_ in formats:
        assert len({ended.data for ended in exported("export", "--format", format_)}) == 1
    texts = [(site.folder / report).read_text("utf-8").splitlines() for site in sites]
    assert len({tuple(line for line in text if '"seconds"' not in line) for text in texts}) == 1


@pytest.mark.slow
def test_the_number_of_workers_does_not_matter(tmp_path: Path) -> None:
    """One process or four: the same bytes and the same report, from so many files that workers do start."""
    one, four = (mixed(tmp_path / name, count=450) for name in ("one", "four"))
    assert told(one.build(jobs=1)) == told(four.build(jobs=4))
    assert one.quads() == four.quads()
    assert one.exports() == four.exports()


def test_the_order_of_the_files_does_not_matter(tmp_path: Path) -> None:
    """Files that were made in another order, and so are listed in another order, give the same bytes."""
    straight = mixed(tmp_path / "straight")
    shuffled = Site(tmp_path / "shuffled")
    names = sorted(path.name for path in straight.seeds.iterdir())
    random.Random(1).shuffle(names)
    for name in names:
        (shuffled.seeds / name).write_bytes((straight.seeds / name).read_bytes())
    assert told(straight.build()) == told(shuffled.build())
    assert straight.exports() == shuffled.exports()


@pytest.mark.slow
def test_the_place_of_the_project_does_not_matter(tmp_path: Path) -> None:
    """The folder that a project lies in, and the folder that the command runs in, change no byte."""
    one, other = mixed(tmp_path / "one"), mixed(tmp_path / "deep" / "down" / "other")
    one.run("build", cwd=tmp_path)
    other.run("build", cwd=other.seeds)
    assert one.exports() == other.exports()


@pytest.mark.slow
def test_the_place_on_earth_does_not_matter(tmp_path: Path) -> None:
    """Neither the time zone nor the locale of the machine changes a byte."""
    here, there = mixed(tmp_path / "here"), mixed(tmp_path / "there")
    here.build()
    env = {"TZ": "Asia/Kathmandu", "LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    assert there.run("build", env=env).status == 1
    assert there.exports() == here.exports()
    assert there.run("export", "--format", "turtle", env=env).data == here.export(Format.TURTLE)
    assert there.run("query", "latest-items", env=env).status == 0
