"""HTML as tokens that know where they stand, after the tokenization of the HTML standard (section 13.2.5).

Pages are edited here without touching a byte that is not ours, so what is needed of each tag is its place; the parsers
on PyPI either forget places or take many times as long. The text may be cut, hostile or no HTML at all: every text
has tokens, they cover it without gaps, and finding them takes time in proportion to its length.

>>> [(token.kind.value, token.name, token.start) for token in tokens("<p>a<!-- b --></p>")]
[('start', 'p', 0), ('text', '', 3), ('comment', '', 4), ('end', 'p', 14)]
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from html import unescape

from curagraph.markup import rawtext
from curagraph.markup.foreigncontent import ROOTS, ForeignContent

# Every repetition is possessive: a character is looked at once, whatever follows.
_SPACE = r"\t\n\f\r "
_ATTRIBUTE = (
    rf"(?P<key>[^{_SPACE}/>][^{_SPACE}/>=]*+)"
    rf"""(?P<value>[{_SPACE}]*+=[{_SPACE}]*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^{_SPACE}>"'][^{_SPACE}>]*+|(?=>)|\Z))?+"""
)
_UNNAMED = re.sub(r"\?P<\w+>", "?:", _ATTRIBUTE)
_TAG_NAME, _TAG_REST = rf"[A-Za-z][^{_SPACE}/>]*+", rf"(?:[{_SPACE}/]++|{_UNNAMED})*+>"
# The last alternatives are what the end of the text cuts off, as all others end at a `>`.
_MARKUP = re.compile(
    rf"<(?:(?P<start>{_TAG_NAME}){_TAG_REST}|/(?P<end>{_TAG_NAME}){_TAG_REST}|(?P<comment>!--)"
    r"|(?P<doctype>![Dd][Oo][Cc][Tt][Yy][Pp][Ee][^>]*+>)"
    r"|(?P<cdata>!\[CDATA\[)|(?P<bogus>(?:[!?]|/[^A-Za-z>])[^>]*+>|/>)|(?P<cut_tag>/?[A-Za-z])|(?P<cut>[!?]|/.))",
    re.DOTALL,
)
_NAME = re.compile(rf"</?([^{_SPACE}/>]+)")
_ATTRIBUTES = re.compile(_ATTRIBUTE)
_COMMENT_END = re.compile("--!?>")
_EMPTY_COMMENT_END = re.compile("-?>")


class Kind(Enum):
    """What a token is. `UNFINISHED` is what the end of the text cuts off: a tag, a comment, an element of raw text."""

    TEXT = "text"
    START = "start"
    END = "end"
    COMMENT = "comment"
    DOCTYPE = "doctype"
    UNFINISHED = "unfinished"


_TAGS = {"start": Kind.START, "end": Kind.END}


class Token:
    """A piece of markup: `source[start:end]`, with offsets in characters.

    `name` is that of a tag in lower case; of an `UNFINISHED` token it is `tag`, `comment`, `text` (a CDATA section), or
    the element whose text has no end.
    """

    __slots__ = ("end", "kind", "name", "source", "start")

    def __init__(self, kind: Kind, name: str, start: int, end: int, source: str) -> None:
        self.kind, self.name, self.start, self.end, self.source = kind, name, start, end, source

    def __repr__(self) -> str:
        return f"Token({self.kind.value}, {self.text[:60]!r})"

    @property
    def text(self) -> str:
        """The token as it is written."""
        return self.source[self.start : self.end]

    @property
    def attributes(self) -> dict[str, str]:
        """The attributes of a tag: names in lower case, values with their character references resolved.

        Of two with one name the first counts, as in browsers.
        """
        found: dict[str, str] = {}
        name = _NAME.match(self.source, self.start)
        assert name
        for attribute in _ATTRIBUTES.finditer(self.source, name.end(), self.end - 1):
            found.setdefault(_lower(attribute["key"]), _value(attribute["value"] or ""))
        return found

    @property
    def closes_itself(self) -> bool:
        """Whether a start tag ends with `/>`, which only SVG and MathML heed; the `/` of `<a b=c/>` is its value's."""
        if self.source[self.end - 2] != "/":
            return False
        name = _NAME.match(self.source, self.start)
        assert name
        ends = [found.end() for found in _ATTRIBUTES.finditer(self.source, name.end(), self.end - 1)]
        return not ends or ends[-1] < self.end - 1


