"""Snapshots: one pointer, builds that exclude each other, and readers that nobody disturbs."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from curagraph import Project, Snapshot, UsageError
from curagraph.problem import BuildStopped
from curagraph.snapshot import KEPT
from tests.project import BASE, CU, DCTERMS, PATIENCE, Site, command, item, items, settle

_GATE = """
import time
from pathlib import Path

gate = Path(__file__).with_name("closed")
while gate.exists():
    time.sleep(0.01)
"""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site(tmp_path / "site", items(range(1, 13)))
    settle()
    made.build()
    return made


@contextmanager
def held_build(site: Site) -> Iterator[subprocess.Popen[bytes]]:
    """A build that has begun and waits: a converter of the project sees to it, until this context ends."""
    converters = site.own("converters")
    gate = converters / "closed"
    (converters / "gate.py").write_text(_GATE, encoding="utf-8")
    gate.touch()
    held = subprocess.Popen(command("build", "--project", site.folder), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        wait_for(site.folder / ".curagraph" / "building" / "state.sqlite")
        time.sleep(0.2)
        assert held.poll() is None
        yield held
    finally:
        gate.unlink(missing_ok=True)
        out, err = held.communicate(timeout=PATIENCE)
    assert held.returncode == 0, (out, err)


def wait_for(path: Path) -> None:
    end = time.monotonic() + PATIENCE
    while not path.exists():
        assert time.monotonic() < end, f"{path} never came"
        time.sleep(0.005)


def snapshots(site: Site) -> list[int]:
    return sorted(int(path.name) for path in (site.folder / ".curagraph" / "snapshots").iterdir())


def test_there_is_no_snapshot_before_the_first_build(tmp_path: Path) -> None:
    """Before the first build there is nothing to read, and the error says what to do."""
    site = Site(tmp_path / "site", items([1]))
    with pytest.raises(UsageError, match="curagraph build"):
        site.snapshot()


def test_a_build_moves_one_pointer(site: Site) -> None:
    """Each build that changes the graph makes a folder of its own, and `current` leads to the last one."""
    pointer = site.folder / ".curagraph" / "current"
    assert pointer.readlink() == Path("snapshots/1")
    site.write("1.md", item(1, title="New"))
    site.build()
    assert pointer.readlink() == Path("snapshots/2")
    assert not (site.folder / ".curagraph" / "building").exists()


def test_old_snapshots_are_pruned(site: Site) -> None:
    """The last few snapshots are kept and older ones removed."""
    for number in range(2 * KEPT):
        site.write("1.md", item(1, title=f"Take {number}"))
        site.build()
        assert snapshots(site)[-1] == int(site.snapshot().path.name)
        assert len(snapshots(site)) <= KEPT


def test_a_snapshot_is_built_on_the_last_one(site: Site) -> None:
    """A build of few changes shares the files of the store with the snapshot before it."""
    for number in range(3):
        site.write("1.md", item(1, title=f"Take {number}"))
        site.build()
    store = site.snapshot().path / "store"
    assert any(file.stat().st_nlink > 1 for file in store.iterdir() if file.suffix == ".sst")


def test_what_lies_in_the_folder_of_snapshots_does_not_stop_a_build(site: Site) -> None:
    """Stray files among the snapshots, such as file managers leave, are no snapshots and no trouble."""
    (site.folder / ".curagraph" / "snapshots" / ".DS_Store").touch()
    site.write("1.md", item(1, title="New"))
    assert site.run("build").status == 0
    assert site.titles()["1"] == "New"


def test_a_moved_project_keeps_its_graph(site: Site, tmp_path: Path) -> None:
    """A project folder that is moved answers as before, and the next build has nothing to do."""
    before = site.quads()
    moved = Site.at(site.folder.rename(tmp_path / "moved"))
    assert moved.quads() == before
    assert moved.build().changed == 0


def test_a_pointer_to_nothing_is_no_graph(site: Site) -> None:
    """Where somebody removed the snapshots a build makes the graph anew."""
    before = site.quads()
    current = site.snapshot().path
    for path in sorted(current.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    current.rmdir()
    with pytest.raises(UsageError):
        site.snapshot()
    assert site.build().changed == 12
    assert site.quads() == before


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\0" + bytes(100)])
def test_a_damaged_state_is_told_or_made_anew(site: Site, content: bytes) -> None:
    """A damaged memory of the last build is told, or the build begins anew; there is never a traceback."""
    (site.snapshot().path / "state.sqlite").write_bytes(content)
    site.write("1.md", item(1, title="New"))
    ended = site.run("build")
    assert ended.status in (0, 2, 3)
    assert site.titles()["1"] == ("New" if ended.status == 0 else "Item 1")


# Two builds at once


def test_the_second_of_two_builds_says_so_and_stops(site: Site) -> None:
    """While a build runs another ends with status 3 and one line, and the first completes."""
    site.write("1.md", item(1, title="New"))
    with held_build(site):
        ended = site.run("build")
        assert ended.status == 3
        assert "another build is running" in ended.sentence
        assert ended.out == ""
    assert site.titles()["1"] == "New"


def test_the_second_build_in_a_library_raises(site: Site) -> None:
    """While a build runs another in this process is refused before it touches anything."""
    with held_build(site):
        before = sorted((site.folder / ".curagraph" / "building").iterdir())
        with pytest.raises(BuildStopped, match="another build is running"):
            site.build()
        assert sorted((site.folder / ".curagraph" / "building").iterdir()) == before


def test_a_build_can_follow_another(site: Site) -> None:
    """The right to build ends with the build, so that the next one has it at once."""
    with held_build(site):
        pass
    assert site.run("build").status == 0


def test_readers_are_answered_while_a_build_runs(site: Site) -> None:
    """Queries and exports read the old graph while a new one is being made."""
    before = site.export()
    site.write("1.md", item(1, title="New"))
    with held_build(site):
        assert site.titles()["1"] == "Item 1"
        assert site.export() == before
        asked = site.run("query", "SELECT ?t { <https://data.example.org/item/1> dcterms:title ?t }", "--format", "csv")
        assert asked.out.split() == ["t", "Item", "1"]
        assert site.run("export", "--format", "nquads").data == before
    assert site.titles()["1"] == "New"


# Readers


def test_a_reader_keeps_its_graph(site: Site) -> None:
    """A snapshot that was opened before builds answers the same during and after them, even when it was pruned."""
    reader = site.snapshot()
    size = len(reader.store)
    everything = sorted(map(str, reader.store))
    for number in range(KEPT + 2):
        for changed in range(1, 4):
            site.write(f"{changed}.md", item(changed, title=f"Take {number}"))
        site.build()
        assert len(reader.store) == size
    assert not reader.path.exists()
    assert sorted(map(str, reader.store)) == everything
    assert site.titles()["1"] == f"Take {KEPT + 1}"


def test_a_reader_of_an_rdflib_graph_keeps_it(site: Site) -> None:
    """The same holds for the rdflib view."""
    graph = site.snapshot().graph()
    size = len(list(graph.quads()))
    site.write("1.md", item(1, title="New"))
    site.build()
    assert len(list(graph.quads())) == size


def test_a_snapshot_cannot_be_written(site: Site) -> None:
    """What is published is read only."""
    snapshot = site.snapshot()
    with pytest.raises((OSError, RuntimeError)):
        snapshot.store.clear()
    assert len(site.titles()) == 12


def test_many_readers_at_once(site: Site) -> None:
    """Several processes and snapshots read the same graph at the same time."""
    first, second = site.snapshot(), site.snapshot()
    assert len(first.store) == len(second.store)
    asked = [
        subprocess.Popen(
            command("query", "ASK { ?s a cu:CuratedItem }", "--format", "json", "--project", site.folder),
            stdout=subprocess.PIPE,
        )
        for _ in range(3)
    ]
    answers = [process.communicate(timeout=PATIENCE)[0] for process in asked]
    assert all(b"true" in answer for answer in answers)


# How things are named


@pytest.mark.parametrize(
    ("name", "iri"),
    [
        ("12", f"{BASE}item/12"),
        ("item/12", f"{BASE}item/12"),
        ("topic/a:b/c", f"{BASE}topic/a:b/c"),
        (f"{BASE}item/12", f"{BASE}item/12"),
        (f"<{BASE}item/12>", f"{BASE}item/12"),
        ("cu:hasTopic", f"{CU}hasTopic"),
        ("dcterms:title", f"{DCTERMS}title"),
        ("https://news.example.com/stories/1", "https://news.example.com/stories/1"),
        ("urn:openproject:work-package:12", "urn:openproject:work-package:12"),
    ],
)
def test_a_thing_is_named_as_people_write_it(site: Site, name: str, iri: str) -> None:
    """A number, a path, a prefixed name and an IRI each name a thing."""
    assert site.snapshot().thing(name).value == iri


@pytest.mark.parametrize("name", ["two words", "http://[", "a<b", "item/\udcff", "x:{y}"])
def test_a_name_that_is_no_iri_is_refused(site: Site, name: str) -> None:
    """What cannot be an IRI is the caller's mistake."""
    with pytest.raises(UsageError):
        site.snapshot().thing(name)


def test_the_current_snapshot_of_a_loaded_project(site: Site) -> None:
    """`Snapshot.current` follows the pointer at the time of the call, and keeps to what it found."""
    project = Project.load(site.folder)
    old = Snapshot.current(project)
    site.write("1.md", item(1, title="New"))
    site.build()
    assert Snapshot.current(project).path != old.path
    assert old.path.name == "1"
