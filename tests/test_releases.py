"""`curagraph release`: what stands in a release, what it says of itself, and what happens to those before."""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from rdflib import DCTERMS, Graph

from curagraph.delivery import portion
from curagraph.delivery.releases import dumps, statements
from curagraph.delivery.releases import release as releases
from curagraph.delivery.releases.changes import Changes
from curagraph.delivery.releases.counts import Counts
from curagraph.exporting.serialize import Format
from curagraph.problem import BuildStopped, UsageError
from curagraph.takedown.forgotten import Takedown, write
from tests.browser import Browser, address
from tests.project import BASE, ROOT, Site, command, item, run
from tests.releases import (
    GONE,
    NAME,
    PARTNERS,
    RENAMED,
    changed,
    everything,
    files,
    is_sound,
    key,
    released,
    signers,
    site,
    sum_up,
    two_releases,
    unpacked,
)

WEBTOOLS = Path(sys.prefix) / "webtools" / "node_modules"
CANARY = "Xylophonic"
TYPE = b"http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a site and two releases of it, between which items came, went and were renamed."""
    folder = tmp_path_factory.mktemp("releases")
    two_releases(folder)
    return folder


@pytest.fixture(scope="module")
def first(kept: Path) -> Path:
    return kept / "out" / NAME / "1"


@pytest.fixture(scope="module")
def second(kept: Path) -> Path:
    return kept / "out" / NAME / "2"


def lines(made: Site, folder: Path, partner: str = NAME) -> list[bytes]:
    """The portion of a partner."""
    snapshot = made.snapshot()
    return portion.write(snapshot, snapshot.project.partners[partner], folder).read_bytes().splitlines(keepends=True)


# What stands in a release


def test_a_release_has_its_files(first: Path, second: Path) -> None:
    """Dumps in each notation of the profile and as N-Quads, descriptions, sums, a page; and what differs."""
    endings = ("jsonld", "nq", "nt", "rdf", "trig", "ttl")
    others = {"RDFC-1.0.txt", "SHA256SUMS", "dataset.jsonld", "dataset.ttl", "index.html", "profile.json"}
    wanted = {*(f"data.{ending}.gz" for ending in endings), *others}
    assert {path.name for path in first.iterdir()} == wanted
    assert {path.name for path in second.iterdir()} == wanted | {"added.nq.gz", "removed.nq.gz"}
    assert (second.parent / "latest").readlink() == Path("2")


def test_sha256sum_agrees(first: Path, second: Path) -> None:
    """The checksums are in the form of coreutils, and name every file but themselves."""
    for folder in (first, second):
        check = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
        done = subprocess.run(check, cwd=folder, capture_output=True, check=False)
        assert done.returncode == 0, done.stdout
        assert done.stdout.count(b": OK") == len(list(folder.iterdir())) - 1


def test_packed_files_hold_no_time_and_no_name(first: Path) -> None:
    """The header of gzip (RFC 1952, section 2.3) has no flags and no time."""
    for file in first.glob("*.gz"):
        assert file.read_bytes()[:8] == b"\x1f\x8b\x08\0\0\0\0\0", file


def test_the_n_quads_are_the_portion(kept: Path, second: Path, tmp_path: Path) -> None:
    """What is released is what the partner receives of the graph."""
    assert unpacked(second) == lines(Site.at(kept / "site"), tmp_path)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib's own reader of JSON-LD uses it
def test_rdflib_reads_the_same_in_each_notation(second: Path) -> None:
    """Turtle, JSON-LD, N-Triples and RDF/XML hold the same triples, by a reader that is not ours."""
    wanted = Graph().parse(data=b"".join(statements.triples(unpacked(second))), format="nt")
    for ending, format_ in (("ttl", "turtle"), ("jsonld", "json-ld"), ("nt", "nt"), ("rdf", "xml")):
        with gzip.open(second / f"data.{ending}.gz") as file:
            found = Graph().parse(data=file.read(), format=format_)
        assert set(found) == set(wanted), ending


