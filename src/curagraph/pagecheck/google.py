"""Checks of what Google's search asks for: properties by type, as `data/google.toml` lists them; sizes of images."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from curagraph.pagecheck.nodes import Node
from curagraph.pagecheck.page import Found, Page, Script
from curagraph.problem import Problem

_FILE = Path(__file__).parent / "data" / "google.toml"
# How a message names a piece of ours, in `recommended_property`.
_OF_PIECE = re.compile(r"the \w+ <[^>]+> has no ")
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
    """What Google recommends for a type is there."""
    publishers = {id(each) for site in script.of_type("WebSite") for each in page.leads_to(site, "publisher")}
    for node, feature in _featured(script, page):
        # By its IRI a piece of ours is known on every page, so that it is told once.
        name = f"{_named(node)} <{node.id}>" if script.is_ours else _named(node)
        for path in feature.recommended:
            parent, _, _ = path.split("|")[0].rpartition(".")
            if not _has(node, path, page) and (not parent or _has(node, parent, page)):
                is_setting = script.is_ours and id(node) in publishers and path in ("name", "logo")
                advice = f"set {path} in [publisher] of curagraph.toml" if is_setting else "add it if it is known"
                yield Found(node.key, f"{name} has no {_shown(path)}, which Google recommends; {advice}")


def once(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Some problems, without what is recommended of a piece of ours on another page than the first."""
    told: set[str] = set()
    for problem in problems:
        if problem.code != "recommended-property" or not _OF_PIECE.match(problem.message):
            yield problem
        elif problem.message not in told:
            told.add(problem.message)
            yield problem


def _featured(script: Script, page: Page) -> Iterator[tuple[Node, Feature]]:
    """Each thing that the script describes for itself, once, with what Google does with its types.

    What is written inside another thing says something of that one, and works of others are not ours to describe.
    """
    main = {id(node) for node in page.main_entities(script)}
    for node in script.pieces:
        is_asked = (node.container is None or id(node) in main) and id(node) not in page.originals
        if is_asked and (not node.id or page.pieces[node.id][0] is node):
            found = {each.name: each for type_ in page.types(node) if (each := features().get(type_))}
            yield from ((node, feature) for feature in found.values())


def _has(node: Node, path: str, page: Page) -> bool:
    """Whether a path of properties leads to something for each value on the way, by one of its alternatives."""
    return any(_reaches(node, each.split("."), page) for each in path.split("|"))


def _reaches(node: Node, path: list[str], page: Page) -> bool:
    nodes = [node]
    for property_ in path[:-1]:
        values = [value for each in nodes for value in each.values.get(property_, ())]
        inner = [page.whole(value.node) for value in values if value.node]
        if property_ == "mainEntity":
            inner += [each for node in nodes for each in page.said_of(node)]
        # What is a text, or is described on another page, is not looked into.
        nodes = [each for each in inner if not each.is_reference]
        if values and not nodes:
            return True
    return bool(nodes) and all(_filled(each, path[-1], page) for each in nodes)


def _filled(node: Node, property_: str, page: Page) -> bool:
    """Whether a property has a value that is not blank, on any of the places that describe the thing."""
    places = page.pieces.get(node.id, [node]) if node.id else [node]
    values = [value for place in places for value in place.values.get(property_, ())]
    is_said = property_ == "mainEntity" and bool(page.said_of(node))
    return is_said or any(value.text is None or value.text.strip() for value in values)


def _named(node: Node) -> str:
    return f"the {next((type_ for type_ in node.types if type_ in features()), 'thing')}"


def _shown(path: str) -> str:
    return " or ".join(path.split("|"))


def small_logo(script: Script, page: Page) -> Iterator[Found]:
    """An organization's logo is 112 by 112 pixels or larger."""
    for logo in (logo for node, _ in _featured(script, page) for logo in page.leads_to(node, "logo")):
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
