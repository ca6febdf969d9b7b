"""Putting a script into the bytes of a page, and taking it out again.

Every byte of the page that is not ours stays. Where `</head>` begins a line, the script gets a line of its own before
it, with the line end that the page has there; else it stands right before what ends the head. So the line end behind
a script that begins a line is ours, and goes with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from curagraph.embedding import charset, head, script
from curagraph.embedding.charset import Encoding
from curagraph.embedding.head import Head, Ours
from curagraph.markup import markup

_LINE_ENDS = ("\r\n", "\n", "\r")


class Edit(NamedTuple):
    """A text that takes the place of a piece of markup."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Page:
    """A page taken apart: its markup, and what its head says.

    >>> page = Page.of(b"<head></head>")
    >>> page.edited(page.with_script("{}"))
    b'<head><script type="application/ld+json" data-curagraph="44136fa3">{}</script></head>'
    """

    data: bytes
    encoding: Encoding
    markup: str
    head: Head

    @classmethod
    def of(cls, data: bytes) -> Page:
        """Take a page apart. Raises `Refused` where a script could not be put into it safely, and says why."""
        encoding = charset.of(data)
        text = encoding.markup(data)
        return cls(data, encoding, text, head.read(text, encoding))

    @cached_property
    def ours(self) -> list[Ours]:
        """Every script of ours in the page; those in its head come first in `head.ours`."""
        if self.markup.lower().count(script.MARK) == len(self.head.ours):
            return self.head.ours
        return head.find_ours(self.markup, self.encoding.start)

    @property
    def is_edited(self) -> bool:
        """Whether somebody has edited our script by hand."""
        return any(each.edited for each in self.ours)

    def with_script(self, json_text: str) -> list[Edit]:
        """What puts the script at the end of the head, or in the place of the one that is there."""
        kept = self.head.ours[0] if self.head.ours else None
        edits = [self._removal(each) for each in self.ours if each != kept]
        if kept:
            newline = _line_end_before(self.markup, kept.start) or _first_line_end(self.markup)
            edits.append(Edit(kept.start, kept.end, script.element(json_text, newline)))
        else:
            edits.append(self._insertion(json_text))
        return sorted(each for each in edits if self.markup[each.start : each.end] != each.text)

    def without_script(self) -> list[Edit]:
        """What takes every script of ours away."""
        return [self._removal(each) for each in self.ours]

    def edited(self, edits: Iterable[Edit]) -> bytes:
        """The page with some edits, in the order of the page."""
        parts, at = [], 0
        for edit in edits:
            parts += [self.markup[at : edit.start], edit.text]
            at = edit.end
        return self.encoding.data("".join([*parts, self.markup[at:]]))

    def difference(self, edits: Iterable[Edit]) -> str:
        """Edits as people read them: the line of each, what goes and what comes, and nothing around it."""
        lines: list[str] = []
        for edit in edits:
            gone = self.encoding.text(self.markup[edit.start : edit.end])
            lines.append(f"@@ line {markup.line(self.markup, edit.start)} @@")
            lines += [f"-{line}" for line in gone.splitlines()]
            lines += [f"+{line}" for line in edit.text.splitlines()]
        return "\n".join(lines)

    def _insertion(self, json_text: str) -> Edit:
        at = self.head.end
        begin = len(self.markup[:at].rstrip(" \t"))
        newline = _line_end_before(self.markup, begin)
        if newline:
            return Edit(begin, begin, script.element(json_text, newline) + newline)
        return Edit(at, at, script.element(json_text, _first_line_end(self.markup)))

    def _removal(self, ours: Ours) -> Edit:
        """Take a script of ours away, with the line end that came with it."""
        newline = _line_end_before(self.markup, ours.start)
        with_it = bool(newline) and self.markup.startswith(newline, ours.end)
        return Edit(ours.start, ours.end + len(newline) * with_it, "")


def _line_end_before(text: str, offset: int) -> str:
    return next((end for end in _LINE_ENDS if text.endswith(end, 0, offset)), "")


def _first_line_end(text: str) -> str:
    at = text.find("\n")
    if at < 0:
        return "\r" if "\r" in text else "\n"
    return "\r\n" if text[at - 1 : at] == "\r" else "\n"
