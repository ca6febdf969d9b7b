"""The change feed: replayed it is the portion of the partner, whatever happened, and nothing else remains in it."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest

from curagraph.delivery import portion
from curagraph.delivery.feeds import changes, page, resources
from curagraph.delivery.feeds.feed import Updated, update
from curagraph.delivery.feeds.page import Version
from curagraph.delivery.feeds.pages import Pages
from curagraph.exporting.lines import without_graph
from curagraph.problem import BuildStopped
from curagraph.state import journal
from curagraph.state.state import State
from tests.project import BASE, DCTERMS, Site, item, items, settle
from tests.replay import replay

SMALL = "page-members = 4"
CONCEPT = "https://data.medigy.com/care-models/capitation"
SITEMAP = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "rs": "http://www.openarchives.org/rs/terms/",
    "feed": "urn:x-curagraph:feed",
}
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def profile(more: str = "") -> str:
    """The settings of one partner with small pages."""
    return f"[partners.public]\n{SMALL}\n{more}\n"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Some items, built, for a partner with small pages."""
    site = Site(tmp_path_factory.mktemp("built") / "project", items(range(1, 8)))
    site.settings(more=profile())
    build(site)
    return site


@pytest.fixture
def site(built: Site, tmp_path: Path) -> Site:
    """A copy of it with its graph."""
    return Site.at(shutil.copytree(built.folder, tmp_path / "project", symlinks=True))


def build(site: Site) -> None:
    """Build files that have been left alone for long enough, so that the next build reads only what changes then."""
    settle()
    site.build()


def fed(site: Site, out: Path) -> Updated:
    """Bring the feed of the one partner up to date, and see that it replays to the portion."""
    found = update(site.snapshot(), site.load().partners["public"], out)
    assert replay(out / "public" / "feed") == told(site, out)
    return found


def told(site: Site, out: Path) -> set[bytes]:
    """The triples that the partner receives."""
    project = site.load()
    folder = out.parent / "told"
    folder.mkdir(exist_ok=True)
    partner = project.partners["public"]
    has_graphs = portion.is_whole(portion.question(site.snapshot(), partner))
    lines = portion.write(site.snapshot(), partner, folder).read_bytes().splitlines(keepends=True)
    return {without_graph(line) if has_graphs else line for line in lines}


def contents(out: Path) -> dict[str, bytes]:
    """Every file of a feed."""
    return {file.name: file.read_bytes() for file in sorted((out / "public" / "feed").iterdir())}


def without_memory(site: Site) -> None:
    """Lose what was last said, so that the next update compares the whole portion with the pages."""
    shutil.rmtree(site.folder / ".curagraph" / "feeds", ignore_errors=True)


def grow(site: Site) -> None:
    """A change of each kind: an item is new, one has another title, one is gone."""
    site.write("8.md", item(8, communityTopics=["Symplur: Fresh Topic"]))
    site.write("1.md", item(1, "Another title"))
    site.remove("2.md")
    build(site)


def test_a_new_feed_replays_to_the_portion(site: Site, tmp_path: Path) -> None:
    """The first update creates every thing; what the feed then says is what the partner receives."""
    found = fed(site, tmp_path / "out")
    assert found.created > 20
    assert (found.updated, found.deleted) == (0, 0)
    assert len(contents(tmp_path / "out")) > 5


def test_each_update_tells_what_became_of_things(site: Site, tmp_path: Path) -> None:
    """New, changed and removed items come as creates, updates and deletes; closed pages stay as they are."""
    out = tmp_path / "out"
    fed(site, out)
    before = contents(out)
    grow(site)
    found = fed(site, out)
    assert 0 not in (found.created, found.updated, found.deleted)
    after = contents(out)
    assert all(after[name] == data for name, data in before.items() if name.startswith("page-"))
    site.write("2.md", item(2))
    build(site)
    again = fed(site, out)
    assert again.created
    assert not again.deleted


def test_nothing_changed_writes_nothing(site: Site, tmp_path: Path) -> None:
    """An update of a feed that is up to date touches no file, and says so."""
    out = tmp_path / "out"
    fed(site, out)
    times = {file: file.stat().st_mtime_ns for file in out.rglob("*")}
    assert fed(site, out).words == "nothing changed"
    assert {file: file.stat().st_mtime_ns for file in out.rglob("*")} == times
    without_memory(site)
    assert fed(site, out).words == "nothing changed"
    assert {file: file.stat().st_mtime_ns for file in out.rglob("*")} == times


