"""What the tests share: the checkout as a project, its compiled tables, and real files where there are any."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from curagraph import Project
from curagraph.converting import conversion
from curagraph.converting.compiler import compile_project
from curagraph.converting.program import Program
from curagraph.converting.run import Result
from curagraph.reading import document
from tests.browser import Browser, chromium
from tests.project import Site
from tests.server import Server, serving

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"

settings.register_profile("curagraph", deadline=None)
settings.load_profile("curagraph")

_LIMITED = """
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
exec(compile(sys.stdin.read(), "<limited>", "exec"))
status = Path("/proc/self/status")
if status.exists():
    # Not `ru_maxrss`, in which Linux counts what the process that started this one had.
    rows = dict(line.split(":") for line in status.read_text().splitlines())
    print(int(rows["VmHWM"].split()[0]) // 1024)
else:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a test that is skipped for want of a part has failed; only the shared folder may be away there."""
    report = yield
    if report.skipped and os.environ.get("CI") and SHARED.is_dir():
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {report.longrepr}"
    return report


Convert = Callable[[str | bytes], Result]
Limited = Callable[[str, int], tuple[list[str], int]]


@pytest.fixture(scope="session")
def project() -> Project:
    """The checkout."""
    return Project.load(ROOT)


@pytest.fixture(scope="session")
def program(project: Project) -> Program:
    """The checkout's converters, compiled."""
    return compile_project(project)


@pytest.fixture(scope="session")
def convert(program: Program) -> Convert:
    """Convert the content of a file named `item.md`."""

    def run(content: str | bytes) -> Result:
        data = content.encode() if isinstance(content, str) else content
        return conversion.convert(program, document.parse(data, "item.md"))

    return run


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real seeds and corpora, which only some machines have."""
    if not SHARED.is_dir():
        pytest.skip("there is no folder ../shared")
    return SHARED


@pytest.fixture(scope="session")
def corpus(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Unpack a corpus of `../shared/corpora` once, and answer its folder."""
    unpacked: dict[str, Path] = {}

    def unpack(name: str) -> Path:
        if name not in unpacked:
            unpacked[name] = tmp_path_factory.mktemp(name)
            with tarfile.open(shared / "corpora" / f"{name}.tar.gz") as archive:
                archive.extractall(unpacked[name], filter="data")
        return unpacked[name]

    return unpack


@pytest.fixture(scope="session")
def limited() -> Limited:
    """Run Python in a process of its own with 2 GiB of memory; the lines that it prints, and the MiB that it took."""

    def run(source: str, seconds: int) -> tuple[list[str], int]:
        command = [sys.executable, "-W", "error", "-c", _LIMITED]
        environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
        try:
            done = subprocess.run(
                command, input=source, capture_output=True, text=True, timeout=seconds, check=False, env=environment
            )
        except subprocess.TimeoutExpired:
            pytest.fail(f"it took more than {seconds} seconds")
        assert done.returncode == 0, done.stderr
        *lines, memory = done.stdout.splitlines()
        return lines, int(memory)

    return run


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of a process: Playwright begins only once in each."""
    with chromium() as found:
        yield found


@pytest.fixture(scope="session")
def seeds_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A project with the settings and the seeds of the checkout, built."""
    folder = tmp_path_factory.mktemp("seeds") / "project"
    folder.mkdir()
    shutil.copy(ROOT / "curagraph.toml", folder)
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    site = Site.at(folder)
    site.build()
    return site


@pytest.fixture(scope="session")
def seeds_server(seeds_site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of the seeds."""
    with serving(seeds_site.folder, tmp_path_factory.mktemp("log") / "server.log") as found:
        yield found
