"""An entry of the page: a name, a definition, and rows of what else is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from curagraph.ontologypage.glossary import Glossary
from curagraph.ontologypage.markup import Content, Element, joined, tag

Said = Mapping[str, Sequence[Sequence[Content]]]


def entry(glossary: Glossary, iri: str, said: Said, level: str = "h3") -> Element:
    """A term or concept of our own, at its anchor."""
    anchor, label = glossary.anchors[iri], glossary.label(iri)
    heading = tag(
        level, tag("a", label, href=f"#{anchor}", class_="self"), " ", tag("code", glossary.name(iri)), class_="name"
    )
    return tag(
        "section",
        heading,
        tag("p", *glossary.linked(glossary.definition(iri)), class_="definition"),
        *rows(said),
        id=anchor,
        class_="entry",
    )


def rows(said: Said) -> list[Element]:
    """What is said, as a list of names with their values; nothing where there is none."""
    pairs = [tag("div", tag("dt", _capital(name)), *_values(values), class_="row") for name, values in said.items()]
    return [tag("dl", *pairs)] if pairs else []


def _capital(name: str) -> str:
    """A name as the beginning of a line; a prefix, or a name with one, stays as it is."""
    return name if ":" in name else name[:1].upper() + name[1:]


def _values(values: Sequence[Sequence[Content]]) -> list[Element]:
    """Links stand in a line; a text stands on a line of its own."""
    alone = [value[0] for value in values if len(value) == 1 and isinstance(value[0], Element)]
    if len(alone) == len(values):
        return [tag("dd", *joined(alone, ", "))]
    return [tag("dd", *value) for value in values]


def part(anchor: str, title: str, *children: Content) -> Element:
    """A part of the page below a heading of the second level."""
    return tag(
        "section", tag("h2", title, id=f"{anchor}-title"), *children, id=anchor, aria_labelledby=f"{anchor}-title"
    )
