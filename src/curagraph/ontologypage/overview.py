"""The picture of the ontology: the curated item, what it leads to, and what is inferred from that."""

from __future__ import annotations

import pyoxigraph as ox

from curagraph.ontologypage.drawing import Curve, Point, figure, head, picture, plate, text
from curagraph.ontologypage.glossary import PART, Glossary
from curagraph.ontologypage.markup import Content, Element, joined, tag
from curagraph.ontologypage.plan import Arrow, Node, Plan
from curagraph.reasoning.expressions import RDFS

ANCHOR = f"{PART}picture"
STATED, INFERRED = "stated", "inferred"


class Overview:
    """The picture of a project's ontology, if that declares the classes of the plan.

    With some of them missing it would be a picture with holes. A property that is not declared is left out.
    """

    def __init__(self, glossary: Glossary, plan: Plan) -> None:
        self.glossary = glossary
        self.plan = plan
        self.nodes = {glossary.iri(node.class_): node for node in plan.nodes}
        fits = all(self.nodes)
        self.arrows = [arrow for arrow in plan.arrows if all(self.ends(arrow))] if fits else []

    def ends(self, arrow: Arrow) -> tuple[str, str]:
        """The IRIs of the classes that a property leads from and to; empty where there is no box for one."""
        iri = self.glossary.iri(arrow.property)
        if not iri:
            return "", ""
        start = self.glossary.iri(arrow.start) or self._named(iri, "domain")
        end = self.glossary.iri(arrow.end) or self._named(iri, "range")
        return (start if start in self.nodes else "", end if end in self.nodes else "")

    def _named(self, iri: str, axiom: str) -> str:
        found = self.glossary.values(iri, RDFS + axiom)
        return next((each.value for each in found if isinstance(each, ox.NamedNode)), "")

    def elements(self) -> list[Element]:
        """The figure, if there is one."""
        if not self.arrows:
            return []
        drawn = picture(
            ANCHOR,
            "The ontology in a picture",
            "Boxes are classes and arrows are properties. The same is said in words below the picture.",
            self.plan.size,
            tag("defs", head(STATED), head(INFERRED)),
            *(self._line(arrow) for arrow in self.arrows),
            *(self._box(iri, node) for iri, node in self.nodes.items()),
            *(self._label(arrow) for arrow in self.arrows),
            _legend(Point(40, self.plan.size.y - 64)),
        )
        return [figure(ANCHOR, drawn, "Every name leads to its entry below.", self._in_words())]

    def _curve(self, arrow: Arrow) -> Curve:
        start, end = (self.nodes[iri].box for iri in self.ends(arrow))
        return Curve.between(start, end, arrow.bend)

    def _line(self, arrow: Arrow) -> Element:
        kind = INFERRED if arrow.inferred else STATED
        return self._curve(arrow).element(f"line {kind}", f"the-{kind}")

    def _label(self, arrow: Arrow) -> Element:
        iri = self.glossary.iri(arrow.property)
        name = self.glossary.label(iri)
        at = self._curve(arrow).at(arrow.label)
        return plate(at, name, self.glossary.link(iri), INFERRED if arrow.inferred else STATED)

    def _box(self, iri: str, node: Node) -> Element:
        x, y = node.box.middle
        up = 12 + 12 * bool(node.also)
        also = [self.glossary.link(other) for name in node.also if (other := self.glossary.iri(name))]
        kinds = [text(Point(x, y + 30), *joined(also, " · "), class_="also")] if also else []
        return tag(
            "g",
            node.box.element("box"),
            text(Point(x, y - up), self.glossary.link(iri), class_="title"),
            text(Point(x, y - up + 24), self.glossary.name(iri), class_="code"),
            *kinds,
            class_=f"tone-{node.tone}",
        )

    def _in_words(self) -> Element:
        """The arrows as sentences, for those who do not see the picture."""
        found = []
        for arrow in self.arrows:
            start, end = map(self.glossary.link, self.ends(arrow))
            words: list[Content] = [
                start,
                " ",
                tag("em", self.glossary.link(self.glossary.iri(arrow.property))),
                " ",
                end,
            ]
            found.append(tag("li", *words, " (inferred)" * arrow.inferred))
        return tag("details", tag("summary", "The picture in words"), tag("ul", *found))


def _legend(at: Point) -> Element:
    """What the two kinds of line mean."""
    rows: list[Content] = []
    for number, (kind, words) in enumerate([(STATED, "from the files"), (INFERRED, "inferred by the axioms")]):
        y = at.y + 28 * number
        line = Curve(Point(at.x, y), Point(at.x + 30, y), Point(at.x + 60, y))
        rows += [line.element(f"line {kind}", f"the-{kind}"), text(Point(at.x + 74, y), words, anchor="start")]
    return tag("g", *rows, class_="legend")
