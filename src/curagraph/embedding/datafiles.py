"""Page graphs as files, for those who build their pages themselves.

DIR/item/4060.json    the graph of the item's page, escaped so that it may stand in a script as it is
DIR/index.json        which file belongs to which slug, and to which path on the site
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from curagraph.embedding import script
from curagraph.embedding.pagegraph import PageGraphs
from curagraph.embedding.places import Places
from curagraph.problem import Problem, UsageError
from curagraph.snapshot import Snapshot

_INDEX = "index.json"


class Written(NamedTuple):
    """How many files there are, how many of them were written or removed now, and what was left out of graphs."""

    files: int
    changed: int
    removed: int
    problems: tuple[Problem, ...]


def write(snapshot: Snapshot, folder: Path) -> Written:
    """Write the graph of the page of each item, and the index; files of items that are gone are removed.

    Raises `UsageError` where the folder holds an index that is not of this kind.
    """
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
    index = {
        "slugs": {slug: written[things[0]] for slug, things in sorted(places.by_slug.items()) if things[0] in written},
        "paths": {_path(places.pages[thing]): name for thing, name in written.items()},
    }
    changed += _put(folder / _INDEX, json.dumps(index, indent=1, ensure_ascii=False) + "\n")
    gone = before - set(written.values())
    for name in gone:
        (folder / name).unlink(missing_ok=True)
    return Written(len(written) + 1, changed, len(gone), tuple(problems))


def _path(address: str) -> str:
    return urlsplit(address).path


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
