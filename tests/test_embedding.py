"""Embedding in a folder of pages: each page of a thing holds its graph, no other does, none is ever half there."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from curagraph import Project
from curagraph.embedding.embedding import Embedded, embed
from curagraph.embedding.places import Places
from curagraph.pagecheck import html
from curagraph.problem import UsageError
from tests.project import BASE, PAGES, PATIENCE, Site, item, items, settle
from tests.test_injection import removed

SECTION = "communities/telehealth/curated-news"
COUNT = 6


def page(title: str = "A page", head: str = "") -> str:
    return (
        f"<!doctype html>\n<html>\n<head>\n<meta charset=utf-8>\n<title>{title}</title>\n{head}</head>\n<body>{title}"
    )


class Pages:
    """A folder of pages beside a project."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.folder = site.folder / "public"
        self.folder.mkdir()

    def write(self, path: str, text: str | None = None, head: str = "") -> Path:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(page(path, head) if text is None else text, encoding="utf-8")
        return file

    def write_items(self, count: int = COUNT) -> None:
        for number in range(1, count + 1):
            self.write(f"{SECTION}/news-{number}/index.html")

    def embed(self, **options: object) -> Embedded:
        return embed(self.site.load(), self.folder, jobs=1, **options)  # type: ignore[arg-type]

    def bytes(self) -> dict[str, bytes]:
        return {str(file.relative_to(self.folder)): file.read_bytes() for file in sorted(self.folder.rglob("*.*html"))}

    def shown(self, path: str) -> str:
        """The item whose graph a page holds, by its number, or the empty text."""
        found = [each for each in html.page((self.folder / path).read_text("utf-8"), path).scripts if each.is_ours]
        assert len(found) <= 1
        numbers = [number for number in range(1, COUNT + 1) if found and f"/item/{number}" in found[0].text]
        assert len(numbers) <= 1
        return str(numbers[0]) if numbers else ""


def codes(result: Embedded) -> list[tuple[str, str]]:
    return [(Path(problem.file).name, problem.code) for problem in result.problems]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Site:
    made = Site(tmp_path_factory.mktemp("embedding") / "site", items(range(1, COUNT + 1)))
    made.build()
    return made


@pytest.fixture
def pages(built: Site, tmp_path: Path) -> Pages:
    """Pages of a project of their own, with a graph that was built once for all."""
    site = built.copy(tmp_path / "site")
    subprocess.run(["cp", "-a", built.folder / ".curagraph", site.folder], check=True)
    return Pages(site)


def item_page(number: int) -> str:
    return f"{SECTION}/news-{number}/index.html"


def test_each_page_gets_the_graph_of_its_item(pages: Pages) -> None:
    """Pages at the addresses of items hold the graphs of these, others hold nothing, and a second run does nothing."""
    pages.write_items()
    pages.write("about/index.html")
    result = pages.embed()
    assert result.changed == [item_page(number) for number in range(1, COUNT + 1)]
    assert (result.pages, result.unchanged, result.without_thing) == (COUNT + 1, 1, ["about/index.html"])
    assert [pages.shown(item_page(number)) for number in range(1, COUNT + 1)] == list("123456")
    assert not result.problems
    after = pages.bytes()
    for _ in range(2):
        result = pages.embed()
        assert (result.changed, result.unchanged, result.without_thing) == ([], COUNT + 1, ["about/index.html"])
        settle()
    assert pages.bytes() == after


def test_removal_gives_the_pages_back(pages: Pages) -> None:
    """With `remove` every page is what it was before, byte for byte."""
    pages.write_items()
    before = pages.bytes()
    pages.embed()
    assert pages.bytes() != before
    result = pages.embed(remove=True)
    assert (len(result.removed), result.changed) == (COUNT, [])
    assert pages.bytes() == before
    assert pages.embed(remove=True).unchanged == COUNT
    assert len(pages.embed().changed) == COUNT


