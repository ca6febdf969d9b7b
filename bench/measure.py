"""What a command or a function costs: time, processor time and, where asked, memory of all its processes."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")

# Seconds between two looks at the memory of a command.
_INTERVAL = 0.05


@dataclass(frozen=True)
class Cost:
    """Seconds on the clock and of all processors; the peaks of memory in bytes, 0 where they were not watched.

    `pss` counts a page that n processes share as 1/n in each, `rss` counts it in full in each.
    """

    wall: float
    cpu: float
    output: str = ""
    pss: int = 0
    rss: int = 0
    processes: int = 0


def command(arguments: Sequence[str | Path], *, memory: bool = False) -> Cost:
    """Run a command to its end. With `memory` the memory of its processes is watched, which slows it a little.

    Raises `RuntimeError` with what it printed where it does not end with status 0.
    """
    _settle()
    with tempfile.TemporaryFile() as file:
        started = time.perf_counter()
        process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT)
        try:
            peak = _watch(process.pid) if memory else (0, 0, 0)
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            process.wait()
            raise
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        file.seek(0)
        output = file.read().decode(errors="replace")
    if process.returncode:
        raise RuntimeError(f"{' '.join(map(str, arguments))} ended with {process.returncode}:\n{output}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, output, *peak)


def call(function: Callable[[], object]) -> float:
    """The seconds that a function takes."""
    _settle()
    started = time.perf_counter()
    function()
    return time.perf_counter() - started


def interleaved(first: Callable[[], A], second: Callable[[], B], rounds: int) -> list[tuple[A, B]]:
    """Both in turn, so that what else the machine does meets both alike."""
    return [(first(), second()) for _ in range(rounds)]


def median_ratio(pairs: Sequence[tuple[float, float]]) -> float:
    """The median over the rounds of first over second."""
    return median(a / b for a, b in pairs)


def _settle() -> None:
    """Let the disk finish what came before, so that nobody pays for another's writes."""
    os.sync()


def _watch(pid: int) -> tuple[int, int, int]:
    """Peaks of PSS, RSS and the number of processes of a command and all below it, until it has ended."""
    peak = (0, 0, 0)
    while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        found = [_memory(each) for each in _tree(pid)]
        now = (sum(pss for pss, _ in found), sum(rss for _, rss in found), len(found))
        peak = (max(peak[0], now[0]), max(peak[1], now[1]), max(peak[2], now[2]))
        time.sleep(_INTERVAL)
    return peak


def _tree(pid: int) -> list[int]:
    """A process and all below it, found by who is whose parent (proc(5), the fourth field of `stat`)."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            with suppress(FileNotFoundError, ProcessLookupError):
                parent = int((folder / "stat").read_text().rpartition(") ")[2].split()[1])
                children.setdefault(parent, []).append(int(folder.name))
    tree = [pid]
    for each in tree:
        tree.extend(children.get(each, ()))
    return tree


def _memory(pid: int) -> tuple[int, int]:
    """PSS and RSS of a process in bytes; nothing for one that has just ended."""
    sizes = {"Pss:": 0, "Rss:": 0}
    with suppress(FileNotFoundError, ProcessLookupError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            name, *rest = line.split()
            if name in sizes:
                sizes[name] = int(rest[0]) * 1024
    return sizes["Pss:"], sizes["Rss:"]