@pytest.mark.slow
@pytest.mark.parametrize(
    "more",
    [
        "curators = false",
        "",
        "images = true\nexcerpts = true",
    ],
)
def test_touched_things_are_enough(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: str) -> None:
    """After a build of few files only touched things are looked at, and the bytes are those of a whole comparison."""
    quick, slow = tmp_path / "quick", tmp_path / "slow"
    steps: list[Callable[[], object]] = [
        lambda: site.write("1.md", item(1, "Another title", author=["Bea Roe"])),
        lambda: site.write("8.md", item(8, communityTopics=["Symplur: Fresh Topic"], author=["Bea Roe"])),
        lambda: site.remove("2.md"),
        lambda: site.write("1.md", item(1, "Another title")),
        lambda: site.remove("8.md"),
    ]
    # What leads to a curator from elsewhere is hidden with all curators.
    leads = f"<{CONCEPT}> <http://purl.org/dc/terms/source> <{BASE}author/bea-roe> .\n".encode()
    (scheme,) = (site.own("ontology") / "schemes").glob("*.ttl")
    scheme.write_text(f"{scheme.read_text()}\n{leads.decode()}")
    site.settings(more=profile(more))
    build(site)
    for out in (quick, slow):
        fed(site, out)
    seen = [leads in told(site, quick)]
    for number, step in enumerate(steps):
        step()
        build(site)
        without_memory_of(site, slow)
        with monkeypatch.context() as patch:
            patch.setattr(changes, "whole", None)
            fed(site, quick)
        fed(site, slow)
        assert contents(quick) == contents(slow), number
        seen.append(leads in told(site, quick))
    assert seen == [not more.startswith("curators")] * 6


def without_memory_of(site: Site, out: Path) -> None:
    name = hashlib.sha256(str((out / "public" / "feed").resolve()).encode()).hexdigest()[:16]
    (site.folder / ".curagraph" / "feeds" / name / "memory.sqlite").unlink()


