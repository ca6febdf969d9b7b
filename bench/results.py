"""What was measured, as Markdown: the bars first, then a table for each kind of measurement, then the machine."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

_PACKAGES = ("curagraph", "pyoxigraph", "oxigraph", "rdflib", "PyYAML")
_REPEAT = """## To repeat

    make bench SIZES={sizes}

or, in an environment with the project and `oxigraph`,

    python -m bench.run --sizes {sizes}
"""


@dataclass(frozen=True)
class Bar:
    """A bar and what was measured against it, both in the same `unit`."""

    what: str
    seconds: str
    measured: float
    limit: float
    unit: str = " times"
    at_least: bool = False

    @property
    def met(self) -> bool:
        return self.measured >= self.limit if self.at_least else self.measured <= self.limit

    def row(self) -> list[str]:
        limit = f"at {'least' if self.at_least else 'most'} {self.limit:g}{self.unit}"
        verdict = "met" if self.met else "**not met**"
        return [self.what, self.seconds, f"{number(self.measured)}{self.unit}", limit, verdict]


@dataclass(frozen=True)
class Section:
    """One kind of measurement."""

    title: str
    text: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    bars: Sequence[Bar] = field(default=())

    def markdown(self) -> str:
        return f"## {self.title}\n\n{self.text}\n\n{_table(self.header, self.rows)}\n"


def number(value: float) -> str:
    """Three digits that count: `0.0123`, `1.23`, `12.3`, `1,234`.

    >>> number(0.01234), number(1.234), number(12.34), number(1234.5)
    ('0.0123', '1.23', '12.3', '1,234')
    """
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:#.3g}" if value >= 0.001 else f"{value:.2g}"


def markdown(sections: Iterable[Section], sizes: Sequence[int]) -> str:
    """The whole page."""
    sections = list(sections)
    bars = [bar.row() for section in sections for bar in section.bars]
    parts = [
        "# Speed, measured\n",
        "Written by `bench/run.py`. Every bar is listed, met or not.\n",
        _table(["bar", "seconds", "measured", "wanted", ""], bars) + "\n" if bars else "",
        *(section.markdown() for section in sections),
        f"## The machine\n\n{_machine()}\n",
        _REPEAT.format(sizes=",".join(map(str, sizes))),
    ]
    return "\n".join(filter(None, parts))


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _machine() -> str:
    cores = len(os.sched_getaffinity(0))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    versions = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    facts = [
        f"{cores} cores ({_processor()}), {memory:.0f} GB of memory, {platform.system()} {platform.release()}",
        "shared with others and noisy: ratios, those of processor time above all, say more than seconds",
        f"Python {platform.python_version()}, {versions}",
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, commit {_commit()}",
    ]
    return "\n".join(f"- {fact}" for fact in facts)


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())


def _commit() -> str:
    folder = Path(__file__).parent
    git = ["git", "-C", str(folder), "describe", "--always", "--dirty", "--abbrev=10"]
    found = subprocess.run(git, capture_output=True, text=True, check=False)
    return found.stdout.strip() or "unknown"
