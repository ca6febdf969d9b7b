"""A new project folder: ready to edit, build and query."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import curagraph
from curagraph import UsageError
from tests.project import Site, public_folder, run, unprivileged


def test_a_new_project_builds_and_answers(tmp_path: Path) -> None:
    """`new DIR`, a build inside it and a query work one after another, without a setting."""
    folder = tmp_path / "site"
    made = run("new", folder)
    assert made.status == 0
    assert "curagraph build" in made.out
    built = run("build", cwd=folder)
    assert built.status == 0
    answered = run("query", "latest-items", "--format", "csv", cwd=folder)
    assert answered.status == 0
    assert len(answered.out.splitlines()) == 5
    exported = run("export", "-o", "graph.ttl", cwd=folder)
    assert exported.status == 0
    assert (folder / "graph.ttl").stat().st_size > 1_000


def test_a_new_project_has_everything_to_edit(tmp_path: Path) -> None:
    """It holds the four content folders, settings, a README, and keeps the graph out of version control."""
    made = curagraph.new(tmp_path / "site")
    names = {path.name for path in made}
    assert names == {"ontology", "converters", "queries", "seeds", "curagraph.toml", "README.md", ".gitignore"}
    assert (tmp_path / "site" / ".gitignore").read_text() == ".curagraph/\n"
    assert not list((tmp_path / "site").rglob("__pycache__"))
    project = curagraph.Project.load(tmp_path / "site")
    for name in ("ontology", "converters", "queries", "seeds"):
        assert project.content(name) == project.folder / name
        assert any((project.folder / name).iterdir())


def test_a_new_project_names_no_host_of_ours(tmp_path: Path) -> None:
    """Its settings are for its owner to fill in: what it mints is below an address of its own."""
    curagraph.new(tmp_path / "site")
    site = Site.at(tmp_path / "site")
    assert "medigy" not in site.load().base + site.load().site
    site.build()
    rows = site.ask("SELECT ?item { ?item a cu:CuratedItem }")
    assert all(iri.startswith(site.load().base) for (iri,) in rows)


def test_folders_above_are_made(tmp_path: Path) -> None:
    """The folder may lie deeper than what is there yet."""
    assert run("new", "a/b/c", cwd=tmp_path).status == 0
    assert (tmp_path / "a" / "b" / "c" / "curagraph.toml").exists()


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    """A folder that is there and empty may become a project."""
    (tmp_path / "site").mkdir()
    assert run("new", tmp_path / "site").status == 0
    assert run("new", ".", cwd=_made(tmp_path / "here")).status == 0


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_what_is_there_is_never_overwritten(tmp_path: Path) -> None:
    """A folder that holds anything, a file, and a project itself are refused with status 2 and left alone."""
    full = _made(tmp_path / "full")
    (full / ".hidden").write_text("mine")
    file = tmp_path / "file"
    file.write_text("mine")
    for target in (full, file):
        ended = run("new", target)
        assert ended.status == 2
        assert str(target) in ended.sentence
        with pytest.raises(UsageError):
            curagraph.new(target)
    assert [path.name for path in full.iterdir()] == [".hidden"]
    assert file.read_text() == "mine"


@pytest.mark.parametrize("name", ["below-a-file", "link-to-nothing"])
def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, name: str) -> None:
    """Where the folder cannot be made the command ends with one line."""
    target = tmp_path / name
    if name == "below-a-file":
        target.write_text("a file")
        target = target / "site"
    else:
        target.symlink_to(tmp_path / "missing" / "deep")
    ended = run("new", target)
    if ended.status != 0:
        assert str(target) in ended.sentence or "missing" in ended.sentence


def test_a_folder_of_somebody_else_is_told() -> None:
    """Where this user may not write the command ends with one line."""
    before = unprivileged()
    with public_folder() as folder:
        folder.chmod(0o555)
        ended = run("new", folder / "site", before=before)
        folder.chmod(0o755)
        assert ended.status not in (0, 1)
        assert "ermission denied" in ended.sentence


def test_the_files_of_a_new_project_can_be_edited(tmp_path: Path) -> None:
    """Whatever the modes of the installed package, its copies can be written."""
    curagraph.new(tmp_path / "site")
    for path in (tmp_path / "site").rglob("*"):
        assert os.access(path, os.W_OK)
