"""TOML front matter as a tree of text, with the line of every key."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from functools import partial

from curagraph.keypath import escape
from curagraph.problem import SetAside
from curagraph.reading.tree import MAX_DEPTH, Parsed, as_text, line_at, lines_of, nearest

_NAME = r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)"""
_KEY = rf"{_NAME}(?:\s*\.\s*{_NAME})*"
_HEADER = re.compile(rf"\s*(\[\[?)\s*({_KEY})\s*\]\]?\s*(?:#.*)?")
_PAIR = re.compile(rf"\s*({_KEY})\s*=(.*)")
_RUN = re.compile(rf"{_KEY}(?=\s*[=\]])|{_KEY}")
_PART = re.compile(_NAME)
# What may open a text of several lines, behind the texts and the note that only look so.
_LONG = re.compile(r"""(\"\"\"|''')|"(?:[^"\\]|\\.)*"|'[^']*'|#.*""")
_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)")


def parse(text: str, first_line: int = 1) -> Parsed:
    """The tree of a TOML text that starts on line `first_line` of its file.

    >>> parse("title = 'A'\\n[link]\\nhref = 'x'").line_of("link.href")
    3

    Raises `SetAside` with the line where the text is not TOML or is more than front matter may be.
    """
    for run in _RUN.finditer(text):
        # Before it is parsed, because a key of very many parts takes the parser very long.
        if len(run[0]) > MAX_DEPTH and len(_PART.findall(run[0])) > MAX_DEPTH:
            line = first_line + line_at(text, run.start()) - 1
            raise SetAside("nested-too-deep", f"found more than {MAX_DEPTH} levels of nesting", line)
    try:
        tree = tomllib.loads(text, parse_float=str)
    except RecursionError:
        raise SetAside("nested-too-deep", "found TOML nested deeper than front matter may be", first_line) from None
    except ValueError as error:
        place = _PLACE.search(str(error))
        line = first_line + (int(place[1]) - 1 if place and place[1] else text.count("\n") if place else 0)
        message = f"the front matter is not TOML: {_PLACE.sub('', str(error))}; check the quotes and brackets"
        raise SetAside("bad-front-matter", message, line) from None
    lines = _lines(text, first_line)
    return Parsed(as_text(tree, first_line), partial(nearest, lines))


def _lines(text: str, first_line: int) -> dict[str, int]:
    """The line of each key and table header, by its concrete key."""
    found: dict[str, int] = {}
    times: Counter[str] = Counter()
    table, long = "", ""
    for number, line in enumerate(lines_of(text), first_line):
        if long:
            long = "" if line.count(long) % 2 else long
        elif header := _HEADER.fullmatch(line):
            table = _in_lists(_key(header[2]), times, new=header[1] == "[[")
            found.setdefault(table, number)
        elif pair := _PAIR.fullmatch(line):
            name = _key(pair[1])
            if not name:
                raise SetAside("bad-key", "found a key without a name; name it", number)
            found.setdefault(f"{table}.{name}" if table else name, number)
            opened = next((token[1] for token in _LONG.finditer(pair[2]) if token[1]), "")
            long = opened if pair[2].count(opened or "=") % 2 and opened else ""
    return found


def _in_lists(table: str, times: Counter[str], *, new: bool) -> str:
    """The concrete key of a table, with the number of each list of tables that it lies in."""
    if new:
        times[table] += 1
    lists = [name for name in times if table == name or table.startswith(f"{name}.")]
    if not lists:
        return table
    longest = max(lists, key=len)
    return f"{longest}[{times[longest] - 1}]{table[len(longest) :]}"


def _key(source: str) -> str:
    """A dotted key of TOML as a key path."""
    names = (tomllib.loads(f"{name} = 0") for name in re.findall(_NAME, source))
    return ".".join(escape(next(iter(name))) for name in names)
