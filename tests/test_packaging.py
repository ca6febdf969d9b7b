"""What reaches a user who installs the package."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def run(*command: str | Path, cwd: Path, **env: str) -> str:
    """The output of a command that must succeed."""
    done = subprocess.run(command, cwd=cwd, env=os.environ | env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the source distribution, as an index would hand it out."""
    folder = tmp_path_factory.mktemp("dist")
    # Without isolation, because a test must not fetch what builds packages; the test extra has it.
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    return next(folder.glob("*.whl"))


def test_top_level(wheel: Path) -> None:
    """The wheel brings `curagraph` to site-packages and nothing else."""
    names = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {name for name in names if not name.endswith(".dist-info")} == {"curagraph"}
    run(sys.executable, "-m", "check_wheel_contents", wheel, cwd=wheel.parent)


def test_content_folders(wheel: Path) -> None:
    """The wheel holds every file of the four content folders, and the marker that the package is typed."""
    held = set(zipfile.ZipFile(wheel).namelist())
    wanted = {"curagraph/py.typed"}
    for name in ("converters", "ontology", "queries", "seeds"):
        files = [file for file in (ROOT / name).rglob("*") if file.suffix in (".py", ".ttl", ".rq", ".md")]
        wanted |= {f"curagraph/data/{file.relative_to(ROOT).as_posix()}" for file in files}
    assert wanted <= held


def test_pages_and_scripts(wheel: Path) -> None:
    """The wheel holds all that the package reads and shows: templates, styles, scripts, data and their licences."""
    package = ROOT / "src/curagraph"
    files = [file for file in package.rglob("*") if file.is_file() and file.suffix not in (".py", ".pyc")]
    wanted = {f"curagraph/{file.relative_to(package).as_posix()}" for file in files}
    assert len(wanted) > 40
    assert wanted <= set(zipfile.ZipFile(wheel).namelist())


def test_works_without_a_checkout(wheel: Path, tmp_path: Path) -> None:
    """From the wheel alone, in an empty folder, a project can be made, built, asked and exported."""
    site = tmp_path / "site"
    run(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", site, wheel, cwd=tmp_path)
    work = tmp_path / "work"
    work.mkdir()
    # Before the editable install, which also stands on the path.
    curagraph = (sys.executable, "-m", "curagraph")
    path = str(site)
    where = run(sys.executable, "-c", "import curagraph; print(curagraph.__file__)", cwd=work, PYTHONPATH=path)
    assert where.startswith(path)
    run(*curagraph, "new", "mine", cwd=work, PYTHONPATH=path)
    run(*curagraph, "build", "--project", "mine", cwd=work, PYTHONPATH=path)
    answer = run(*curagraph, "query", "latest-items", "--format", "csv", "--project", "mine", cwd=work, PYTHONPATH=path)
    assert "CMS Doubles Down" in answer
    assert "@prefix" in run(*curagraph, "export", "--project", "mine", cwd=work, PYTHONPATH=path)


def test_defaults_in_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    """In a folder without content of its own, the package's converters, ontology and queries are used."""
    site = tmp_path / "site"
    run(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", site, wheel, cwd=tmp_path)
    queries = run(sys.executable, "-m", "curagraph", "queries", cwd=tmp_path, PYTHONPATH=str(site))
    assert "latest-items" in queries
