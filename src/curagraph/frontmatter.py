"""Where front matter begins and ends, and what its three notations say.

A text opens with `---` (YAML), `+++` (TOML) or `{` (JSON), perhaps after a byte order mark and blank lines; whatever
opens otherwise has no front matter.
"""

from __future__ import annotations

import datetime
import json
import re
import tomllib
from enum import StrEnum
from typing import Any, NamedTuple

from curagraph import yamltree
from curagraph.keypath import Node, escape, steps
from curagraph.problem import SetAside, shown
from curagraph.yamltree import Parsed

MAX_BYTES = 1 << 20

_FENCE = re.compile(r"(---|\+\+\+)[ \t]*(?=\r?\n|\r|\Z)")
_JSON = re.compile(r'\{\s*["}]')
_BLANK = re.compile(r"\s*")
_CONFLICT = re.compile(r"^(<<<<<<<|>>>>>>>) ", re.MULTILINE)


class Notation(StrEnum):
    """How front matter is written."""

    YAML = "YAML"
    TOML = "TOML"
    JSON = "JSON"
    NONE = "none"


class Parts(NamedTuple):
    """A text taken apart: the front matter's text and first line, the body and its first line."""

    notation: Notation
    front: str
    front_line: int
    body: str
    body_line: int


def split(text: str) -> Parts:
    r"""Take a text apart into front matter and body.

    >>> split("\n---\ntitle: A\n---\nBody")
    Parts(notation=<Notation.YAML: 'YAML'>, front='title: A\n', front_line=3, body='Body', body_line=5)

    Raises `SetAside` where front matter is opened and not closed, is too long, or holds a merge conflict.
    """
    conflict = _CONFLICT.search(text) if "<<<<<<< " in text or ">>>>>>> " in text else None
    if conflict:
        message = f"found {conflict[1]}, the mark of an unfinished merge; settle the conflict and remove the marks"
        raise SetAside("merge-conflict", message, _line(text, conflict.start()))
    start = _BLANK.match(text).end()  # type: ignore[union-attr]  # matches the empty text too
    fence = _FENCE.match(text, start)
    if fence:
        return _split_fenced(text, fence)
    if _JSON.match(text, start):
        return _split_json(text, start)
    return Parts(Notation.NONE, "", 1, text, 1)


def _split_fenced(text: str, fence: re.Match[str]) -> Parts:
    opened = _line(text, fence.start())
    mark = fence[1]
    ends = r"---|\.\.\." if mark == "---" else r"\+\+\+"
    start = _after_line(text, fence.end())
    close = re.compile(rf"^(?:{ends})[ \t]*$", re.MULTILINE).search(text.replace("\r", "\n"), start)
    if close is None:
        message = (
            f"the front matter that {mark} opens on line {opened} is never closed; write {mark} below its last key"
        )
        raise SetAside("unclosed-front-matter", message, opened)
    front = text[start : close.start()]
    _bounded(front, opened)
    body = _after_line(text, close.end())
    notation = Notation.YAML if mark == "---" else Notation.TOML
    return Parts(notation, front, opened + 1, text[body:], _line(text, body))


def _split_json(text: str, start: int) -> Parts:
    line = _line(text, start)
    window = text[start : start + MAX_BYTES + 1]
    try:
        _, end = json.JSONDecoder().raw_decode(window)
    except json.JSONDecodeError as error:
        _bounded(window, line)
        message = f"the front matter is not JSON: {error.msg}; check the quotes, commas and braces"
        raise SetAside("bad-front-matter", message, line + error.lineno - 1) from None
    except RecursionError:
        raise SetAside("nested-too-deep", "found JSON nested deeper than front matter may be", line) from None
    end += start
    body = _after_line(text, end)
    return Parts(Notation.JSON, text[start:end], line, text[body:], _line(text, body))


def _bounded(front: str, line: int) -> None:
    if len(front) > MAX_BYTES:
        message = f"found {len(front)} characters of front matter, wanted at most {MAX_BYTES}; move the text below it"
        raise SetAside("front-matter-too-long", message, line)


def _line(text: str, position: int) -> int:
    """The line, from 1, on which a position lies; CR, LF and CRLF end a line."""
    before = text[:position]
    return before.count("\n") + before.count("\r") - before.count("\r\n") + 1


def _after_line(text: str, position: int) -> int:
    """The position after the line break at or behind `position`."""
    match = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)").match(text, position)
    return match.end() if match else position


def parse(parts: Parts) -> Parsed:
    """What the front matter says, as a tree of text; only YAML gives the lines of its values.

    Raises `SetAside` with a line where it cannot be read.
    """
    match parts.notation:
        case Notation.YAML:
            parsed = yamltree.parse(parts.front, parts.front_line)
        case Notation.TOML:
            parsed = Parsed(_parse_toml(parts.front, parts.front_line), {})
        case Notation.JSON:
            parsed = Parsed(_parse_json(parts), {})
        case Notation.NONE:
            parsed = Parsed({}, {})
    if not isinstance(parsed.tree, dict):
        message = f"found {shown(parsed.tree)}, wanted keys with values, such as title: A title"
        raise SetAside("bad-front-matter", message, parts.front_line)
    return parsed


def _parse_json(parts: Parts) -> Node:
    tree = json.loads(parts.front, object_pairs_hook=_no_duplicates(parts), parse_int=str, parse_float=str)
    return _as_text(tree, parts.front_line)


def _parse_toml(text: str, first_line: int) -> Node:
    try:
        return _as_text(tomllib.loads(text, parse_float=str), first_line)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        line = first_line + (int(place[1]) - 1 if place else 0)
        message = f"the front matter is not TOML: {error}; check the quotes and brackets"
        raise SetAside("bad-front-matter", message, line) from None
    except RecursionError:
        raise SetAside("nested-too-deep", "found TOML nested deeper than front matter may be", first_line) from None


def _no_duplicates(parts: Parts) -> Any:
    def build(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        mapping = dict(pairs)
        if len(mapping) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            at = [_line(parts.front, hit.start()) for hit in re.finditer(re.escape(json.dumps(twice)), parts.front)]
            first, second = (parts.front_line + line - 1 for line in [*at, 1, 1][:2])
            message = f"the key {shown(twice)} stands on line {first} and again on line {second}; keep one"
            raise SetAside("duplicate-key", message, second, escape(twice))
        return mapping

    return build


def _as_text(value: Any, line: int, depth: int = 0) -> Node:
    """A TOML or JSON value with its scalars as the text they are written as."""
    if depth > yamltree.MAX_DEPTH:
        raise SetAside("nested-too-deep", f"found more than {yamltree.MAX_DEPTH} levels of nesting", line)
    match value:
        case dict():
            return {key: _as_text(member, line, depth + 1) for key, member in value.items()}
        case list():
            return [_as_text(member, line, depth + 1) for member in value]
        case bool():
            return "true" if value else "false"
        case datetime.datetime() | datetime.date() | datetime.time():
            return value.isoformat()
        case None:
            return None
        case _:
            return str(value)


def line_of(parts: Parts, parsed: Parsed, key: str) -> int:
    """The line on which the value at a concrete key stands; in TOML and JSON, the line of its nearest name."""
    if parts.notation is Notation.YAML:
        return yamltree.line_of(parsed, key) or parts.front_line
    position = 0
    for step in steps(key):
        if isinstance(step, str):
            name = re.compile(rf"(?<![\w-])[\"']?{re.escape(step)}[\"']?\s*[=:.\]]")
            hit = name.search(parts.front, position)
            position = hit.start() if hit else position
    return parts.front_line + _line(parts.front, position) - 1
