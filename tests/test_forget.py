"""What was taken down has left every surface, stays away, and leaves a record that says nothing of what it said."""

from __future__ import annotations

import fcntl
import json
import shutil
import tempfile
from collections.abc import Iterable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import curagraph
from curagraph import BuildStopped, Format, ProjectError, UsageError
from curagraph.delivery.feeds import feed
from curagraph.serve.edition import Edition
from curagraph.serve.page import Refusal
from curagraph.serve.things import takedowns
from curagraph.state.state import State
from curagraph.takedown import forgotten, pruning
from tests.project import BASE, Site, item, items, settle
from tests.server import Server, serving
from tests.test_histories import Edits, Step, do, written
from tests.test_histories import told as told_of_all
from tests.test_serving import wait_for

REASON = "The publisher asked for it."
# Random letters, which no compression of the store can hide.
TITLE, EXCERPT = "Kq7ZxV2mWp9RtLs4", "hY3nBv8QcXd6JgFw"
CURATOR, TOPIC = "Vb Xz Qwjkpymt Zrfg", "Dqzvxk Wjpfmghb"
WORK, ALT, SLUG = "https://zx9qkvwj7.example.com/pqmz8", "Gm2KxTq9VbZr", "xk-zqvj-wpm"
FORMER = "/news/qzxj-vkwp"
CANARIES = (
    *(TITLE, EXCERPT, "Qwjkpymt", "qwjkpymt", "Dqzvxk", "dqzvxk", "zx9qkvwj7", "pqmz8", ALT, SLUG, "qzxj-vkwp"),
    *("uBn4Rk7TzWqX", "heading-vqkz"),
)
NUMBER = "7"
TOLD = f"{BASE}item/{NUMBER} (community item) was taken down on 2026-11-22: {REASON}"


def secret(**changes: object) -> str:
    """An item that bears a canary wherever it says something."""
    picture = {
        "alt": ALT,
        "format": "JPEG",
        "href": "uBn4Rk7TzWqX.jpeg",
        "size": [415, 220],
        "valid": True,
        "workPackage": 7,
    }
    body = f"<h2 id='heading-vqkz'>Value-based care</h2><p>{EXCERPT} and risk sharing.</p>"
    given = {
        "author": [CURATOR, "Ann Lee"],
        "communityTopics": [f"Medigy: {TOPIC}", "Medigy: Care Model"],
        "featuredImage": picture,
        "aliases": FORMER,
        "slug": SLUG,
    }
    return item(7, TITLE, WORK, body, **(given | changes))


def site_at(folder: Path, **changes: object) -> Site:
    """A project with an item of which every text is a canary, and others."""
    return Site(folder, items(range(1, 7)) | {f"{NUMBER}.md": secret(**changes)})


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every takedown happens on the same day."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795341600")


def forget(site: Site, name: str | Path = NUMBER, reason: str = REASON) -> str:
    """Take something down by the command; what it prints."""
    done = site.run("forget", name, "--reason", reason)
    assert (done.status, done.err) == (0, ""), done
    return done.out


def forget_here(site: Site, name: str = NUMBER) -> str:
    """Take something down in this process; its record in words."""
    return str(curagraph.forget(site.load(), name, REASON).record)


def record(site: Site, number: str = NUMBER) -> None:
    """Take an item down by a line in the file, as whoever receives the file of another machine."""
    iri = f"{BASE}item/{number}"
    records = {**forgotten.load(site.folder), iri: forgotten.Takedown(iri, "CommunityItem", "2026-11-22", REASON)}
    forgotten.write(site.folder, records)


def holding(folder: Path, words: Iterable[str] = CANARIES) -> dict[str, list[str]]:
    """The files below a folder that hold some words in their bytes or their names, by the words."""
    found: dict[str, list[str]] = {}
    for file in sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()):
        data = file.read_bytes()
        for word in words:
            if word.encode() in data or word in str(file.relative_to(folder)):
                found.setdefault(word, []).append(str(file.relative_to(folder)))
    return found


