"""The head of a page: where it ends, what it says about the page, and the scripts of ours in it.

Where it ends is where the HTML standard's tree construction (section 13.2.6.4) leaves it: at `</head>`, or at the
first thing that cannot stand in a head. What stands before that place is in the head for every parser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from curagraph.embedding import script
from curagraph.embedding.charset import Encoding
from curagraph.markup import markup
from curagraph.markup.markup import Kind, Token
from curagraph.problem import Refused

_SPACE = "\t\n\f\r "
_IN_HEAD = frozenset(("base", "basefont", "bgsound", "link", "meta", "noframes", "script", "style", "title"))
# Section 13.2.6.4.5: what else than these stands in `<noscript>` ends the head for whoever runs no scripts.
_IN_NOSCRIPT = frozenset(("basefont", "bgsound", "link", "meta", "noframes", "style"))
_ENDING = frozenset(("head", "body", "html", "br"))
# A `refresh` after a second at most; what waits longer wants to be read.
_REFRESH = re.compile(
    r"""[\t\n\f\r ]*(?=[0-9.])0*[01]?(?![0-9])[0-9.]*[\t\n\f\r ]*[;,]?[\t\n\f\r ]*"""
    r"""(?:url[\t\n\f\r ]*=[\t\n\f\r ]*)?["']?(.*)""",
    re.I | re.S,
)


@dataclass(frozen=True)
class Ours:
    """A script of ours: where it stands, and whether anybody has edited it since."""

    start: int
    end: int
    edited: bool


@dataclass
class Head:
    """What a head is found to hold; offsets are those of the markup. `refresh` is where the page leads at once."""

    end: int = -1
    canonical: str = ""
    base: str = ""
    refresh: str = ""
    ours: list[Ours] = field(default_factory=list)


def read(text: str, encoding: Encoding) -> Head:
    """Read the head of a page.

    Raises `Refused` where the page ends before its head does, or where it is XML without a head.
    """
    reader = _Reader(text, encoding)
    reader.read()
    return reader.head


def find_ours(text: str, start: int = 0) -> list[Ours]:
    """Every script of ours in a page, also outside its head."""
    return list(_ours(text, markup.tokens(text, start)))


def _ours(text: str, tokens: Iterator[Token]) -> Iterator[Ours]:
    tag: Token | None = None
    for token in tokens:
        if tag and token.kind is Kind.END:
            yield _our(text, tag, token)
            tag = None
        elif token.kind is Kind.START:
            tag = token if script.is_ours(token) else None


def _our(text: str, tag: Token, end: Token) -> Ours:
    return Ours(tag.start, end.end, not script.is_as_written(tag, text[tag.end : end.start]))


class _Reader:
    """Reads one head, as a browser would. A `<noscript>` is read in both ways."""

    def __init__(self, text: str, encoding: Encoding) -> None:
        self.text = text
        self.encoding = encoding
        self.head = Head()
        self.is_open = False
        # The start tag of the element whose text comes next.
        self.within: Token | None = None
        self.templates = 0

    def read(self) -> None:
        self.refuse_empty()
        for token in markup.tokens(self.text, self.encoding.start):
            if self.ends(token):
                self.end_at(token)
                return
        self.end_of_page()

    def refuse_empty(self) -> None:
        if not self.text[self.encoding.start :].strip(_SPACE):
            raise Refused("empty-page", "the page is empty; write it or remove it")

    def ends(self, token: Token) -> bool:
        """Whether the head has ended before a token; what the token says of the page is taken in."""
        if token.kind is Kind.UNFINISHED:
            self.refuse_unfinished(token)
        if token.name == "template" or self.templates:
            self.follow_template(token)
            return False
        if token.kind is Kind.TEXT:
            return self.text_ends(token)
        if token.kind is Kind.END:
            return self.end_tag_ends(token)
        return token.kind is Kind.START and self.start_tag_ends(token)

    def follow_template(self, token: Token) -> None:
        """A template may stand in a head and hold anything; what comes to the head stands before it."""
        self.end_here(token)
        if token.name == "template":
            self.templates = max(0, self.templates + (1 if token.kind is Kind.START else -1))

    def text_ends(self, token: Token) -> bool:
        if self.within is None:
            return bool(token.text.strip(_SPACE))
        if self.within.name == "noscript" and not _is_head_of_noscript(token.text):
            self.end_here(self.within)
        return False

    def end_tag_ends(self, token: Token) -> bool:
        if self.within and token.name == self.within.name:
            if script.is_ours(self.within) and self.head.end < 0:
                self.head.ours.append(_our(self.text, self.within, token))
            self.within = None
            return False
        return token.name in _ENDING

    def start_tag_ends(self, token: Token) -> bool:
        name = token.name
        if name in _IN_HEAD:
            if name in ("link", "meta", "base"):
                self.learn(token)
            self.within = token if name in ("noframes", "script", "style", "title") else None
        elif name == "noscript":
            self.within = token
        elif name == "head":
            self.is_open = True
        elif name != "html":
            return True
        return False

    def learn(self, token: Token) -> None:
        """Take in what a `<link>`, `<meta>` or `<base>` says; of two canonical links the first counts."""
        written = self.encoding.text(token.text)
        attributes = Token(token.kind, token.name, 0, len(written), written).attributes
        if token.name == "base":
            self.head.base = self.head.base or attributes.get("href", "").strip(_SPACE)
        elif token.name == "link" and "canonical" in attributes.get("rel", "").lower().split():
            self.head.canonical = self.head.canonical or attributes.get("href", "").strip(_SPACE)
        elif attributes.get("http-equiv", "").strip(_SPACE).lower() == "refresh":
            found = _REFRESH.match(attributes.get("content", ""))
            self.head.refresh = self.head.refresh or (found[1].rstrip("\"'" + _SPACE) if found else "")

    def end_here(self, token: Token) -> None:
        """Let what comes to the head stand before a token, unless it has ended before."""
        if self.head.end < 0:
            self.head.end = token.start

    def end_at(self, token: Token) -> None:
        if self.text.startswith("<?xml", self.encoding.start) and not self.is_open:
            message = "the page is XML and has no head; write one"
            raise Refused("xml-without-head", message, markup.line(self.text, token.start))
        if self.head.end < 0:
            space = len(token.text) - len(token.text.lstrip(_SPACE)) if token.kind is Kind.TEXT else 0
            self.head.end = token.start + space

    def end_of_page(self) -> None:
        if self.is_open:
            self.refuse("its head has no end")
        self.end_at(Token(Kind.TEXT, "", len(self.text), len(self.text), self.text))

    def refuse_unfinished(self, token: Token) -> None:
        what = {"tag": "inside a tag", "comment": "inside a comment"}.get(token.name, f"inside <{token.name}>")
        self.refuse(f"it ends {what}", token)

    def refuse(self, what: str, token: Token | None = None) -> None:
        line = markup.line(self.text, token.start if token else len(self.text))
        message = f"the page is cut off before its head ends: {what}; build the page again"
        raise Refused("unfinished-page", message, line)


def _is_head_of_noscript(inside: str) -> bool:
    """Whether what stands in a `<noscript>` can stand in the head for those who run no scripts."""
    raw = False
    for token in markup.tokens(inside):
        if token.kind is Kind.START and token.name in _IN_NOSCRIPT:
            raw = token.name in ("noframes", "style")
        elif token.kind is Kind.END and token.name in _IN_NOSCRIPT:
            raw = False
        elif token.kind is not Kind.COMMENT and not (token.kind is Kind.TEXT and (raw or not token.text.strip(_SPACE))):
            return False
    return True
