"""What a source folder may hold beside good documents, and what that costs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from curagraph.reading import sources
from tests.project import PATIENCE, Ended, Site, item, items, problems, public_folder, unprivileged


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path / "site", {"1.md": item(1), "sub/2.md": item(2)})


def built(site: Site, *arguments: str | Path, before: tuple[str, ...] = ()) -> tuple[Ended, dict[str, Any]]:
    """How a build on the command line ended, and its report."""
    file = site.folder / "report.json"
    ended = site.run("build", "--report", file, *arguments, before=before)
    return ended, json.loads(file.read_text("utf-8"))


def found(report: dict[str, Any]) -> set[tuple[str, str]]:
    """The (file, code) pairs of the problems with files: no notes, and nothing about the tables."""
    doubtful = (each for each in report["problems"] if each["severity"] != "note" and each["code"] != "unmatched-key")
    return {(each["file"], each["code"]) for each in doubtful}


def link_to_a_device(file: Path) -> None:
    file.symlink_to("/dev/zero")


def link_to_nothing(file: Path) -> None:
    file.symlink_to("nothing.md")


def link_to_itself(file: Path) -> None:
    file.symlink_to(file.name)


def links_to_each_other(file: Path) -> None:
    file.symlink_to("y.md")
    file.with_name("y.md").symlink_to(file.name)


def link_to_its_own_folder(file: Path) -> None:
    file.symlink_to(".")


def link_out_of_the_source(file: Path) -> None:
    outside = file.parent.parent / "outside.md"
    outside.write_text(item(9), encoding="utf-8")
    file.symlink_to(outside)


def folder_out_of_the_source(file: Path) -> None:
    file.symlink_to("/")


def named_pipe(file: Path) -> None:
    os.mkfifo(file)


def link_to_a_named_pipe(file: Path) -> None:
    os.mkfifo(file.with_name("pipe"))
    file.symlink_to("pipe")


def folder_named_like_a_file(file: Path) -> None:
    file.mkdir()


def twenty_megabytes(file: Path) -> None:
    file.write_bytes(item(9).encode() + b"x" * (20 << 20))


def empty(file: Path) -> None:
    file.touch()


def white_space(file: Path) -> None:
    file.write_text("\n \n\t\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("make", "code", "status"),
    [
        (folder_named_like_a_file, "folder-named-like-file", 0),
        (link_to_nothing, "bad-link", 1),
        (link_to_itself, "bad-link", 1),
        (links_to_each_other, "bad-link", 1),
        (link_to_its_own_folder, "link-loop", 1),
        (link_out_of_the_source, "link-outside", 1),
        (folder_out_of_the_source, "link-outside", 1),
        (link_to_a_device, "link-outside", 1),
        (named_pipe, "not-a-file", 1),
        (link_to_a_named_pipe, "not-a-file", 1),
        (twenty_megabytes, "file-too-long", 1),
        (empty, "empty-file", 0),
        (white_space, "empty-file", 0),
    ],
    ids=lambda value: value.__name__ if callable(value) else None,
)
def test_a_bad_entry_is_reported_and_costs_nothing_else(
    site: Site, make: Callable[[Path], None], code: str, status: int
) -> None:
    """What is no document is reported with its file and a code, and all other files are published."""
    make(site.seeds / "x.md")
    ended, report = built(site)
    assert ("seeds/x.md", code) in found(report)
    assert {file for file, _ in found(report)} <= {"seeds/x.md", "seeds/y.md"}
    assert all(each["line"] >= 1 and each["message"] for each in report["problems"])
    assert ended.status == status
    assert "seeds/x.md" in ended.out
    assert site.titles() == {"1": "Item 1", "2": "Item 2"}


def test_a_bad_entry_costs_the_same_at_every_build(site: Site) -> None:
    """A problem of the folder itself is reported again by a build in which nothing changed."""
    link_to_nothing(site.seeds / "x.md")
    named_pipe(site.seeds / "y.md")
    twenty_megabytes(site.seeds / "z.md")
    first = site.build()
    second = site.build()
    assert problems(first) == problems(second)
    assert first.set_aside == second.set_aside == 3


def test_what_is_in_a_folder_named_like_a_file_is_read(site: Site) -> None:
    """A folder named x.md is a folder: the documents in it are published."""
    site.write("x.md/3.md", item(3))
    site.build()
    assert "3" in site.titles()


@pytest.mark.parametrize("make", [named_pipe, link_to_a_device, twenty_megabytes], ids=lambda make: make.__name__)
def test_a_bad_file_named_as_the_source_is_reported(site: Site, make: Callable[[Path], None]) -> None:
    """A pipe, a device or an endless file that is named as the source itself is reported, and never waited for."""
    make(site.seeds / "x.md")
    ended, report = built(site, site.seeds / "x.md")
    assert ended.status == 1
    assert {file for file, _ in found(report)} == {"seeds/x.md"}


@pytest.mark.parametrize("name", ["README", "sub.d/NOTES", "image.png"])
def test_a_file_that_is_no_document_cannot_be_the_source(site: Site, name: str) -> None:
    """A file that is named as the source and is neither Markdown, HTML nor text is wrong usage."""
    ended = site.run("build", site.write(name, item(3)))
    assert ended.status == 2
    assert name in ended.sentence


def test_inspecting_never_waits_for_a_pipe(site: Site) -> None:
    """`inspect` reports a named pipe as a build does."""
    named_pipe(site.seeds / "x.md")
    ended = site.run("inspect", "--format", "json")
    assert ended.status == 1
    assert [each["code"] for each in ended.json()["problems"]] == ["not-a-file"]


def test_unreadable_files_and_folders_are_reported() -> None:
    """A file and a folder that this user may not read are reported, and all other files are published."""
    before = unprivileged()
    with public_folder() as folder:
        site = Site(folder / "site", {"1.md": item(1), "no.md": item(3), "closed/4.md": item(4)})
        for path in (site.folder, site.seeds):
            path.chmod(0o777)
        (site.seeds / "no.md").chmod(0)
        (site.seeds / "closed").chmod(0)
        try:
            ended, report = built(site, before=tuple(before))
        finally:
            (site.seeds / "closed").chmod(0o755)
        assert ended.status == 1
        assert found(report) == {("seeds/no.md", "unreadable"), ("seeds/closed", "unreadable")}
        assert site.titles() == {"1": "Item 1"}


def test_a_file_that_becomes_readable_comes_in() -> None:
    """A file that could not be read is published by the first build that can read it."""
    before = unprivileged()
    with public_folder() as folder:
        site = Site(folder / "site", {"1.md": item(1), "2.md": item(2)})
        for path in (site.folder, site.seeds):
            path.chmod(0o777)
        file = site.seeds / "2.md"
        file.chmod(0)
        assert built(site, before=tuple(before))[0].status == 1
        file.chmod(0o644)
        assert built(site, before=tuple(before))[0].status == 0
        assert set(site.titles()) == {"1", "2"}


def test_hidden_names_are_passed_over(site: Site) -> None:
    """Files and folders whose names start with a dot are no content and no problem."""
    site.write(".3.md", item(3))
    site.write(".git/4.md", item(4))
    ended, report = built(site)
    assert (ended.status, found(report), report["passed_over"]) == (0, set(), 0)
    assert set(site.titles()) == {"1", "2"}


def test_files_with_other_suffixes_are_counted(site: Site) -> None:
    """What is neither Markdown, HTML nor text is passed over and counted, not lost in silence."""
    for name in ("a.jpg", "b.JPG", "sub/c.yaml", "README"):
        site.write(name, "x")
    ended, report = built(site)
    assert (ended.status, report["passed_over"]) == (0, 4)
    assert "passed over" in ended.out


def test_every_document_suffix_is_read(site: Site) -> None:
    """Markdown, HTML and text files are documents whatever the case of their suffixes."""
    for number, suffix in enumerate((".MD", ".markdown", ".html", ".txt"), 3):
        site.write(f"{number}{suffix}", item(number))
    site.build()
    assert set(site.titles()) == {"1", "2", "3", "4", "5", "6"}


def test_a_link_inside_the_source_is_followed(site: Site) -> None:
    """A link to a document in the same source is read under its own name: here two names claim one IRI."""
    (site.seeds / "3.md").symlink_to("1.md")
    report = site.build()
    assert problems(report) == {("seeds/3.md", "duplicate-iri")}


def test_a_link_to_a_folder_inside_the_source_is_followed(site: Site) -> None:
    """A link to a folder whose documents are not otherwise in the source brings them in."""
    (site.seeds / ".store").mkdir()
    site.write(".store/3.md", item(3))
    (site.seeds / "shown").symlink_to(".store")
    assert problems(site.build()) == set()
    assert "3" in site.titles()


def test_a_source_folder_that_is_itself_a_link_is_read(site: Site, tmp_path: Path) -> None:
    """The source folder may be a link: only links out of what it leads to are refused."""
    site.seeds.rename(tmp_path / "elsewhere")
    site.seeds.symlink_to(tmp_path / "elsewhere")
    assert problems(site.build()) == set()
    assert set(site.titles()) == {"1", "2"}


def test_sources_inside_each_other_are_read_once(site: Site) -> None:
    """A source that lies inside another one is not read twice."""
    report = site.build("seeds", "seeds/sub", "seeds/1.md", "seeds")
    assert (report.read, problems(report)) == (2, set())


def test_the_sources_of_a_build_are_the_whole_graph(site: Site) -> None:
    """A build that names fewer sources takes out what the others had brought in."""
    site.build()
    site.build("seeds/sub")
    assert set(site.titles()) == {"2"}


def test_names_of_files_may_hold_anything(site: Site) -> None:
    """A file's name is no markup and no syntax: its document is published, and so is the text known by its name."""
    names = ("two words", "new\nline", "tab\t", 'quote"', "back\\slash", "<b>", "日本語", "%41?#", "a.b", "'; DROP--")
    for number, name in enumerate(names, 10):
        site.write(f"{name}.md", item(number))
        site.write(f"text/{name}.md", "# A heading\n\nSome words.\n")
    ended, report = built(site)
    assert (ended.status, found(report)) == (0, set())
    assert len(site.titles()) == 2 + len(names)
    assert len(site.ask("SELECT ?text { ?text a cu:ReferenceText }")) == len(names)