def exports(site: Site) -> dict[str, bytes]:
    """The graph in every notation, with and without excerpts."""
    return {
        f"{format_} {excerpts}": site.export(format_, excerpts=excerpts)
        for format_ in Format
        for excerpts in (False, True)
    }


def whole(site: Site) -> bytes:
    """Every statement of the store, excerpts and provenance too."""
    return "\n".join(site.quads()).encode()


def told(report: curagraph.Report) -> list[tuple[str, str]]:
    """The files that a report names as left out, with its severity."""
    return [(each.file, each.severity) for each in report.problems if each.code == "forgotten"]


def test_every_byte_of_the_graph_is_without_what_was_taken_down(tmp_path: Path) -> None:
    """Titles, excerpts, people, topics and addresses of the item are in no byte that the builds have left behind."""
    site = site_at(tmp_path / "site")
    site.build()
    site.write("1.md", item(1, "Another title"))
    site.build()  # a second snapshot
    pages = tmp_path / "pages"
    curagraph.embed(site.load(), _pages(site, pages))
    partner, feeds = site.load().partners["public"], tmp_path / "out"
    feed.update(site.snapshot(), partner, feeds)
    state = site.folder / ".curagraph"
    assert (state / "feeds").is_dir()
    before = holding(state)
    assert {TITLE, EXCERPT, "qwjkpymt", "zx9qkvwj7", SLUG} <= before.keys()  # what is to be found can be found
    printed = forget(site)
    assert holding(state) == {}
    assert not (state / "feeds").exists()
    assert len(list((state / "snapshots").iterdir())) == 1
    assert printed.splitlines()[0] == TOLD
    for words in ("remove seeds/7.md", "curagraph release", "curagraph feed", "curagraph publish", "curagraph embed"):
        assert words in printed
    assert not any(word in printed for word in CANARIES)
    assert TITLE in holding(feeds)
    assert feed.update(site.snapshot(), partner, feeds).deleted > 0
    assert holding(feeds, (TITLE, EXCERPT, ALT)) == {}  # the delete names what went
    assert TITLE in holding(pages)
    curagraph.embed(site.load(), pages)
    assert holding(pages).keys() <= {SLUG}  # the path of the page that is still there
    kept = (site.folder / "forgotten.tsv").read_text("utf-8")
    assert kept == f"iri\tkind\tdate\treason\n{BASE}item/7\tCommunityItem\t2026-11-22\t{REASON}\n"


def _pages(site: Site, folder: Path) -> Path:
    """A page of the web site for each item, as a generator makes them."""
    rows = site.ask("SELECT ?item ?url { ?item a cu:CuratedItem ; schema:url ?url }")
    for _, url in rows:
        file = folder / url.removeprefix("https://www.example.org/") / "index.html"
        file.parent.mkdir(parents=True)
        file.write_text(f'<html><head><link rel="canonical" href="{url}"></head><body></body></html>', "utf-8")
    return folder


