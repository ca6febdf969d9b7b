"""YAML front matter as a tree of text, with the line of every value.

PyYAML's C parser reads; what it would resolve in silence stays as the author wrote it: `16:00:00`, `no` and
`2020-12-26` are text until a rule says what they are. A key that stands twice is an error with both lines,
what an alias repeats is counted before it is used, and nesting is bounded.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from functools import partial
from typing import Any

import yaml
from yaml.cyaml import CParser  # type: ignore[attr-defined]  # the stubs do not know it

from curagraph.keypath import Node, escape, steps
from curagraph.problem import SetAside, shown
from curagraph.reading.tree import MAX_DEPTH, Parsed, line_at

MAX_VALUES = 100_000

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TAGS = {None, "!"} | {
    f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "timestamp", "map", "seq")
}
_MERGE = "<<"
_ODD_LINE_ENDS = "\x85\u2028\u2029"
_LINE_END = re.compile(r"\r\n|\r|\n")
_ADVICE = (
    ("mapping values are not allowed", "a text that holds ': ' must stand in quotes"),
    ("could not find expected ':'", "a key needs a colon, and the lines of a long text must be indented"),
    ("did not find expected alphabetic or numeric", "a text that starts with * or & must stand in quotes"),
    ("cannot start any token", "a text that starts with @, ` or % must stand in quotes, and no line starts with a tab"),
    ("did not find expected key", "look for a quote inside a quoted text, or a line indented unlike its neighbours"),
    ("unexpected end of stream", "a quote is opened and never closed"),
    ("did not find expected '-'", "every member of a list starts with - at the same depth"),
)


def parse(text: str, first_line: int = 1) -> Parsed:
    """The tree of a YAML text that starts on line `first_line` of its file.

    >>> parse("title: No\\ntags: [a, ~]").tree
    {'title': 'No', 'tags': ['a', None]}

    Raises `SetAside` with the line where the text is not YAML or is more than front matter may be.
    """
    builder = _Builder(text, first_line)
    tree = builder.build()
    return Parsed(tree, partial(_line_of, tree, builder.lines))


def _line_of(node: Node, lines: dict[int, dict[str, int] | list[int]], key: str) -> int:
    """The line of the value at a concrete key, or of the nearest collection around it that is there; else 0."""
    line = 0
    for step in steps(key):
        known = lines.get(id(node))
        if isinstance(step, str) and isinstance(node, dict) and isinstance(known, dict) and step in node:
            line, node = known.get(step, line), node[step]
        elif isinstance(step, int) and isinstance(node, list) and isinstance(known, list) and step < len(node):
            line, node = known[step], node[step]
        else:
            break
    return line


class _Open:
    """A collection that is being filled, its members' lines, the event that opened it, its pending key."""

    __slots__ = ("before", "key", "lines", "start", "tree")

    def __init__(self, tree: Any, lines: Any, start: Any, before: int) -> None:
        self.tree = tree
        self.lines = lines
        self.start = start
        self.before = before
        self.key: str | None = None


