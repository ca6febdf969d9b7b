"""What is built and delivered along a history of edits agrees at each step, and is the same on any machine.

A partner who has everything and one who has a choice are served after each build; what each has seen so far must be
enough to come to what the portion is now: the pages of the feed, and the differences applied to the first release.
"""

from __future__ import annotations

import gzip
import hashlib
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curagraph.delivery import portion
from curagraph.delivery.feeds import feed
from curagraph.delivery.releases import release
from curagraph.exporting.lines import without_graph
from curagraph.takedown import forgotten
from curagraph.takedown.forgotten import Takedown
from tests.project import BASE, Site, settle
from tests.replay import replay
from tests.test_histories import COUNT, Builds, Step, compare, do, written

PARTNERS = """
[partners.everything]
images = true
excerpts = true
page-members = 7
formats = ["ntriples"]

[partners.some]
topics = ["symplur/payment-reform"]
curators = false
page-members = 5
formats = ["turtle", "jsonld"]

[partners.terms]
query = "topics"
erase = false
feed-days = 1
formats = ["ntriples"]
"""
_quietly = settings(deadline=None, database=None, suppress_health_check=list(HealthCheck), print_blob=True)


def edited(site: Site, steps: list[Step]) -> None:
    """Do what the steps of a history say; now and then take an item down, or put it back."""
    for step in steps:
        if step.what == "touch":
            records = dict(forgotten.load(site.folder))
            iri = f"{BASE}item/{step.file + 1}"
            if records.pop(iri, None) is None:
                records[iri] = Takedown(iri, "CommunityItem", "2026-11-22", "It was asked for.")
            forgotten.write(site.folder, records)
        else:
            do(site, step)


def delivered(folder: Path, history: list[list[Step]]) -> Path:
    """The folder with all releases and feeds of a history, each step of which is looked at."""
    site = Site(folder / "site", {f"{n:02}.md": written(n + 1, n) for n in range(COUNT)})
    site.settings(more=PARTNERS)
    out = folder / "out"
    settle()
    for steps in [[], *history]:
        edited(site, steps)
        report = site.build()
        serve(site, out)
    compare(site, report, folder / "fresh")
    return out


def serve(site: Site, out: Path) -> None:
    """Release and feed for each partner, and compare both with the portion."""
    snapshot = site.snapshot()
    for name, partner in snapshot.project.partners.items():
        with tempfile.TemporaryDirectory() as folder:
            wanted = portion.write(snapshot, partner, Path(folder)).read_bytes().splitlines(keepends=True)
        release.release(snapshot, partner, out)
        feed.update(snapshot, partner, out)
        assert replay(out / name / "feed") == {triple(line) for line in wanted}
        assert quads(out / name / "latest") == wanted
        assert applied(out / name) == wanted


def triple(line: bytes) -> bytes:
    """A statement without its graph, where it has one."""
    in_graph = line[line.rindex(b" <") :].startswith(f" <{BASE}graph/".encode())
    return without_graph(line) if in_graph else line


def quads(version: Path) -> list[bytes]:
    """The statements of a release."""
    return [line for file in sorted(version.glob("data*.nq.gz")) for line in unpacked(file)]


def unpacked(file: Path) -> Iterator[bytes]:
    if file.exists():
        yield from gzip.decompress(file.read_bytes()).splitlines(keepends=True)


def applied(partner: Path) -> list[bytes]:
    """The first release after all differences."""
    versions = sorted((path for path in partner.iterdir() if path.name.isdecimal()), key=lambda path: int(path.name))
    found = set(quads(versions[0]))
    for version in versions[1:]:
        gone = set(unpacked(version / "removed.nq.gz"))
        assert gone <= found
        withheld = version / "removed.sha256"
        digests = set(withheld.read_text().split()) if withheld.exists() else set()
        gone |= {line for line in found if hashlib.sha256(line.rstrip(b"\n")).hexdigest() in digests}
        new = set(unpacked(version / "added.nq.gz"))
        assert not new & found
        found = (found - gone) | new
    return sorted(found)


def files(out: Path) -> dict[str, bytes]:
    """All that a partner can fetch."""
    paths = (path for path in sorted(out.rglob("*")) if path.is_file())
    return {str(path.relative_to(out)): path.read_bytes() for path in paths if not hidden(path.relative_to(out))}


def hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def lived(history: list[list[Step]], *, twice: bool) -> None:
    """Live through a history; twice in two places, which must give the same bytes."""
    with tempfile.TemporaryDirectory(prefix="curagraph-test-") as folder:
        out = delivered(Path(folder) / "one", history)
        if twice:
            assert files(out) == files(delivered(Path(folder) / "another", history))


def test_what_is_delivered_follows_the_graph() -> None:
    """Feeds replayed and differences applied come to the portion after each build, with the same bytes anywhere."""
    changed = [Step("write", 1, 5), Step("write", COUNT + 1, 3), Step("remove", 2, 0)]
    taken_down = [Step("touch", 4, 0), Step("claim", 3, 1)]
    put_back = [Step("rename", 5, 2), Step("touch", 4, 0)]
    lived([changed, taken_down, put_back], twice=True)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(20))
@settings(_quietly, max_examples=10)
@given(history=st.lists(Builds, min_size=1, max_size=3))
def test_many_histories_are_followed(part: int, history: list[list[Step]]) -> None:
    """The same for two hundred random histories, in parts that several processes can share; fifty are lived twice."""
    lived(history, twice=part < 5)


@pytest.mark.slow
def test_a_long_history_is_followed() -> None:
    """The same for a history of forty builds."""
    rng = random.Random(7)
    whats = ["write", "write", "claim", "remove", "rename", "text", "break", "touch"]
    steps = [
        [Step(rng.choice(whats), rng.randrange(COUNT + 5), rng.randrange(10_000)) for _ in range(rng.randint(1, 5))]
        for _ in range(40)
    ]
    lived(steps, twice=False)
