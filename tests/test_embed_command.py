"""`curagraph embed` as people and programs call it: what it prints, writes and ends with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from curagraph.embedding import script
from curagraph.embedding.pagegraph import PageGraphs
from tests.project import BASE, PAGES, Site, item, items

HEAD = "<!doctype html>\n<html>\n<head>\n<title>{title}</title>\n{head}</head>\n"
PAGE = f"{HEAD}<body>\n<h1>{{title}}</h1>\n</body>\n</html>\n"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """Two items, and the folder `public` with a page for one of them, one of nothing, and one that is refused."""
    site = Site(tmp_path / "site", items([1, 2]))
    site.build()
    address = f"{PAGES}communities/telehealth/curated-news/news-1/"
    head = f'<link rel="canonical" href="{address}">\n'
    write(site, "communities/telehealth/curated-news/news-1/index.html", PAGE.format(title="Item 1", head=head))
    write(site, "about.html", PAGE.format(title="About us", head=""))
    return site


def write(site: Site, name: str, text: str) -> Path:
    file = site.folder / "public" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8", newline="")
    return file


def contents(folder: Path) -> dict[str, bytes]:
    """The files of a folder with their bytes."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_pages_are_embedded_in_and_given_back(site: Site) -> None:
    """The first run changes the one page, the second nothing, and removal gives all bytes back."""
    public = site.folder / "public"
    before = contents(public)
    first, second = (site.run("embed", public) for _ in range(2))
    assert (first.status, second.status) == (0, 0)
    assert "changed 1" in squeezed(first.out)
    assert "changed 0" in squeezed(second.out)
    assert "about.html shows nothing that the graph knows" in first.out
    assert f"no page shows {BASE}item/2; it should be {PAGES}communities/telehealth/curated-news/news-2/" in first.out
    changed = {name for name, data in contents(public).items() if data != before[name]}
    assert changed == {"communities/telehealth/curated-news/news-1/index.html"}
    assert site.run("embed", public, "--remove").status == 0
    assert contents(public) == before


def squeezed(text: str) -> str:
    return " ".join(text.split())


def test_a_dry_run_prints_the_difference(site: Site) -> None:
    """With --dry-run the script is shown as an added line, and no page changes."""
    public = site.folder / "public"
    before = contents(public)
    ended = site.run("embed", public, "--dry-run")
    assert ended.status == 0
    assert "+++ communities/telehealth/curated-news/news-1/index.html" in ended.out
    assert '+<script type="application/ld+json" data-curagraph=' in ended.out
    assert "would change 1" in squeezed(ended.out)
    assert contents(public) == before


def test_programs_get_json(site: Site) -> None:
    """With --format json everything that became of the pages is told to programs."""
    found = site.run("embed", site.folder / "public", "--format", "json").json()
    assert found["changed"] == ["communities/telehealth/curated-news/news-1/index.html"]
    assert found["withoutThing"] == ["about.html"]
    assert f"{BASE}item/2" in found["withoutPage"]
    assert (found["pages"], found["problems"]) == (2, [])
    assert found["shown"] == {found["changed"][0]: {"thing": f"{BASE}item/1", "by": "its address"}}


def test_a_refused_page_is_an_error(site: Site) -> None:
    """A page that cannot be understood is left as it was, told with its file, and the status is 1."""
    file = write(site, "communities/telehealth/curated-news/news-2/index.html", "<html><head><title>Cut off")
    ended = site.run("embed", site.folder / "public")
    assert ended.status == 1
    assert "news-2/index.html:1: error:" in ended.out
    assert file.read_text("utf-8") == "<html><head><title>Cut off"


@pytest.mark.parametrize("name", ["1", "item/1", f"{BASE}item/1"])
def test_one_script_is_printed(site: Site, name: str) -> None:
    """`--item` prints the element that `embed` would put into the page of the item."""
    wanted = script.element(PageGraphs(site.snapshot()).of(f"{BASE}item/1").text)
    ended = site.run("embed", "--item", name)
    assert (ended.status, ended.out) == (0, f"{wanted}\n")


def test_what_is_left_out_of_a_script_is_told_beside_it(tmp_path: Path) -> None:
    """A piece that lacks what it needs is told on standard error, so that the script can be piped."""
    site = Site(tmp_path / "site", {"1.md": item(1, openProjectWorkPackageType=None)})
    site.build()
    ended = site.run("embed", "--item", "1")
    assert ended.out.startswith("<script ")
    assert f"{BASE}trail/1: a trail wants two steps or more, counted from 1" in ended.err


def test_data_files_hold_the_graphs(site: Site) -> None:
    """`--data` writes the graph of each item, escaped, with an index by slug and by path."""
    data = site.folder / "data"
    assert site.run("embed", "--data", data).out == "4 files, 4 written, 0 removed\n"
    index = json.loads((data / "index.json").read_text("utf-8"))
    assert index["slugs"] == {f"news-{number}": f"item/{number}.json" for number in (1, 2)}
    assert index["paths"] == {f"/communities/telehealth/curated-news/news-{n}/": f"item/{n}.json" for n in (1, 2)}
    text = (data / "item" / "1.json").read_text("ascii")
    context = json.loads((data / "context.json").read_text("utf-8"))
    assert json.loads(text)["@context"] == context["@context"]
    assert json.loads(text) == json.loads(PageGraphs(site.snapshot()).of(f"{BASE}item/1").text)
    assert not set("<>&") & set(text)