@pytest.mark.slow
def test_no_surface_has_what_was_taken_down(tmp_path: Path) -> None:
    """Exports, answers, reports, explanations, data for pages and the pages embedded anew have nothing of it."""
    site = site_at(tmp_path / "site", herf="Mxqz8")
    assert site.build().incomplete
    assert all(TITLE.encode() in data for data in exports(site).values())
    assert TITLE in site.run("embed", "--item", NUMBER).out
    site.run("embed", "--data", tmp_path / "before")
    assert TITLE in holding(tmp_path / "before")
    forget_here(site)
    report = tmp_path / "report.json"
    built = site.run("build", "--strict", "--report", report)
    assert built.status == 0, built
    for bytes_ in (*exports(site).values(), report.read_bytes(), built.data):
        assert not [word for word in (*CANARIES, "Mxqz8", "herf") if word.encode() in bytes_]
    (note,) = (each for each in json.loads(report.read_text("utf-8"))["problems"] if each["code"] == "forgotten")
    assert (note["severity"], note["file"], note["line"]) == ("note", "seeds/7.md", 1)
    assert note["message"] == f"the file is left out: {TOLD}; remove the file"
    data = tmp_path / "data"
    pages = _pages(site, tmp_path / "pages")
    calls = [
        ("explain", NUMBER),
        ("export", "--item", NUMBER),
        ("embed", "--item", NUMBER),
        ("embed", "--data", data),
        ("embed", pages),
        ("check",),
        ("query", "SELECT * { ?s ?p ?o }"),
        ("query", f"DESCRIBE <{BASE}item/7>"),
        ("query", f"SELECT * {{ ?s ?p <{BASE}item/7> }}"),
        ("query", f"ASK {{ GRAPH <{BASE}graph/item/7> {{ ?s ?p ?o }} }}"),
        ("match",),
    ]
    ended = site.run_all(calls)
    for call, each in zip(calls, ended, strict=True):
        assert not [word for word in CANARIES if word in each.out + each.err], call
    assert ended[0].sentence == f"curagraph: {TOLD}"
    assert [each.status for each in ended[:6]] == [2, 2, 2, 0, 0, 0]
    assert (holding(data), holding(pages)) == ({}, {})


@pytest.mark.parametrize(
    "history",
    [
        "forgotten",
        *(pytest.param(x, marks=pytest.mark.slow) for x in ("edited", "added", "claimed", "renamed", "removed")),
    ],
)
def test_the_records_decide_whatever_came_first(tmp_path: Path, without: bytes, history: str) -> None:
    """However the record and the file came together, the graph is the one that was built without the file."""
    site = site_at(tmp_path / "site")
    if history == "added":
        site.remove("7.md")
    site.build()
    if history == "forgotten":
        forget_here(site)
    else:
        record(site)
    wanted = [("seeds/7.md", "note")]
    match history:
        case "edited":
            site.build()
            site.write("7.md", secret(description="Words of an editor."))
        case "renamed":
            site.build()
            (site.seeds / "7.md").rename(site.seeds / "0.md")
            wanted = [("seeds/0.md", "note")]
        case "removed":
            site.build()
            site.remove("7.md")
            wanted = []
        case "added":
            site.build()
            site.write("7.md", secret())
        case "claimed":
            site.build()
            site.write("70.md", item(7, "Another claim"))
            wanted = [("seeds/7.md", "note"), ("seeds/70.md", "note")]
    report = site.build(strict=True)
    assert (told(report), report.published, report.incomplete) == (wanted, True, False)
    assert told(site.build()) == wanted
    assert whole(site) == without


@pytest.mark.slow
def test_a_record_that_is_removed_brings_the_item_back(tmp_path: Path) -> None:
    """Without the record a build has the item again, as if nothing had been."""
    site = site_at(tmp_path / "site")
    site.build()
    before = whole(site)
    record(site, "2")
    record(site)
    site.build()
    assert site.titles().keys() == {"1", "3", "4", "5", "6"}
    (site.folder / "forgotten.tsv").unlink()
    report = site.build()
    assert (whole(site), told(report)) == (before, [])


@pytest.mark.slow
def test_what_many_workers_convert_is_left_out_too(tmp_path: Path) -> None:
    """The records hold for files that other processes convert."""
    site = Site(tmp_path / "site", items(range(1, 451)))
    record(site)
    report = site.build(jobs=2)
    assert told(report) == [("seeds/7.md", "note")]
    assert len(site.titles()) == 449