def test_trig_has_the_graphs(second: Path) -> None:
    """TriG holds each statement in its named graph."""
    quads = ox.parse(gzip.decompress((second / "data.trig.gz").read_bytes()), ox.RdfFormat.TRIG)
    assert sorted(f"{quad} .\n".encode() for quad in quads) == unpacked(second)


def test_the_hash_is_that_of_the_canonical_dataset(second: Path) -> None:
    """It is the SHA-256 of RDFC-1.0's canonical form, which without blank nodes is the lines in order."""
    data = b"".join(unpacked(second))
    dataset = ox.Dataset(ox.parse(data, ox.RdfFormat.N_QUADS))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    canonical = b"".join(sorted(f"{quad} .\n".encode() for quad in dataset))
    stated = (second / "RDFC-1.0.txt").read_text().split(" ")[0]
    assert hashlib.sha256(canonical).hexdigest() == stated
    assert f'"{stated}"^^xsd:hexBinary' in (second / "dataset.ttl").read_text()


def test_another_implementation_comes_to_the_same_hash(second: Path) -> None:
    """`rdf-canonize` for JavaScript writes the same canonical N-Quads."""
    if not (WEBTOOLS / "rdf-canonize").is_dir():
        pytest.skip(f"no packages of tests/webtools/package.json in {WEBTOOLS}; .ci/run installs them with npm")
    program = ROOT / "tests" / "delivery" / "canonical.cjs"
    done = subprocess.run(
        ["node", program],
        input=b"".join(unpacked(second)),
        env={**os.environ, "NODE_PATH": str(WEBTOOLS)},
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert hashlib.sha256(done.stdout).hexdigest() == (second / "RDFC-1.0.txt").read_text().split(" ")[0]


def test_large_dumps_are_cut_between_subjects(kept: Path, tmp_path: Path) -> None:
    """Parts of all notations hold the same subjects, none is in two, and together they are the whole."""
    made = Site.at(kept / "site")
    snapshot, folder = made.snapshot(), tmp_path / "parts"
    folder.mkdir()
    whole = portion.write(snapshot, snapshot.project.partners[NAME], tmp_path)
    found, counts = dumps.write(whole, [Format.NQUADS, Format.NTRIPLES], 30_000, made.load(), folder)
    parts = max(dump.parts for dump in found)
    assert parts > 3
    assert {dump.name for dump in found} == {f"data-{n:03}.{e}.gz" for n in range(1, parts + 1) for e in ("nq", "nt")}
    assert unpacked(folder) == whole.read_bytes().splitlines(keepends=True)
    subjects = [{line.split(b" ")[0] for line in unpacked(folder, f"data-{n:03}.nq.gz")} for n in range(1, parts + 1)]
    assert sum(map(len, subjects)) == len(set.union(*subjects)) == counts.subjects
    for number, each in enumerate(subjects, 1):
        assert {line.split(b" ")[0] for line in unpacked(folder, f"data-{number:03}.nt.gz")} == each
    assert counts == Counts.of(unpacked(folder))


def test_several_processes_write_the_same(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is much is written by other processes, to the same bytes."""
    made = Site.at(kept / "site")
    snapshot = made.snapshot()
    whole = portion.write(snapshot, snapshot.project.partners[NAME], tmp_path)
    for name, few in (("here", 1 << 30), ("there", 0)):
        monkeypatch.setattr(dumps, "_FEW", few)
        (tmp_path / name).mkdir()
        dumps.write(whole, [Format.NQUADS, Format.TURTLE, Format.JSONLD], 60_000, made.load(), tmp_path / name)
    assert len(files(tmp_path / "here")) > 5
    assert files(tmp_path / "here") == files(tmp_path / "there")


@pytest.mark.slow
def test_the_same_history_gives_the_same_bytes(kept: Path, tmp_path: Path) -> None:
    """In another folder, by the command, with another hash seed: all that can be fetched is the same."""
    made = Site(tmp_path / "elsewhere", {f"{n}.md": item(n) for n in range(2, 6)})
    made.settings(more=PARTNERS)
    made.build()
    for number in range(2):
        if number:
            changed(made)
        done = made.run("release", "-o", tmp_path / "out", env={"PYTHONHASHSEED": str(number + 1)})
        assert done.status == 0
        assert done.out.startswith(f"{NAME}: release {number + 1}, ")
    assert files(tmp_path / "out") == files(kept / "out")


# What has changed


def test_changes_are_told_in_words(kept: Path, second: Path) -> None:
    """The page names what was renamed, came and went; the description has the numbers."""
    page = (second / "index.html").read_text()
    text = re.sub(r"<[^>]+>", "", page)
    assert "1 community item renamed, 1 new, 1 gone" in text
    assert f"Item {RENAMED} → A better title" in text
    assert "Quite new" in text
    assert f"Item {GONE}" in text
    assert "1 community item renamed, 1 new, 1 gone" in (second / "dataset.ttl").read_text()


def test_a_renamed_topic_is_told(tmp_path: Path) -> None:
    """Another spelling of a topic is another name of the same thing."""
    made = Site(tmp_path / "site", {"1.md": item(1, communityTopics=["Symplur: payment reform"])})
    made.settings(more='[partners.terms]\nformats = ["turtle"]\n')
    made.build()
    released(made, tmp_path / "out", "terms")
    made.write("1.md", item(1, communityTopics=["Symplur: Payment Reform"]))
    made.build()
    assert "1 topic renamed" in released(made, tmp_path / "out", "terms").told
    page = (tmp_path / "out/terms/2/index.html").read_text()
    assert "<bdi>payment reform</bdi> → <bdi>Payment Reform</bdi>" in page


def test_the_difference_leads_from_one_to_the_next(first: Path, second: Path) -> None:
    """Without what was removed and with what was added, the first release is the second."""
    removed, added = set(unpacked(second, "removed.nq.gz")), set(unpacked(second, "added.nq.gz"))
    before = set(unpacked(first))
    assert removed <= before
    assert not added & before
    assert sorted(before - removed | added) == unpacked(second)


def test_nothing_changed_writes_nothing(kept: Path) -> None:
    """A release of the same graph with the same profile leaves every file as it was."""
    made, out = Site.at(kept / "site"), kept / "out"
    before = {path: path.lstat().st_mtime_ns for path in out.rglob("*") if not path.name.startswith(".")}
    done = made.run("release", "-o", out, "--partner", NAME)
    assert (done.status, done.out) == (0, f"{NAME}: nothing has changed since release 2\n")
    ours = {path: path.lstat().st_mtime_ns for path in out.rglob("*") if not path.name.startswith(".")}
    del before[out / NAME], ours[out / NAME]
    assert ours == before


def test_another_profile_is_another_release(tmp_path: Path) -> None:
    """What shows of a profile makes a new release; for how long releases are kept does not show."""
    made = site(tmp_path / "site", range(1, 2), more="[partners.some]\n")
    released(made, tmp_path / "out", "some")
    made.settings(more="[partners.some]\nkeep = 5\n")
    assert released(made, tmp_path / "out", "some").version is None
    made.settings(more='[partners.some]\nrights = "Ours."\nkeep = 5\n')
    again = released(made, tmp_path / "out", "some")
    assert (again.version, again.told) == (2, "the same statements with another profile")
    assert unpacked(tmp_path / "out/some/2", "*d*ed.nq.gz") == []


def test_what_was_taken_down_leaves_no_trace(tmp_path: Path) -> None:
    """A release after a takedown tells that, when and why, and nothing of what the thing said."""
    changes = {"author": [f"{CANARY} Curator"], "communityTopics": [f"Symplur: {CANARY} Topic"]}
    made = site(tmp_path / "site")
    made.write("7.md", item(7, f"{CANARY} title", f"https://news.example.com/{CANARY}", f"<p>{CANARY}</p>", **changes))
    made.write("8.md", item(8, "Forgettable"))
    made.build()
    released(made, tmp_path / "out")
    assert sum(CANARY.encode() in data for data in everything(tmp_path / "out" / NAME / "1")) > 5
    iri = f"{BASE}item/7"
    write(made.folder, {iri: Takedown(iri, "CommunityItem", "2026-11-22", "Its publisher asked <b>for it</b>.")})
    made.remove("8.md")
    made.build()
    released(made, tmp_path / "out")
    release = tmp_path / "out" / NAME / "2"
    assert not (release / "removed.nq.gz").exists()
    for data in everything(release):
        assert CANARY.lower().encode() not in data.lower()
        assert b"Forgettable" not in data
    page = (release / "index.html").read_text()
    assert "2026-11-22" in page
    assert "Its publisher asked &lt;b&gt;for it&lt;/b&gt;." in page
    gone = set((release / "removed.sha256").read_text().split())
    kept = [line for line in unpacked(release.with_name("1")) if statements.digest(line) not in gone]
    assert sorted({*kept, *unpacked(release, "added.nq.gz")}) == unpacked(release)
    made.write("9.md", item(9))
    made.build()
    released(made, tmp_path / "out")
    assert (tmp_path / "out" / NAME / "3" / "removed.nq.gz").exists()


def test_a_narrower_profile_does_not_tell_what_went(tmp_path: Path) -> None:
    """What a partner may no longer see is in no byte of the next release, not even as what went."""
    made = Site(tmp_path / "site", {"1.md": item(1)})
    others = {"communityTopics": ["Symplur: Topicanary"], "date": "2019-12-26T07:18:25Z"}
    others |= {"author": ["Curatorcanary Lee"]}
    made.write("2.md", item(2, "Titlecanary", "", "<p>Excerptcanary</p>", **others))
    made.own("queries")
    query = made.folder / "queries" / "partners" / "full.rq"
    wide = 'formats = ["turtle"]\nexcerpts = true\nimages = true\n'
    made.settings(more=f"[partners.some]\n{wide}")
    made.build()
    out = tmp_path / "out"
    released(made, out, "some")
    narrower = (
        ("Excerptcanary", 'formats = ["turtle"]\nimages = true\n'),
        ("A picture of", 'formats = ["turtle"]\n'),
        ("Curatorcanary", 'formats = ["turtle"]\ncurators = false\n'),
        ("Topicanary", 'formats = ["turtle"]\ncurators = false\nsince = 2020-01-01\n'),
    )
    for number, (canary, profile) in enumerate(narrower, 2):
        assert any(canary.encode() in data for data in everything(out / "some" / str(number - 1)))
        made.settings(more=f"[partners.some]\n{profile}")
        assert released(made, out, "some").version == number
        release = out / "some" / str(number)
        assert not any(canary.encode() in data for data in everything(release)), canary
        assert (release / "removed.sha256").read_text()
        assert not (release / "removed.nq.gz").exists()
    assert "because the profile lets this partner see other things" in (release / "index.html").read_text()
    query.write_text("CONSTRUCT { ?s a ?class } WHERE { ?s a ?class }")
    released(made, out, "some")
    assert not any(b"Payment Reform" in data for data in everything(out / "some" / "6"))
    assert is_sound(out)


def test_what_went_before_it_was_taken_down(tmp_path: Path) -> None:
    """An item that was removed and released, and taken down afterwards: a new release, and the old ones are named."""
    made, out = site(tmp_path / "site", range(1, 3)), tmp_path / "out"
    made.write("7.md", item(7, body=f"<p>{CANARY}</p>"))
    made.build()
    released(made, out)
    made.remove("7.md")
    made.build()
    released(made, out)
    assert any(CANARY.encode() in data for data in everything(out / NAME / "latest"))
    iri = f"{BASE}item/7"
    write(made.folder, {iri: Takedown(iri, "CommunityItem", "2026-11-22", "It was asked for.")})
    made.build()
    told = "release 3, something was taken down; withdraw releases 1 to 2, from before something was taken down"
    assert str(released(made, out)) == f"{NAME}: {told}, which may hold it"
    assert not any(CANARY.encode() in data for data in everything(out / NAME / "latest"))
    assert released(made, out).stale == (1, 2)
    for version in (1, 2):
        shutil.rmtree(out / NAME / str(version))
    again = released(made, out)
    assert (again.version, again.stale) == (None, ())
    assert is_sound(out)


def test_a_number_is_not_used_twice(tmp_path: Path) -> None:
    """Where releases were withdrawn, even all of them, the next has a number that none has had."""
    made, out = site(tmp_path / "site", range(1, 2)), tmp_path / "out"
    released(made, out)
    shutil.rmtree(out / NAME / "1")
    done = released(made, out)
    assert (done.version, done.told) == (2, "the first release of those that are kept")
    assert (out / NAME / "latest").readlink() == Path("2")
    made.write("2.md", item(2))
    made.build()
    released(made, out)
    shutil.rmtree(out / NAME / "3")
    assert released(made, out).version == 4
    assert b"/2/>" in (out / NAME / "4" / "dataset.ttl").read_bytes()
    assert is_sound(out)


def test_a_takedown_meanwhile_stops_a_release(tmp_path: Path) -> None:
    """What was taken down while a release was made is not published by it."""
    made, out = site(tmp_path / "site", range(1, 2)), tmp_path / "out"
    snapshot = made.snapshot()
    assert not snapshot.project.forgotten
    iri = f"{BASE}item/1"
    write(made.folder, {iri: Takedown(iri, "CommunityItem", "2026-11-22", "Asked for.")})
    with pytest.raises(BuildStopped, match="taken down meanwhile"):
        releases.release(snapshot, snapshot.project.partners[NAME], out)
    assert {path.name for path in (out / NAME).iterdir()} == {".lock"}


def test_work_is_done_below_the_project(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While dumps are written, the folder of releases holds nothing that the partner may not see."""
    made, out, there = Site.at(kept / "site"), tmp_path / "out", list[Path]()
    rooms = made.folder / ".curagraph" / "releasing"

    def watched(portion: Path, *arguments: Any) -> Any:
        there.extend(path for path in out.rglob("*") if path.is_file())
        assert portion.parent.parent == rooms
        return write_dumps(portion, *arguments)

    write_dumps = dumps.write
    monkeypatch.setattr(dumps, "write", watched)
    released(made, out)
    assert there == [out / NAME / ".lock"]
    assert list(rooms.iterdir()) == []


def test_a_graph_from_before_a_takedown_is_not_released(tmp_path: Path) -> None:
    """Who took a thing down and did not build again is told to."""
    made = site(tmp_path / "site", range(1, 2))
    iri = f"{BASE}item/1"
    write(made.folder, {iri: Takedown(iri, "CommunityItem", "2026-11-22", "Asked for.")})
    with pytest.raises(UsageError, match="run `curagraph build` first"):
        released(made, tmp_path / "out")


def test_hostile_names_are_inert(tmp_path: Path) -> None:
    """What looks like HTML, or like the end of a literal, is text in the page and in the description."""
    hostile = '</bdi><script>alert("1")</script> \\" {{ 7 * 7 }} \u202etxet'
    made = Site(tmp_path / "site", {"1.md": item(1)})
    profile = json.dumps(hostile, ensure_ascii=False).replace("\u202e", "\\u202e")
    made.settings(more=f"[partners.some]\ntitle = {profile}\nrights = {profile}\n")
    made.build()
    released(made, tmp_path / "out", "some")
    made.write("1.md", item(1, hostile))
    made.build()
    released(made, tmp_path / "out", "some")
    page = (tmp_path / "out/some/2/index.html").read_text()
    assert "<script" not in page
    assert "&lt;script&gt;alert" in page
    assert "{{ 7 * 7 }}" in page
    data = Graph().parse(tmp_path / "out/some/2/dataset.ttl")
    titles = {str(each) for each in data.objects(predicate=DCTERMS.title)}
    assert hostile in titles
    assert is_sound(tmp_path / "out")


@pytest.mark.slow
def test_a_release_of_many_items(tmp_path: Path) -> None:
    """Above the size of a part it is in parts, and says so; of many new things the page names fifty."""
    made = site(tmp_path / "site", range(1, 2), more="[partners.some]\npart-megabytes = 1\nimages = true\n")
    released(made, tmp_path / "out", "some")
    for number in range(2, 90):
        made.write(f"{number}.md", item(number))
    made.build()
    assert "88 community items new" in released(made, tmp_path / "out", "some").told
    release = tmp_path / "out/some/2"
    assert '<li class="note">and 38 more</li>' in (release / "index.html").read_text()
    assert {"data-001.ttl.gz", "data-002.jsonld.gz"} <= {path.name for path in release.iterdir()}
    assert '"Turtle, part 1 of 2"' in (release / "dataset.ttl").read_text()
    assert is_sound(tmp_path / "out")
    (release / "data-002.nt.gz").unlink()
    sum_up(release)
    done = run("verify", tmp_path / "out")
    assert done.status == 1
    assert "data-002.nt.gz" in done.out
    assert "missing-file" in done.out


def test_the_page_is_for_people(browser: Browser, second: Path) -> None:
    """In a browser it loads nothing, has no errors, fits a telephone, and is dark where that is wanted."""
    page = browser.tab
    before = page.viewport_size
    browser.errors.clear()
    page.set_viewport_size({"width": 340, "height": 700})
    browser.open(address(second / "index.html"))
    assert browser.ask("document.documentElement.scrollWidth") <= 340
    colours = set()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        colours.add(browser.ask("getComputedStyle(document.body).backgroundColor"))
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(before)
    assert len(colours) == 2
    assert browser.errors == []


# What is kept, and what goes wrong


@pytest.mark.slow
def test_old_releases_go(tmp_path: Path) -> None:
    """As many as the profile keeps stay, and their differences still lead from the oldest to the newest."""
    made = site(tmp_path / "site", range(1, 2), more="[partners.some]\nkeep = 2\n")
    out = tmp_path / "out"
    for number in range(2, 5):
        released(made, out, "some")
        made.write(f"{number}.md", item(number))
        made.build()
    done = released(made, out, "some")
    assert (done.version, done.removed) == (4, (2,))
    assert sorted(path.name for path in (out / "some").iterdir() if path.name[0] != ".") == ["3", "4", "latest"]
    assert is_sound(out)


@pytest.mark.slow
def test_releases_go_by_age(tmp_path: Path) -> None:
    """Those that are older than the profile says go; their age is that against the newest item, not a clock."""
    made = site(tmp_path / "site", range(1, 2), more="[partners.some]\nkeep-days = 30\n")
    removed = []
    for day in ("2021-01-10", "2021-02-01", "2021-02-20"):
        made.write("2.md", item(2, day, lastMod=f"{day}T07:18:29.241037Z"))
        made.build()
        removed.append(released(made, tmp_path / "out", "some").removed)
    assert removed == [(), (), (1,)]


def test_two_at_once_are_refused(kept: Path, tmp_path: Path) -> None:
    """While one process makes a release for a partner another does not."""
    made = Site.at(kept / "site")
    folder = tmp_path / "out" / NAME
    folder.mkdir(parents=True)
    with (folder / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        done = made.run("release", "-o", tmp_path / "out")
    assert done.status == 3
    assert "another release is being made" in done.sentence


@pytest.mark.slow
def test_a_killed_release_is_made_again(tmp_path: Path, kept: Path) -> None:
    """Killed at any moment, a release is whole or not there, and the next run comes to the same bytes."""
    made, out = Site.at(kept / "site"), tmp_path / "out"
    call = command("release", "-o", out, "--project", made.folder)
    for delay in (0.1, 0.3, 0.4, 0.5, 0.6):
        process = subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        if out.exists() and (out / NAME / "1").exists():
            assert is_sound(out / NAME / "1")
    done = made.run("release", "-o", out)
    assert done.status == 0
    made.run("release", "-o", tmp_path / "whole")
    assert files(out) == files(tmp_path / "whole") != {}
    assert {path.name for path in (out / NAME).iterdir()} == {"1", "latest", ".lock", ".highest"}


def test_what_a_killed_process_left_is_cleared_away(kept: Path, tmp_path: Path) -> None:
    """A half-made release, one half removed, and a link that was not moved yet."""
    made, out = Site.at(kept / "site"), tmp_path / "out"
    released(made, out)
    rooms = made.folder / ".curagraph" / "releasing"
    for folder in (out / NAME / ".making", out / NAME / ".gone", rooms / "killed", rooms / "working"):
        (folder / "release").mkdir(parents=True)
    (out / NAME / "latest").unlink()
    (out / NAME / ".highest").unlink()
    working = os.open(rooms / "working", os.O_RDONLY)
    fcntl.flock(working, fcntl.LOCK_EX)
    assert released(made, out).version is None
    os.close(working)
    assert {path.name for path in (out / NAME).iterdir()} == {"1", "latest", ".lock", ".highest"}
    assert [path.name for path in rooms.iterdir()] == ["working"]
    assert (out / NAME / "latest" / "index.html").exists()


@pytest.mark.parametrize("name", ["", NAME, f"{NAME}/.making", f"{NAME}/latest", f"{NAME}/.lock", f"{NAME}/.highest"])
def test_an_odd_folder_is_told(kept: Path, tmp_path: Path, name: str) -> None:
    """A file where a folder is wanted, and the other way round, is left alone, and so is what a link leads to."""
    made, out, other = Site.at(kept / "site"), tmp_path / "out", tmp_path / "other"
    other.write_text("precious")
    odd = out / name
    odd.parent.mkdir(parents=True, exist_ok=True)
    if name.endswith(("latest", ".highest")):
        odd.mkdir()
    elif name.endswith("lock"):
        odd.symlink_to(other)
    else:
        odd.write_text("precious")
    with pytest.raises(BuildStopped, match="move it away"):
        released(made, out)
    assert other.read_text() == "precious"


def test_a_damaged_release_is_not_built_on(tmp_path: Path) -> None:
    """What cannot be compared with is told, and nothing is written beside it."""
    made = site(tmp_path / "site", range(1, 2))
    out = tmp_path / "out"
    released(made, out)
    made.write("2.md", item(2))
    made.build()
    dump = out / NAME / "1" / "data.nq.gz"
    whole = dump.read_bytes()
    for data in (whole[:-100], gzip.compress(gzip.decompress(whole).replace(b"Item 1", b"Item 7"))):
        dump.write_bytes(data)
        with pytest.raises(BuildStopped, match="curagraph verify"):
            released(made, out)
        assert not (out / NAME / "2").exists()
    for place in range(20, len(whole), len(whole) // 12):
        dump.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(BuildStopped, match="curagraph verify"):
            released(made, out)
    dump.write_bytes(whole)
    assert released(made, out).version == 2


def test_a_release_is_signed(kept: Path, tmp_path: Path) -> None:
    """With a key, `ssh-keygen` itself accepts the signature in our namespace, and the page says how to check it."""
    made, signing = Site.at(kept / "site"), key(tmp_path)
    released(made, tmp_path / "out", key=signing)
    release = tmp_path / "out" / NAME / "1"
    check = ["ssh-keygen", "-Y", "check-novalidate", "-n", "curagraph", "-s", str(release / "SHA256SUMS.sig")]
    with (release / "SHA256SUMS").open("rb") as file:
        done = subprocess.run(check, stdin=file, capture_output=True, check=False, timeout=30)
    assert done.returncode == 0
    assert "ssh-keygen -Y verify" in (release / "index.html").read_text()


def test_a_release_is_signed_afterwards(kept: Path, tmp_path: Path) -> None:
    """Where nothing has changed since one without a signature, the command that signs it is told, and does."""
    made, signing = Site.at(kept / "site"), key(tmp_path)
    released(made, tmp_path / "out")
    told = released(made, tmp_path / "out", key=signing).told
    assert told.startswith("nothing has changed since release 1, which is not signed; `")
    subprocess.run(shlex.split(told.split("`")[1]), check=True, capture_output=True, timeout=30)
    assert released(made, tmp_path / "out", key=signing).told == "nothing has changed since release 1"
    assert is_sound(tmp_path / "out", signers(tmp_path, signing))


def test_kinds_are_counted_in_words(kept: Path) -> None:
    """One kind more than a sentence has is named too; of more, the number is told."""
    made = Changes(Site.at(kept / "site").load().vocabulary)
    made.add([], [b"<s:a> <s:p> <s:o> .\n"])
    made.add([], [b"<s:b> <s:p> <s:o> .\n"])
    assert made.told == "2 things without a class new"
    for number in range(5):
        made.add([], [b"<s:c> <%s> <s:/Kind%d> .\n" % (TYPE, number)])
    assert made.told.count(" new") == 6
    made.add([], [b"<s:c> <%s> <s:/Other> .\n" % TYPE])
    assert made.told.endswith("; and 2 more kinds of things")


def test_a_key_that_cannot_sign_is_wrong_usage(kept: Path, tmp_path: Path) -> None:
    """No key, something that is no key, and no program to sign with: nothing is written."""
    made, out = Site.at(kept / "site"), tmp_path / "out"
    (tmp_path / "nokey").write_text("no key")
    for name, told in (("none", "found none"), ("nokey", "does not sign")):
        with pytest.raises(UsageError, match=told):
            released(made, out, key=tmp_path / name)
    done = made.run("release", "-o", out, "--sign", tmp_path / "nokey", env={"PATH": "/nonexistent"})
    assert "install openssh-client" in done.sentence
    assert not (out / NAME / "1").exists()


def test_no_folder_is_wrong_usage(kept: Path) -> None:
    """An empty name, as that of a variable that was not set, is not this folder."""
    done = Site.at(kept / "site").run("release", "-o", "")
    assert done.status == 2
    assert "-o wants the folder of all partners" in done.sentence


def test_an_unknown_partner_is_wrong_usage(kept: Path, tmp_path: Path) -> None:
    """The names that there are are told."""
    done = Site.at(kept / "site").run("release", "-o", tmp_path / "out", "--partner", "nobody")
    assert done.status == 2
    assert NAME in done.sentence


def test_a_release_of_nothing_is_one(tmp_path: Path) -> None:
    """A partner who receives nothing has a release that says so, and that can be verified."""
    made = site(tmp_path / "site", range(1, 2), more='[partners.none]\nquery = "none"\n')
    own = made.own("queries")
    query = "#+ summary: Nothing\nCONSTRUCT { ?s ?p ?o } { ?s ?p ?o FILTER(false) }\n"
    (own / "partners" / "none.rq").write_text(query)
    made.build()
    released(made, tmp_path / "out", "none")
    assert unpacked(tmp_path / "out/none/1") == []
    assert is_sound(tmp_path / "out")
