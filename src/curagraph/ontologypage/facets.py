"""The care models as a picture has them: two facets, what leads from one to the other, the order of risk, places."""

from __future__ import annotations

from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from math import inf
from statistics import fmean

import pyoxigraph as ox

from curagraph import turtle
from curagraph.ontologypage.concepts import Concepts
from curagraph.ontologypage.drawing import Box, Point
from curagraph.ontologypage.plan import Plan
from curagraph.problem import ProjectError

SIZE, _STEP, SIDE = Point(200, 68), 232, 40
# How far down stand the models of care, the payment models that have a place in the order of risk, and the others.
CARE, ORDER, REST = 100, 320, 525


class Facets:
    """The facets of one scheme, as the plan names them.

    Raises `ProjectError` where the order of risk has a cycle.
    """

    def __init__(self, concepts: Concepts, plan: Plan) -> None:
        self.concepts = concepts
        self.glossary = concepts.glossary
        self.names = {role: self.glossary.iri(name) for role, name in plan.facets.items()}

    @property
    def fits(self) -> bool:
        """Whether the scheme has both facets, and the ontology what leads between them."""
        facets = {self.names["above"], self.names["below"]}
        return all(self.names.values()) and facets <= set(self.concepts.all) and bool(self.order)

    def values(self, iri: str, role: str) -> list[str]:
        """The concepts that a property of the plan leads to."""
        found = self.glossary.values(iri, self.names[role])
        return [each.value for each in found if isinstance(each, ox.NamedNode) and each.value in self.concepts.all]

    def below(self, iri: str) -> list[str]:
        """What has nothing narrower, below a concept at any depth, by label."""
        reached, new = {iri}, [iri]
        while new:
            new = [each for wider in new for each in self.concepts.narrower(wider) if each not in reached]
            reached |= set(new)
        return [each for each in self.concepts.all if each in reached - {iri} and not self.concepts.narrower(each)]

    @cached_property
    def order(self) -> list[str]:
        """The payment models that have a place in the order, the least risk first."""
        found = {iri: self.values(iri, "order") for iri in self.concepts.all}
        named = {iri: lower for iri, lower in found.items() if lower}
        try:
            return list(TopologicalSorter(named).static_order())
        except CycleError as error:
            place = turtle.place(self.glossary.project, error.args[1][0])
            message = f"{self.glossary.name(self.names['order'])} leads in a circle; take one of its statements out"
            raise ProjectError(f"{place}: {message}") from None

    @cached_property
    def boxes(self) -> dict[str, Box]:
        """Where each model stands: one of care above the payment models that it uses."""
        found = {iri: _box(SIDE + _STEP * (number + 0.5), ORDER) for number, iri in enumerate(self.order)}
        care = self.below(self.names["above"])
        used = {iri: [found[each].middle.x for each in self.values(iri, "link") if each in found] for iri in care}
        users = {each: min(used[iri], default=inf) for iri in care for each in self.values(iri, "link")}
        rest = [iri for iri in self.below(self.names["below"]) if iri not in found]
        for number, iri in enumerate(sorted(rest, key=lambda iri: users.get(iri, inf)), 1):
            found[iri] = _box(SIDE + _STEP * number, REST)
        least = SIDE + SIZE.x / 2
        for iri in sorted(care, key=lambda iri: min(used[iri], default=inf)):
            found[iri] = _box(max(least, fmean(used[iri] or [least])), CARE)
            least = found[iri].middle.x + SIZE.x + 2 * SIDE
        return found

    @property
    def links(self) -> list[tuple[str, str]]:
        """Which model of care uses which payment model."""
        return [(iri, each) for iri in self.boxes for each in self.values(iri, "link") if each in self.boxes]

    @property
    def width(self) -> float:
        """How wide the picture has to be."""
        row = SIDE * 2 + _STEP * len(self.order)
        return max(row, *(box.middle.x + SIZE.x / 2 + SIDE for box in self.boxes.values()))


def _box(x: float, y: float) -> Box:
    return Box(Point(x, y), *SIZE)
