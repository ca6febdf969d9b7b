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
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

# A node of the front matter: scalars stay the text that the author wrote, null is None.
Node = dict[str, "Node"] | list["Node"] | str | None

BODY = "(body)"
EVERY = -1
_STEP = re.compile(r"((?:[^.\[\]\\]|\\.)+)|\.(?!$)|\[(\d*)\]")
_SPECIAL = re.compile(r"[.\[\]/\\]")


class Leaf(NamedTuple):
    """A scalar or an empty list or group: the unit that the ledger counts."""

    key: str
    pattern: str
    value: Node


def escape(key: str) -> str:
    r"""A key as one step of a path.

    >>> escape("og.title")
    'og\\.title'
    """
    return _SPECIAL.sub(r"\\\g<0>", key)


def join(at: str, step: str) -> str:
    """The path `step` below the path `at`.

    >>> join("link", "href"), join("", "title"), join("size", "[0]")
    ('link.href', 'title', 'size[0]')
    """
    if step == ".":
        return at
    return at + step if not at or step.startswith("[") else f"{at}.{step}"


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


def find(node: Node, path: str, at: str = "") -> Iterator[tuple[str, Node]]:
    """Every (concrete key, value) that `path` finds in `node`, which itself stands at the key `at`.

    >>> list(find({"author": ["A", "B"]}, "author[]"))
    [('author[0]', 'A'), ('author[1]', 'B')]
    >>> list(find({"author": "A"}, "author[]"))
    [('author', 'A')]
    """
    return _walk(node, steps(path), at)


def _walk(node: Node, rest: tuple[str | int, ...], at: str) -> Iterator[tuple[str, Node]]:
    if not rest:
        yield at, node
        return
    step, below = rest[0], rest[1:]
    if isinstance(step, str):
        if isinstance(node, dict) and step in node:
            yield from _walk(node[step], below, join(at, escape(step)))
    elif step == EVERY:
        if not isinstance(node, list) or not node:
            yield from _walk(node, below, at)
        else:
            for index, member in enumerate(node):
                yield from _walk(member, below, f"{at}[{index}]")
    elif isinstance(node, list) and step < len(node):
        yield from _walk(node[step], below, f"{at}[{step}]")


def leaves(node: Node, key: str = "", pattern: str = "") -> Iterator[Leaf]:
    """Every leaf below `node`, in the order of the file.

    >>> [leaf.pattern for leaf in leaves({"a": {"b": "1"}, "c": ["x", "y"], "d": []})]
    ['a.b', 'c[]', 'c[]', 'd']
    """
    if isinstance(node, dict) and node:
        for name, member in node.items():
            step = escape(name)
            yield from leaves(member, join(key, step), join(pattern, step))
    elif isinstance(node, list) and node:
        for index, member in enumerate(node):
            yield from leaves(member, f"{key}[{index}]", f"{pattern}[]")
    else:
        yield Leaf(key, pattern, node)