class _Builder:
    """Turns the parser's events into a tree, without recursion."""

    def __init__(self, text: str, first_line: int) -> None:
        self.text = text
        self.first_line = first_line
        self.values = 0
        odd = any(end in text for end in _ODD_LINE_ENDS)
        self.odd_line_ends = [match.end() for match in _LINE_END.finditer(text)] if odd else []
        self.root: list[Node] = []
        self.anchors: dict[str, tuple[Node, int]] = {}
        self.lines: dict[int, dict[str, int] | list[int]] = {}
        self.top = _Open(self.root, [], None, 0)
        self.stack: list[_Open] = []

    def build(self) -> Node:
        handlers: dict[type, Callable[[Any], None]] = {
            yaml.ScalarEvent: self.scalar,
            yaml.AliasEvent: self.alias,
            yaml.MappingStartEvent: self.start,
            yaml.SequenceStartEvent: self.start,
            yaml.MappingEndEvent: self.end,
            yaml.SequenceEndEvent: self.end,
            yaml.DocumentStartEvent: self.document,
        }
        try:
            parser: Any = CParser(self.text)
            event = parser.get_event()
            while type(event) is not yaml.StreamEndEvent:
                handler = handlers.get(type(event))
                if handler:
                    handler(event)
                event = parser.get_event()
        except yaml.YAMLError as error:
            raise self.explained(error) from None
        return self.root[0] if self.root else {}

    def document(self, event: Any) -> None:
        if self.root:
            raise self.refused(event, "found a second YAML document; front matter is one")

    def scalar(self, event: Any) -> None:
        if event.tag not in _TAGS:
            raise self.refused(event, f"found the tag {event.tag}; front matter is text, lists and groups")
        value = event.value
        if event.implicit[0] and value in _NULL:
            value = None
        if event.anchor:
            self.anchors[event.anchor] = (value, 1)
        self.put(value, 1, event)

    def alias(self, event: Any) -> None:
        if event.anchor not in self.anchors:
            advice = "a text that starts with * must stand in quotes"
            raise self.refused(event, f"found *{event.anchor}, which names nothing above it; {advice}")
        value, size = self.anchors[event.anchor]
        self.put(value, size, event)

    def start(self, event: Any) -> None:
        if event.tag not in _TAGS:
            raise self.refused(event, f"found the tag {event.tag}; front matter is text, lists and groups")
        if len(self.stack) >= MAX_DEPTH:
            raise self.refused(event, f"found more than {MAX_DEPTH} levels of nesting", "nested-too-deep")
        self.stack.append(self.top)
        is_mapping = type(event) is yaml.MappingStartEvent
        tree: Any = {} if is_mapping else []
        lines: Any = {} if is_mapping else []
        self.lines[id(tree)] = lines
        self.top = _Open(tree, lines, event, self.values)

    def end(self, event: Any) -> None:
        done, self.top = self.top, self.stack.pop()
        size = self.values - done.before + 1
        if done.start.anchor:
            self.anchors[done.start.anchor] = (done.tree, size)
        self.put(done.tree, 1, done.start)

    def put(self, value: Any, size: int, event: Any) -> None:
        """Take a finished value into the open collection; `size` counts the values that it adds."""
        self.values += size
        if self.values > MAX_VALUES:
            message = f"found more than {MAX_VALUES} values, counting what aliases repeat"
            raise self.refused(event, message, "too-many-values")
        top = self.top
        if type(top.tree) is list:
            top.tree.append(value)
            top.lines.append(self.line(event))
        elif top.key is None:
            top.key = self.new_key(value, event)
        else:
            key, top.key = top.key, None
            if key == _MERGE and isinstance(value, dict | list):
                self.merge(top.tree, value, event)
            else:
                top.tree[key] = value

    def new_key(self, value: Any, event: Any) -> str:
        if not isinstance(value, str) or not value:
            found = "a list or a group as a key" if isinstance(value, dict | list) else "a key without a name"
            raise self.refused(event, f"found {found}; a template in braces must stand in quotes", "bad-key")
        line = self.line(event)
        seen = self.top.lines
        if value in seen:
            message = f"the key {shown(value)} stands on line {seen[value]} and again on line {line}; keep one"
            raise SetAside("duplicate-key", message, line, self.path_to(value))
        seen[value] = line
        return value

    def path_to(self, name: str) -> str:
        """The concrete key of a name in the open mapping."""
        path = ""
        for each in [*self.stack[1:], self.top]:
            if each.tree is self.top.tree:
                break
            if isinstance(each.tree, list):
                path += f"[{len(each.tree)}]"
            elif each.key:
                path += f".{escape(each.key)}" if path else escape(each.key)
        return f"{path}.{escape(name)}" if path else escape(name)

    def merge(self, tree: dict[str, Node], value: Any, event: Any) -> None:
        """YAML 1.1 merge keys: what a mapping says itself goes before what it merges in."""
        for source in value if isinstance(value, list) else [value]:
            if not isinstance(source, dict):
                raise self.refused(event, "the merge key << wants a group of keys")
            for key, member in source.items():
                tree.setdefault(key, member)

    def line(self, event: Any) -> int:
        """The line on which an event starts; YAML 1.1 knows more line ends than editors do."""
        mark = event.start_mark
        if self.odd_line_ends:
            return self.first_line + bisect_right(self.odd_line_ends, mark.index)
        return self.first_line + int(mark.line)

    def refused(self, event: Any, message: str, code: str = "bad-front-matter") -> SetAside:
        return SetAside(code, message, self.line(event))

    def explained(self, error: yaml.YAMLError) -> SetAside:
        """PyYAML's error as a sentence that says what to do."""
        found = getattr(error, "problem", None) or str(error).splitlines()[0]
        if isinstance(error, yaml.reader.ReaderError):
            place = len(self.text.encode()[: error.position].decode(errors="ignore"))
        else:
            mark = getattr(error, "problem_mark", None)
            place = mark.index if mark else 0
        advice = next((advice for sign, advice in _ADVICE if sign in found), "check the quotes and the indentation")
        message = f"the front matter is not YAML: {found}; {advice}"
        return SetAside("bad-front-matter", message, self.first_line + line_at(self.text, place) - 1)