def test_removal_finds_scripts_in_capitals(pages: Pages) -> None:
    """A tool that writes all names in capitals does not keep a script from being removed."""
    file = pages.write(item_page(1))
    before = file.read_bytes()
    pages.embed()
    file.write_bytes(file.read_bytes().replace(b"data-curagraph", b"DATA-CURAGRAPH"))
    assert pages.embed(remove=True).removed == [item_page(1)]
    assert file.read_bytes() == before


def test_removal_needs_no_graph(tmp_path: Path) -> None:
    """Scripts can be removed where no graph was ever built; to embed there is a `UsageError`."""
    made = Pages(Site(tmp_path / "site"))
    made.write("a.html")
    assert made.embed(remove=True).unchanged == 1
    with pytest.raises(UsageError, match="no graph"):
        made.embed()


def test_a_dry_run_shows_and_changes_nothing(pages: Pages) -> None:
    """With `dry_run` the difference of each page is told and no file is written, not even a record."""
    pages.write_items(2)
    before = pages.bytes()
    result = pages.embed(dry_run=True)
    assert pages.bytes() == before
    assert list(result.differences) == result.changed == [item_page(1), item_page(2)]
    assert f"--- {item_page(1)}\n+++ {item_page(1)}\n@@ line 6 @@\n+<script " in result.differences_text()
    assert not (pages.site.folder / ".curagraph" / "pages").exists()


def test_only_what_changed_is_written(pages: Pages) -> None:
    """After an item has changed its page is written anew, and the others keep their times."""
    pages.write_items()
    pages.embed()
    times = {path: (pages.folder / path).stat().st_mtime_ns for path in pages.bytes()}
    pages.site.write("2.md", item(2, title="Another title"))
    pages.site.build()
    result = pages.embed()
    assert result.changed == [item_page(2)]
    assert "Another title" in (pages.folder / item_page(2)).read_text("utf-8")
    now = {path: (pages.folder / path).stat().st_mtime_ns for path in pages.bytes()}
    assert {path for path in times if times[path] != now[path]} == {item_page(2)}


def test_a_page_that_lost_its_item_loses_its_graph(pages: Pages) -> None:
    """A page whose item is gone, or that has become a redirect, is without a script again."""
    pages.write_items()
    before = pages.bytes()
    pages.embed()
    pages.site.remove("2.md")
    pages.site.build()
    redirect = removed((pages.folder / item_page(3)).read_bytes()).replace(
        b"</head>", b'<meta http-equiv="refresh" content="0; url=/elsewhere/"></head>'
    )
    (pages.folder / item_page(3)).write_bytes(redirect)
    result = pages.embed()
    assert result.removed == [item_page(2)]
    assert result.redirects == [item_page(3)]
    assert pages.bytes()[item_page(2)] == before[item_page(2)]
    assert pages.bytes()[item_page(3)] == redirect


@pytest.mark.parametrize(
    ("path", "head"),
    [
        (f"{SECTION}/news-1/index.html", ""),
        (f"{SECTION}/news-1.html", ""),
        (f"{SECTION}/news-1/index.htm", ""),
        (f"{SECTION}/NEWS-1/index.xhtml", f"<link rel=canonical href={PAGES}{SECTION}/news-1/ />"),
        ("x/index.html", f'<link rel="Canonical" href="HTTP://WWW.EXAMPLE.ORG:80/{SECTION}/news%2D1/index.html#a">'),
        ("x/index.html", f"<link rel=canonical href=/{SECTION}/news-1>"),
        (f"{SECTION}/x/index.html", "<link rel=canonical href=../news-1/>"),
        ("x.html", f"<base href=/{SECTION}/><link rel='a canonical' href=news-1/>"),
        ("elsewhere/news-1/index.html", ""),
        ("news/1/index.html", ""),
        ("news/1.html", ""),
    ],
)
def test_the_page_of_an_item_is_found(pages: Pages, path: str, head: str) -> None:
    """By canonical link, by address in any form, by slug or by former path."""
    pages.write(path, head=head)
    result = pages.embed()
    assert result.changed == [path]
    assert pages.shown(path) == "1"
    assert not result.problems
    assert len(result.without_page) == len({each for each in result.without_page if "/item/1" not in each})