def test_a_name_with_a_control_code_names_no_text(site: Site) -> None:
    """An item keeps its identity whatever its file is called; a text, whose name is its identity, is set aside."""
    site.write("\x1b[2J.md", item(3))
    site.write("text \x1b[2J.md", "# A heading\n\nSome words.\n")
    ended, report = built(site)
    assert ended.status == 1
    assert ("seeds/text \x1b[2J.md", "illegal-character") in found(report)
    assert "3" in site.titles()


def test_a_problem_in_a_file_with_a_hostile_name_stays_on_one_line(site: Site) -> None:
    """What a build prints of a file cannot steer the terminal or start a line of its own."""
    site.write("a\n\x1b[2Jb.md", "---\nunclosed\n")
    ended, _ = built(site)
    assert ended.status == 1
    assert "\x1b" not in ended.out
    assert "a\\n\\x1b[2Jb.md:1: error" in ended.out


def test_a_name_that_is_not_utf_8_costs_no_other_file(site: Site) -> None:
    """A file whose name is not UTF-8 (as old archives unpack to) does not keep the others from being published."""
    (Path(os.fsdecode(os.fsencode(site.seeds) + b"/caf\xe9.md"))).write_text(item(3), encoding="utf-8")
    ended, report = built(site)
    assert ended.status in (0, 1)
    assert {"1", "2"} <= set(site.titles())
    assert "3" in site.titles() or any("caf" in file for file, _ in found(report))


