"""Key paths: how a rule names a place in the front matter.

    title                one key
    link.href            a key inside a key
    communityTopics[]    every member of a list; one text counts as a list of one
    size[0]              one member
    /id                  from the root of the document, wherever the rule stands
    .                    the value itself
    (body)               the text below the front matter, as if it were a key

A concrete key, as problems show it, is a path with its numbers filled in: `communityTopics[2]`. A key that
holds one of `. [ ] / \\` is written with a backslash before it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

# A node of the front matter: scalars stay the text that the author wrote, null is None.
Node = dict[str, "Node"] | list["Node"] | str | None

BODY = "(body)"
EVERY = -1
_STEP = re.compile(r"((?:[^.\[\]\\]|\\.)+)|\.(?!\Z)|\[(\d*)\]")
_SPECIAL = re.compile(r"[.\[\]/\\]")


class Leaf(NamedTuple):
    """A scalar or an empty list or group: the unit that the ledger counts."""

    key: str
    pattern: str
    value: Node


@lru_cache(maxsize=4096)
def escape(key: str) -> str:
    r"""A key as one step of a path.

    >>> escape("og.title")
    'og\\.title'
    """
    return _SPECIAL.sub(r"\\\g<0>", key)


@lru_cache(maxsize=4096)
def steps(path: str) -> tuple[str | int, ...]:
    """The steps of a path: keys as text, members as numbers, `EVERY` for all members.

    >>> steps("author[]"), steps("featuredImage.size[0]"), steps(".")
    (('author', -1), ('featuredImage', 'size', 0), ())
    """
    if path == ".":
        return ()
    found: list[str | int] = []
    position = 0
    while position < len(path):
        match = _STEP.match(path, position)
        if match is None:
            raise ValueError(f"the key path {path!r} cannot be read from character {position + 1} on")
        position = match.end()
        if match[1] is not None:
            found.append(re.sub(r"\\(.)", r"\1", match[1]))
        elif match[2] is not None:
            found.append(int(match[2]) if match[2] else EVERY)
    return tuple(found)


def find(node: Node, path: str, at: str = "") -> list[tuple[str, Node]]:
    """Every (concrete key, value) that `path` finds in `node`, which itself stands at the key `at`.

    >>> find({"author": ["A", "B"]}, "author[]")
    [('author[0]', 'A'), ('author[1]', 'B')]
    >>> find({"author": "A"}, "author[]")
    [('author', 'A')]
    """
    found = [(at, node)]
    for step in steps(path):
        found = [below for key, value in found for below in _members(value, step, key)]
    return found


def _members(node: Node, step: str | int, at: str) -> list[tuple[str, Node]]:
    if isinstance(step, str):
        if isinstance(node, dict) and step in node:
            name = escape(step)
            return [(f"{at}.{name}" if at else name, node[step])]
        return []
    if step == EVERY:
        if isinstance(node, list) and node:
            return [(f"{at}[{index}]", member) for index, member in enumerate(node)]
        return [(at, node)]
    if isinstance(node, list) and step < len(node):
        return [(f"{at}[{step}]", node[step])]
    return []


def leaves(node: Node, key: str = "", pattern: str = "") -> list[Leaf]:
    """Every leaf below `node`, in the order of the file.

    >>> [leaf.pattern for leaf in leaves({"a": {"b": "1"}, "c": ["x", "y"], "d": []})]
    ['a.b', 'c[]', 'c[]', 'd']
    """
    found: list[Leaf] = []
    _gather(node, key, key if key == pattern else pattern, found)
    return found


def _gather(node: Node, key: str, pattern: str, found: list[Leaf]) -> None:
    if isinstance(node, dict) and node:
        for name, member in node.items():
            step = escape(name)
            below = f"{key}.{step}" if key else step
            # Outside lists the two are the same text, which is made once.
            _gather(member, below, below if key is pattern else f"{pattern}.{step}", found)
    elif isinstance(node, list) and node:
        for index, member in enumerate(node):
            _gather(member, f"{key}[{index}]", f"{pattern}[]", found)
    else:
        found.append(Leaf(key, pattern, node))
