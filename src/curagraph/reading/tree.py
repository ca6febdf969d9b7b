"""Front matter as a tree of text, and where its values stand."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from curagraph.keypath import Node, escape, steps
from curagraph.problem import SetAside

MAX_DEPTH = 64

_LINE_END = re.compile(r"\r\n|\r|\n")


class Parsed(NamedTuple):
    """A tree of text, and a function from a concrete key to the line of its value (0 where it is not known)."""

    tree: Node
    line_of: Callable[[str], int]


def as_text(value: Any, line: int, depth: int = 0) -> Node:
    """A value of TOML or JSON with its scalars as the text they are written as.

    Raises `SetAside` where it is nested too deep, or a key has no name.
    """
    if depth > MAX_DEPTH:
        raise SetAside("nested-too-deep", f"found more than {MAX_DEPTH} levels of nesting", line)
    match value:
        case dict():
            if "" in value:
                raise SetAside("bad-key", "found a key without a name; name it", line)
            return {key: as_text(member, line, depth + 1) for key, member in value.items()}
        case list():
            return [as_text(member, line, depth + 1) for member in value]
        case bool():
            return "true" if value else "false"
        case datetime.datetime() | datetime.date() | datetime.time():
            return value.isoformat()
        case None:
            return None
        case _:
            return str(value)


def nearest(lines: Mapping[str, int], key: str) -> int:
    """The line of a key, or of the nearest one around it whose line is known; else 0."""
    known, line = "", 0
    for step in steps(key):
        known = f"{known}[{step}]" if isinstance(step, int) else f"{known}.{escape(step)}" if known else escape(step)
        line = lines.get(known, line)
    return line


def line_at(text: str, position: int) -> int:
    """The line, from 1, on which a position lies; CR, LF and CRLF end a line, as editors have it."""
    before = text[:position]
    return before.count("\n") + before.count("\r") - before.count("\r\n") + 1


def lines_of(text: str) -> list[str]:
    """The lines of a text, without their ends."""
    return _LINE_END.split(text)
