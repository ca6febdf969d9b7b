"""HTML as tokens that know where they stand, after the tokenization of the HTML standard (section 13.2.5).

Pages are edited here without touching a byte that is not ours, so what is needed of each tag is its place; the parsers
on PyPI either forget places or take many times as long. The text may be cut, hostile or no HTML at all: every text
has tokens, they cover it without gaps, and finding them takes time in proportion to its length.

>>> [(token.kind.value, token.name, token.start) for token in tokens("<p>a<!-- b --></p>")]
[('start', 'p', 0), ('text', '', 3), ('comment', '', 4), ('end', 'p', 14)]
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from html import unescape

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
_SCRIPT = re.compile(rf"<!--|-->|(?P<tag></?script)(?=[{_SPACE}/>])", re.IGNORECASE | re.ASCII)

# Section 13.2.6: elements whose text holds no tags. `plaintext` has no end; `noscript` is read as a browser does.
_TEXT_ONLY = ("iframe", "noembed", "noframes", "noscript", "style", "textarea", "title", "xmp")
_ENDS = {name: re.compile(rf"</{name}(?=[{_SPACE}/>])", re.IGNORECASE | re.ASCII) for name in _TEXT_ONLY}
_RAW = frozenset((*_TEXT_ONLY, "script", "plaintext"))
# Section 13.2.6.5: in SVG and MathML there are no such elements, but some hold HTML, and some tags lead back to it.
_HTML_WITHIN = {"svg": ("desc", "foreignobject", "title"), "math": ("mi", "mn", "mo", "ms", "mtext")}
_BREAKS_OUT = {
    *("b", "big", "blockquote", "body", "br", "center", "code", "dd", "div", "dl", "dt", "em", "embed", "h1", "h2"),
    *("h3", "h4", "h5", "h6", "head", "hr", "i", "img", "li", "listing", "menu", "meta", "nobr", "ol", "p", "pre"),
    *("ruby", "s", "small", "span", "strike", "strong", "sub", "sup", "table", "tt", "u", "ul", "var"),
}
# As deep as browsers nest elements.
_DEEPEST = 512


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


@dataclass(frozen=True)
class Script:
    """A `<script type="application/ld+json">`: `text` is what stands inside, from `start` to `end`.

    `line` counts from 1 and is that of `start`; `closed` is false where the end of the page cuts it off.
    """

    source: str
    tag: Token
    start: int
    end: int
    closed: bool

    @property
    def text(self) -> str:
        return self.source[self.start : self.end]

    @cached_property
    def line(self) -> int:
        return line(self.source, self.start)


def tokens(text: str, start: int = 0) -> Iterator[Token]:
    """The tokens of a text from an offset on, at which nothing is open."""
    foreign: list[str] = []
    at = start
    while found := _MARKUP.search(text, at):
        begin, end, kind = found.start(), found.end(), found.lastgroup
        if begin > at:
            yield Token(Kind.TEXT, "", at, begin, text)
        if kind == "start" or kind == "end":
            token = Token(_TAGS[kind], _lower(found[kind]), begin, end, text)
            yield token
            is_raw = kind == "start" and token.name in _RAW and not _is_foreign(foreign)
            if foreign or token.name in _HTML_WITHIN:
                _follow(token, foreign)
            if is_raw:
                until = _raw_end(text, end, token.name)
                if until is None:
                    yield Token(Kind.UNFINISHED, token.name, end, len(text), text)
                    return
                if until > end:
                    yield Token(Kind.TEXT, "", end, until, text)
                end = until
        elif kind == "doctype" or kind == "bogus":
            yield Token(Kind.DOCTYPE if kind == "doctype" else Kind.COMMENT, "", begin, end, text)
        else:
            token = _delimited(text, begin, end, kind, _is_foreign(foreign))
            yield token
            end = token.end
        at = end
    if at < len(text):
        yield Token(Kind.TEXT, "", at, len(text), text)


def scripts(text: str) -> list[Script]:
    """Every JSON-LD script of a page, in order; the type is compared without case and parameters."""
    found: list[Script] = []
    tag: Token | None = None
    for token in tokens(text):
        if tag:
            inside = token.kind is Kind.TEXT or token.kind is Kind.UNFINISHED
            end = token.end if inside else token.start
            found.append(Script(text, tag, tag.end, end, token.kind is not Kind.UNFINISHED))
        tag = token if is_json_ld(token) else None
    if tag:
        found.append(Script(text, tag, tag.end, tag.end, closed=False))
    return found


def is_json_ld(token: Token) -> bool:
    """Whether a token begins a JSON-LD script.

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


def _raw_end(text: str, start: int, name: str) -> int | None:
    """Where the end tag of an element begins that holds text alone."""
    if name == "script":
        return _script_end(text, start)
    found = _ENDS[name].search(text, start) if name in _ENDS else None
    return found.start() if found else None


def _script_end(text: str, start: int) -> int | None:
    """Where the end tag of a script begins (sections 13.2.5.15 to 13.2.5.31).

    After `<!--` a script inside the script hides one end tag, until `-->`.
    """
    escaped = doubly = False
    while found := _SCRIPT.search(text, start):
        start = found.end()
        if not found["tag"]:
            escaped, doubly = found[0] == "<!--" or (escaped and found[0] != "-->"), doubly and found[0] != "-->"
            # The dashes of `<!-->` are those of `-->` too.
            start -= 2 if found[0] == "<!--" else 0
        elif found["tag"][1] != "/":
            doubly = escaped
        elif doubly:
            doubly = False
        else:
            return found.start()
    return None


def _is_foreign(open_: list[str]) -> bool:
    return bool(open_) and open_[-1] in _HTML_WITHIN


def _follow(token: Token, open_: list[str]) -> None:
    """Follow a tag in or out of SVG and MathML; `open_` are the open elements that matter for it."""
    name, foreign = token.name, _is_foreign(open_)
    if token.kind is Kind.END:
        if name in open_:
            del open_[len(open_) - 1 - open_[::-1].index(name) :]
    elif foreign and name in _BREAKS_OUT:
        while _is_foreign(open_):
            open_.pop()
    elif name in _that_matter(open_) and len(open_) < _DEEPEST and not token.closes_itself:
        open_.append(name)


def _that_matter(open_: list[str]) -> Container[str]:
    """The elements that lead in or out of SVG and MathML from where we are."""
    return (*_HTML_WITHIN[open_[-1]], open_[-1]) if _is_foreign(open_) else _HTML_WITHIN
