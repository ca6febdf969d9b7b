"""What is remembered of a folder of pages, so that a page that is as it was need not be opened.

.curagraph/pages/HASH.json   a digest, and below it for each page: its stamp, what it shows, what it was given

The record holds for one graph, one set of rules and one way to embed. What is lost, damaged or of another time counts
as no record: that costs work and never leads to a wrong page.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import astuple
from pathlib import Path
from typing import Any, NamedTuple

from curagraph.config import Project
from curagraph.embedding.finding import Claim, Way
from curagraph.problem import Problem, Severity
from curagraph.snapshot import Snapshot

FOLDER = "pages"


class Seen(NamedTuple):
    """A page as it was left: its stamp, what it claims to show, the thing whose graph it holds, and its problems."""

    stamp: str
    claim: Claim
    given: str
    problems: tuple[Problem, ...]


class Record:
    """The record of one folder of pages; `key` is all that it depends on beside the pages."""

    def __init__(self, project: Project, folder: Path, key: str) -> None:
        name = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:16]
        self.file = project.state / FOLDER / f"{name}.json"
        self.key = key

    def load(self) -> dict[str, Seen]:
        """What is remembered, by path; nothing where the record is lost, damaged, or of another graph."""
        try:
            digest, _, text = self.file.read_bytes().partition(b"\n")
        except OSError:
            return {}
        if digest.decode(errors="replace") != self._digest(text):
            return {}
        return {path: _read(row) for path, row in json.loads(text).items()}

    def save(self, pages: Mapping[str, Seen]) -> None:
        """Remember pages in the place of those remembered before. A page without a stamp is forgotten."""
        rows = {path: _written(seen) for path, seen in pages.items() if seen.stamp}
        text = json.dumps(rows, separators=(",", ":")).encode()
        self.file.parent.mkdir(parents=True, exist_ok=True)
        new = self.file.with_suffix(".part")
        new.write_bytes(self._digest(text).encode() + b"\n" + text)
        new.replace(self.file)

    def _digest(self, text: bytes) -> str:
        return hashlib.sha256(self.key.encode() + b"\0" + text).hexdigest()


def key(snapshot: Snapshot) -> str:
    """All that a page graph depends on: the snapshot, and the rules, questions and code that make text of it."""
    current = (snapshot.path / "store" / "CURRENT").stat()
    parts = [snapshot.project.fingerprint, snapshot.project.site, str(snapshot.path)]
    parts += [str(current.st_ino), str(current.st_mtime_ns)]
    digest = hashlib.sha256("\0".join(parts).encode())
    for file in sorted(snapshot.project.content("queries").rglob("*.rq")):
        digest.update(b"\0" + file.read_bytes())
    return digest.hexdigest()


def _written(seen: Seen) -> list[Any]:
    return [seen.stamp, astuple(seen.claim), seen.given, [each.as_json() for each in seen.problems]]


def _read(row: list[Any]) -> Seen:
    stamp, (thing, way, redirect, foreign, other, several, shared), given, problems = row
    claim = Claim(thing, Way(way), redirect, foreign, other, tuple(several), tuple(shared))
    told = tuple(Problem(**(each | {"severity": Severity(each["severity"])})) for each in problems)
    return Seen(stamp, claim, given, told)
