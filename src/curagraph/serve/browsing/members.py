"""Sets of items by their numbers, made to be counted quickly."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

# A value that fewer than one in so many items have is kept as a list, which is then smaller, and as quick.
_RARE = 400


class Chosen:
    """Some of the items from 0 to below `size`, as an integer with a bit for each.

    >>> chosen = Chosen.of([1, 4, 5], 8)
    >>> chosen.total, chosen.part(1, 2), 4 in chosen
    (3, [4, 5], True)
    """

    def __init__(self, bits: int, size: int) -> None:
        self.bits = bits
        self.size = size

    @classmethod
    def of(cls, numbers: Iterable[int], size: int) -> Chosen:
        return cls(_bits(numbers, size), size)

    @classmethod
    def all(cls, size: int) -> Chosen:
        return cls((1 << size) - 1, size)

    def __contains__(self, number: int) -> bool:
        return self.flags[number] == 1

    @property
    def total(self) -> int:
        return self.bits.bit_count()

    @cached_property
    def flags(self) -> bytes:
        """A byte for each item, 1 where it is chosen."""
        return f"{self.bits:0{self.size}b}"[::-1].encode().translate(_DIGITS)

    def part(self, start: int, count: int) -> list[int]:
        """Some of the chosen, in the order of their numbers, after the first `start`."""
        found: list[int] = []
        at = -1
        for _ in range(min(start + count, self.total)):
            at = self.flags.index(1, at + 1)
            found.append(at)
        return found[start:]


_DIGITS = bytes.maketrans(b"01", b"\0\1")


@dataclass(frozen=True)
class Members:
    """The items that have a value: as bits where they are many, else as a list."""

    bits: int
    numbers: array[int]

    @classmethod
    def of(cls, numbers: array[int], size: int) -> Members:
        if len(numbers) * _RARE < size:
            return cls(0, numbers)
        return cls(_bits(numbers, size), array("I"))

    def count(self, chosen: Chosen) -> int:
        """How many of the chosen have the value.

        >>> Members.of(array("I", [1, 2]), 8).count(Chosen.of([1, 4], 8))
        1
        """
        if self.numbers:
            return sum(map(chosen.flags.__getitem__, self.numbers))
        return (self.bits & chosen.bits).bit_count()

    def narrow(self, chosen: Chosen) -> Chosen:
        """Those of the chosen that have the value."""
        bits = _bits(self.numbers, chosen.size) if self.numbers else self.bits
        return Chosen(bits & chosen.bits, chosen.size)


def _bits(numbers: Iterable[int], size: int) -> int:
    flags = bytearray(b"0" * size)
    for number in numbers:
        flags[size - 1 - number] = 49
    return int(flags, 2) if size else 0
