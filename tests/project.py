"""What tests make and run: small project folders, items in the template of the seeds, and the command line.

Files are written to disk, commands run as processes, and the store is read as anybody would read it.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

import curagraph
from curagraph import Format, Project, Report, Snapshot

ROOT = Path(__file__).resolve().parent.parent
BASE = "https://data.example.org/"
PAGES = "https://www.example.org/"
CU = "https://data.medigy.com/ontology#"
DCTERMS = "http://purl.org/dc/terms/"
SCHEMA = "https://schema.org/"
SKOS = "http://www.w3.org/2004/02/skos/core#"
# A file counts as settled when it has been left alone for this long, in seconds; until then every build reads it.
SETTLED = 0.12
# No command of a test may take longer, in seconds: what waits for a pipe or a lock fails here.
PATIENCE = 60


@dataclass(frozen=True)
class Ended:
    """How a command ended: its status and what it printed."""

    status: int
    data: bytes
    err: str

    @property
    def out(self) -> str:
        return self.data.decode()

    @property
    def sentence(self) -> str:
        """The one line on standard error that a command ends with."""
        assert self.err.count("\n") == 1, self.err
        assert self.err.startswith("curagraph: "), self.err
        return self.err.strip()

    def json(self) -> Any:
        return json.loads(self.data)


def command(*arguments: str | Path | bytes) -> list[str | Path | bytes]:
    """The command line with this Python, which tells of files that are left open."""
    return [sys.executable, "-W", "always::ResourceWarning", "-m", "curagraph", *arguments]


def run(
    *arguments: str | Path | bytes,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    before: Sequence[str] = (),
) -> Ended:
    """Run the command line to its end, `before` it another command that starts it; there is never a traceback."""
    done = subprocess.run(
        [*before, *command(*arguments)],
        capture_output=True,
        cwd=cwd,
        env={**os.environ, **(env or {})},
        timeout=PATIENCE,
        check=False,
    )
    ended = Ended(done.returncode, done.stdout, done.stderr.decode(errors="replace"))
    assert "Traceback" not in ended.err, ended.err
    assert "Warning" not in ended.err, ended.err
    return ended


def together(calls: Sequence[Callable[[], Ended]]) -> list[Ended]:
    """Run several commands at the same time, each in its process, and wait for all."""
    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(lambda call: call(), calls))


class Site:
    """A project folder that a test changes and builds; it has the package's ontology, converters and queries."""

    def __init__(self, folder: Path, items: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.seeds = folder / "seeds"
        self.seeds.mkdir(parents=True)
        self.settings()
        for name, text in (items or {}).items():
            self.write(name, text)

    @classmethod
    def at(cls, folder: Path) -> Site:
        """A project folder that is there already."""
        self = cls.__new__(cls)
        self.folder, self.seeds = folder, folder / "seeds"
        return self

    def copy(self, folder: Path) -> Site:
        """The same files in another folder, without a graph: what a full build would begin with."""
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.folder, folder, ignore=shutil.ignore_patterns(".curagraph"), symlinks=True)
        return Site.at(folder)

    def settings(
        self, base: str = BASE, site: str = PAGES, rights: str = "Quoted to point to the originals.", more: str = ""
    ) -> None:
        """Write `curagraph.toml`, with more lines of TOML at its end."""
        lines = (f'base = "{base}"', f'site = "{site}"', f'excerpt-rights = "{rights}"', more, "")
        (self.folder / "curagraph.toml").write_text("\n".join(lines), encoding="utf-8")

    def own(self, name: str) -> Path:
        """A content folder of the project's own, copied from the package's."""
        source = Project.load(self.folder).content(name)
        target = self.folder / name
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        return target

    def write(self, name: str, text: str) -> Path:
        """Write a file of `seeds/`."""
        file = self.seeds / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def remove(self, name: str) -> None:
        (self.seeds / name).unlink()

    def load(self) -> Project:
        return Project.load(self.folder)

    def build(self, *source: str | Path, jobs: int = 1, strict: bool = False) -> Report:
        """Build in this process, and see that the report counts what is in the store."""
        report = curagraph.build(self.load(), source, jobs=jobs, strict=strict)
        if report.published:
            assert report.triples == len(self.snapshot().store)
        return report

    def run(self, *arguments: str | Path | bytes, **options: Any) -> Ended:
        """Run the command line on this project."""
        return run(*arguments, "--project", self.folder, **options)

    def run_all(self, calls: Sequence[Sequence[str | Path | bytes]], **options: Any) -> list[Ended]:
        """Run several commands that only read this project, at the same time."""
        return together([partial(self.run, *arguments, **options) for arguments in calls])

    def snapshot(self) -> Snapshot:
        return Snapshot.current(self.load())

    def quads(self) -> list[str]:
        """Every statement of the store as a line of N-Quads, in order."""
        return sorted(f"{quad} ." for quad in self.snapshot().store)

    def export(self, format_: Format = Format.NQUADS, **options: Any) -> bytes:
        """An export as bytes."""
        output = io.BytesIO()
        curagraph.export(self.snapshot(), output, format_, **options)
        return output.getvalue()

    def exports(self) -> dict[Format, bytes]:
        """The whole graph in every notation."""
        return {format_: self.export(format_) for format_ in Format}

    def ask(self, sparql: str) -> list[tuple[str, ...]]:
        """The rows of a SELECT, as texts in order."""
        rows = curagraph.ask(self.snapshot(), sparql)
        return sorted(tuple(str(term.value) for term in row) for row in rows)  # type: ignore[union-attr]

    def titles(self) -> dict[str, str]:
        """The title of each item by its number: what is published, at a glance."""
        rows = self.ask("SELECT ?item ?title { ?item a cu:CuratedItem ; dcterms:title ?title }")
        return {item.removeprefix(f"{BASE}item/"): title for item, title in rows}