@pytest.mark.slow
def test_a_plain_article_is_taken_down_by_its_file(tmp_path: Path) -> None:
    """What is named by a source file is found from where the user stands; an article has another kind."""
    site = Site(tmp_path / "site", items([1]) | {"texts/words.md": f"# {TITLE}\n\n{EXCERPT} about risk sharing.\n"})
    site.build()
    done = site.run("forget", "words.md", "--reason", REASON, cwd=site.seeds / "texts")
    assert done.out.startswith(f"{BASE}text/texts%2Fwords (reference text) was taken down on 2026-11-22")
    assert holding(site.folder / ".curagraph", [TITLE, EXCERPT]) == {}
    assert done.out.startswith(forget_here(site, str(site.seeds / "texts/words.md")))


@pytest.mark.slow
def test_what_was_taken_down_before_is_told(tmp_path: Path) -> None:
    """A second takedown of one thing changes neither the record nor the graph."""
    site = site_at(tmp_path / "site")
    site.build()
    forget_here(site)
    record_before = (site.folder / "forgotten.tsv").read_bytes()
    pointer = (site.folder / ".curagraph/current").readlink()
    told_again = [TOLD, "That was recorded before, and stays as it is."]
    assert forget(site, f"{BASE}item/7", "Something else.").splitlines() == told_again
    assert (site.folder / "forgotten.tsv").read_bytes() == record_before
    assert (site.folder / ".curagraph/current").readlink() == pointer


@pytest.mark.slow
def test_what_has_left_the_graph_already_can_be_taken_down(tmp_path: Path) -> None:
    """An item whose file was removed stands in older snapshots and in releases: it can still be recorded."""
    site = site_at(tmp_path / "site")
    site.build()
    site.remove("7.md")
    site.build()
    assert TITLE in holding(site.folder / ".curagraph")
    first, second, *_ = forget(site).splitlines()
    assert first == TOLD
    assert second.endswith("It had left the graph before; releases, feeds and remote stores may still hold it.")
    assert TITLE not in holding(site.folder / ".curagraph")


def test_what_left_the_graph_long_ago_can_be_taken_down(tmp_path: Path) -> None:
    """An item that no snapshot has any more is recorded, by number or IRI, and nothing of what it named is kept."""
    site = site_at(tmp_path / "site")
    site.build()
    site.write("7.md", secret(communityTopics=["Medigy: Care Model"]))  # the topic leaves first
    settle()
    site.build()
    site.remove("7.md")
    site.build()
    state = site.folder / ".curagraph"
    for old in ("1", "2"):  # as later builds do
        shutil.rmtree(state / "snapshots" / old)
    assert {"dqzvxk", "qwjkpymt", SLUG} <= holding(state).keys() < set(CANARIES)
    done = curagraph.forget(site.load(), NUMBER, REASON)
    assert (str(done.record), done.had_left, done.files) == (TOLD.replace("community", "curated"), True, ())
    assert holding(state) == {}
    with State.readable(site.snapshot().state_path) as state_:
        gone = [state_.past.is_gone(f"<{BASE}{name}>") for name in ("item/7", "graph/item/7", "image/7", "trail/7")]
    assert gone == [True] * 4


def test_a_file_that_no_build_has_seen_can_be_taken_down(tmp_path: Path) -> None:
    """Before the first build, and in a graph without it, a file is converted alone to learn its IRI and kind."""
    site = Site(tmp_path / "site", {"texts/words.md": f"# {TITLE}\n\n{EXCERPT} about risk sharing.\n"})
    first = forget(site, site.seeds / "texts/words.md").splitlines()
    assert first[0].startswith(f"{BASE}text/texts%2Fwords (reference text) was taken down on 2026-11-22")
    assert first[1] == "It is in forgotten.tsv. There is no graph yet; every build leaves it out."
    assert first[3].endswith("remove seeds/texts/words.md")
    assert told(site.build()) == [("seeds/texts/words.md", "note")]
    assert holding(site.folder / ".curagraph", [TITLE, EXCERPT]) == {}
    site.write("7.md", secret())
    second = curagraph.forget(site.load(), str(site.seeds / "7.md"), REASON)
    assert (str(second.record), second.had_left, second.files) == (TOLD, False, ("seeds/7.md",))
    site.write("8.md", "---\nid: 8\n---\n")
    with pytest.raises(UsageError, match=r"nothing can be made of seeds/8\.md: the item is set aside"):
        curagraph.forget(site.load(), str(site.seeds / "8.md"), REASON)
    site.write("9.md", item(7, "A second claim"))
    assert not curagraph.forget(site.load(), str(site.seeds / "9.md"), REASON).is_new


