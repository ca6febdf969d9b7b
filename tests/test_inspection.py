"""Inspecting a folder: its key paths, before there is a graph or even a table for them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import curagraph
from curagraph import UsageError
from curagraph.inspection import Inspection, KeyPath
from tests.project import ROOT, Site, item


def keys(found: Inspection) -> dict[str, KeyPath]:
    return {key.pattern: key for key in found.keys}


@pytest.fixture
def foreign(tmp_path: Path) -> Site:
    """Another site's front matter, in three notations, with two files that cannot be read."""
    site = Site(tmp_path / "site")
    site.write(
        "a.md", "---\nheadline: One\ndate: 2020-12-26\ntags: [x, y]\ncount: 3\nog:\n  image: /a.png\n---\nBody\n"
    )
    site.write("b.md", '+++\nheadline = "Two"\ndate = 2021-01-01\ntags = []\ndraft = true\n+++\nBody\n')
    site.write("c.html", '{"headline": "Three", "url": "https://a.example/", "tags": ["x"], "note": null}\nBody\n')
    site.write("d.txt", "Only words.\n")
    site.write("broken.md", "---\nheadline: One\n")
    site.write("twice.md", "---\nheadline: One\nheadline: Two\n---\n")
    return site


def test_each_key_path_is_counted(foreign: Site) -> None:
    """A key path tells in how many files it stands and how many values it has there."""
    found = keys(curagraph.inspect(foreign.load()))
    assert (found["headline"].files, found["headline"].values) == (3, 3)
    assert (found["tags[]"].files, found["tags[]"].values) == (2, 3)
    assert (found["og.image"].files, found["og.image"].values) == (1, 1)
    assert "title" not in found


def test_the_most_frequent_come_first(foreign: Site) -> None:
    """Key paths are listed by how many files have them, then by name."""
    found = curagraph.inspect(foreign.load()).keys
    assert found == sorted(found, key=lambda key: (-key.files, key.pattern))


def test_types_and_examples_are_shown(foreign: Site) -> None:
    """What the values look like, and the first few different ones, tell what a key is for."""
    found = keys(curagraph.inspect(foreign.load()))
    assert found["date"].types == {"date": 2}
    assert found["count"].types == {"number": 1}
    assert found["draft"].types == {"true or false": 1}
    assert found["og.image"].types == {"path": 1}
    assert found["url"].types == {"address": 1}
    assert found["note"].types == {"null": 1}
    assert found["tags"].types == {"empty list": 1}
    assert found["headline"].examples == ["One", "Two", "Three"]
    assert found["tags[]"].examples == ["x", "y"]


def test_examples_are_few(tmp_path: Path) -> None:
    """However many values there are, a few examples are kept."""
    site = Site(tmp_path / "site", {f"{n}.md": f"---\nheadline: Number {n}\n---\n" for n in range(10)})
    [key] = curagraph.inspect(site.load()).keys
    assert key.values == 10
    assert len(key.examples) < 5


def test_notations_are_counted_and_bad_files_reported(foreign: Site) -> None:
    """The inspection says how each file's front matter is written, and which files cannot be read, with their lines."""
    found = curagraph.inspect(foreign.load())
    assert found.notations == {"YAML": 1, "TOML": 1, "JSON": 1, "none": 1}
    assert {(each.file, each.code, each.line) for each in found.problems} == {
        ("seeds/broken.md", "unclosed-front-matter", 1),
        ("seeds/twice.md", "duplicate-key", 3),
    }


def test_the_rules_that_read_a_key_are_named(foreign: Site) -> None:
    """A key that a table reads names the places of its rules; one that no table reads names none."""
    found = keys(curagraph.inspect(foreign.load()))
    assert any(place.startswith("converters/item.py:") for place in found["date"].converters)
    assert found["headline"].converters == []
    assert found["og.image"].converters == []


def test_every_key_of_the_seeds_is_read_by_a_rule() -> None:
    """In our own template no key is left without a rule."""
    found = curagraph.inspect(curagraph.Project.load(ROOT))
    assert found.problems == []
    assert [key.pattern for key in found.keys if not key.converters] == []


def test_nothing_is_written(foreign: Site) -> None:
    """Inspecting leaves no file behind, and no graph."""
    before = sorted(foreign.folder.rglob("*"))
    assert foreign.run("inspect").status == 1
    assert sorted(foreign.folder.rglob("*")) == before


def test_the_command_lists_the_keys(foreign: Site) -> None:
    """`inspect` prints a table of the key paths, and what could not be read before it."""
    ended = foreign.run("inspect")
    assert ended.status == 1
    assert "seeds/broken.md:1: error" in ended.out
    row = next(line for line in ended.out.splitlines() if line.startswith("headline"))
    assert row.split()[1:3] == ["3", "3"]
    assert "4 files read" in ended.out


def test_the_command_answers_programs(foreign: Site) -> None:
    """`inspect --format json` gives all of it; a folder without problems ends with status 0."""
    found = foreign.run("inspect", "--format", "json").json()
    assert found["files"] == 4
    assert {"key", "files", "values", "types", "examples", "converters"} == set(found["keys"][0])
    assert {each["code"] for each in found["problems"]} == {"unclosed-front-matter", "duplicate-key"}
    for name in ("broken.md", "twice.md"):
        foreign.remove(name)
    assert foreign.run("inspect").status == 0


def test_another_folder_is_inspected_by_its_name(foreign: Site, tmp_path: Path) -> None:
    """A folder that is named is inspected in place of the project's own, from where the command stands."""
    other = tmp_path / "other"
    other.mkdir()
    (other / "1.md").write_text(item(1), encoding="utf-8")
    ended = foreign.run("inspect", "other", "--format", "json", cwd=tmp_path)
    assert ended.status == 0
    assert ended.json()["files"] == 1


def test_a_folder_that_is_not_there(foreign: Site) -> None:
    """A source that does not exist is the caller's mistake."""
    with pytest.raises(UsageError, match="nowhere"):
        curagraph.inspect(foreign.load(), ["nowhere"])
    assert foreign.run("inspect", "nowhere").status == 2


def test_hostile_keys_and_values_are_shown_as_text(tmp_path: Path) -> None:
    """Keys and examples of strangers are no markup and no control codes."""
    text = json.dumps({"[bold]k[/bold]": "[red]x[/red]", "a.b": "dotted", "\u202ek": "\x1b[2J", "k" * 500: "v" * 5_000})
    site = Site(tmp_path / "site", {"1.md": text + "\n"})
    ended = site.run("inspect")
    assert ended.status == 0
    assert "[red]x[/red]" in ended.out
    assert "a\\.b" in ended.out
    assert not any(char in ended.out for char in "\x1b\u202e")
    assert "v" * 100 not in ended.out
