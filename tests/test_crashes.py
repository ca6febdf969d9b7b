"""Crashes: builds that are killed, and disks that are full. The old graph answers, and the next build completes."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.project import PATIENCE, Site, command, item, items, public_folder, settle, unprivileged

# How long, in seconds, the workers of a killed build may take to notice.
GRACE = 5
QUESTION = (
    "SELECT ?item ?title ?author { ?item dcterms:title ?title ; cu:curatedBy/schema:name ?author } ORDER BY ?item"
)
NO_ROOM = re.compile("No space left|disk is full")

proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="there is no /proc to find processes in")


def living(group: int) -> dict[int, str]:
    """The processes of a group that have not ended, with their command lines."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, _, pgrp = (folder / "stat").read_text().rpartition(")")[2].split()[:3]
            if int(pgrp) == group and state not in "ZX":
                found[int(folder.name)] = (folder / "cmdline").read_text().replace("\0", " ")
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def assert_none_living(group: int) -> None:
    end = time.monotonic() + GRACE
    while left := living(group):
        assert time.monotonic() < end, left
        time.sleep(0.02)


def slow_site(folder: Path) -> Site:
    """A project of many items whose own converter takes 5 ms longer for each, so that a build takes some seconds."""
    site = Site(folder, items(range(1, 1_000)))
    file = site.own("converters") / "item.py"
    slow = "import time\n\ndef slow(found):\n    time.sleep(0.005)\n\n"
    file.write_text(slow + file.read_text().replace("rules=[", 'rules=[Check(["id"], slow, code="slow"),', 1))
    return site


def first_worker(build: subprocess.Popen[bytes]) -> int:
    """Wait until a build has started a process to help it."""
    while True:
        assert build.poll() is None, build.communicate()
        for pid in living(build.pid).keys() - {build.pid}:
            return pid


def started(site: Site, *options: str) -> subprocess.Popen[bytes]:
    """A build in a process group of its own, which hears Ctrl-C even where whoever runs the tests has shut it out."""
    return subprocess.Popen(
        command("build", "--project", site.folder, "--jobs", "2", *options),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )


Moment = Callable[[Site, subprocess.Popen[bytes]], None]


def after(seconds: float) -> Moment:
    """So long after the start."""

    def wait(site: Site, build: subprocess.Popen[bytes]) -> None:
        time.sleep(seconds)

    return wait


def once(appears: Callable[[Path], bool], then: float = 0) -> Moment:
    """As soon as the folder of the graph shows something, and a little later."""

    def wait(site: Site, build: subprocess.Popen[bytes]) -> None:
        while build.poll() is None and not appears(site.folder / ".curagraph"):
            time.sleep(0.0002)
        time.sleep(then)

    return wait


def building(graph: Path) -> bool:
    return (graph / "building" / "state.sqlite").exists()


def writing(graph: Path) -> bool:
    return (graph / "building" / "store" / "CURRENT").exists()


class New:
    """Whether a snapshot has come that was not there before."""

    def __init__(self, site: Site) -> None:
        self.before = set((site.folder / ".curagraph" / "snapshots").iterdir())

    def __call__(self, graph: Path) -> bool:
        return not self.before.issuperset((graph / "snapshots").iterdir())


def killed(site: Site, moment: Moment) -> bool:
    """Kill a build at a moment, and see that nothing of it lives on; whether it was still running."""
    build = started(site)
    moment(site, build)
    build.kill()
    build.communicate(timeout=PATIENCE)
    assert_none_living(build.pid)
    return build.returncode == -signal.SIGKILL


def answer(site: Site) -> bytes:
    ended = site.run("query", QUESTION, "--format", "csv")
    assert ended.status == 0, ended.err
    return ended.data


def change_few(site: Site, rng: random.Random, count: int) -> None:
    """Edit, add and remove so few files that the build begins with a copy of the graph."""
    for number in rng.sample(range(1, count + 1), 12):
        site.write(f"{number}.md", item(number, title=f"Edited {rng.random()}", author=[f"Author {rng.randint(1, 4)}"]))
    gone, new = rng.randint(1, count), count + rng.randint(1, 50)
    (site.seeds / f"{gone}.md").unlink(missing_ok=True)
    site.write(f"{new}.md", item(new))


