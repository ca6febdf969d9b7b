"""The numbers of texts that many files have alike: the state writes each text once."""

from __future__ import annotations

from collections.abc import Callable

# So many numbers are kept in memory.
_MOST = 50_000


class Numbering:
    """The numbers of pages and shared statements that were used lately."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {}

    def of(self, text: str, look_up: Callable[[], int]) -> int:
        """The number of a text, which is looked up where it was not used lately."""
        if text not in self.known:
            self._know(text, look_up())
        return self.known[text]

    def _know(self, text: str, number: int) -> None:
        if len(self.known) >= _MOST:
            self.known.clear()
        self.known[text] = number

    def clear(self) -> None:
        """Let go of all numbers: some are no longer true."""
        self.known.clear()
