"""Boxes, arrows and their labels as SVG. All lengths are in units of the picture."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import hypot
from typing import NamedTuple

from curagraph.ontologypage.markup import Content, Element, tag

# How wide a letter is, of those that are written on arrows and in boxes; a little more than any font needs.
_LETTER = 8.6
_GAP = 3


class Point(NamedTuple):
    """A place in a picture, from its upper left corner."""

    x: float
    y: float


@dataclass(frozen=True)
class Box:
    """A rectangle by its middle."""

    middle: Point
    width: float
    height: float

    def border(self, towards: Point) -> Point:
        """Where a line from the middle to a point leaves the box, a small gap away from it."""
        x, y = towards.x - self.middle.x, towards.y - self.middle.y
        inside = min(_ratio(self.width / 2 + _GAP, x), _ratio(self.height / 2 + _GAP, y))
        return Point(self.middle.x + x * inside, self.middle.y + y * inside)

    def element(self, class_: str, radius: float = 12) -> Element:
        left, top = self.middle.x - self.width / 2, self.middle.y - self.height / 2
        return tag("rect", x=left, y=top, width=self.width, height=self.height, rx=radius, class_=class_)


@dataclass(frozen=True)
class Curve:
    """An arrow from box to box: a quadratic Bézier curve, whose middle stands `bend` aside of a straight line."""

    start: Point
    middle: Point
    end: Point

    @classmethod
    def between(cls, one: Box, other: Box, bend: float = 0) -> Curve:
        x, y = other.middle.x - one.middle.x, other.middle.y - one.middle.y
        length = hypot(x, y) or 1
        half = Point((one.middle.x + other.middle.x) / 2, (one.middle.y + other.middle.y) / 2)
        middle = Point(half.x - y / length * bend * 2, half.y + x / length * bend * 2)
        return cls(one.border(middle), middle, other.border(middle))

    def at(self, part: float) -> Point:
        """The point at a part of the way, from 0 to 1."""
        weights = ((1 - part) ** 2, 2 * part * (1 - part), part**2)
        points = (self.start, self.middle, self.end)
        xs, ys = zip(*points, strict=True)
        return Point(*(sum(w * v for w, v in zip(weights, values, strict=True)) for values in (xs, ys)))

    def element(self, class_: str, marker: str) -> Element:
        numbers = [f"{value:.1f}" for point in (self.start, self.middle, self.end) for value in point]
        path = "M{} {}Q{} {} {} {}".format(*numbers)
        return tag("path", d=path, class_=class_, marker_end=f"url(#{marker})")


def text(at: Point, *content: Content, class_: str = "", anchor: str = "middle") -> Element:
    """A line of text around a point; `anchor` is `start`, `middle` or `end`."""
    return tag("text", *content, x=at.x, y=at.y, class_=class_, text_anchor=anchor, dominant_baseline="central")


def plate(at: Point, label: str, content: Content, class_: str) -> Element:
    """The name of an arrow, on a plate that keeps the line from running through it."""
    box = Box(at, len(label) * _LETTER + 8, 24)
    return tag("g", box.element("plate", 6), text(at, content, class_="label"), class_=class_)


def lines(label: str, most: int) -> list[str]:
    """A label in lines of at most so many characters, broken between words and after hyphens.

    >>> lines("patient-centered medical home", 18)
    ['patient-centered', 'medical home']
    """
    found: list[str] = []
    for word in re.findall(r"[^\s-]*-|[^\s-]+", label):
        longer = f"{found[-1]}{'' if found[-1].endswith('-') else ' '}{word}" if found else ""
        if longer and len(longer) <= most:
            found[-1] = longer
        else:
            found.append(word)
    return found


def head(name: str) -> Element:
    """The head of the arrows of a kind, as a marker by that name."""
    shape = tag("path", d="M0 0L10 5L0 10Z", class_=f"{name}-head")
    place = {"refX": 9.0, "refY": 5.0, "markerWidth": 8.0, "markerHeight": 8.0}
    view = {"viewBox": "0 0 10 10", "orient": "auto", "markerUnits": "userSpaceOnUse"}
    return tag("marker", shape, id=f"the-{name}", **place, **view)


def picture(name: str, title: str, description: str, size: Point, *content: Content) -> Element:
    """A whole picture, with words for those who do not see it."""
    return tag(
        "svg",
        tag("title", title, id=f"{name}-name"),
        tag("desc", description, id=f"{name}-words"),
        *content,
        viewBox=f"0 0 {size.x} {size.y}",
        role="group",
        aria_labelledby=f"{name}-name",
        aria_describedby=f"{name}-words",
        class_="picture",
    )


def figure(name: str, drawn: Element, *caption: Content) -> Element:
    """A picture that scrolls sideways where the screen is narrow, with a caption below."""
    frame = tag("div", drawn, class_="frame", tabindex="0", role="region", aria_labelledby=f"{name}-name")
    return tag("figure", frame, tag("figcaption", *caption), id=name)


def _ratio(length: float, part: float) -> float:
    return length / abs(part) if part else float("inf")
