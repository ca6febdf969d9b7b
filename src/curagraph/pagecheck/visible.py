"""What a reader sees of a page: the text between its tags, by its words."""

from __future__ import annotations

import re
from functools import cached_property
from html import unescape

from curagraph import markup
from curagraph.markup import Kind, Token

# Elements whose text no reader sees.
_UNSEEN = frozenset({"script", "style", "noscript", "iframe", "noembed", "noframes"})
_WORD = re.compile(r"\w+")


class Visible:
    """The visible text of a page. `start` is what has been seen of it; the rest is looked at when it is asked for."""

    def __init__(self, start: str, source: str, rest: int) -> None:
        self.start = start
        self.source = source
        self.rest = rest

    def has(self, text: str) -> bool:
        """Whether a reader sees a text; mostly it is the title, which stands at the start.

        >>> Visible("", "<p>The <b>&ldquo;End&rdquo;</b>", 0).has("the end")
        True
        """
        wanted = words(text)
        return wanted in self._start_words or wanted in self._words

    @cached_property
    def _start_words(self) -> str:
        return words(self.start)

    @cached_property
    def _words(self) -> str:
        seen: list[str] = [self.start]
        tag: Token | None = None
        for token in markup.tokens(self.source, self.rest):
            if is_seen(token, tag):
                seen.append(token.text)
            tag = token
        return words(unescape(" ".join(seen)))


def is_seen(token: Token, before: Token | None) -> bool:
    """Whether a token is text that a reader sees, by the token before it."""
    return token.kind is Kind.TEXT and not (before and before.kind is Kind.START and before.name in _UNSEEN)


def words(text: str) -> str:
    """A text by its words alone, between spaces, so that quotes and line ends make no difference."""
    return f" {' '.join(_WORD.findall(text.casefold()))} "