def change_many(site: Site, rng: random.Random, count: int) -> None:
    """Edit so many files that the build begins with an empty graph."""
    for number in rng.sample(range(1, count + 1), count * 2 // 5):
        site.write(f"{number}.md", item(number, title=f"Edited {rng.random()}"))


def survive(site: Site, rng: random.Random, kills: int, count: int) -> None:
    """Kill builds until so many have died at work; after each, see that the old graph or the whole new one answers."""
    died = kept = 0
    began = time.monotonic()
    assert site.copy(site.folder.with_name("fresh")).run("build", "--jobs", "2").status == 0
    whole = time.monotonic() - began
    while died < kills:
        before = answer(site)
        (change_few if rng.random() < 0.6 else change_many)(site, rng, count)
        died_here = 0
        for _ in range(rng.choice([1, 1, 3])):
            moments: list[Moment] = [
                after(rng.uniform(0, 0.8 * whole)),
                once(building, rng.uniform(0, 0.2 * whole)),
                once(writing, rng.uniform(0, 0.5 * whole)),
                once(New(site), rng.choice([0, 0, 0.001, 0.01])),
            ]
            died_here += killed(site, rng.choice(moments))
        now = answer(site)
        assert site.run("build", "--jobs", "2").status in (0, 1)
        assert now in (before, answer(site))
        assert not (site.folder / ".curagraph" / "building").exists()
        died, kept = died + died_here, kept + (now == before)
        if kills > 5 or died >= kills:
            fresh = site.copy(site.folder.with_name("fresh"))
            fresh.build()
            assert site.export() == fresh.export()
    assert kept > 0


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site(tmp_path / "site", items(range(1, 13)))
    settle()
    made.build()
    return made


@proc
def test_a_few_kills(tmp_path: Path) -> None:
    """Builds killed at a few moments leave the graph whole, no process behind, and the next build completes."""
    count = 410
    site = Site(tmp_path / "site", items(range(1, count + 1)))
    site.build()
    survive(site, random.Random(1), kills=2, count=count)


@proc
@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_many_kills(tmp_path: Path, seed: int) -> None:
    """The same for fifty-one kills at random moments of builds of 600 items, with changes between."""
    count = 600
    site = Site(tmp_path / "site", items(range(1, count + 1)))
    settle()
    site.build()
    survive(site, random.Random(seed), kills=17, count=count)


@proc
def test_a_first_build_that_is_killed_leaves_no_graph(tmp_path: Path) -> None:
    """Until the first build has ended there is nothing to query, whatever a killed one left behind."""
    site = Site(tmp_path / "site", items(range(1, 450)))
    for moment in (once(building), once(writing, 0.2)):
        assert killed(site, moment)
        ended = site.run("query", QUESTION)
        assert ended.status == 2
        assert "curagraph build" in ended.sentence
    assert site.run("build").status == 0
    assert len(site.titles()) == 449


@proc
@pytest.mark.parametrize("later", [0, 1, *(pytest.param(at, marks=pytest.mark.slow) for at in (0.1, 0.2, 0.3, 1.5))])
def test_a_worker_that_dies_stops_the_build(tmp_path: Path, later: float) -> None:
    """When a worker is killed, as for want of memory, the build says so in one line and the old graph stands."""
    site = slow_site(tmp_path / "site")
    build = started(site)
    worker = first_worker(build)
    time.sleep(later)
    os.kill(worker, signal.SIGKILL)
    try:
        out, err = build.communicate(timeout=15)
    except subprocess.TimeoutExpired:
        os.killpg(build.pid, signal.SIGKILL)
        build.communicate(timeout=PATIENCE)
        pytest.fail("the build waits for a worker that is dead")
    assert (build.returncode, out) == (3, b"")
    assert err.decode().startswith("curagraph: a worker process died")
    assert err.count(b"\n") == 1
    assert_none_living(build.pid)
    assert not (site.folder / ".curagraph" / "current").exists()


@proc
@pytest.mark.parametrize(
    ("signal_", "whole_group"),
    [
        (signal.SIGINT, True),
        (signal.SIGTERM, False),
        pytest.param(signal.SIGINT, False, marks=pytest.mark.slow),
        pytest.param(signal.SIGTERM, True, marks=pytest.mark.slow),
    ],
    ids=["Ctrl-C in a terminal", "kill", "kill -INT", "kill of the group"],
)
def test_a_build_that_is_interrupted_ends_quietly(tmp_path: Path, signal_: signal.Signals, whole_group: bool) -> None:
    """Ctrl-C and a request to end stop the build and its workers without a traceback, and the old graph stands."""
    site = slow_site(tmp_path / "site")
    build = started(site)
    first_worker(build)
    time.sleep(1)
    os.killpg(build.pid, signal_) if whole_group else os.kill(build.pid, signal_)
    _, err = build.communicate(timeout=PATIENCE)
    assert build.returncode not in (0, 1, 2)
    assert b"Traceback" not in err, err.decode()
    assert_none_living(build.pid)
    assert not (site.folder / ".curagraph" / "current").exists()


# Disks


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of 24 MB and few files, mounted for one test."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small file system")
    with public_folder() as folder:
        options = ["mount", "-t", "tmpfs", "-o", "size=24m,nr_inodes=500", "none", str(folder)]
        try:
            mounted = subprocess.run(options, capture_output=True, timeout=PATIENCE, check=False)
        except FileNotFoundError:
            pytest.skip("there is no mount command (Debian: mount)")
        if mounted.returncode != 0:
            pytest.skip(f"this root may not mount: {mounted.stderr.decode().strip()}")
        try:
            yield folder
        finally:
            subprocess.run(["umount", "--lazy", str(folder)], check=True, timeout=PATIENCE)