def test_a_record_of_what_others_share_takes_nothing_down(tmp_path: Path) -> None:
    """A line about a living topic is a warning at its place, in every build; the topic stays, and is no target."""
    site = Site(tmp_path / "site", items([1, 2]))
    site.build()
    record(site)
    topic = f"{BASE}topic/medigy/care-model"
    records = {**forgotten.load(site.folder), topic: forgotten.Takedown(topic, "Topic", "2026-11-22", REASON)}
    forgotten.write(site.folder, records)
    for _ in range(2):
        report = site.build(strict=True)
        (found,) = (each for each in report.problems if each.file == "forgotten.tsv")
        assert (found.line, found.code, found.severity) == (3, "not-taken-down", "warning")
        assert "the last item that names it" in found.message
        assert (report.published, report.incomplete) == (True, False)
    with pytest.raises(UsageError, match="shared by all that name it"):
        curagraph.forget(site.load(), topic, REASON)
    edition = Edition(site.load(), site.snapshot().path)
    takedowns.refuse(edition, ["topic/medigy/care-model"])
    with pytest.raises(Refusal):
        takedowns.refuse(edition, ["item/7"])


@pytest.mark.slow
def test_a_takedown_keeps_to_the_sources_of_the_last_build(tmp_path: Path) -> None:
    """A graph that was built of other folders than the settings name is built of them again."""
    site = Site(tmp_path / "site")
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    for name, text in items([1, 2]).items():
        (folder / name).write_text(text, encoding="utf-8")
    site.build(folder)
    forget_here(site, "2")
    assert site.titles().keys() == {"1"}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("author/ann-lee", ["take the name out", "curators = false"]),
        ("topic/medigy/care-model", ["the last item that names it"]),
        ("brand/news.example.com", ["the last item that names it"]),
        ("https://news.example.com/stories/1", ["item/1", "forget"]),
        ("image/1", [f"described by {BASE}item/1", "seeds/1.md"]),
        ("cu:CuratedItem", ["ontology/"]),
        ("item/21", ["nothing in the graph", f"{BASE}item/2 ", f"{BASE}item/21\tCuratedItem\t2026-11-22\tWHY"]),
        ("seeds/none.md", ["nothing in the graph"]),
        ("a b", ["no IRI"]),
    ],
)
def test_what_has_no_graph_of_its_own_cannot_be_taken_down(shared: Site, name: str, words: list[str]) -> None:
    """It is refused with what can be done instead, and nothing is recorded."""
    with pytest.raises(UsageError) as refused:
        curagraph.forget(shared.load(), name, REASON)
    for word in words:
        assert word in str(refused.value)
    assert not (shared.folder / "forgotten.tsv").exists()