def tokens(text: str, start: int = 0) -> Iterator[Token]:
    """The tokens of a text from an offset on, at which nothing is open."""
    foreign = ForeignContent()
    at = start
    while found := _MARKUP.search(text, at):
        begin, end, kind = found.start(), found.end(), found.lastgroup
        if begin > at:
            yield Token(Kind.TEXT, "", at, begin, text)
        if kind == "start" or kind == "end":
            token = Token(_TAGS[kind], _lower(found[kind]), begin, end, text)
            yield token
            is_raw = kind == "start" and token.name in rawtext.NAMES and not foreign.is_here
            if foreign.open or token.name in ROOTS:
                _follow(token, foreign)
            if is_raw:
                until = rawtext.end(text, end, token.name)
                if until is None:
                    yield Token(Kind.UNFINISHED, token.name, end, len(text), text)
                    return
                if until > end:
                    yield Token(Kind.TEXT, "", end, until, text)
                end = until
        elif kind == "doctype" or kind == "bogus":
            yield Token(Kind.DOCTYPE if kind == "doctype" else Kind.COMMENT, "", begin, end, text)
        else:
            token = _delimited(text, begin, end, kind, foreign.is_here)
            yield token
            end = token.end
        at = end
    if at < len(text):
        yield Token(Kind.TEXT, "", at, len(text), text)


def is_json_ld(token: Token) -> bool:
    """Whether a token begins a script of JSON-LD (JSON-LD 1.1, section 7).

    >>> [is_json_ld(token) for token in tokens("<script type='Application/LD+JSON; charset=utf-8'></script>")]
    [True, False]
    """
    if token.kind is not Kind.START or token.name != "script":
        return False
    return token.attributes.get("type", "").partition(";")[0].strip().lower() == "application/ld+json"


def line(text: str, offset: int) -> int:
    """The line of an offset, from 1; CR LF, LF and CR end lines."""
    before = text[:offset]
    return 1 + before.count("\n") + (before.count("\r") - before.count("\r\n") if "\r" in before else 0)


def _follow(tag: Token, foreign: ForeignContent) -> None:
    """Follow a tag in or out of SVG and MathML."""
    if tag.kind is Kind.END:
        foreign.end(tag.name)
        return
    foreign.break_out(tag.name)
    if foreign.is_led_by(tag.name) and not tag.closes_itself:
        foreign.start(tag.name)


def _lower(name: str) -> str:
    """HTML folds the case of ASCII alone: `K` of the kelvin scale is no k."""
    return name.lower() if name.isascii() else "".join(c.lower() if c.isascii() else c for c in name)


def _value(written: str) -> str:
    """The value of an attribute, of ` = "value"` as it is written."""
    value = written.lstrip("\t\n\f\r ")[1:].strip("\t\n\f\r ")
    if value[:1] in ('"', "'"):
        value = value[1:-1]
    return unescape(value) if "&" in value else value


def _delimited(text: str, begin: int, end: int, kind: str | None, foreign: bool) -> Token:
    """A comment, a CDATA section (outside SVG and MathML it is a comment up to the next `>`), or what is cut off."""
    if kind == "cut" or kind == "cut_tag":
        return Token(Kind.UNFINISHED, "comment" if kind == "cut" else "tag", begin, len(text), text)
    if kind == "comment":
        # `<!-->` and `<!--->` are comments too: the end may share its dashes with the beginning.
        found = _EMPTY_COMMENT_END.match(text, end) or _COMMENT_END.search(text, end)
        until, made = (found.end() if found else -1), Kind.COMMENT
    else:
        until = text.find("]]>" if foreign else ">", end)
        until, made = (until + (3 if foreign else 1) if until >= 0 else -1), Kind.TEXT if foreign else Kind.COMMENT
    if until < 0:
        return Token(Kind.UNFINISHED, "text" if made is Kind.TEXT else "comment", begin, len(text), text)
    return Token(made, "", begin, until, text)