def test_an_alias_page_gets_nothing(pages: Pages) -> None:
    """A page as Hugo writes it for an alias shows nothing, although its canonical link and its path are an item's."""
    head = (
        f'<link rel="canonical" href="{PAGES}{SECTION}/news-1/"><meta http-equiv="refresh" content="0; url={PAGES}x/">'
    )
    pages.write("news/1/index.html", head=head)
    before = pages.bytes()
    assert pages.embed().redirects == ["news/1/index.html"]
    assert pages.bytes() == before


@pytest.mark.parametrize(
    "content", ["300", f"300;url=/{SECTION}/news-1/", "10; url=/", "2;url=/", f"0;url=/{SECTION}/news-1/#x", "0;url=./"]
)
def test_a_page_that_reloads_or_waits_is_no_redirect(pages: Pages, content: str) -> None:
    """A `refresh` leads elsewhere only where it leads to another address, after a second at most."""
    pages.write(item_page(1), head=f'<meta http-equiv="refresh" content="{content}">')
    result = pages.embed()
    assert (result.changed, result.redirects) == ([item_page(1)], [])


@pytest.mark.parametrize("content", ["0;url=/", "1; URL='/x/'", "00.9,/x", f"0;url=/{SECTION}/"])
def test_a_page_that_leads_elsewhere_at_once_is_a_redirect(pages: Pages, content: str) -> None:
    """However the delay and the address are written."""
    pages.write(item_page(1), head=f'<meta http-equiv="refresh" content="{content}">')
    result = pages.embed()
    assert (result.changed, result.redirects) == ([], [item_page(1)])


@pytest.mark.parametrize("path", ["tags/news-1/index.html", f"{SECTION}/news-1.html", "news/1/index.html"])
def test_a_page_that_says_it_is_its_own_is_no_item(pages: Pages, path: str) -> None:
    """A canonical link to a page of our site that is not the item's excludes slug, name and former path."""
    own = "/" + path.removesuffix("index.html")
    pages.write(path, head=f"<link rel=canonical href={own}>")
    result = pages.embed()
    assert (result.changed, result.without_thing) == ([], [path])


def test_a_page_that_says_it_is_another_gets_nothing(pages: Pages) -> None:
    """Where a thing's page names another page of the site as its own it holds no graph, and each run tells that."""
    pages.write(item_page(1))
    before = pages.bytes()
    pages.embed()
    pages.write(item_page(1), head="<link rel=canonical href=/other/>")
    assert codes(pages.embed()) == [("index.html", "other-canonical")]
    pages.write(item_page(1))
    pages.embed()
    file = pages.folder / item_page(1)
    file.write_bytes(file.read_bytes().replace(b"</head>", b"<link rel=canonical href=/other/></head>"))
    result = pages.embed()
    assert result.removed == [item_page(1)]
    for _ in range(2):
        assert codes(pages.embed()) == [("index.html", "other-canonical")]
        assert pages.shown(item_page(1)) == ""
        settle()
    assert file.read_bytes().replace(b"<link rel=canonical href=/other/>", b"") == before[item_page(1)]


def test_copies_of_a_page_get_its_graph_and_are_told(pages: Pages) -> None:
    """Pages with the canonical link of another have its graph, with a note that names that page."""
    link = f"<link rel=canonical href=/{SECTION}/news-1/>"
    paths = [item_page(1), "print/1.html", "x/1.html"]
    for path in paths:
        pages.write(path, head=link)
    result = pages.embed()
    assert result.changed == paths
    assert [pages.shown(path) for path in paths] == ["1"] * 3
    for _ in range(2):
        assert codes(result) == [("1.html", "same-canonical")] * 2
        assert all(str(pages.folder / item_page(1)) in problem.message for problem in result.problems)
        settle()
        result = pages.embed()
    (pages.folder / item_page(1)).unlink()
    first, second = pages.embed().problems
    assert str(pages.folder / "x/1.html") in first.message
    assert str(pages.folder / "print/1.html") in second.message


