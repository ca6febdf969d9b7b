"""JSON text from anybody: read without trust, with the line of whatever is wrong in it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from curagraph.keypath import escape
from curagraph.problem import shown
from curagraph.reading.tree import line_at
from curagraph.tables import visible

# Search engines stop reading a whole page at a few million bytes; its data is a small part of that.
MAX_LENGTH = 1 << 20
MAX_DEPTH = 64
_MAX_DIGITS = 400
_MAX_KEY = 80
_SHOWN = 40

# RFC 8259, section 2: what a JSON text that is known to be right is made of.
_TOKEN = re.compile(r'(?P<open>[{\[])|(?P<close>[}\]])|(?P<comma>,)|(?P<string>"(?:[^"\\]|\\.)*")|[^\s{}\[\],:"]+')
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a JSON text: the name of the check that tells it, the key, a sentence, and its line there."""

    name: str
    key: str
    message: str
    line: int = 0


@dataclass(slots=True)
class Reading:
    """A JSON text that was read: its value, None where there is none, and what is wrong with the text."""

    value: Any = None
    faults: list[Fault] = field(default_factory=list)


def read(text: str) -> Reading:
    """Read a JSON text; whatever is wrong is in the answer, and nothing is raised.

    >>> read('{"name": NaN}').faults[0].message
    'found NaN, which JSON does not have; write a number, or leave the property out'
    """
    found = Reading()
    if len(text) > MAX_LENGTH:
        message = f"the script has {len(text):,} characters and is not read; make it shorter than {MAX_LENGTH:,}"
        found.faults.append(Fault("script-too-long", "", message, 1))
        return found
    reader = _Reader(text)
    try:
        found.value = reader.decoder.decode(text)
    except json.JSONDecodeError as error:
        found.faults.append(_not_json(text, error))
        return found
    except RecursionError:
        found.faults.append(_TOO_DEEP)
        return found
    if _is_too_deep(found.value):
        return Reading(None, [_TOO_DEEP])
    found.faults += reader.faults
    if reader.has_duplicates:
        found.faults += duplicates(text)
    return found


_TOO_DEEP = Fault("nested-too-deep", "", f"found more than {MAX_DEPTH} levels of nesting; make the data flatter", 1)


