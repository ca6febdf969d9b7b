"""What was answered, kept until the next edition or until others need the room."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Kept = TypeVar("Kept")


class Cache(Generic[Kept]):
    """The values that were used last, up to so many bytes.

    >>> cache = Cache[str](10)
    >>> cache.put("a", "one", 6); cache.put("b", "two", 6)
    >>> cache.get("a"), cache.get("b")
    (None, 'two')
    """

    def __init__(self, room: int) -> None:
        self.room = room
        self.size = 0
        self.found: OrderedDict[Hashable, tuple[Kept, int]] = OrderedDict()

    def get(self, key: Hashable) -> Kept | None:
        row = self.found.get(key)
        if row is None:
            return None
        self.found.move_to_end(key)
        return row[0]

    def put(self, key: Hashable, value: Kept, size: int) -> None:
        self.size += size - self.found.pop(key, (None, 0))[1]
        self.found[key] = (value, size)
        while self.size > self.room:
            _, (_, gone) = self.found.popitem(last=False)
            self.size -= gone

    def clear(self) -> None:
        self.found.clear()
        self.size = 0