@pytest.mark.parametrize(
    "reason",
    [
        "",
        "   ",
        "a\tb",
        "a\nb",
        "a\rb",
        "a\u2028b",
        "a\u2029b",
        "\x1b[2J",
        "a\x85b",
        "\u202eevil",
        "a\u2066b",
        "x" * 5000,
    ],
)
def test_a_reason_that_would_harm_is_refused(shared: Site, reason: str) -> None:
    """Empty ones, long ones, line breaks, controls and what turns the text around are refused, here and in the file."""
    with pytest.raises(UsageError, match="reason") as refused:
        curagraph.forget(shared.load(), "1", reason)
    assert len(str(refused.value)) < 300
    assert not (shared.folder / "forgotten.tsv").exists()
    row = f"iri\tkind\tdate\treason\n{BASE}item/1\tX\t2026-11-22\t{reason}\n"
    other = shared.folder / "other"
    other.mkdir(exist_ok=True)
    (other / "forgotten.tsv").write_text(row, encoding="utf-8", newline="")
    with pytest.raises(ProjectError, match=r"forgotten\.tsv, line"):
        _ = curagraph.Project.load(other).forgotten


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("item/1\tX\t2026-11-22\tWhy", "line 2: wants a whole IRI such as .*, found 'item/1'"),
        ("https://else.example/item/1\tX\t2026-11-22\tWhy", f"line 2: wants an IRI that begins with {BASE}"),
        (f"{BASE}item/1> <x\tX\t2026-11-22\tWhy", "line 2: "),
        (f"{BASE}item/1\t<b>\t2026-11-22\tWhy", "a class"),
        (f"{BASE}item/1\tX\tsoon\tWhy", "a date"),
        (f"{BASE}item/1\tX\t2026-11-22", "separated by tabs"),
        (f"{BASE}item/1\tX\t2026-11-22\tA\n{BASE}item/1\tX\t2026-11-22\tB", "line 3: .* has a line already"),
    ],
)
def test_a_file_of_records_that_is_wrong_stops_the_build(tmp_path: Path, row: str, words: str) -> None:
    """The place and what was wanted are told."""
    site = Site(tmp_path / "site", items([1]))
    (site.folder / "forgotten.tsv").write_text(f"iri\tkind\tdate\treason\n{row}\n", encoding="utf-8")
    with pytest.raises(ProjectError, match=words):
        site.build()


