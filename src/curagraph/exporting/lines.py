"""Statements as lines of N-Quads and N-Triples, in the order of their bytes, which is that of code points."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from pathlib import Path

# How many bytes of lines are sorted in memory at once.
_RUN = 96 << 20


def without_graph(line: bytes) -> bytes:
    """The triple of a statement in a named graph.

    >>> without_graph(b'<s:> <p:> "o" <g:> .\\n')
    b'<s:> <p:> "o" .\\n'
    """
    return line[: line.rindex(b" <")] + b" .\n"


def ordered(lines: Iterable[bytes], folder: Path) -> Iterator[bytes]:
    """Lines in order, each once; they are sorted in runs in a folder, and merged, where they are many."""
    return _distinct(_sorted(lines, folder))


def _distinct(lines: Iterable[bytes]) -> Iterator[bytes]:
    last = b""
    for line in lines:
        if line != last:
            yield line
        last = line


def _sorted(lines: Iterable[bytes], folder: Path) -> Iterator[bytes]:
    runs: list[Path] = []
    run: list[bytes] = []
    size = 0
    for line in lines:
        run.append(line)
        size += len(line)
        if size > _RUN:
            runs.append(_spilled(run, folder / f"run{len(runs)}"))
            run, size = [], 0
    run.sort()
    if not runs:
        return iter(run)
    return heapq.merge(run, *(_lines_of(path) for path in runs))


def _spilled(run: list[bytes], path: Path) -> Path:
    run.sort()
    with path.open("wb") as file:
        file.writelines(run)
    return path


def _lines_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from file