@contextmanager
def nested_folders(top: Path, depth: int) -> Iterator[None]:
    """Folders inside each other, deeper than a path may be long or a recursion deep, and gone afterwards."""
    here = os.open(top, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("d", dir_fd=here)
        here = _moved(here, "d")
    try:
        yield
    finally:
        for _ in range(depth):
            here = _moved(here, "..")
            os.rmdir("d", dir_fd=here)
        os.close(here)


def _moved(here: int, name: str) -> int:
    there = os.open(name, os.O_RDONLY, dir_fd=here)
    os.close(here)
    return there


@pytest.mark.parametrize("depth", [200, 1500, 5000])
def test_folders_may_be_nested_deeply(site: Site, depth: int) -> None:
    """Hundreds of folders inside each other are read or reported, and cost no other file."""
    with nested_folders(site.seeds, depth):
        ended, report = built(site)
    assert set(site.titles()) == {"1", "2"}
    assert ended.status == (1 if found(report) else 0)


_BUSY = """
import pathlib, sys
folder = pathlib.Path(sys.argv[1])
while True:
    for number in range(20):
        (folder / f"busy{number}.md").write_text("x")
    for number in range(20):
        (folder / f"busy{number}.md").unlink()
"""


def test_a_file_that_vanishes_while_its_folder_is_read_costs_no_other(site: Site) -> None:
    """Files that come and go during a build, as editors make them, do not cost the others in their folder."""
    for number in range(3, 40):
        site.write(f"{number}.md", "stays")
    project = site.load()
    busy = subprocess.Popen([sys.executable, "-c", _BUSY, site.seeds])
    try:
        end = time.monotonic() + 1.5
        while time.monotonic() < end:
            seen = sources.Scan()
            names = {each.path for each in sources.scan(project, [site.seeds], seen)}
            assert sum("busy" not in name for name in names) == 39, [each.message for each in seen.problems]
    finally:
        busy.kill()
        busy.wait(PATIENCE)


def test_a_source_that_does_not_exist_is_wrong_usage(site: Site) -> None:
    """A source that is not there, or is a link to nothing, ends the command with status 2 and a sentence."""
    (site.folder / "gone").symlink_to("nothing")
    for name in ("nowhere", "gone"):
        ended = site.run("build", name)
        assert ended.status == 2
        assert name in ended.sentence


def test_many_files_with_problems_keep_their_places(tmp_path: Path) -> None:
    """Each bad file among many good ones is reported under its own name, whoever converted it."""
    site = Site(tmp_path / "site", items(range(1, 421)))
    for number in range(0, 420, 60):
        site.write(f"bad{number}.md", f"---\ntitle: {number}\n")
    report = site.build(jobs=2)
    assert problems(report) == {(f"seeds/bad{number}.md", "unclosed-front-matter") for number in range(0, 420, 60)}
    assert len(site.titles()) == 420
