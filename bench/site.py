"""A project with a generated corpus, built again and again by the real command."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sys
from functools import cached_property
from pathlib import Path
from statistics import median

import pyoxigraph as ox

from bench import corpus, measure
from bench.measure import Cost
from curagraph.config import Project
from curagraph.snapshot import Snapshot

CHECKOUT = Path(__file__).resolve().parent.parent


class Site:
    """A project folder with `size` items. What it is asked for is made when it is first needed."""

    def __init__(self, folder: Path, size: int) -> None:
        self.folder = folder / f"{size}"
        self.size = size
        self.builds: list[Cost] = []

    @property
    def items(self) -> str:
        return f"{self.size:,}"

    @property
    def rounds(self) -> int:
        """How often to repeat what takes time in proportion to the size."""
        return 3 if self.size <= 10_000 else 2

    @cached_property
    def sources(self) -> Path:
        """The folder of the items, kept where an earlier run of the same `bench/corpus.py` has written it."""
        sources, mark = self.folder / "seeds", self.folder / "corpus"
        wanted = hashlib.sha256(Path(corpus.__file__).read_bytes()).hexdigest()
        if not mark.exists() or mark.read_text() != wanted:
            shutil.rmtree(sources, ignore_errors=True)
            corpus.write(self.size, sources)
            shutil.copy(CHECKOUT / "curagraph.toml", self.folder)
            mark.write_text(wanted)
        return sources

    def build(self) -> Cost:
        """Build from nothing, as a user would."""
        self.clear()
        self.builds.append(measure.command([tool("curagraph"), "build", "--project", self.folder]))
        return self.builds[-1]

    def update(self, changed: int) -> Cost:
        """Build on what is there. Raises `RuntimeError` where another number of files than `changed` was taken."""
        cost = measure.command([tool("curagraph"), "build", "--project", self.folder])
        found = re.search(r"^changed\s+([\d,]+)", cost.output, re.MULTILINE)
        if not found or int(found[1].replace(",", "")) != changed:
            raise RuntimeError(f"{changed} files changed, but the build says:\n{cost.output}")
        return cost

    def clear(self) -> None:
        assert self.sources.is_dir()
        shutil.rmtree(self.folder / ".curagraph", ignore_errors=True)

    @cached_property
    def watched(self) -> Cost:
        """A build whose memory is watched and whose report must be clean; the clock of it is not used."""
        self.clear()
        report = self.folder / "report.json"
        build = measure.command([tool("curagraph"), "build", "--project", self.folder, "--report", report], memory=True)
        problems = [p for p in json.loads(report.read_text())["problems"] if p["severity"] != "note"]
        if problems:
            raise RuntimeError(f"the corpus wants to convert without a problem: {problems[0]}")
        return build

    @cached_property
    def dump(self) -> Path:
        """All graphs of the built store as N-Quads."""
        file = self.folder / "dump.nq"
        self.snapshot().store.dump(file, ox.RdfFormat.N_QUADS)
        return file

    @cached_property
    def quads(self) -> int:
        with self.dump.open("rb") as file:
            return sum(1 for _ in file)

    def snapshot(self) -> Snapshot:
        """The current snapshot, newly opened; built first where there is none."""
        assert self.watched
        return Snapshot.current(Project.load(self.folder))

    def full(self) -> Cost:
        """What a build from nothing takes: the median of those that have run, at least three."""
        while len(self.builds) < self.rounds:
            self.build()
        return Cost(median(cost.wall for cost in self.builds), median(cost.cpu for cost in self.builds))


def tool(name: str) -> Path:
    """A command of the environment that runs the benchmarks."""
    path = Path(sys.executable).with_name(name)
    if not path.exists():
        raise RuntimeError(f"{path} is missing; `make bench` installs what the benchmarks need")
    return path
