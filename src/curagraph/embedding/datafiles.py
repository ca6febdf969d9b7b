"""Page graphs as files, for those who build their pages themselves.

DIR/item/4060.json    the graph of the item's page, escaped so that it may stand in a script as it is
DIR/index.json        which file belongs to which slug, and to which path on the site
DIR/context.json      the context that they all have, to be published beside the pages
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from curagraph.embedding import script
from curagraph.embedding.pagecontext import page_context
from curagraph.embedding.pagegraph import PageGraphs
from curagraph.embedding.places import Places
from curagraph.problem import Problem, UsageError
from curagraph.snapshot import Snapshot

_INDEX, _CONTEXT = "index.json", "context.json"


class Written(NamedTuple):
    """How many files there are, how many of them were written or removed now, and what was left out of graphs."""

    files: int
    changed: int
    removed: int
    problems: tuple[Problem, ...]


def write(snapshot: Snapshot, folder: Path) -> Written:
    """Write the graph of the page of each item, and the index; files of items that are gone are removed.

    Raises `UsageError` where the folder cannot be one, or holds an index that is not of this kind.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is no folder; name one that is there, or that can be made")
    places, graphs = Places.of(snapshot), PageGraphs(snapshot)
    before = _listed(folder / _INDEX)
    items = {thing for things in places.by_slug.values() for thing in things}
    files = {thing: f"{thing.removeprefix(snapshot.project.base)}.json" for thing in sorted(items)}
    changed, problems, written = 0, list[Problem](), dict[str, str]()
    for thing, found in graphs.several({thing: places.pages[thing] for thing in files}):
        problems += found.problems
        if found.text:
            written[thing] = files[thing]
            changed += _put(folder / files[thing], f"{script.for_files(found.text)}\n")
    slugs = {slug: things for slug, things in places.by_slug.items() if set(things) <= written.keys()}
    index = {
        # A slug that several items have leads to none.
        "slugs": {slug: written[thing] for slug, (thing, *others) in sorted(slugs.items()) if not others},
        "paths": {path: name for thing, name in written.items() for path in _paths(places.pages[thing])},
    }
    context = {"@context": page_context(snapshot.project.vocabulary)}
    changed += _put(folder / _CONTEXT, json.dumps(context, indent=1, ensure_ascii=False) + "\n")
    changed += _put(folder / _INDEX, json.dumps(index, indent=1, ensure_ascii=False) + "\n")
    gone = before - set(written.values())
    for name in gone:
        (folder / name).unlink(missing_ok=True)
    return Written(len(written) + 2, changed, len(gone), tuple(problems))


def _paths(address: str) -> dict[str, None]:
    """The path of a page as a browser asks for it, and as the IRI has it (RFC 3987, section 3.1)."""
    path = urlsplit(address).path
    return dict.fromkeys((quote(path, safe="/%:@!$&'()*+,;=~-._"), path))


def _put(file: Path, text: str) -> bool:
    """Write a file in one step unless it says so already; whether it was written."""
    data = text.encode()
    if file.is_file() and file.read_bytes() == data:
        return False
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f".{file.name}.new")
    new.write_bytes(data)
    os.replace(new, file)  # noqa: PTH105  # no reader sees half a file
    return True


def _listed(file: Path) -> set[str]:
    """The files that an index lists. Raises `UsageError` where it is somebody else's."""
    if not file.exists():
        return set()
    try:
        paths = json.loads(file.read_bytes())["paths"]
        names = {str(name) for name in paths.values()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UsageError(f"{file} is no index of page graphs; name another folder, or remove it") from None
    return {name for name in names if ".." not in name.split("/") and not name.startswith("/")}
