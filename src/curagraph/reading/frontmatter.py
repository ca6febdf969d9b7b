"""Where front matter begins and ends, and what its three notations say.

A text opens with `---` (YAML), `+++` (TOML) or `{` (JSON), perhaps after a byte order mark and blank lines; whatever
opens otherwise has no front matter.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from curagraph.problem import SetAside, shown
from curagraph.reading import jsontree, tomltree, yamltree
from curagraph.reading.tree import Parsed, line_at

MAX_BYTES = 1 << 20

_LINE_END = re.compile(r"\r\n|\r|\n|\Z")
_REST_OF_LINE = re.compile(r"[ \t]*(?:\r\n|\r|\n|\Z)")
_FENCE = re.compile(r"(---|\+\+\+)[ \t]*(?=[\r\n]|\Z)")
# A fence on a line of its own, from the line end before it to the start of the next line. The first form is for a text
# without CR: a pattern that begins with one character is found several times faster than one with a choice.
_CLOSE = {
    (mark, has_cr): re.compile(rf"{line_end}(?:{ends})[ \t]*(?:\r\n|\r|\n|\Z)")
    for mark, ends in (("---", r"---|\.\.\."), ("+++", r"\+\+\+"))
    for has_cr, line_end in ((False, r"\n"), (True, r"[\r\n]"))
}
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
        raise SetAside("merge-conflict", message, line_at(text, conflict.start()))
    start = _BLANK.match(text).end()  # type: ignore[union-attr]  # matches the empty text too
    fence = _FENCE.match(text, start)
    if fence:
        return _split_fenced(text, fence)
    if _JSON.match(text, start):
        return _split_json(text, start)
    return Parts(Notation.NONE, "", 1, text, 1)


def _split_fenced(text: str, fence: re.Match[str]) -> Parts:
    mark, opened = fence[1], line_at(text, fence.start())
    close = _CLOSE[mark, "\r" in text].search(text, fence.end())
    if close is None:
        sentence = f"the front matter that {mark} opens on line {opened} is never closed"
        raise SetAside("unclosed-front-matter", f"{sentence}; write {mark} below its last key", opened)
    front = text[_after_line_end(text, fence.end()) : close.start() + 1]
    _bounded(front, opened)
    notation = Notation.YAML if mark == "---" else Notation.TOML
    return Parts(notation, front, opened + 1, text[close.end() :], line_at(text, close.end()))


def _after_line_end(text: str, position: int) -> int:
    match = _LINE_END.match(text, position)
    return match.end() if match else position


def _split_json(text: str, start: int) -> Parts:
    line = line_at(text, start)
    window = text[start : start + MAX_BYTES + 1]
    try:
        end = start + jsontree.end_of(window, line)
    except SetAside:
        _bounded(window, line)
        raise
    rest = _REST_OF_LINE.match(text, end)
    body = rest.end() if rest else end
    return Parts(Notation.JSON, text[start:end], line, text[body:], line_at(text, body))


def _bounded(front: str, line: int) -> None:
    if len(front) > MAX_BYTES:
        message = f"found {len(front)} characters of front matter, wanted at most {MAX_BYTES}; move the text below it"
        raise SetAside("front-matter-too-long", message, line)


def parse(parts: Parts) -> Parsed:
    """What the front matter says, as a tree of text with its lines.

    Raises `SetAside` with a line where it cannot be read.
    """
    match parts.notation:
        case Notation.YAML:
            parsed = yamltree.parse(parts.front, parts.front_line)
        case Notation.TOML:
            parsed = tomltree.parse(parts.front, parts.front_line)
        case Notation.JSON:
            parsed = jsontree.parse(parts.front, parts.front_line)
        case Notation.NONE:
            parsed = Parsed({}, lambda _: parts.body_line)
    if not isinstance(parsed.tree, dict):
        message = f"found {shown(parsed.tree)}, wanted keys with values, such as title: A title"
        raise SetAside("bad-front-matter", message, parts.front_line)
    return parsed
