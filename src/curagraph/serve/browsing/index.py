"""The index for search, made once for each edition."""

from __future__ import annotations

from pathlib import Path

from curagraph.snapshot import Snapshot


def make(snapshot: Snapshot, path: Path) -> None:
    path.touch()
