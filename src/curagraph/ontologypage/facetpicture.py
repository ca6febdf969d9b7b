"""The picture of the care models."""

from __future__ import annotations

from curagraph.ontologypage.drawing import Box, Curve, Point, figure, head, lines, picture, text
from curagraph.ontologypage.facets import CARE, ORDER, SIZE, Facets
from curagraph.ontologypage.glossary import PART
from curagraph.ontologypage.markup import Content, Element, tag

ANCHOR = f"{PART}facets"
_PANELS = ((10, 150), (200, 385))
_HEIGHT, _LEGEND, _LINE = 640, 616, 19


class FacetPicture:
    """The picture of the facets of a scheme."""

    def __init__(self, facets: Facets) -> None:
        self.facets = facets
        self.glossary = facets.glossary

    def element(self) -> Element:
        drawn = picture(
            ANCHOR,
            "The care models in a picture",
            self._in_words(),
            Point(self.facets.width, _HEIGHT),
            tag("defs", head("uses"), head("risk")),
            *self._panels(),
            self._axis(),
            *(self._link(*pair) for pair in self.facets.links),
            *(self._model(iri) for iri in self.facets.boxes),
            self._legend(),
        )
        caption = "Wider concepts stand in the tree below. Every name leads to its entry."
        return figure(ANCHOR, drawn, caption)

    def _in_words(self) -> str:
        label = self.glossary.label
        uses = "; ".join(
            f"{label(one)} {label(self.facets.names['link'])} {label(other)}" for one, other in self.facets.links
        )
        return f"Payment models from low to high risk: {', '.join(map(label, self.facets.order))}. Links: {uses}."

    def _panels(self) -> list[Element]:
        found = []
        titles = [(self.facets.names["above"], "who works together"), (self.facets.names["below"], "how money moves")]
        for (top, height), (iri, what), tone in zip(_PANELS, titles, ("source", "place"), strict=True):
            panel = Box(Point(self.facets.width / 2, top + height / 2), self.facets.width - 20, height).element(
                "panel", 18
            )
            title = text(Point(self.facets.width - 34, top + 26), self.glossary.link(iri), f": {what}", anchor="end")
            found.append(tag("g", panel, title, class_=f"tone-{tone}"))
        return found

    def _axis(self) -> Element:
        y = ORDER + 68
        line = Curve(Point(60, y), Point(self.facets.width / 2, y), Point(self.facets.width - 60, y)).element(
            "line risk", "the-risk"
        )
        dots = [tag("circle", cx=self.facets.boxes[iri].middle.x, cy=y, r=7, class_="dot") for iri in self.facets.order]
        stems = [
            tag("path", d=f"M{self.facets.boxes[iri].middle.x:.1f} {ORDER + SIZE.y / 2}V{y}", class_="stem")
            for iri in self.facets.order
        ]
        low = text(Point(60, y + 26), "less at stake", class_="also", anchor="start")
        high = text(Point(self.facets.width - 60, y + 26), "more at stake", class_="also", anchor="end")
        return tag("g", *stems, line, *dots, low, high, class_="axis")

    def _link(self, one: str, other: str) -> Element:
        start, end = self.facets.boxes[one], self.facets.boxes[other]
        return Curve.between(start, end).element("line uses", "the-uses")

    def _model(self, iri: str) -> Element:
        box = self.facets.boxes[iri]
        label = lines(self.glossary.label(iri), 18)
        first = box.middle.y - _LINE * (len(label) - 1) / 2
        words = [tag("tspan", line, x=box.middle.x, y=first + _LINE * number) for number, line in enumerate(label)]
        link = tag("a", *words, href=f"#{self.glossary.anchors[iri]}")
        title = text(Point(box.middle.x, first), link, class_="title")
        marks = [each for each in ("loss", "gain") if self.facets.names[each] in self.facets.values(iri, "exposure")]
        corner = Point(box.middle.x + box.width / 2 - 8, box.middle.y - box.height / 2)
        shown = [_mark(each, Point(corner.x - 26 * number, corner.y)) for number, each in enumerate(marks)]
        tone = "source" if box.middle.y == CARE else "place"
        return tag("g", box.element("box"), title, *shown, class_=f"tone-{tone}")

    def _legend(self) -> Element:
        y = _LEGEND
        found: list[Content] = []
        for x, role, kind in ((40, "link", "uses"), (330, "order", "risk")):
            line = Curve(Point(x, y), Point(x + 25, y), Point(x + 50, y)).element(f"line {kind}", f"the-{kind}")
            found += [line, text(Point(x + 62, y), self._named(role), anchor="start")]
        for x, role in ((620, "gain"), (850, "loss")):
            found += [_mark(role, Point(x, y)), text(Point(x + 20, y), self._named(role), anchor="start")]
        return tag("g", *found, class_="legend")

    def _named(self, role: str) -> Element:
        return self.glossary.link(self.facets.names[role])


def _mark(role: str, at: Point) -> Element:
    sign = {"gain": "+", "loss": "−"}[role]
    return tag("g", tag("circle", cx=at.x, cy=at.y, r=11), text(at, sign), class_=f"mark {role}")
