"""Checks of what Google's search asks for: properties by type, as `data/google.toml` lists them; sizes of images."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from curagraph.pagecheck import schemaorg
from curagraph.pagecheck.nodes import Node
from curagraph.pagecheck.page import Found, Page, Script

_FILE = Path(__file__).parent / "data" / "google.toml"
_LEAST_LOGO = 112
_LEAST_PIXELS = 50_000
_PIXELS = re.compile(r"(\d{1,9})(?:\.0*)?\s*(?:px)?", re.IGNORECASE)


class Feature(NamedTuple):
    """What Google shows of some types, and which paths of properties it requires and recommends for that."""

    name: str
    types: tuple[str, ...]
    required: tuple[str, ...] = ()
    recommended: tuple[str, ...] = ()


@cache
def features() -> dict[str, Feature]:
    """The features by each type that they name."""
    found = [
        Feature(each["name"], tuple(each["types"]), tuple(each.get("required", ())), tuple(each.get("recommended", ())))
        for each in tomllib.loads(_FILE.read_text("utf-8"))["feature"]
    ]
    return {type_: feature for feature in found for type_ in feature.types}


def required_property(script: Script, page: Page) -> Iterator[Found]:
    """What Google requires of a type is there."""
    for node, feature in _featured(script, page):
        for path in feature.required:
            if not _has(node, path, page):
                yield Found(node.key, f"{_named(node)} has no {_shown(path)}, which Google requires; add it")


def recommended_property(script: Script, page: Page) -> Iterator[Found]:
    """What Google recommends for a type is there; not of works of others, of which a page says little on purpose."""
    for node, feature in _featured(script, page):
        if id(node) in page.originals:
            continue
        for path in feature.recommended:
            parent, _, _ = path.split("|")[0].rpartition(".")
            if not _has(node, path, page) and (not parent or _has(node, parent, page)):
                yield Found(
                    node.key, f"{_named(node)} has no {_shown(path)}, which Google recommends; add it if it is known"
                )


def _featured(script: Script, page: Page) -> Iterator[tuple[Node, Feature]]:
    """Each thing that the script describes, once, with what Google does with it."""
    for node in script.pieces:
        if not node.id or page.pieces[node.id][0] is node:
            found = {feature.name: feature for type_ in page.types(node) if (feature := _feature(type_))}
            yield from ((node, feature) for feature in found.values())


@cache
def _feature(type_: str) -> Feature | None:
    """The feature of a type, else of the nearest type above it."""
    level = [type_]
    while level:
        found = [features()[name] for name in level if name in features()]
        if found:
            return found[0]
        level = [above for name in level for above in schemaorg.load().types.get(name, "").split()]
    return None


def _has(node: Node, path: str, page: Page) -> bool:
    """Whether a path of properties leads to something for each value on the way, by one of its alternatives."""
    return any(_reaches(node, each.split("."), page) for each in path.split("|"))


def _reaches(node: Node, path: list[str], page: Page) -> bool:
    nodes = [node]
    for property_ in path[:-1]:
        values = [value for each in nodes for value in each.values.get(property_, ())]
        inner = [page.whole(value.node) for value in values if value.node]
        # What is a text, or is described on another page, is not looked into.
        nodes = [each for each in inner if not each.is_reference]
        if values and not nodes:
            return True
    return bool(nodes) and all(_filled(each, path[-1], page) for each in nodes)


def _filled(node: Node, property_: str, page: Page) -> bool:
    """Whether a property has a value that is not blank, on any of the places that describe the thing."""
    places = page.pieces.get(node.id, [node]) if node.id else [node]
    values = [value for place in places for value in place.values.get(property_, ())]
    return any(value.text is None or value.text.strip() for value in values)


def _named(node: Node) -> str:
    return f"the {node.types[0]}" if node.types else "the thing"


def _shown(path: str) -> str:
    return " or ".join(path.split("|"))


def small_logo(script: Script, page: Page) -> Iterator[Found]:
    """An organization's logo is 112 by 112 pixels or larger."""
    for node in script.of_type("Organization"):
        for logo in page.leads_to(node, "logo"):
            sizes = _size(logo, page)
            if sizes and min(sizes) < _LEAST_LOGO:
                found = " by ".join(map(str, sizes))
                yield Found(logo.key, f"found a logo of {found} pixels, wanted 112 by 112 or more; give a larger one")


def small_image(script: Script, page: Page) -> Iterator[Found]:
    """An image has 50,000 pixels or more."""
    logos = {id(logo) for node in script.of_type("Organization") for logo in page.leads_to(node, "logo")}
    for image in script.of_type("ImageObject"):
        sizes = _size(image, page)
        if id(image) not in logos and len(sizes) == 2 and sizes[0] * sizes[1] < _LEAST_PIXELS:
            found = " by ".join(map(str, sizes))
            yield Found(image.key, f"found an image of {found} pixels, wanted 50,000 in all; give a larger one")


def _size(image: Node, page: Page) -> list[int]:
    """Width and height in pixels, as far as they are known: numbers, texts such as `112 px`, or quantities."""
    found: list[int] = []
    for property_ in ("width", "height"):
        values = [*image.values.get(property_, ())]
        values += [value for quantity in page.leads_to(image, property_) for value in quantity.values.get("value", ())]
        matches = [_PIXELS.fullmatch(str(value.content)) for value in values if not value.node]
        found += [int(match[1]) for match in matches if match][:1]
    return found