def test_each_changed_page_is_named_with_its_thing(pages: Pages) -> None:
    """What a changed page got, and how that was found, is told by its path."""
    pages.write(item_page(1))
    pages.write("a.html", head=f"<link rel=canonical href=/{SECTION}/news-2/>")
    pages.write("elsewhere/news-3/index.html")
    wanted = {
        item_page(1): (f"{BASE}item/1", "its address"),
        "a.html": (f"{BASE}item/2", "its canonical link"),
        "elsewhere/news-3/index.html": (f"{BASE}item/3", "its slug"),
    }
    assert pages.embed().shown == wanted
    settle()
    assert pages.embed().shown == {}


def test_a_page_of_several_things_gets_none_of_them(pages: Pages) -> None:
    """Where two items have one page it holds no graph, not even the older one, and an error names both."""
    pages.write_items(2)
    pages.write("copy.html", head=f"<link rel=canonical href=/{SECTION}/news-1/>")
    before = pages.bytes()
    pages.embed()
    pages.site.write("2.md", item(2, slug="news-1", basePath="/communities/telehealth/curated-news/"))
    pages.site.build()
    places = Places.of(pages.site.snapshot())
    (shared,) = places.shared.values()
    assert shared == (f"{BASE}item/1", f"{BASE}item/2")
    assert not {*shared} & {*places.by_page.values()}
    result = pages.embed()
    assert result.removed == [item_page(1), item_page(2), "copy.html"]
    assert pages.bytes() == before
    for _ in range(2):
        told = [problem for problem in result.problems if problem.code == "page-of-several"]
        assert [Path(problem.file).name for problem in told] == ["index.html", "copy.html"]
        assert all(f"{BASE}item/1, {BASE}item/2" in problem.message for problem in told)
        assert not {f"{BASE}item/1", f"{BASE}item/2"} & result.without_page.keys()
        assert result.without_thing == [item_page(2)]
        settle()
        result = pages.embed()
    for path in ("copy.html", item_page(1)):
        (pages.folder / path).unlink()
    assert pages.embed().without_page.keys() >= {f"{BASE}item/1", f"{BASE}item/2"}


def test_a_canonical_link_to_another_site_is_told(pages: Pages) -> None:
    """A page that names another site as the original of itself is found by its place, with a warning."""
    pages.write(item_page(1), head="<link rel=canonical href=https://news.example.com/stories/1>")
    for _ in range(2):
        result = pages.embed()
        assert codes(result) == [("index.html", "foreign-canonical")]
        assert pages.shown(item_page(1)) == "1"
        settle()


def test_a_better_claim_wins(pages: Pages) -> None:
    """Of two pages that seem to show one item, the one at its address does, whichever came first; the other is told."""
    pages.write("other/news-1/index.html")
    assert pages.embed().changed == ["other/news-1/index.html"]
    settle()
    pages.write(item_page(1))
    result = pages.embed()
    assert (result.changed, result.removed) == ([item_page(1)], ["other/news-1/index.html"])
    assert codes(result) == [("index.html", "rival-page")]
    settle()
    (pages.folder / item_page(1)).unlink()
    assert pages.embed().changed == ["other/news-1/index.html"]


def test_equal_claims_by_slug_are_both_left_out(pages: Pages) -> None:
    """Where two pages have an item's slug and nothing else speaks for either, none gets it, and both are told."""
    pages.write("a/news-1/index.html")
    pages.write("b/news-1/index.html")
    result = pages.embed()
    assert (result.changed, result.unchanged) == ([], 2)
    assert [problem.code for problem in result.problems] == ["rival-page"] * 2
    assert any(name.endswith("/item/1") for name in result.without_page)


def test_what_no_page_shows_is_told(pages: Pages) -> None:
    """The things whose page should be in the folder and is not are named with its address."""
    pages.write_items(COUNT - 1)
    result = pages.embed()
    missing = {name.rpartition("/")[2]: page for name, page in result.without_page.items() if "/item/" in name}
    assert missing == {"6": f"{PAGES}{SECTION}/news-6/"}


