"""What was answered, kept until the next edition or until others need the room; and what is just being answered."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from curagraph.serve.page import Refusal

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
        self.begun: dict[Hashable, asyncio.Future[Refusal | None]] = {}

    def get(self, key: Hashable) -> Kept | None:
        row = self.found.get(key)
        if row is None:
            return None
        self.found.move_to_end(key)
        return row[0]

    async def soon(self, key: Hashable) -> Kept | None:
        """What is kept under a key, or will be when another request has made it; nothing where this one is to make it.

        So many who ask for the same at once, as all do after a new build, cost one answer. Raises the `Refusal` that
        the other request had, unless this one may fare better.
        """
        if key not in self.found and key in self.begun:
            refusal = await asyncio.shield(self.begun[key])
            if refusal and not refusal.is_passing:
                raise refusal
        return self.get(key)

    @contextmanager
    def making(self, key: Hashable) -> Iterator[None]:
        """Let others who ask for the same wait until the block ends, in which it is put here, or refused."""
        end: asyncio.Future[Refusal | None] = asyncio.get_running_loop().create_future()
        first = self.begun.setdefault(key, end)
        told = None
        try:
            yield
        except Refusal as refusal:
            told = refusal
            raise
        finally:
            if first is end:
                del self.begun[key]
            end.set_result(told)

    def put(self, key: Hashable, value: Kept, size: int) -> None:
        self.size += size - self.found.pop(key, (None, 0))[1]
        self.found[key] = (value, size)
        while self.size > self.room:
            _, (_, gone) = self.found.popitem(last=False)
            self.size -= gone

    def clear(self) -> None:
        self.found.clear()
        self.size = 0
