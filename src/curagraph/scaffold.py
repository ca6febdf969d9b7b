"""A new project folder: the content folders to edit, and settings to begin with."""

from __future__ import annotations

import shutil
from pathlib import Path

from curagraph.config import CONTENT, FILE, content
from curagraph.problem import UsageError

_SETTINGS = """\
# The project: where its linked data and its pages live. Nothing else in the project names a host.

base = "https://data.example.org/"    # every IRI that we mint begins with this
site = "https://www.example.org/"     # the web site that shows the items
sources = ["seeds"]                   # what `curagraph build` reads when no folder is named
excerpt-rights = "Excerpts belong to the publishers of the original works."
"""
_README = """\
# A curagraph project

    curagraph build                 # the graph of seeds/, in .curagraph/
    curagraph queries               # what one can ask
    curagraph query latest-items
    curagraph export -o graph.ttl

- `seeds/` holds the items: put your own in place of these.
- `converters/` says which key of the front matter becomes which property: one table for each kind of thing.
- `ontology/` defines every term that the converters use.
- `queries/` holds the questions, one a file.

Starting from the front matter of another site: `curagraph inspect FOLDER` lists its keys.
"""


def new(folder: Path) -> list[Path]:
    """Make a project folder ready to edit and build, and answer what is in it.

    Raises `UsageError` where the folder holds something already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is not empty; name a new folder")
    folder.mkdir(parents=True, exist_ok=True)
    for name in CONTENT:
        shutil.copytree(content(name, folder), folder / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    (folder / FILE).write_text(_SETTINGS, encoding="utf-8")
    (folder / "README.md").write_text(_README, encoding="utf-8")
    (folder / ".gitignore").write_text(".curagraph/\n", encoding="utf-8")
    return sorted(folder.iterdir())