def _is_too_deep(value: Any) -> bool:
    """Whether a value has more levels than anything here is prepared for."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(MAX_DEPTH):
        members = (member for each in level for member in (each.values() if isinstance(each, dict) else each))
        level = [member for member in members if isinstance(member, dict | list)]
        if not level:
            return False
    return True


class _Reader:
    """What the decoder of the standard library lets pass is noted here."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.faults: list[Fault] = []
        self.has_duplicates = False
        self.decoder = json.JSONDecoder(
            object_pairs_hook=self.pairs, parse_constant=self.constant, parse_int=self.integer, parse_float=self.float
        )

    def pairs(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        self.has_duplicates |= len(found) < len(pairs)
        return found

    def constant(self, text: str) -> None:
        self.note("not-json", text, "which JSON does not have; write a number, or leave the property out")

    def integer(self, text: str) -> int | float:
        return int(text) if len(text) < _MAX_DIGITS else self.float(text)

    def float(self, text: str) -> float:
        """A number; one that readers cannot hold is told (RFC 8259, section 6)."""
        number = float(text)
        if math.isinf(number):
            self.note("number-too-large", text, "which no reader can hold; write a smaller one, or a text")
        return number

    def note(self, name: str, number: str, what: str) -> None:
        """Note the first number of a kind, with the line on which it stands: the decoder does not tell where it is."""
        if any(fault.name == name for fault in self.faults):
            return
        places = (token.start() for token in _TOKEN.finditer(self.text) if token[0] == number)
        line = line_at(self.text, next(places, 0))
        shown_ = number if len(number) < _SHOWN else f"{number[:_SHOWN]}…"
        self.faults.append(Fault(name, "", f"found {shown_}, {what}", line))


def _not_json(text: str, error: json.JSONDecodeError) -> Fault:
    before = text[: error.pos]
    ends = [match.end() for match in _LINE_END.finditer(before)]
    # The first line of a script may begin anywhere in a line of the page.
    place = f"column {error.pos - ends[-1] + 1}" if ends else f"character {error.pos + 1} of the script"
    message = f"the script is not JSON: {error.msg.removesuffix(' at')} at {place}{_advice(text, error)}"
    return Fault("not-json", "", message, len(ends) + 1)


def _advice(text: str, error: json.JSONDecodeError) -> str:
    """What to do about a text that is not JSON; some faults have a usual cause."""
    if not text.strip():
        return ", as it is empty; write the data or remove the script"
    if "&quot;" in text or "&#34;" in text:
        return "; HTML entities mean nothing in a script, so write the characters themselves"
    if error.msg.startswith("Unterminated string"):
        return "; the text may hold </script>, which ends the script wherever it stands: write < as \\u003c"
    if error.msg.startswith("Invalid control character"):
        return "; write line ends in texts as \\n"
    if text.lstrip().startswith(("<!--", "<![CDATA[", "//")):
        return "; a script of data holds no comment, so remove <!-- and the like"
    if text[error.pos : error.pos + 1] in ("}", "]") or "delimiter" in error.msg:
        return "; look for a comma or quote that is missing or too many"
    return "; check the quotes, commas and braces"


def written(value: object) -> str:
    """A value as a message shows it; what JSON and Python write differently is as JSON has it.

    >>> written(None), written([True, "a"]), written("a")
    ('null', '[true, "a"]', "'a'")
    """
    if isinstance(value, str):
        return shown(value)
    text = json.dumps(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def step(key: str, name: str | int) -> str:
    """The key of a member: of an object by its name, of a list by its number.

    >>> step(step("@graph", 2), "author")
    '@graph[2].author'
    """
    if isinstance(name, int):
        return f"{key}[{name}]"
    short = name if len(name) <= _MAX_KEY else name[:_MAX_KEY] + "…"
    plain = escape(short if short.isprintable() else visible(short)) or '""'
    return f"{key}.{plain}" if key else plain


def lines(text: str, wanted: Collection[str]) -> dict[str, int]:
    """The line, from 1, of each of the wanted keys in a text that is known to be JSON.

    >>> lines('{"a":\\n[1,\\n2]}', ["a[1]"])
    {'a[1]': 3}
    """
    return _Scan(text).run(frozenset(wanted))


def duplicates(text: str) -> list[Fault]:
    """The keys that stand twice in one object of a text that is known to be JSON."""
    scan = _Scan(text)
    scan.run(frozenset())
    return scan.twice


class _Scan:
    """A walk over the tokens of a JSON text that knows the key it is at."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.twice: list[Fault] = []
        # The open collections: the key of each, and the number of its next member, or its names so far.
        self.stack: list[tuple[str, int | set[str]]] = []
        self.line, self.seen = 1, 0

    def run(self, wanted: frozenset[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        name = ""
        for token in _TOKEN.finditer(self.text):
            if token["close"]:
                self.stack.pop()
                name = ""
            elif token["comma"]:
                name = ""
                at, members = self.stack[-1]
                if isinstance(members, int):
                    self.stack[-1] = (at, members + 1)
            elif self.stack and not name and not isinstance(self.stack[-1][1], int):
                name = self.name(token)
                if name in wanted:
                    found.setdefault(name, self.line_of(token))
            else:
                name = self.value(token, name, wanted, found)
        return found

    def name(self, token: re.Match[str]) -> str:
        at, members = self.stack[-1]
        assert isinstance(members, set)
        text = json.loads(token[0])
        key = step(at, text)
        if text in members:
            message = (
                f"the key {shown(text)} stands twice in one object, and readers keep one of them; keep the right one"
            )
            self.twice.append(Fault("duplicate-key", key, message, self.line_of(token)))
        members.add(text)
        return key

    def value(self, token: re.Match[str], name: str, wanted: frozenset[str], found: dict[str, int]) -> str:
        key = name
        if self.stack:
            at, members = self.stack[-1]
            key = f"{at}[{members}]" if isinstance(members, int) else name
        if key in wanted:
            found.setdefault(key, self.line_of(token))
        if token["open"]:
            self.stack.append((key, 0 if token["open"] == "[" else set()))
            return ""
        return name

    def line_of(self, token: re.Match[str]) -> int:
        self.line += line_at(self.text[self.seen : token.start()], token.start()) - 1
        self.seen = token.start()
        return self.line