def settle() -> None:
    """Wait until the files written so far have been left alone for long enough to be trusted by their stamps."""
    time.sleep(SETTLED)


def problems(report: Report) -> set[tuple[str, str]]:
    """The (file, code) pairs of a report's problems with the files of a small project.

    Notes do not count, nor keys of the tables that so few items have no use for.
    """
    doubtful = (each for each in report.problems if each.severity != "note" and each.code != "unmatched-key")
    return {(each.file, each.code) for each in doubtful}


def front_matter(number: int, title: str = "", href: str = "") -> dict[str, Any]:
    """The keys of an item in the template of the seeds, in accord with each other."""
    title = title or f"Item {number}"
    href = href or f"https://news.example.com/stories/{number}"
    uuid_ = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{number}-{title}"))
    path = "/communities/telehealth/curated-news/"
    topics = ["Symplur: Payment Reform", "Medigy: Care Model"]
    return {
        "aliases": f"/news/{number}",
        "archetype": "news",
        "author": ["Ann Lee"],
        "basePath": path,
        "breadcrumbLinks": ["/", "#"],
        "breadcrumbs": ["Home", title],
        "categories": [],
        "communityTopics": topics,
        "contentCategories": "medigy-telehealth-curated-news",
        "date": "2020-12-26T07:18:25.522495Z",
        "description": f"What item {number} tells.",
        "featuredImage": {
            "alt": f"A picture of {number}",
            "format": "JPEG",
            "href": f"{uuid_}-featuredImage.jpeg",
            "size": [415, 220],
            "valid": True,
            "workPackage": number,
            "wpAttachment": {"fileName": "image.jpg", "link": f"/api/v3/attachments/{number}/content"},
        },
        "id": number,
        "identifier": "Telehealth (TH)",
        "lastMod": "2020-12-27T07:18:29.241037Z",
        "link": {"brand": "news.example.com", "href": href, "original": href},
        "mastHead": "Telehealth (TH) CoP",
        "mdName": uuid_,
        "openProjectCustomFields": {"cleanUrl": href, "medigyTopics": json.dumps(topics), "sourceUrl": href},
        "openProjectWorkPackageType": "Curated News",
        "owlType": "Medigy Communities",
        "searchCategory": "News",
        "slug": f"news-{number}",
        "source": "open-project-curations",
        "status": "",
        "sub": "brief",
        "tags": ["news"],
        "title": title,
        "type": "communities/medigy-telehealth",
    }


def item(number: int, title: str = "", href: str = "", body: str = "<p>A short text.</p>", **changes: Any) -> str:
    """An item's file; `changes` replace keys, and a key that becomes None is left out."""
    keys = front_matter(number, title, href) | changes
    if "communityTopics" in changes and "openProjectCustomFields" not in changes:
        keys["openProjectCustomFields"] |= {"medigyTopics": json.dumps(changes["communityTopics"])}
    kept = {key: value for key, value in keys.items() if value is not None}
    front = yaml.dump(kept, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=10_000)
    return f"---\n{front}---\n\n{body}\n"


def items(numbers: Sequence[int], **changes: Any) -> dict[str, str]:
    """The files of several items by their names."""
    return {f"{number}.md": item(number, **changes) for number in numbers}


def unprivileged() -> list[str]:
    """The start of a command that may not read and write everything; skips the test where there is none."""
    if os.geteuid() != 0:
        return []
    before = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    try:
        tried = subprocess.run([*before, *command("--help")], capture_output=True, timeout=PATIENCE, check=False)
    except FileNotFoundError:
        pytest.skip("root may read everything, and there is no setpriv (Debian: util-linux) to run as nobody")
    if tried.returncode != 0:
        pytest.skip("root may read everything, and nobody may not run this Python")
    return before


@contextmanager
def public_folder() -> Iterator[Path]:
    """A temporary folder that every user can reach, unlike pytest's own."""
    with tempfile.TemporaryDirectory(prefix="curagraph-test-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
