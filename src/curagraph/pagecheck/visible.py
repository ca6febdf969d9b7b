"""What a reader sees of a page: the text between its tags, by its words."""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property
from html import unescape

from curagraph.markup import markup
from curagraph.markup.markup import Kind, Token

# Elements whose text no reader sees.
_UNSEEN = frozenset({"script", "style", "noscript", "iframe", "noembed", "noframes"})
# HTML standard, sections 4.5 and 4.7: elements that may begin or end inside a word.
_INLINE = frozenset(
    {
        *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i"),
        *("ins", "kbd", "mark", "nobr", "q", "rb", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub"),
        *("sup", "time", "tt", "u", "var", "wbr"),
    }
)
# What marks where a word may be broken or not, and is not seen itself.
_INVISIBLE = str.maketrans("", "", "\u00ad\u200b\u200c\u200d\u2060\ufeff")
_WORD = re.compile(r"\w+")


class Seen:
    """The texts of a page that a reader sees, as its tokens come; a space stands where a block begins or ends."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.is_unseen = False

    def take(self, token: Token) -> None:
        if token.kind is Kind.TEXT:
            if not self.is_unseen:
                self.texts.append(token.text)
        elif token.kind in (Kind.START, Kind.END):
            self.is_unseen = token.kind is Kind.START and token.name in _UNSEEN
            if token.name not in _INLINE:
                self.texts.append(" ")

    @property
    def words(self) -> tuple[str, str]:
        """The words, once with those together that are parts of one for HTML, once with every element apart."""
        return words(unescape("".join(self.texts))), words(unescape(" ".join(self.texts)))


class Visible:
    """The visible text of a page. `start` is what has been seen of it; the rest is looked at when it is asked for."""

    def __init__(self, start: Seen, source: str, rest: int) -> None:
        self.start = start
        self.source = source
        self.rest = rest

    def has(self, text: str) -> bool:
        """Whether a reader sees a text; mostly it is the title, which stands at the start. One without words is.

        >>> page = Visible(Seen(), "<p>The <b>&ldquo;End&rdquo;</b> of CO<sub>2</sub>", 0)
        >>> page.has("the end of CO2"), page.has("the start")
        (True, False)
        """
        wanted = words(text)
        if wanted.isspace() or any(wanted in each for each in self._start_words):
            return True
        return any(wanted in each for each in self._words)

    @cached_property
    def _start_words(self) -> tuple[str, str]:
        return self.start.words

    @cached_property
    def _words(self) -> tuple[str, str]:
        seen = Seen()
        seen.texts += self.start.texts
        for token in markup.tokens(self.source, self.rest):
            seen.take(token)
        return seen.words


def words(text: str) -> str:
    """A text by its words alone, between spaces, so that quotes, line ends and kinds of accents make no difference."""
    plain = unicodedata.normalize("NFC", text.translate(_INVISIBLE))
    return f" {' '.join(_WORD.findall(plain.casefold()))} "
