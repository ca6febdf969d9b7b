"""The community that a section serves, with the name that the item's `identifier` gives it."""

import re

from curagraph.converter import Agree, Converter, Rule
from curagraph.problem import Unfit, shown
from curagraph.values import english, text
from curagraph.vocabulary import CU, SKOS

_NAME = re.compile(r"(.+?)(?:\s+\(([^()]+)\))?")


def label(value: str) -> str:
    """`Chronic Care Management (CCM)` without its abbreviation."""
    match = _NAME.fullmatch(value.strip())
    if match is None:
        raise Unfit("bad-community", f"found {shown(value)}, wanted a name such as Chronic Care Management (CCM)")
    return english(match[1])


def notation(value: str) -> str | None:
    """The abbreviation in `Chronic Care Management (CCM)`, where there is one."""
    match = _NAME.fullmatch(value.strip())
    return text(match[2]) if match and match[2] else None


def without_suffix(value: str) -> str:
    """A masthead is the community's name and `CoP`, for community of practice."""
    return value.strip().removesuffix(" CoP")


community = Converter(
    of="contentCategories",
    iri="community/{.}",
    types=[CU.Community],
    shared=True,
    rules=[
        Rule("/identifier", SKOS.prefLabel, label, variants=SKOS.altLabel),
        Rule("/identifier", SKOS.notation, notation),
        Agree("/mastHead", "/identifier", by=without_suffix),
    ],
)