def test_data_files_follow_the_items(site: Site) -> None:
    """What did not change is not written again, and the file of an item that is gone goes too."""
    data = site.folder / "data"
    site.run("embed", "--data", data)
    assert site.run("embed", "--data", data).out == "4 files, 0 written, 0 removed\n"
    site.remove("2.md")
    site.build()
    assert site.run("embed", "--data", data).out == "3 files, 1 written, 1 removed\n"
    assert sorted(contents(data)) == ["context.json", "index.json", "item/1.json"]


def test_two_items_on_one_page_are_told_and_get_nothing(tmp_path: Path) -> None:
    """A page that two items claim is described by neither: an error names both, and other items are as ever."""
    site = Site(tmp_path / "site", {**items([1]), "2.md": item(2), "3.md": item(3, slug="news-2")})
    site.build()
    ended = site.run("embed", "--data", site.folder / "data")
    assert (ended.status, ended.out.splitlines()[-1]) == (1, "3 files, 3 written, 0 removed")
    assert f"it is the page of several things, {BASE}item/2 and {BASE}item/3" in ended.out
    index = json.loads((site.folder / "data" / "index.json").read_text("utf-8"))
    assert list(index["slugs"]) == ["news-1"]
    assert site.run("embed", "--item", "2").status == 2


def test_paths_stand_in_the_index_as_browsers_ask_for_them(tmp_path: Path) -> None:
    """A path with letters beyond ASCII is there in both spellings."""
    site = Site(tmp_path / "site", {"1.md": item(1, slug="café")})
    site.build()
    site.run("embed", "--data", site.folder / "data")
    paths = json.loads((site.folder / "data" / "index.json").read_text("utf-8"))["paths"]
    assert list(paths) == [f"/communities/telehealth/curated-news/{last}/" for last in ("caf%C3%A9", "café")]


def test_an_index_of_somebody_else_is_left_alone(site: Site) -> None:
    """A folder with an index.json of another kind is refused, and nothing in it changes."""
    (site.folder / "index.json").write_text("[1, 2]", "utf-8")
    ended = site.run("embed", "--data", site.folder)
    assert ended.status == 2
    assert "index.json is no index of page graphs" in ended.sentence
    assert (site.folder / "index.json").read_text("utf-8") == "[1, 2]"


def test_pages_are_checked(site: Site) -> None:
    """`--check` with a folder tells what is wrong in its pages, and ends with 1 where there is an error."""
    public = site.folder / "public"
    site.run("embed", public)
    good = site.run("embed", "--check", public)
    assert (good.status, "0 errors" in good.out) == (0, True)
    write(site, "bad.html", '<title>A</title><script type="application/ld+json">{"@type": </script>')
    bad = site.run("embed", public, "--check")
    assert (bad.status, "bad.html:1" in bad.out, "not-json" in bad.out) == (1, True, True)
    assert site.run("embed", public, "--check", "--format", "sarif").json()["version"] == "2.1.0"


def test_pages_of_others_are_checked_without_a_graph(tmp_path: Path) -> None:
    """A folder of anybody's pages can be checked in a project that has not been built."""
    site = Site(tmp_path / "site")
    write(
        site, "a.html", '<title>A</title><script type="application/ld+json">{"@context": "https://schema.org"}</script>'
    )
    assert site.run("embed", "--check", site.folder / "public").status == 0


def test_the_graphs_themselves_are_checked(site: Site) -> None:
    """`--check` without a folder looks at the graph of every page, of which ours have no error."""
    ended = site.run("embed", "--check")
    assert ended.status == 0
    assert "0 errors, 0 warnings" in ended.out


def test_a_dropped_piece_is_told_by_the_check(tmp_path: Path) -> None:
    """What is left out of a page is among the findings, with the file of the item."""
    site = Site(tmp_path / "site", {"1.md": item(1, openProjectWorkPackageType=None)})
    site.build()
    found = site.run("embed", "--check", "--format", "json").json()["problems"]
    assert {each["file"] for each in found if each["code"] == "piece-dropped"} == {"seeds/1.md"}


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("public", "--item", "1"),
        ("public", "--data", "data"),
        ("--item", "1", "--data", "data"),
        ("--check", "--item", "1"),
        ("--item", "1", "--remove"),
        ("--check", "public", "--dry-run"),
        ("nowhere",),
        ("--check", "nowhere"),
        ("--item", "99"),
        ("--item", "form/brief"),
        ("public", "--format", "sarif"),
        ("--item", "1", "--format", "json"),
        ("public", "-o", "data"),
        ("--data", "curagraph.toml"),
    ],
)
def test_a_call_that_cannot_be_meant_is_told(site: Site, arguments: tuple[str, ...]) -> None:
    """Ways that do not go together, folders and things that are not there: one sentence and status 2."""
    files = ("public", "data", "nowhere", "curagraph.toml")
    places = [site.folder / word if word in files else word for word in arguments]
    ended = site.run("embed", *places)
    assert ended.status == 2
    assert ended.sentence


def test_without_a_graph_there_is_nothing_to_embed(tmp_path: Path) -> None:
    """Before the first build the command says what makes a graph."""
    site = Site(tmp_path / "site")
    (site.folder / "public").mkdir()
    ended = site.run("embed", site.folder / "public")
    assert (ended.status, "`curagraph build` makes one" in ended.sentence) == (2, True)
