"""What the tests of releases share: sites with a history of releases, and what stands in one."""

from __future__ import annotations

import gzip
import hashlib
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox

from curagraph.delivery.releases import release as releases
from curagraph.delivery.releases import verification
from curagraph.delivery.releases.release import Released
from tests.project import BASE, Site, item, items

PARTNERS = """
[publisher]
name = "Curators & Co"

[partners.everybody]
title = "All that is curated"
licence = "https://creativecommons.org/licenses/by/4.0/"
rights = "Curators \\"and\\" others, <2026>"
formats = ["turtle", "jsonld", "ntriples", "trig", "rdfxml"]
excerpts = true
"""
NAME = "everybody"
GONE, RENAMED, NEW = 3, 4, 9


def site(folder: Path, numbers: range = range(2, 6), more: str = PARTNERS) -> Site:
    """A site with some items, built."""
    found = Site(folder, items(numbers))
    found.settings(more=more)
    found.build()
    return found


def changed(site: Site) -> None:
    """Another build, after which one item has gone, one has another title and one is new."""
    site.remove(f"{GONE}.md")
    site.write(f"{RENAMED}.md", item(RENAMED, "A better title"))
    site.write(f"{NEW}.md", item(NEW, "Quite new"))
    site.build()


def two_releases(folder: Path) -> Path:
    """Two releases of a site in a folder, between which items came, went and were renamed; the second of them."""
    made = site(folder / "site")
    released(made, folder / "out")
    changed(made)
    released(made, folder / "out")
    return folder / "out" / NAME / "2"


def released(site: Site, out: Path, partner: str = NAME, key: Path | None = None) -> Released:
    """Make a release in this process."""
    snapshot = site.snapshot()
    return releases.release(snapshot, snapshot.project.partners[partner], out, key)


def is_sound(out: Path, allowed: Path | None = None) -> bool:
    """Whether releases are as they were written, and signed by who is allowed."""
    return not verification.verify(out, allowed).is_bad


def unpacked(release: Path, pattern: str = "data*.nq.gz") -> list[bytes]:
    """The lines of packed files of a release, in order."""
    files = sorted(release.glob(pattern))
    return [line for file in files for line in gzip.decompress(file.read_bytes()).splitlines(keepends=True)]


def everything(release: Path) -> Iterator[bytes]:
    """All that is in the files of a release, unpacked."""
    for file in sorted(release.iterdir()):
        data = file.read_bytes()
        yield gzip.decompress(data) if file.suffix == ".gz" else data


def files(folder: Path) -> dict[str, bytes]:
    """All that can be fetched from a folder."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith("."))
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def described(release: Path) -> ox.Store:
    """The description of a release, as a store."""
    store = ox.Store()
    store.load(path=str(release / "dataset.ttl"), format=ox.RdfFormat.TURTLE, base_iri=f"{BASE}r/1/dataset.ttl")
    return store


def sum_up(release: Path) -> None:
    """Write the checksums of a release again, as who has changed it would."""
    names = sorted(path.name for path in release.iterdir() if not path.name.startswith("SHA256SUMS"))
    rows = (f"{hashlib.sha256((release / name).read_bytes()).hexdigest()}  {name}\n" for name in names)
    (release / "SHA256SUMS").write_text("".join(rows))


def repack(file: Path, change: Callable[[bytes], bytes]) -> None:
    """Change what a packed file holds."""
    before = gzip.decompress(file.read_bytes())
    after = change(before)
    assert after != before
    file.write_bytes(gzip.compress(after, mtime=0))


def key(folder: Path, name: str = "key") -> Path:
    """A new key of OpenSSH."""
    file = folder / name
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(file)]
    subprocess.run(command, check=True, timeout=30, stdin=subprocess.DEVNULL)
    return file


def signers(folder: Path, key: Path) -> Path:
    """A file of allowed signers with one key."""
    file = folder / "allowed_signers"
    file.write_text(f"curator@example.org {key.with_suffix('.pub').read_text()}")
    return file
