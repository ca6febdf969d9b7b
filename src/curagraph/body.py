"""The text below the front matter: as plain text, and as an article with headings."""

from __future__ import annotations

import html
import re
from functools import cache, lru_cache
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import nh3

from curagraph.keypath import BODY, Node
from curagraph.problem import Unfit
from curagraph.reading.document import Document
from curagraph.values import clean, english

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_BREAK = re.compile(r"(?i)</(?:p|div|li|h[1-6]|tr|ul|ol|blockquote|table|pre)\s*>|<(?:br|hr)\b")
_HTML_BLOCK = re.compile(r"(?i)</?(?:p|div|ul|ol|table|h[1-6]|blockquote|section|article|figure|pre)\b")
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n\s*")
_WORD = re.compile(r"\w+(?:[-'’.]\w+)*")
_HEADING_WORDS = 12
# Parsers of HTML and Markdown take quadratic time on text that is made for it.
MAX_TEXT = 256 << 10


def plain_text(body: str) -> str:
    """The words of an HTML or Markdown body: sanitised, entities decoded, U+00A0 as a space, a line a block.

    >>> plain_text("<p>One&nbsp;&amp;<script>x</script></p><p>two</p>")
    'One &\\ntwo'

    Raises `Unfit` where the body is longer than an article is.
    """
    if len(body) > MAX_TEXT:
        message = f"found {len(body)} characters of text, wanted at most {MAX_TEXT}; shorten it or split the file"
        raise Unfit("body-too-long", message, key=BODY)
    source = body if _is_html(body) else _markdown().render(body)
    source = " ".join(source.split())
    stripped = html.unescape(nh3.clean(_BREAK.sub(r"\n\g<0>", source), tags=set()))
    lines = (" ".join(line.split()) for line in stripped.split("\n"))
    return "\n".join(filter(None, lines))


def _is_html(body: str) -> bool:
    """Whether each block of a body is HTML that CommonMark leaves alone (section 4.6), and need not be looked at."""
    return all(_HTML_BLOCK.match(block) for block in _BLANK_LINE.split(body.strip()))


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt  # slow to load, and most bodies are HTML

    return MarkdownIt("commonmark", {"html": True}).enable("table")


@lru_cache(4)  # the excerpt and the mentions in it want the same text, one after the other
def words(body: str) -> str:
    """The plain text of a body as it is published. Raises `Unfit` as `plain_text` and `clean` do."""
    return clean(plain_text(body))


def excerpt(body: str) -> str | None:
    """The plain text of a body as a literal in English; None where it has no words."""
    found = words(body)
    return english(found) if found else None


def article(document: Document) -> dict[str, Node]:
    """A text without front matter as keys: its title and where that was taken from, headings, words, hash."""
    body = document.parts.body
    count = len(_WORD.findall(plain_text(body)))
    headings = _headings(body, document.suffix)
    name = PurePosixPath(document.name).name.replace("-", " ").replace("_", " ")
    return {
        "path": document.name,
        "title": headings[0] if headings else name,
        "titleSource": "heading" if headings else "file name",
        "headings": list(headings),
        "words": str(count),
        "hash": f"sha256:{document.digest}",
    }


def _headings(body: str, suffix: str) -> list[str]:
    source = body if suffix == ".html" else _markdown().render(body)
    reader = _HeadingReader()
    reader.feed(source)
    found = [" ".join(text.split()) for text in reader.headings]
    if not any(found) and suffix == ".txt":
        found = _plain_headings(body)
    return [heading for heading in found if heading]


def _plain_headings(body: str) -> list[str]:
    """The headings of a plain text: short lines, capitalised and without a closing mark, above a longer line."""
    lines = [line.strip() for line in body.splitlines() if line.strip()]
    return [line for line, below in pairwise(lines) if _is_heading(line, below)]


def _is_heading(line: str, below: str) -> bool:
    short = len(line.split()) <= _HEADING_WORDS and len(line) < len(below)
    return short and line[0].isupper() and not line.endswith((".", ":", ";", ",", "!"))


class _HeadingReader(HTMLParser):
    """Collects the texts of h1 to h6."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.headings: list[str] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if re.fullmatch(r"h[1-6]", tag):
            self.inside = True
            self.headings.append("")

    def handle_endtag(self, tag: str) -> None:
        if re.fullmatch(r"h[1-6]", tag):
            self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.headings[-1] += data
