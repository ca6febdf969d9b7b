"""Converters taken apart: key paths ready to be looked up, templates to be filled, rules with their terms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from curagraph.converter import AnyRule, Converter, Value
from curagraph.converting.datatypes import Fits
from curagraph.keypath import BODY, EVERY, Node, escape, find, steps


class Read:
    """One key path of a table, and the bit that says whether any document had it."""

    def __init__(self, path: str, bit: int, place: str) -> None:
        self.from_root = path.startswith("/")
        self.path = path.removeprefix("/")
        self.bit = bit
        self.place = place
        # Most paths are plain keys, perhaps with [] behind; looking these up directly saves a sixth of a conversion.
        parsed = steps(self.path)
        self.every = bool(parsed) and parsed[-1] == EVERY
        plain = parsed[:-1] if self.every else parsed
        self.keys = [step for step in plain if isinstance(step, str)]
        self.is_plain = bool(plain) and len(self.keys) == len(plain)
        self.tail = ".".join(map(escape, self.keys))

    def found(self, node: Node, at: str) -> list[tuple[str, Node]]:
        """The (concrete key, value) pairs in `node`, which stands at the key `at`."""
        if not self.is_plain:
            return find(node, self.path, at)
        for step in self.keys:
            if not isinstance(node, dict) or step not in node:
                return []
            node = node[step]
        here = f"{at}.{self.tail}" if at else self.tail
        if self.every and isinstance(node, list) and node:
            return [(f"{here}[{index}]", member) for index, member in enumerate(node)]
        return [(here, node)]


@dataclass
class Template:
    """A URI template: literal texts between the keys that fill it."""

    texts: list[str]
    reads: list[tuple[Read, bool]]

    def expand(self, values: list[str], encode: Callable[[str], str]) -> str:
        """The text with the values in place; `{+key}` goes in as it is, `{key}` through `encode`."""
        parts = [self.texts[0]]
        for (_, whole), value, text in zip(self.reads, values, self.texts[1:], strict=True):
            parts += [value if whole else encode(value), text]
        return "".join(parts)


@dataclass
class Mentioned:
    """What the annotations of one text need: its name in their addresses, its property, and the terms they use."""

    field: str
    property: str
    terms: dict[str, str]


@dataclass
class Compiled:
    """A rule with its reads, its predicate as an N-Triples term, and its value function ready to call."""

    rule: AnyRule
    reads: list[Read]
    predicate: str = ""
    value: Value | None = None
    target: Table | None = None
    template: Template | None = None
    variants: str = ""
    wanted: str = ""
    fits: Fits | None = None
    by: Value | None = None
    other_by: Value | None = None
    mentioned: Mentioned | None = None


@dataclass(eq=False)
class Table:
    """A compiled converter."""

    name: str
    converter: Converter
    template: Template
    types: list[str]
    identify: Value | None = None
    guards: list[Compiled] = field(default_factory=list)
    rules: list[Compiled] = field(default_factory=list)
    root_reads: list[Read] = field(default_factory=list)

    @property
    def reads(self) -> list[Read]:
        """Every key path of the table."""
        own = [read for compiled in self.rules for read in compiled.reads]
        return [read for read, _ in self.template.reads] + own + self.guarding

    def absolute(self, read: Read) -> str:
        """The key path of a read from the root of the document."""
        of = self.converter.of
        if self.converter.reads and not read.from_root:
            return of
        if read.from_root or of in (".", BODY):
            return read.path
        return of if read.path == "." else f"{of}.{read.path}"

    @property
    def guarding(self) -> list[Read]:
        """The key paths of its guards."""
        return [read for compiled in self.guards for read in compiled.reads]

    @property
    def graph(self) -> str:
        """The part of a shared thing's graph name that tells its kind."""
        return f"shared/{self.name.replace('_', '-')}"

    @property
    def is_address(self) -> bool:
        """Whether the thing's IRI is an address that the document gives."""
        return self.template.texts == ["", ""] and self.template.reads[0][1]