def test_the_journal_is_bounded(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The journal tells what was touched since a token it knows; when it grows too long it begins again."""

    def journalled(token: str) -> tuple[str, list[str] | None]:
        with State.readable(site.snapshot().state_path) as state:
            return state.journal.token(), state.journal.since(token)

    first, _ = journalled("")
    assert journalled(first) == (first, [])
    assert journalled("of another graph") == (first, None)
    site.write("1.md", item(1, "Another title"))
    build(site)
    second, touched = journalled(first)
    assert f"<{BASE}item/1>" in (touched or [])
    assert f"<{BASE}item/2>" not in (touched or [])
    monkeypatch.setattr(journal, "_MOST", 3)
    site.write("1.md", item(1, "A third title"))
    build(site)
    assert journalled(second)[1] is None
    assert journalled(second)[0] not in (first, second)


@pytest.mark.slow
def test_what_a_partner_sees_may_change(site: Site, tmp_path: Path) -> None:
    """Another profile is another portion: the feed follows, and no page still holds what may no longer be seen."""
    out = tmp_path / "out"
    fed(site, out)
    assert any(b"Ann Lee" in data for data in contents(out).values())
    site.settings(more=profile("curators = false"))
    assert fed(site, out).deleted
    assert not any(b"Ann Lee" in data for data in contents(out).values())
    site.settings(more=profile('query = "topics"'))
    fed(site, out)
    grow(site)
    fed(site, out)


@pytest.mark.slow
def test_two_machines_write_the_same_bytes(tmp_path: Path) -> None:
    """The same history gives the same bytes, in other folders and with a graph that was built anew each time."""
    outs = []
    for name in ("one", "other"):
        site = Site(tmp_path / name / "project", items([1, 2, 3]))
        site.settings(more=profile())
        out = tmp_path / name / "out"
        build(site)
        fed(site, out)
        if name == "other":
            shutil.rmtree(site.folder / ".curagraph")
        grow(site)
        fed(site, out)
        outs.append(contents(out))
    assert outs[0] == outs[1]


@pytest.mark.parametrize("stride", [15, pytest.param(1, marks=pytest.mark.slow)])
def test_a_killed_update_is_repaired_by_the_next(site: Site, tmp_path: Path, stride: int) -> None:
    """Killed after any number of writes, what stands is a feed, and the next update leaves what it would have left."""
    out, twin, memory = tmp_path / "out", tmp_path / "twin", site.folder / ".curagraph" / "feeds"
    fed(site, out)
    fed(site, twin)
    before = replay(out / "public" / "feed")
    grow(site)
    site.settings(more=profile("curators = false"))
    for folder in (out, memory):
        shutil.copytree(folder, tmp_path / f"kept-{folder.name}")
    fed(site, twin)
    status, writes = -1, 0
    while status != 0:
        for folder in (out, memory):
            shutil.rmtree(folder)
            shutil.copytree(tmp_path / f"kept-{folder.name}", folder)
        child = os.fork()
        if child == 0:
            _die_after(writes, lambda: update(site.snapshot(), site.load().partners["public"], out))
        status = os.waitpid(child, 0)[1]
        assert replay(out / "public" / "feed") in (before, told(site, out))
        fed(site, out)
        assert contents(out) == contents(twin), writes
        writes += stride
    assert writes > 10


def _die_after(writes: int, action: Callable[[], object]) -> None:
    """Do something in this process, which ends at once instead of moving another file into place."""
    replace, left = Path.replace, [writes]

    def counted(self: Path, target: Path) -> Path:
        if not left[0]:
            os._exit(9)
        left[0] -= 1
        return replace(self, target)

    Path.replace = counted  # type: ignore[method-assign, assignment]
    action()
    os._exit(0)


@pytest.mark.slow
def test_retention_drops_what_is_old(site: Site, tmp_path: Path) -> None:
    """Superseded versions and deletes leave when they are older than the profile says, and the index states it."""
    out = tmp_path / "out"
    site.settings(more=profile("feed-days = 30"))
    fed(site, out)
    site.write("1.md", item(1, "Second title", lastMod="2021-01-05T00:00:00Z"))
    site.remove("2.md")
    build(site)
    assert fed(site, out).deleted
    assert any(b"Item 1" in data for data in contents(out).values())
    site.write("3.md", item(3, "Third title", lastMod="2021-03-01T00:00:00Z"))
    build(site)
    fed(site, out)
    found = contents(out)
    assert not any(b"Item 1" in data or b"as:Delete ;" in data for name, data in found.items() if "page-" in name)
    assert b'ldes:fullLogDuration "P30D"^^xsd:duration' in found["index.trig"]
    without_memory(site)
    fed(site, out)
    assert contents(out) == found


def record(number: int, reason: str = "They asked for it.") -> str:
    """The records of a project with one item."""
    return f"iri\tkind\tdate\treason\n{BASE}item/{number}\tCommunityItem\t2026-11-22\t{reason}\n"


def forget(site: Site, number: int, reason: str = "They asked for it.") -> None:
    """Take an item down: its record is written and its file is gone."""
    (site.folder / "forgotten.tsv").write_text(record(number, reason))
    site.remove(f"{number}.md")


@pytest.mark.slow
def test_a_takedown_leaves_no_byte(site: Site, tmp_path: Path) -> None:
    """What a forgotten item said, now and before, is in no byte; its delete is there, and versions keep their names."""
    out = tmp_path / "out"
    site.write("2.md", item(2, "Canary one", body="<p>Canaries sing.</p>", author=["Canary Curator"]))
    build(site)
    fed(site, out)
    site.write("2.md", item(2, "Canary two", communityTopics=["Symplur: Canary Topic"]))
    build(site)
    fed(site, out)
    before = contents(out)
    assert any(b"Canary one" in data for data in before.values())
    forget(site, 2)
    build(site)
    assert fed(site, out).deleted
    after = contents(out)
    for canary in (b"Canary one", b"Canary two", b"Canaries", b"Canary Topic", b"Canary Curator"):
        assert not [name for name, data in after.items() if canary in data], canary
    assert set(after) >= set(before)
    deleted = f"a as:Delete ; dcterms:isVersionOf <{BASE}item/2>".encode()
    assert any(deleted in data for data in after.values())


def summaries(out: Path) -> dict[str, str]:
    """The titles of the Atom feed with their summaries."""
    feed = _tree(contents(out)["atom.xml"])
    entries = feed.iterfind("a:entry", ATOM)
    return {each.findtext("a:title", "", ATOM): each.findtext("a:summary", "", ATOM) for each in entries}


HOSTILE = r"""They </summary>asked & "said" \" . <x:s> <x:p> <x:o> ]]> 'so'."""


def test_a_takedown_is_told_with_its_reason(site: Site, tmp_path: Path) -> None:
    """The delete and the news give kind, date and reason as text; in news nothing is named that went with the item."""
    out = tmp_path / "out"
    site.write("2.md", item(2, "Canary", communityTopics=["Symplur: Canary Topic"], author=["Canary Curator"]))
    build(site)
    fed(site, out)
    forget(site, 2, HOSTILE)
    build(site)
    assert fed(site, out).deleted > 2
    said = f"Community item, taken down on 2026-11-22: {HOSTILE}"
    assert summaries(out)["Taken down: item/2"] == said
    assert b"canary" not in contents(out)["atom.xml"].lower()
    notes = {
        quad.object.value
        for file in (out / "public" / "feed").glob("*.trig")
        for quad in ox.parse(path=file, format=ox.RdfFormat.TRIG, base_iri="https://feed.example.org/")
        if quad.predicate.value == f"{DCTERMS}description" and isinstance(quad.graph_name, ox.DefaultGraph)
    }
    assert notes == {said}


@pytest.mark.slow
def test_names_of_what_a_takedown_took_leave_in_the_end(site: Site, tmp_path: Path) -> None:
    """With the first update that comes a month later, deletes of a takedown leave, but for that of the thing itself."""
    out = tmp_path / "out"
    site.write("2.md", item(2, communityTopics=["Symplur: Canary Topic"], author=["Canary Curator"]))
    build(site)
    fed(site, out)
    forget(site, 2)
    build(site)
    fed(site, out)
    assert b'ldes:versionDeleteDuration "P30D"' in contents(out)["index.trig"]
    for date, is_named in (("2021-01-20", True), ("2021-03-01", False)):
        site.write("3.md", item(3, f"Title of {date}", lastMod=f"{date}T00:00:00Z"))
        build(site)
        fed(site, out)
        trig = b"".join(data for name, data in contents(out).items() if name.endswith(".trig"))
        assert (b"canary" in trig) is is_named
        assert f"dcterms:isVersionOf <{BASE}item/2> ".encode() in trig
    (memory,) = (site.folder / ".curagraph" / "feeds").rglob("memory.sqlite")
    assert b"canary" not in memory.read_bytes()
    before = contents(out)
    without_memory(site)
    assert fed(site, out).words == "nothing changed"
    assert contents(out) == before


@pytest.mark.parametrize("remembers", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_what_was_gone_may_be_forgotten(site: Site, tmp_path: Path, remembers: bool) -> None:
    """A takedown of an item that had left before tells why it is gone, erases old pages, and says so."""
    out = tmp_path / "out"
    fed(site, out)
    site.remove("2.md")
    build(site)
    fed(site, out)
    assert any(b"Item 2" in data for data in contents(out).values())
    (site.folder / "forgotten.tsv").write_text(record(2))
    build(site)
    if not remembers:
        without_memory(site)
    words = fed(site, out).words
    assert re.fullmatch(
        r"0 created, 0 updated, 1 deleted; \d+ pages? written anew, as less may be seen: purge caches", words
    )
    assert not any(b"Item 2" in data for data in contents(out).values())
    assert "They asked" in summaries(out)["Taken down: item/2"]
    assert fed(site, out).words == "nothing changed"


def test_a_takedown_meanwhile_stops_the_update(site: Site, tmp_path: Path) -> None:
    """What is taken down while an update runs is not published by it: nothing comes into place, nothing is left."""
    out = tmp_path / "out"
    fed(site, out)
    before = contents(out)
    grow(site)
    snapshot = site.snapshot()
    assert not snapshot.project.forgotten
    (site.folder / "forgotten.tsv").write_text(record(8))
    with pytest.raises(BuildStopped, match="taken down meanwhile"):
        update(snapshot, site.load().partners["public"], out)
    assert contents(out) == before
    build(site)
    fed(site, out)
    assert not any(b"Item 8" in data for data in contents(out).values())


@pytest.mark.slow
def test_a_date_at_the_end_of_time(site: Site, tmp_path: Path) -> None:
    """An item of the year 9999 does not stop the feed: later updates still have later times."""
    out = tmp_path / "out"
    times = []
    for number in (1, 2, 3):
        site.write("1.md", item(1, f"Title {number}", lastMod="9999-12-31T23:59:59.9999Z"))
        build(site)
        fed(site, out)
        times.append(max(each.time for each in versions(out / "public" / "feed")))
    assert sorted(set(times)) == times


@pytest.mark.slow
def test_pages_stay_where_the_profile_says_so(site: Site, tmp_path: Path) -> None:
    """Without `erase` a takedown is a delete, and nothing else changes in the pages."""
    site.settings(more=profile("erase = false"))
    out = tmp_path / "out"
    fed(site, out)
    before = contents(out)
    forget(site, 2)
    build(site)
    assert fed(site, out).deleted
    after = contents(out)
    assert all(after[name] == data for name, data in before.items() if name.startswith("page-"))


def _tree(data: bytes) -> ET.Element:
    return ET.fromstring(data)  # noqa: S314  # our own


def entries(data: bytes) -> list[tuple[str, str, dict[str, str], str]]:
    """The things of a list: address, date, what is said of it, and the hash of its triples."""
    return [
        (
            str(url.findtext("s:loc", "", SITEMAP)),
            str(url.findtext("s:lastmod", "", SITEMAP)),
            dict(getattr(url.find("rs:md", SITEMAP), "attrib", {})),
            getattr(url.find("feed:said", SITEMAP), "attrib", {}).get("hash", ""),
        )
        for url in _tree(data).iterfind("s:url", SITEMAP)
    ]


def hashes(triples: set[bytes]) -> dict[str, str]:
    """The hash of each thing's lines, by its IRI."""
    by_thing: dict[str, list[bytes]] = {}
    for line in sorted(triples):
        by_thing.setdefault(line[1 : line.index(b"> ")].decode(), []).append(line)
    return {thing: f"sha-256:{hashlib.sha256(b''.join(lines)).hexdigest()}" for thing, lines in by_thing.items()}


def test_lists_tell_each_thing_with_its_hash(site: Site, tmp_path: Path) -> None:
    """The resource list and then the change list give each thing of ours, with the hash of its triples."""
    out = tmp_path / "out"
    fed(site, out)
    files = contents(out)
    listed = {loc: said for loc, _, _, said in entries(files["resourcelist.xml"])}
    assert listed == {thing: hash_ for thing, hash_ in hashes(told(site, out)).items() if thing.startswith(BASE)}
    assert not entries(files["changelist.xml"])
    grow(site)
    fed(site, out)
    assert contents(out)["resourcelist.xml"] == files["resourcelist.xml"]
    for loc, date, md, said in entries(contents(out)["changelist.xml"]):
        assert date == md["datetime"]
        if md["change"] == "deleted":
            del listed[loc]
        else:
            listed[loc] = said
    assert listed == {thing: hash_ for thing, hash_ in hashes(told(site, out)).items() if thing.startswith(BASE)}
    capabilities = entries(contents(out)["capabilitylist.xml"])
    assert [(loc, md["capability"]) for loc, _, md, _ in capabilities] == [
        ("resourcelist.xml", "resourcelist"),
        ("changelist.xml", "changelist"),
    ]


@pytest.mark.slow
def test_long_lists_are_in_parts(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of more things than a file may have is an index of files; after many changes it is written anew."""
    monkeypatch.setattr(resources, "_LARGEST", 5)
    monkeypatch.setattr(resources, "_MOST", 2)
    out = tmp_path / "out"
    fed(site, out)
    before = contents(out)
    parts = [str(each.text) for each in _tree(before["resourcelist.xml"]).iterfind("s:sitemap/s:loc", SITEMAP)]
    assert len(parts) > 2
    grow(site)
    fed(site, out)
    after = contents(out)
    assert after["resourcelist.xml"] != before["resourcelist.xml"]
    assert not entries(after["changelist.xml"])
    found = [entry for name in after if name.startswith("resourcelist-") for entry in entries(after[name])]
    assert {loc for loc, _, _, _ in found} == {each for each in hashes(told(site, out)) if each.startswith(BASE)}


def test_news_in_words(site: Site, tmp_path: Path) -> None:
    """The Atom feed tells what is new, changed and deleted by name, and of what is gone no more than its path."""
    out = tmp_path / "out"
    fed(site, out)
    site.write("3.md", item(3, "A & B </title> ]]> <b>bold"))
    grow(site)
    fed(site, out)
    feed = _tree(contents(out)["atom.xml"])
    titles = [each.text for each in feed.iterfind("a:entry/a:title", ATOM)]
    assert {"New: Item 8", "Changed: Another title", "Deleted: item/2"} <= set(titles)
    assert any("A & B" in str(title) for title in titles), titles
    assert not any("Item 2" in str(title) for title in titles)
    ids = [each.text for each in feed.iterfind("a:entry/a:id", ATOM)]
    assert len(set(ids)) == len(ids) <= 100
    for name in ("id", "title", "updated", "author/a:name"):
        assert feed.findtext(f"a:{name}", "", ATOM)


def pages_of(out: Path) -> list[Path]:
    """The closed pages of the feed, in their order."""
    return sorted((out / "public" / "feed").glob("page-*.trig"))


@pytest.mark.parametrize("remembers", [True, False])
def test_a_page_that_somebody_changed_is_refused(site: Site, tmp_path: Path, remembers: bool) -> None:
    """A page that is not as the feed wrote it, or is gone, ends the update with its file, and with what to do."""
    out = tmp_path / "out"
    fed(site, out)
    file = next(file for file in pages_of(out) if b"Item 3" in file.read_bytes())
    data = file.read_bytes()
    for wrong in (data.replace(b"as:published", b"as:updated", 1), data.replace(b"Item 3", b"Item 4"), None):
        file.unlink()
        if wrong:
            file.write_bytes(wrong)
        if not remembers:
            without_memory(site)
        with pytest.raises(BuildStopped, match=r"page-\d+-\w+\.trig.*: .* remove .*feed"):
            fed(site, out)
    file.write_bytes(data)
    assert fed(site, out).words == "nothing changed"


def test_a_list_that_is_lost_or_changed_is_written_again(site: Site, tmp_path: Path) -> None:
    """What stands beside the stream comes back as it was with the next update, whether or not anything changed."""
    out = tmp_path / "out"
    fed(site, out)
    before = contents(out)
    for name in ("atom.xml", "resourcelist.xml", "changelist.xml"):
        file = out / "public" / "feed" / name
        for action in (file.unlink, partial(file.write_bytes, b"<broken")):
            action()
            assert fed(site, out).words == "nothing changed"
            assert contents(out) == before
    (out / "public" / "feed" / "resourcelist.xml").write_bytes(b"\xff")
    without_memory(site)
    fed(site, out)
    assert contents(out) == before


def versions(folder: Path) -> list[Version]:
    """All versions of a feed, in their order."""
    return [version for _, found in Pages(folder, 4).all() for version in found]


class Follower:
    """Who takes in versions that they have not seen, the newest of each thing, and remembers the feed's mark."""

    def __init__(self, out: Path) -> None:
        self.folder = out / "public" / "feed"
        self.seen: set[str] = set()
        self.things: dict[str, Version] = {}

    def read(self) -> set[str]:
        """Take in what is new; the marks of the feeds that it came from."""
        new = [each for each in versions(self.folder) if each.name not in self.seen]
        for version in sorted(new, key=lambda each: each.time):
            if version.thing not in self.things or self.things[version.thing].time < version.time:
                self.things[version.thing] = version
        self.seen |= {each.name for each in new}
        return {page.mark(name) for name in self.seen}

    @property
    def said(self) -> set[bytes]:
        return {line for each in self.things.values() for line in each.lines.splitlines(keepends=True)}


def lose_feed(site: Site, out: Path, backup: Path) -> None:
    """The folder of the feed is removed."""
    shutil.rmtree(out / "public" / "feed")


def lose_index(site: Site, out: Path, backup: Path) -> None:
    """The index is lost, and the pages are there."""
    (out / "public" / "feed" / "index.trig").unlink()


def put_back(site: Site, out: Path, backup: Path) -> None:
    """The feed of an earlier day is put back."""
    shutil.rmtree(out)
    shutil.copytree(backup, out)


@pytest.mark.parametrize(
    "loss", [lose_feed, *(pytest.param(loss, marks=pytest.mark.slow) for loss in (lose_index, put_back))]
)
def test_followers_go_on_after_a_loss(site: Site, tmp_path: Path, loss: Callable[[Site, Path, Path], None]) -> None:
    """A feed that is lost or put back is written anew so that who followed it has all edits and deletes."""
    out, backup = tmp_path / "out", tmp_path / "backup"
    fed(site, out)
    shutil.copytree(out, backup)
    follower = Follower(out)
    follower.read()
    grow(site)
    fed(site, out)
    follower.read()
    loss(site, out, backup)
    site.write("3.md", item(3, "A third title"))
    site.write("1.md", item(1))
    site.remove("8.md")
    build(site)
    fed(site, out)
    assert len(follower.read()) == 1
    assert follower.said == told(site, out)
    site.write("3.md", item(3, "A fourth title"))
    build(site)
    assert fed(site, out).updated
    follower.read()
    assert follower.said == told(site, out)
    before = contents(out)
    without_memory_of(site, out)
    assert fed(site, out).words == "nothing changed"
    assert contents(out) == before


@pytest.mark.parametrize("loss", [lose_feed, pytest.param(put_back, marks=pytest.mark.slow)])
def test_a_feed_that_cannot_go_on_has_another_mark(
    site: Site, tmp_path: Path, loss: Callable[[Site, Path, Path], None]
) -> None:
    """Where the memory is lost, too, all versions have names with another mark, later times and greater numbers."""
    out, backup = tmp_path / "out", tmp_path / "backup"
    fed(site, out)
    shutil.copytree(out, backup)
    follower = Follower(out)
    grow(site)
    fed(site, out)
    (before,) = follower.read()
    known = dict(follower.things)
    loss(site, out, backup)
    without_memory_of(site, out)
    site.remove("3.md")
    build(site)
    fed(site, out)
    new = versions(follower.folder)
    assert {page.mark(each.name) for each in new} != {before}
    assert min(each.time for each in new) > max(each.time for each in known.values())
    assert min(each.number for each in new) > max(each.number for each in known.values())
    assert not {each.name for each in new} & follower.seen


@pytest.mark.slow
def test_a_memory_that_is_broken_is_made_anew(site: Site, tmp_path: Path) -> None:
    """A memory that is no database, or of another feed, is made again from the pages."""
    out, other = tmp_path / "out", tmp_path / "other"
    fed(site, out)
    shutil.copytree(out, other)
    grow(site)
    fed(site, out)
    for file in (site.folder / ".curagraph" / "feeds").rglob("memory.sqlite"):
        file.write_bytes(b"This is no database." * 1000)
    assert fed(site, out).words == "nothing changed"
    shutil.rmtree(out)
    shutil.copytree(other, out)
    assert fed(site, out).words != "nothing changed"


def test_an_empty_portion_is_an_empty_feed(site: Site, tmp_path: Path) -> None:
    """A partner who receives nothing yet has a feed of nothing, which takes in what comes later."""
    out = tmp_path / "out"
    site.settings(more=profile('query = "nothing"'))
    folder = site.own("queries") / "partners"
    (folder / "nothing.rq").write_text("#+ summary: Nothing\nCONSTRUCT { ?s a ?o } WHERE { ?s a ?o FILTER(false) }\n")
    assert fed(site, out).words == "nothing changed"
    site.settings(more=profile())
    assert fed(site, out).created


def test_the_command_tells_what_it_did(site: Site, tmp_path: Path) -> None:
    """`curagraph feed` has a line for each partner; an unknown one, or a feed that is being written, is told."""
    site.settings(more=f"{profile()}[partners.topics]\nquery = 'topics'\n")
    ended = site.run("feed", "-o", tmp_path / "out")
    assert ended.status == 0
    lines = ended.out.splitlines()
    assert [line.partition(": ")[0] for line in lines] == ["public", "topics"]
    assert all(line.endswith(" created, 0 updated, 0 deleted") for line in lines)
    ended = site.run("feed", "--partner", "topics", "-o", tmp_path / "out")
    assert ended.out == "topics: nothing changed\n"
    ended = site.run("feed", "--partner", "nobody", "-o", tmp_path / "out")
    assert ended.status == 2
    assert ended.sentence == "curagraph: there is no partner nobody; curagraph.toml has public, topics"


def test_two_updates_of_one_feed_cannot_be(site: Site, tmp_path: Path) -> None:
    """While a feed is being written a second update of it ends with 3, and says why."""
    import fcntl

    folder = tmp_path / "out" / "public" / "feed"
    folder.mkdir(parents=True)
    file = os.open(folder, os.O_RDONLY)
    fcntl.flock(file, fcntl.LOCK_EX)
    ended = site.run("feed", "-o", tmp_path / "out")
    os.close(file)
    assert ended.status == 3
    assert "another update of" in ended.sentence
