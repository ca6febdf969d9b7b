"""Checks of names: they are terms of schema.org 30.0, used on the types and with the values that it states."""

from __future__ import annotations

import re
from collections.abc import Iterator

from curagraph.pagecheck import dates, schemaorg
from curagraph.pagecheck.nodes import Node, Value
from curagraph.pagecheck.page import Found, Page, Script
from curagraph.problem import shown

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d+)?|\.\d+)(?:[eE][+-]?\d+)?")
_CLOCK = re.compile(r"(?:[01]\d|2[0-4]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?")
_SCHEMA_IRI = re.compile(r"https?://(?:www\.)?schema\.org/")
# What stands between a property and its value (schema.org's pattern of roles), so it is no value itself.
_BETWEEN = "Role"
# Things that schema.org has written as texts or numbers: `PT30M`, `1180`, `7 ft`.
_MEASURES = ("Quantity", "QuantitativeValue")


def unknown_type(script: Script, _: Page) -> Iterator[Found]:
    """Types of schema.org exist there."""
    schema = schemaorg.load()
    for node in script.nodes:
        for type_ in node.types:
            if not _is_outside(type_) and type_ not in schema.types:
                message = f"schema.org {schema.version} has no type {shown(type_)}"
                yield Found(node.written.get("@type", node.key), message + _advice(type_, is_type=True))


def unknown_property(script: Script, _: Page) -> Iterator[Found]:
    """Properties of schema.org exist there."""
    schema = schemaorg.load()
    for node in script.nodes:
        for property_ in node.values:
            if not _is_outside(property_) and _plain(property_) not in schema.properties:
                message = f"schema.org {schema.version} has no property {shown(property_)}"
                yield Found(node.written.get(property_, node.key), message + _advice(property_, is_type=False))


def _is_outside(name: str) -> bool:
    """Whether a name is of another vocabulary, which is not looked at here."""
    return ":" in name


def _plain(property_: str) -> str:
    """A property without what Google lets a search box add to it, as in `query-input`."""
    return property_.removesuffix("-input").removesuffix("-output")


def _advice(name: str, *, is_type: bool) -> str:
    near = schemaorg.load().near(name, is_type=is_type)
    return f"; did you mean {near}?" if near and near != name else "; mend the name, or remove it"


def superseded_term(script: Script, _: Page) -> Iterator[Found]:
    """Terms are not those that schema.org has replaced."""
    superseded = schemaorg.load().superseded
    for node in script.nodes:
        for name in (*node.types, *node.values):
            if name in superseded:
                key = node.written.get("@type" if name in node.types else name, node.key)
                instead = " or ".join(superseded[name].split())
                yield Found(key, f"schema.org has replaced {name}; write {instead}")


def outside_domain(script: Script, page: Page) -> Iterator[Found]:
    """A property stands on a type that may have it."""
    schema = schemaorg.load()
    for node in script.nodes:
        types = page.types(node)
        # Of things without a type, or with one that is unknown, nothing can be said.
        if not types or any(type_ not in schema.types and not _is_outside(type_) for type_ in types):
            continue
        if not any(type_ in schema.types for type_ in types) or schema.is_a(types, _BETWEEN):
            continue
        for property_ in node.values:
            if property_ in schema.properties and not schema.is_a(types, *schema.domains(property_)):
                domains = ", ".join(schema.domains(property_)[:6])
                message = f"{property_} is no property of {' or '.join(types)}; it belongs to {domains}"
                yield Found(node.written.get(property_, node.key), message)


def outside_range(script: Script, page: Page) -> Iterator[Found]:
    """A value is of a type, or has a form, that its property may have."""
    for property_, value in _valued(script):
        if value.node:
            yield from _wrong_node(property_, value, value.node, page)
        elif not _fits(property_, value) and not _is_text_for_thing(property_, value):
            ranges = " or ".join(schemaorg.load().ranges(property_))
            yield Found(value.key, f"found {shown(value.content)}; {property_} wants {ranges}")


def text_for_thing(script: Script, _: Page) -> Iterator[Found]:
    """Where a thing is wanted, a thing stands, and not its name alone."""
    for property_, value in _valued(script):
        if not value.node and _is_text_for_thing(property_, value) and not _fits(property_, value):
            ranges = " or ".join(schemaorg.load().ranges(property_))
            yield Found(value.key, f"found the text {shown(value.content)}; {property_} wants a thing: {ranges}")


def _valued(script: Script) -> Iterator[tuple[str, Value]]:
    """Each value of a property that schema.org has."""
    known = schemaorg.load().properties
    for node in script.nodes:
        for property_, values in node.values.items():
            if property_ in known:
                yield from ((property_, value) for value in values)


def _wrong_node(property_: str, value: Value, node: Node, page: Page) -> Iterator[Found]:
    schema = schemaorg.load()
    types = page.types(node)
    ranges = schema.ranges(property_)
    known = [type_ for type_ in types if type_ in schema.types]
    if not known or len(known) < len([type_ for type_ in types if not _is_outside(type_)]):
        return
    # An address that a property wants may be that of a thing.
    if schema.is_a(types, *ranges, _BETWEEN) or ("URL" in ranges and node.id):
        return
    yield Found(value.key, f"found a {' and '.join(types)}; {property_} wants {' or '.join(ranges)}")


def _is_text_for_thing(property_: str, value: Value) -> bool:
    """Whether a text stands where only things are expected, which schema.org lets pass."""
    schema = schemaorg.load()
    return value.text is not None and not any(
        schema.is_a((each,), *schema.data_types) for each in schema.ranges(property_)
    )


def _fits(property_: str, value: Value) -> bool:
    return any(_has_form(value, range_) for range_ in schemaorg.load().ranges(property_))


def _has_form(value: Value, range_: str) -> bool:
    """Whether a scalar has a form of one of the types that a property expects."""
    content = value.content
    if isinstance(content, bool):
        return range_ in ("Boolean", "Text")
    if isinstance(content, int | float):
        is_whole = float(content).is_integer() if abs(content) < 1e300 else True
        return (
            range_ in ("Number", "Text", "Float", *_MEASURES)
            or _is_measure(range_)
            or (range_ == "Integer" and is_whole)
        )
    return isinstance(content, str) and _text_has_form(content, range_, is_iri=value.is_iri)


def _text_has_form(text: str, range_: str, *, is_iri: bool) -> bool:
    schema = schemaorg.load()
    match range_:
        case "Text" | "CssSelectorType" | "PronounceableText" | "XPathType":
            return True
        case "URL":
            return bool(_ABSOLUTE.fullmatch(text)) or text.startswith(("/", "#", "./"))
        case "Date":
            # Google and others read a time where schema.org says a day.
            return dates.is_date(text) or dates.is_time(text)
        case "DateTime":
            return dates.is_time(text) or dates.is_date(text)
        case "Time":
            return bool(_CLOCK.fullmatch(text))
        case "Number" | "Float":
            return bool(_NUMBER.fullmatch(text))
        case "Integer":
            return text.lstrip("+-").isdecimal()
        case "Boolean":
            return _SCHEMA_IRI.sub("", text) in ("True", "False", "true", "false")
    if _is_measure(range_) or schema.is_a((schema.members.get(_SCHEMA_IRI.sub("", text), ""),), range_):
        return True
    # The address of a thing stands for the thing.
    return is_iri or bool(_ABSOLUTE.fullmatch(text))


def _is_measure(range_: str) -> bool:
    return schemaorg.load().is_a((range_,), *_MEASURES)