def test_a_takedown_says_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is recorded while another build runs, before the first one, and where the clock is none."""
    site = Site(tmp_path / "site", items([1]))
    with pytest.raises(UsageError, match="no graph"):
        forget_here(site, "1")
    site.build()
    with (site.folder / ".curagraph/lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stopped = site.run("forget", "1", "--reason", REASON)
    assert (stopped.status, "another build" in stopped.sentence) == (3, True)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    with pytest.raises(UsageError, match="SOURCE_DATE_EPOCH"):
        forget_here(site, "1")
    assert not (site.folder / "forgotten.tsv").exists()


def test_a_takedown_that_was_cut_short_is_finished(tmp_path: Path) -> None:
    """With the record written and the graph not yet built, the command builds; with the graph built, a build prunes."""
    site = site_at(tmp_path / "site")
    site.build()
    shutil.copytree(site.folder / ".curagraph", tmp_path / "kept", symlinks=True)
    record(site)
    assert forget(site).splitlines()[1].startswith("That was recorded before; now the graph was built anew")
    assert holding(site.folder / ".curagraph") == {}
    old = site.folder / ".curagraph/snapshots/0"
    for prune in (site.build, partial(forget_here, site)):
        shutil.copytree(tmp_path / "kept/snapshots/1", old)
        prune()
        assert not old.exists()


def test_what_publishes_a_snapshot_learns_of_a_record_that_came_meanwhile(tmp_path: Path) -> None:
    """The last look reads the file again: a snapshot that does not heed it, or is there no more, is not published."""
    site = Site(tmp_path / "site", items([1]))
    site.build()
    project, old = site.load(), site.snapshot().path
    assert not project.forgotten
    pruning.look_again(project, old)
    record(site)
    with pytest.raises(BuildStopped, match="taken down meanwhile"):
        pruning.look_again(project, old)
    site.build()
    with pytest.raises(BuildStopped, match="curagraph build"):
        pruning.look_again(project, old)
    pruning.look_again(project, site.snapshot().path)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"iri kind date reason\n", "line 1: .* separated by tabs, found 'iri kind date reason'; put tabs in place"),
        (b"iri\tkind\tdate\treason\n\nx", "line 2: wants an IRI, a kind, a date and a reason, separated by tabs"),
        ("iri\tkind\tdate\treason\nMüller".encode("latin-1"), "line 2: found what is not UTF-8; save"),
        ("iri\tkind".encode("utf-16"), "line 1: found what is not UTF-8; save"),
        (None, "wants a file .* move away"),
    ],
)
def test_a_file_of_records_that_cannot_be_read_is_told_in_words(tmp_path: Path, data: bytes | None, words: str) -> None:
    """Blanks for tabs, another encoding, or a folder in its place: what to do is told."""
    file = tmp_path / "forgotten.tsv"
    file.mkdir() if data is None else file.write_bytes(data)
    with pytest.raises(ProjectError, match=words):
        forgotten.load(tmp_path)


def test_records_are_read_and_written_where_they_are(tmp_path: Path) -> None:
    """A byte order mark and CRLF do no harm; a link is followed, and one that leads to nothing is no empty file."""
    shared = tmp_path / "shared.tsv"
    row = f"{BASE}item/7\tCommunityItem\t2026-11-22\t{REASON}"
    shared.write_bytes(f"\ufeffiri\tkind\tdate\treason\r\n{row}\r\n".encode())
    link = tmp_path / "forgotten.tsv"
    link.symlink_to("shared.tsv")
    records = forgotten.load(tmp_path)
    assert [str(each) for each in records.values()] == [TOLD]
    forgotten.write(tmp_path, records)
    assert (link.is_symlink(), shared.read_text("utf-8")) == (True, f"iri\tkind\tdate\treason\n{row}\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["forgotten.tsv", "shared.tsv"]
    shared.unlink()
    with pytest.raises(ProjectError, match="leads to nothing"):
        forgotten.load(tmp_path)


# What may happen to a project: edits as in the histories of builds, and lines of the file of records.
Histories = st.lists(
    st.one_of(
        st.tuples(st.just("file"), st.builds(Step, Edits, st.integers(0, 9), st.integers(0, 10_000))),
        st.tuples(st.sampled_from(["record", "remove"]), st.integers(1, 12)),
    ),
    min_size=1,
    max_size=8,
)


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(Histories)
def test_any_history_of_records_gives_the_graph_of_the_files_and_records(history: list[tuple[str, Any]]) -> None:
    """Builds after each edit of files and records end with the graph and the report of one build from nothing."""
    with tempfile.TemporaryDirectory(prefix="curagraph-test-") as folder:
        site = Site(Path(folder) / "site", {f"{n:02}.md": written(n + 1, n) for n in range(10)})
        settle()
        site.build()
        for what, how in history:
            if what == "file":
                do(site, how)
            else:
                records = dict(forgotten.load(site.folder))
                records.pop(f"{BASE}item/{how}", None)
                forgotten.write(site.folder, records)
                if what == "record":
                    record(site, str(how))
            report = site.build()
        fresh = site.copy(Path(folder) / "fresh")
        assert told_of_all(report) == told_of_all(fresh.build())
        assert whole(site) == whole(fresh)


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The graph of the project that never had the item."""
    site = Site(tmp_path_factory.mktemp("without") / "site", items(range(1, 7)))
    site.build()
    return whole(site)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A project that was built, of which nothing is taken down."""
    site = Site(tmp_path_factory.mktemp("shared") / "site", items([1, 2, 3]))
    site.build()
    return site


HOSTILE = '<script>alert(1)</script> & "q" \u200f\u05d0\u05d1\u200e {{ 7*7 }} [red]x[/red] ; remove everything'


@pytest.mark.slow
def test_a_server_says_that_it_is_gone_and_why(tmp_path: Path) -> None:
    """Its address, documents, graph and former paths answer 410 with kind, date and reason, without a restart."""
    site = site_at(tmp_path / "site")
    site.build()
    with serving(site.folder, tmp_path / "log") as server:
        assert server.ask("item/7.ttl").status == 200
        assert server.ask("news/qzxj-vkwp").status == 301
        assert server.ask(f"search?q={TITLE}", accept="application/json").status == 200
        forget(site, reason=HOSTILE)
        wait_for(server, "2")
        _is_taken_down(server)
        _has_left_the_server(server)
        assert server.ask("item/6").status == 303
        assert server.ask("author/ann-lee").status == 303
    with serving(site.folder, tmp_path / "log") as server:
        _is_taken_down(server)
    assert holding(site.folder / ".curagraph") == {}
    (site.folder / "forgotten.tsv").unlink()
    site.build()
    with serving(site.folder, tmp_path / "log") as server:
        assert [server.ask(path).status for path in ("item/7", "news/qzxj-vkwp", "image/7")] == [303, 301, 303]


def _is_taken_down(server: Server) -> None:
    ends = ("item/7", "item/7.html", "item/7.ttl", "item/7.jsonld", "item/7.rdf", "item/7.nt", "graph/item/7")
    for path in (*ends, "news/qzxj-vkwp", "news/qzxj-vkwp/", "item/7?from=x&page=2"):
        answer = server.ask(path, accept="application/json")
        assert (answer.status, answer.kind) == (410, "application/problem+json"), path
        said = f"{BASE}item/7 (community item) was taken down on 2026-11-22: {HOSTILE}"
        assert answer.json() | {"detail": said} == answer.json(), path
        page = server.ask(path, accept="text/html")
        assert (page.status, page.kind) == (410, "text/html"), path
        assert "<script>alert" not in page.text
        assert "community item" in page.text
        assert "2026-11-22" in page.text
        assert not [word for word in CANARIES if word in page.text + answer.text and word not in path], path
    why = server.ask(
        f"explain?subject={quote(f'{BASE}item/7')}&predicate={quote('https://schema.org/name')}&object=%22x%22"
    )
    assert (why.status, "taken down" in why.text) == (410, True), why
    # What the item alone had is gone; of what it named nobody is told that it ever was there.
    statuses = {path: server.ask(path).status for path in ("image/7", "trail/7", "author/vb-xz-qwjkpymt-zrfg")}
    assert statuses == {"image/7": 410, "trail/7": 410, "author/vb-xz-qwjkpymt-zrfg": 404}


def _has_left_the_server(server: Server) -> None:
    everything = quote("SELECT * { GRAPH ?g { ?s ?p ?o } }")
    paths = [
        "",
        "search",
        f"search?q={TITLE}",
        "search?q=" + quote(EXCERPT),
        f"sparql?query={everything}",
        "queries/items-per-curator",
        "queries/redirects",
        "queries/latest-items",
        "author/ann-lee.html",
        "author/ann-lee.ttl",
        "topic/medigy/care-model.html",
        "item/6.html",
        "openapi.json",
    ]
    for path in paths:
        for accept in ("text/html", "application/json", "application/sparql-results+json"):
            answer = server.ask(path, accept=accept)
            assert answer.status in (200, 303, 404, 406), (path, accept, answer.status)
            assert not [word for word in CANARIES if word in answer.text and word not in path], (path, accept)
            assert f"{BASE}item/7" not in answer.text, path


@pytest.mark.slow
def test_the_kind_is_that_of_the_most_specific_class(tmp_path: Path) -> None:
    """An item without a class of its own is a curated item."""
    site = Site(tmp_path / "site", {"1.md": item(1, owlType=None)})
    site.build()
    assert "(curated item)" in forget_here(site, "1")


@pytest.mark.slow
def test_the_date_is_that_of_the_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without SOURCE_DATE_EPOCH it is a day of today."""
    site = Site(tmp_path / "site", items([1]))
    site.build()
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    forget_here(site, "1")
    (made,) = forgotten.load(site.folder).values()
    assert abs((date.fromisoformat(made.date) - date.today()).days) <= 1
