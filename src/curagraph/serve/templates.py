"""The templates of all pages, which share one frame; every text in them is escaped."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from curagraph.serve.page import Page

# Where scripts and styles are: our own, and that of the pictures of the ontology.
_STATIC = (Path(__file__).with_name("static"), Path(__file__).parents[1] / "ontologypage")
_SUFFIXES = (".css", ".js", ".svg")
_FOLDER = Path(__file__).with_name("templates")


@lru_cache(maxsize=1)
def _environment() -> Environment:
    found = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals["static"] = static
    return found


@lru_cache(maxsize=256)
def static(name: str) -> str:
    """The address of a script or style below the root, which changes when the file does.

    Raises `FileNotFoundError` where there is none.
    """
    digest = hashlib.sha256(static_file(name).read_bytes()).hexdigest()[:10]
    return f"static/{digest}/{name}"


def static_file(name: str) -> Path:
    """A script or style by its name. Raises `FileNotFoundError` where there is none."""
    for folder in _STATIC:
        path = (folder / name).resolve()
        if path.is_relative_to(folder) and path.suffix in _SUFFIXES and path.is_file():
            return path
    raise FileNotFoundError(name)


def compile_all() -> None:
    """Compile all templates, before there are workers, which then share them."""
    for name in _environment().list_templates():
        _environment().get_template(name)


def render(template: str, /, root: str, *, status: int = 200, **values: Any) -> Page:
    """A page of HTML; `root` is the path below which the server is reached, and ends with a slash."""
    text = _environment().get_template(template).render(root=root, **values)
    return Page(text.encode(), status=status)
