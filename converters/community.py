"""The community that a section serves, with the name that the item's `identifier` gives it."""

from curagraph.converter import Agree, Converter, Rule, ref
from curagraph.values import english, text
from curagraph.vocabulary import CU, SCHEMA, SKOS


def name_and_abbreviation(value: str) -> tuple[str, str]:
    """`Chronic Care Management (CCM)` in its two parts; the second is empty where there is none."""
    name, opened, short = value.strip().rpartition(" (")
    return (name, short[:-1]) if opened and short.endswith(")") and len(short) > 1 else (value, "")


def label(value: str) -> str:
    """The name alone."""
    return english(name_and_abbreviation(value)[0])


def name(value: str) -> str:
    """The name alone, without a language."""
    return text(name_and_abbreviation(value)[0])


def notation(value: str) -> str | None:
    """The abbreviation, where there is one."""
    short = name_and_abbreviation(value)[1]
    return text(short) if short else None


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
        Rule("/identifier", SCHEMA.name, name, variants=SCHEMA.alternateName),
        Rule("/identifier", SCHEMA.alternateName, notation),
        Rule("/basePath", CU.page, ref("community_page")),
        Agree("/mastHead", "/identifier", by=without_suffix),
    ],
)