def test_refused_pages_are_left_and_told_each_time(pages: Pages) -> None:
    """A page that cannot be changed safely stays as it is; each run says why, also when nothing else changed."""
    pages.write(item_page(1), "<html><head><title>cut off")
    pages.write(item_page(2))
    before = (pages.folder / item_page(1)).read_bytes()
    for _ in range(3):
        result = pages.embed()
        assert result.refused == [item_page(1)]
        assert codes(result) == [("index.html", "unfinished-page")]
        assert f"{BASE}item/1" not in result.without_page
        assert f"{BASE}item/3" in result.without_page
        assert (pages.folder / item_page(1)).read_bytes() == before
        settle()


def test_odd_files_cost_no_more_than_themselves(pages: Pages, tmp_path: Path) -> None:
    """Links that lead out, pipes, hidden and read-only files stay as they are; names need not be UTF-8."""
    outside = tmp_path / "outside.html"
    outside.write_text(page())
    pages.write_items(2)
    (pages.folder / "out.html").symlink_to(outside)
    (pages.folder / "folder.d").symlink_to(tmp_path)
    (pages.folder / "in.html").symlink_to(pages.folder / item_page(2))
    os.mkfifo(pages.folder / "pipe.html")
    pages.write(".hidden/news-3/index.html")
    pages.write(f"{SECTION}/.news-4.html")
    (pages.folder / item_page(1)).chmod(0o444)
    odd = os.fsdecode(os.fsencode(pages.folder) + b"/caf\xe9/news-5")
    Path(odd).mkdir(parents=True)
    Path(odd, "index.html").write_text(page())
    result = pages.embed()
    assert set(codes(result)) == {
        *(("out.html", "link-outside"), ("folder.d", "link-outside"), ("pipe.html", "not-a-file")),
        ("index.html", "unwritable-page"),
    }
    assert [os.fsencode(path) for path in result.changed] == [b"caf\xe9/news-5/index.html", os.fsencode(item_page(2))]
    assert (pages.folder / "in.html").is_symlink()
    assert outside.read_text() == page()


def test_permissions_are_kept(pages: Pages) -> None:
    """A page has the permissions after that it had before."""
    for number, mode in ((1, 0o600), (2, 0o664), (3, 0o755)):
        pages.write(item_page(number)).chmod(mode)
    pages.embed()
    modes = [(pages.folder / item_page(number)).stat().st_mode & 0o777 for number in (1, 2, 3)]
    assert modes == [0o600, 0o664, 0o755]


def test_a_missing_folder_is_a_wrong_call(pages: Pages) -> None:
    """A folder that is not there, or is a file, ends with a sentence."""
    for folder in (pages.folder / "nowhere", pages.site.folder / "curagraph.toml"):
        with pytest.raises(UsageError, match="there is no folder"):
            embed(pages.site.load(), folder)


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff\n{}", b"0" * 64 + b"\n{}"])
def test_a_damaged_record_costs_only_work(pages: Pages, damage: bytes) -> None:
    """Where the record is damaged or lost every page is looked at again, and stays right."""
    pages.write_items()
    pages.embed()
    after = pages.bytes()
    (record,) = (pages.site.folder / ".curagraph" / "pages").iterdir()
    record.write_bytes(damage or record.read_bytes().replace(b"item/1", b"item/2"))
    assert pages.embed().unchanged == COUNT
    assert pages.bytes() == after


def test_a_page_written_over_is_noticed(pages: Pages) -> None:
    """A page that the generator has written anew gets its script again, however soon after."""
    pages.write_items()
    pages.embed()
    for _ in range(20):
        pages.write(item_page(1))
        assert pages.embed().changed == [item_page(1)]


def test_a_record_of_another_graph_does_not_count(pages: Pages) -> None:
    """After a build, and after another address of the site, every page is looked at again."""
    pages.write_items()
    pages.embed()
    settle()
    pages.site.settings(site="https://other.example.org/")
    pages.site.build()
    assert pages.embed().changed == [item_page(number) for number in range(1, COUNT + 1)]


