"""The plan of the pictures, `diagrams.toml`: which classes and properties are drawn, and where."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curagraph.ontologypage.drawing import Box, Point

FILE = Path(__file__).with_name("diagrams.toml")


@dataclass(frozen=True)
class Node:
    """A class as a box, with the kinds of it that are named inside."""

    class_: str
    box: Box
    tone: str
    also: tuple[str, ...]


@dataclass(frozen=True)
class Arrow:
    """A property between two classes; an end is empty where the domain or range tells it."""

    property: str
    start: str
    end: str
    bend: float
    label: float
    inferred: bool


@dataclass(frozen=True)
class Plan:
    """What is drawn; names are prefixed names. `facets` are the parts of the picture of care models."""

    size: Point
    nodes: tuple[Node, ...]
    arrows: tuple[Arrow, ...]
    facets: dict[str, str]

    @classmethod
    def load(cls) -> Plan:
        """The plan that the package has.

        >>> Plan.load().nodes[0].class_
        'cu:CuratedItem'
        """
        found = tomllib.loads(FILE.read_text("utf-8"))
        stated = [_arrow(each, inferred=False) for each in found["stated"]]
        inferred = [_arrow(each, inferred=True) for each in found["inferred"]]
        nodes = tuple(map(_node, found["box"]))
        return cls(Point(found["width"], found["height"]), nodes, (*stated, *inferred), found["facets"])


def _node(row: dict[str, Any]) -> Node:
    width, height = row.get("size", (200, 68))
    return Node(row["class"], Box(Point(*row["at"]), width, height), row["tone"], tuple(row.get("also", ())))


def _arrow(row: dict[str, Any], *, inferred: bool) -> Arrow:
    ends = (row.get("from", ""), row.get("to", ""))
    return Arrow(row["property"], *ends, row.get("bend", 0), row.get("label", 0.5), inferred)