def fill(disk: Path, left: int) -> None:
    """Leave so many bytes on a disk."""
    status = os.statvfs(disk)
    (disk / "filler").write_bytes(bytes(status.f_bavail * status.f_frsize - left))


@pytest.mark.parametrize(
    ("left", "many"),
    [
        (0, False),
        (240, False),
        (320, True),
        *(
            pytest.param(left, many, marks=pytest.mark.slow)
            for left in (32, 96, 160, 400, 480)
            for many in (False, True)
        ),
    ],
)
def test_a_full_disk_leaves_the_old_graph(small_disk: Path, left: int, many: bool) -> None:
    """Whenever the disk fills up a build stops with one line, gives its space back, and the old graph answers."""
    site = Site(small_disk / "site", items(range(1, 13)))
    settle()
    site.build()
    before = site.quads()
    for number in range(1, 13 if many else 3):
        site.write(f"{number}.md", item(number, title="Another title", body="<p>words and</p>" * 1_000))
    fill(small_disk, left << 10)
    free = os.statvfs(small_disk).f_bavail
    ended = site.run("build")
    assert ended.status == 3
    assert "the old graph stands" in ended.sentence
    assert NO_ROOM.search(ended.sentence)
    assert site.quads() == before
    assert os.statvfs(small_disk).f_bavail == free
    (small_disk / "filler").unlink()
    assert site.run("build").status == 0
    assert site.titles()["1"] == "Another title"


@pytest.mark.parametrize("left", [0, 4, *(pytest.param(left, marks=pytest.mark.slow) for left in (1, 2, 6, 8, 12))])
def test_a_disk_that_takes_no_more_files_leaves_the_old_graph(small_disk: Path, left: int) -> None:
    """The same where there is room for bytes but not for another file or folder."""
    site = Site(small_disk / "site", items(range(1, 13)))
    settle()
    site.build()
    before = site.quads()
    site.write("1.md", item(1, title="Another title"))
    (small_disk / "fillers").mkdir()
    for number in range(os.statvfs(small_disk).f_favail - left):
        (small_disk / "fillers" / str(number)).touch()
    ended = site.run("build")
    assert ended.status == 3
    assert NO_ROOM.search(ended.sentence)
    shutil.rmtree(small_disk / "fillers")
    assert site.quads() == before
    assert site.run("build").status == 0


def test_a_first_build_on_a_full_disk_leaves_no_graph(small_disk: Path) -> None:
    """Where there is no room for a first graph the command says so, and there is none."""
    site = Site(small_disk / "site", items(range(1, 13)))
    fill(small_disk, 0)
    ended = site.run("build")
    assert ended.status == 3
    assert NO_ROOM.search(ended.sentence)
    assert site.run("query", QUESTION).status == 2


def test_a_report_that_cannot_be_written_is_told(small_disk: Path, site: Site) -> None:
    """The graph is published even where its report finds no room, and one line says so."""
    fill(small_disk, 0)
    site.write("1.md", item(1, title="New"))
    ended = site.run("build", "--report", small_disk / "report.json")
    assert ended.status not in (0, 1)
    assert NO_ROOM.search(ended.sentence)
    assert site.titles()["1"] == "New"


def test_an_export_on_a_full_disk_leaves_no_part(small_disk: Path, site: Site) -> None:
    """An export that finds no room ends with one line, and what was there under its name stays."""
    target = small_disk / "graph.nq"
    target.write_text("old")
    fill(small_disk, 4096)
    ended = site.run("export", "-o", target)
    assert ended.status not in (0, 1)
    assert NO_ROOM.search(ended.sentence)
    assert sorted(path.name for path in small_disk.iterdir()) == ["filler", "graph.nq"]
    assert target.read_text() == "old"


def test_a_project_that_may_not_be_written_is_told() -> None:
    """A build in a folder of somebody else ends with one line; what is published there can be read all the same."""
    before = unprivileged()
    with public_folder() as folder:
        site = Site(folder / "site", items(range(1, 4)))
        site.folder.chmod(0o555)
        try:
            ended = site.run("build", before=before)
            assert ended.status == 3
            assert "ermission denied" in ended.sentence
            site.folder.chmod(0o755)
            site.build()
            for path in (*site.folder.rglob("*"), site.folder):
                path.chmod(0o555 if path.is_dir() else 0o444)
            assert site.run("query", "ASK { ?s a cu:CuratedItem }", "--format", "csv", before=before).out == "true\n"
            assert site.run("export", before=before).status == 0
            assert site.run("explain", "1", before=before).status == 0
        finally:
            for path in (site.folder, *(path for path in site.folder.rglob("*") if path.is_dir())):
                path.chmod(0o755)