def test_processes_do_the_same(tmp_path: Path) -> None:
    """Many pages, in several processes, become what they become in one, and progress is told to the end."""
    count = 260
    site = Site(tmp_path / "site", items(range(1, count + 1)))
    site.build()
    pages = Pages(site)
    pages.write_items(count)
    before = pages.bytes()
    pages.embed()
    one = pages.bytes()
    told: list[tuple[int, int]] = []
    pages.embed(remove=True)
    assert pages.bytes() == before
    result = embed(site.load(), pages.folder, jobs=2, progress=lambda done, count: told.append((done, count)))
    assert len(result.changed) == count
    assert told[-1] == (count, count)
    assert pages.bytes() == one


# Kills


RUN = """
import sys
from pathlib import Path
from curagraph import Project
from curagraph.embedding.embedding import embed
embed(Project.load(Path(sys.argv[1])), Path(sys.argv[2]), jobs=int(sys.argv[3]), remove=sys.argv[4] == "True")
"""


def start(pages: Pages, jobs: int, remove: bool) -> subprocess.Popen[bytes]:
    arguments = [sys.executable, "-c", RUN, str(pages.site.folder), str(pages.folder), str(jobs), str(remove)]
    return subprocess.Popen(arguments, start_new_session=True)


def survive(tmp_path: Path, kills: int, jobs: int, rng: random.Random) -> None:
    """Kill runs at random moments; each page is whole before or whole after, and a run to the end leaves no trace."""
    count = 300
    site = Site(tmp_path / "site", items(range(1, count + 1)))
    site.build()
    pages = Pages(site)
    pages.write_items(count)
    before = pages.bytes()
    began = time.monotonic()
    assert start(pages, jobs, remove=False).wait(PATIENCE) == 0
    whole = time.monotonic() - began
    after = pages.bytes()
    between = died = 0
    while died < kills:
        remove = bool(rng.getrandbits(1))
        run = start(pages, jobs, remove)
        time.sleep(rng.uniform(0.3, 0.95) * whole)
        os.killpg(run.pid, signal.SIGKILL)
        died += run.wait(PATIENCE) == -signal.SIGKILL
        now = pages.bytes()
        assert now.keys() == before.keys()
        assert all(data in (before[path], after[path]) for path, data in now.items())
        between += now not in (before, after)
        if rng.random() < 0.5:
            assert start(pages, jobs, remove).wait(PATIENCE) == 0
            assert pages.bytes() == (before if remove else after)
            assert not list(pages.folder.rglob(".*"))
    assert start(pages, jobs, remove=False).wait(PATIENCE) == 0
    assert pages.bytes() == after
    assert not list(pages.folder.rglob(".*"))


def test_a_few_kills(tmp_path: Path) -> None:
    """Killed at a few moments, no page is half written, and the next run finishes and clears up."""
    survive(tmp_path, 2, 1, random.Random(1))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_many_kills(tmp_path: Path, seed: int) -> None:
    """The same at fifty-one moments, with several processes."""
    survive(tmp_path, 17, 1 + seed % 2, random.Random(seed))


def test_two_runs_do_not_meet(pages: Pages) -> None:
    """While one run is at work in a folder another one ends with a sentence."""
    pages.write_items()
    failed: list[str] = []

    def meet(done: int, count: int) -> None:
        with pytest.raises(UsageError, match="another run is at work") as refused:
            embed(Project.load(pages.site.folder), pages.folder)
        failed.append(str(refused.value))

    embed(pages.site.load(), pages.folder, jobs=1, progress=meet)
    assert failed


def test_what_is_embedded_is_json(pages: Pages) -> None:
    """What stands in a page is JSON with a context and a graph."""
    pages.write(item_page(1))
    pages.embed()
    (found,) = html.page((pages.folder / item_page(1)).read_text("utf-8"), item_page(1)).scripts
    assert json.loads(found.text).keys() == {"@context", "@graph"}
