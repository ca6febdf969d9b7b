"""JSON front matter as a tree of text, with the line of every value."""

from __future__ import annotations

import json
import re
from functools import partial

from curagraph.keypath import escape
from curagraph.problem import SetAside, shown
from curagraph.reading.tree import MAX_DEPTH, Parsed, as_text, line_at, nearest

# RFC 8259, section 2: what a JSON text that is known to be right is made of.
_TOKEN = re.compile(r'(?P<open>[{\[])|(?P<close>[}\]])|(?P<comma>,)|(?P<string>"(?:[^"\\]|\\.)*")|[^\s{}\[\],:"]+')


def end_of(text: str, line: int) -> int:
    """Where the JSON value at the start of a text ends. Raises `SetAside` where there is none."""
    try:
        return json.JSONDecoder(parse_int=str, parse_float=str).raw_decode(text)[1]
    except json.JSONDecodeError as error:
        message = f"the front matter is not JSON: {error.msg}; check the quotes, commas and braces"
        raise SetAside("bad-front-matter", message, line + error.lineno - 1) from None
    except RecursionError:
        raise SetAside("nested-too-deep", "found JSON nested deeper than front matter may be", line) from None


def parse(text: str, first_line: int = 1) -> Parsed:
    """The tree of a JSON text that `end_of` has found right.

    >>> parse('{"title": "A",\\n"size": [415, 220]}').line_of("size[1]")
    2

    Raises `SetAside` where it is nested too deep, or a key stands twice.
    """
    lines = _lines(text, first_line)
    tree = json.loads(text, parse_int=str, parse_float=str)
    return Parsed(as_text(tree, first_line), partial(nearest, lines))


def _lines(text: str, first_line: int) -> dict[str, int]:
    """The line of every value by its concrete key, and the proof that no key stands twice."""
    found: dict[str, int] = {}
    # The open collections: the key of each, and the number of its next member, or None in a group.
    stack: list[tuple[str, int | None]] = []
    name = ""
    line, seen = first_line, 0
    for token in _TOKEN.finditer(text):
        line, seen = line + line_at(text[seen : token.start()], token.start()) - 1, token.start()
        if token["close"]:
            stack.pop()
            continue
        at, number = stack[-1] if stack else ("", None)
        if token["comma"]:
            stack[-1] = (at, None if number is None else number + 1)
            name = ""
        elif stack and number is None and not name:
            key = json.loads(token[0])
            if not key:
                raise SetAside("bad-key", "found a key without a name; name it", line)
            name = f"{at}.{escape(key)}" if at else escape(key)
            if name in found:
                message = f"the key {shown(key)} stands on line {found[name]} and again on line {line}; keep one"
                raise SetAside("duplicate-key", message, line, name)
            found[name] = line
        else:
            value = name if number is None else f"{at}[{number}]"
            found.setdefault(value, line)
            if token["open"]:
                if len(stack) > MAX_DEPTH:
                    raise SetAside("nested-too-deep", f"found more than {MAX_DEPTH} levels of nesting", line)
                stack.append((value, 0 if token["open"] == "[" else None))
                name = ""
    return found
