"""What a release says of itself beside its description: where it stands, in `profile.json`, and on its page."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

from curagraph.delivery.releases import description, page, profile
from curagraph.delivery.releases.counts import Counts
from curagraph.delivery.releases.described import Described
from curagraph.delivery.releases.faults import Fault, damage
from curagraph.delivery.releases.shelf import is_version
from curagraph.exporting.serialize import Format

# The tags that a page of ours may have: none that runs, loads, or sends anything.
_TAGS = (
    "html head meta title link style body main h1 h2 h3 p time bdi dl dt dd a ul li table thead tbody tr th td pre code"
)
_ATTRIBUTES = "lang|charset|name|content|rel|type|href|class|scope|datetime"
_TAG = re.compile(rf'<!doctype html>|</?(?:{_TAGS.replace(" ", "|")})(?: (?:{_ATTRIBUTES})="[^"<>]*")*>')
_POLICY = """<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">"""
_HREF = re.compile(r' href="([^"]*)"')
_LONGEST = 16 << 20


def of_place(described: Described, root: Path) -> Iterator[Fault]:
    """Where a release says that it is another one than its folder does, of those that are verified in `root`."""
    folder, said = described.folder, described.identifier
    partner, _, version = said.rpartition("/")
    if version != described.version:
        yield _misplaced(f"it says that it is {said}, and that its version is {described.version}")
    if described.previous and int(described.previous) >= int(described.version):
        yield _misplaced(f"it is release {described.version}, and says that {described.previous} was before it")
    if is_version(folder.name) and folder.name != described.version:
        yield _misplaced(f"it says that it is release {described.version}, and stands as {folder.name}")
    if folder not in (root, root / folder.name) and folder.parent.name != partner:
        yield _misplaced(f"it says that it is of {partner}, and stands below {folder.parent.name}")


def _misplaced(message: str) -> Fault:
    return damage(description.TURTLE, "wrong-place", message)


def of_profile(described: Described) -> Iterator[Fault]:
    """Where `profile.json` does not say what the description does."""
    try:
        found = profile.read(described.folder / profile.FILE)
    except (OSError, ValueError, RecursionError) as error:
        yield damage(profile.FILE, "wrong-profile", f"it cannot be read: {' '.join(str(error).split())}")
        return
    stated = {
        "name": described.identifier.rpartition("/")[0],
        "base": described.base,
        "licence": described.licence,
        "formats": sorted({dump.format.value for dump in described.dumps} - {Format.NQUADS.value}),
    }
    for name, wanted in stated.items():
        value = found.get(name)
        value = sorted(map(str, value)) if isinstance(value, list) else value
        if value != wanted:
            message = f"{name}: found {value!r}, and {description.TURTLE} and the dumps say {wanted!r}"
            yield damage(profile.FILE, "wrong-profile", message[:500])


def of_page(described: Described, counts: Counts) -> Iterator[Fault]:
    """What is on the page of a release that no page has, and what it lacks of that which was counted."""
    file = described.folder / page.FILE
    try:
        text = file.read_text("utf-8") if file.stat().st_size < _LONGEST else "<"
    except (OSError, UnicodeDecodeError):
        text = "<"
    yield from (
        damage(page.FILE, "wrong-page", message)
        for message in (*_odd(described, text), *_lacking(described, counts, text))
    )


def _odd(described: Described, text: str) -> Iterator[str]:
    rest, there = text.replace(_POLICY, "", 1), _POLICY in text
    if not there:
        yield "it lacks the policy that keeps a browser from running or loading anything"
    for found in re.finditer("<", rest):
        if not _TAG.match(rest, found.start()):
            yield f"found {rest[found.start() : found.start() + 40]!r}, which no page of a release has"
            return
    known = {*(path.name for path in described.folder.iterdir()), described.licence}
    for address in map(html.unescape, _HREF.findall(rest)):
        if address not in known:
            yield f"it leads to {address[:80]!r}, which is neither a file of the release nor its licence"
            return


def _lacking(described: Described, counts: Counts, text: str) -> Iterator[str]:
    words = html.unescape(re.sub(r"<[^>]*>", "", text))
    said = [f"{counts.triples:,} triples about {counts.subjects:,} things", f"Release {described.version}, "]
    said += [described.canonical, *(dump.name for dump in described.dumps)]
    said += [part for part in described.notes.split("; ") if part[:1].isdigit()]
    lacking = next((each for each in said if each not in words), "")
    if lacking:
        yield f"it does not say {lacking!r}, as the description and the dumps do"
