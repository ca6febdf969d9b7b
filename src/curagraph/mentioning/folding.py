"""Folding: texts that differ only in case, joints and apostrophes become the same text, and every place is kept.

A joint is what stands between the words of one name: white space of any kind and length, or a hyphen. Letters are
folded by the full case folding of Unicode (The Unicode Standard, section 3.13) and composed to normal form C
(UAX #15); soft hyphens and characters without width are left out. All of it takes time in proportion to the text.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field

DASHES = "-‐‑‒–−"
_SPACES = "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_APOSTROPHES = "‘’ʼ＇"
_IGNORED = "\xad\u200b\u200c\u200d\u2060\ufeff"
_MARKS = "\u0300-\u036f"
# Where Unicode has characters that become several when their case is folded; a test looks at all the others.
_GROWING = "".join(c for c in map(chr, [*range(0xDF, 0x2000), *range(0xFB00, 0xFB18)]) if len(c.casefold()) > 1)

_EVENLY = dict.fromkeys(DASHES + _SPACES, " ") | dict.fromkeys(_APOSTROPHES, "'")
_ASCII = str.maketrans({char: other for char, other in _EVENLY.items() if char.isascii()})
_HAS_UNEVEN = re.compile(f"[{_GROWING}{_IGNORED}{_MARKS}]")
# No letter has more marks than the 30 of the Stream-Safe Text Format (UAX #15), and longer runs cost too much to order.
_UNEVEN = re.compile(f"[{_GROWING}{_IGNORED}]|.[{_MARKS}]{{1,30}}", re.DOTALL)
_RUN = re.compile("  +")


@dataclass
class _Edits:
    """The pieces of a text that were replaced by others of another length: where each was, and where it is now."""

    before: list[tuple[int, int]] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)

    def apply(self, pattern: re.Pattern[str], by: Callable[[str], str], text: str) -> str:
        parts, copied, length = [], 0, 0
        for match in pattern.finditer(text):
            start, end = match.span()
            piece = by(match[0])
            length += start - copied
            self.before.append((start, end))
            self.starts.append(length)
            length += len(piece)
            self.ends.append(length)
            parts += [text[copied:start], piece]
            copied = end
        return "".join([*parts, text[copied:]])

    def span(self, index: int) -> tuple[int, int]:
        """Where the character at an index of the edited text was before: its start and its end."""
        at = bisect_right(self.starts, index) - 1
        if at < 0:
            return index, index + 1
        if index < self.ends[at]:
            return self.before[at]
        origin = self.before[at][1] + index - self.ends[at]
        return origin, origin + 1


@dataclass(frozen=True, slots=True)
class Folded:
    """A text as it is compared, and the way back to where its parts stood."""

    text: str
    _edits: tuple[_Edits, ...]

    @property
    def is_even(self) -> bool:
        """Whether each character became one character: there were no runs of joints."""
        return not self._edits

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The offsets in the original text of a part that is not empty, in code points."""
        if not self._edits:
            return start, end
        first, last = start, end - 1
        for edits in self._edits:
            first, last = edits.span(first)[0], edits.span(last)[1] - 1
        return first, last + 1


def fold(text: str, *, case: bool = True) -> Folded:
    """Fold a text; without `case` capitals and small letters stay as they are.

    >>> fold("Value–Based\\n  Care").text
    'value based care'
    >>> fold("Maßnahme  ACO").span(10, 13)
    (10, 13)
    """
    edits = []
    if not text.isascii() and _HAS_UNEVEN.search(text):
        edits.append(_Edits())
        text = edits[0].apply(_UNEVEN, _cased if case else _composed, text)
    text = _even(text.casefold() if case else text)
    if "  " in text:
        edits.insert(0, _Edits())
        text = edits[0].apply(_RUN, lambda _: " ", text)
    return Folded(text, tuple(edits))


def _even(text: str) -> str:
    """Replace what is one character for another."""
    if text.isascii():
        return text.translate(_ASCII)
    for char, other in _EVENLY.items():
        text = text.replace(char, other)
    return text


def _composed(piece: str) -> str:
    return "" if piece in _IGNORED else unicodedata.normalize("NFC", piece)


def _cased(piece: str) -> str:
    return _composed(piece).casefold()
