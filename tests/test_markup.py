"""HTML as tokens with places: the tokens of the standard, covering every text, in linear time."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curagraph.embedding import charset
from curagraph.markup import markup
from curagraph.markup.markup import Kind, Token
from curagraph.pagecheck.html import page as page_of
from curagraph.problem import Refused

html5lib = pytest.importorskip("html5lib")

PAGES = Path(__file__).with_name("pages")
# Pieces that make tag soup when put together at random.
PIECES = [
    *("<p>", "</p>", "<a b=c>", "<a b='>'>", '<a b="', "</a x=y>", "<title>", "</title>", "<TITLE>", "<textarea>"),
    *("</textarea>", "<script>", "</script>", "</script ", "<script type=application/ld+json>", "<style>", "</style>"),
    *("<!--", "-->", "--!>", "<!-->", "<!--->", "--", "-", ">", "<!doctype html>", "<!doctype", "<!x>", "<?x?>", "</>"),
    *(
        "</ x>",
        "<![CDATA[",
        "]]>",
        "<",
        "</",
        "text",
        " ",
        "\n",
        "é",
        "&amp;",
        "&lt",
        "=",
        "'",
        '"',
        "/",
        "/>",
        "<br/>",
    ),
    *("<b c/>", "<b c=/>", "<b c = d e>", "<iframe>", "</iframe>", "<noscript>", "</noscript>", "<xmp>", "</xmp>"),
    *("<!--<script>", "<script/>", "<B C=1 c=2>", "<svg>", "</svg>", "<title/>", "<math>", "</math>", "<mi>", "<desc>"),
]
SOUP = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


class Recorder(html5lib.HTMLParser):  # type: ignore[misc, name-defined]
    """A real parser that tells the tokens it was given by its tokenizer."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            super().__init__()
        self.told: list[tuple[str, ...]] = []

    def mainLoop(self) -> None:  # noqa: N802  # the parser's name for it
        recorder = self

        class Telling(type(self.tokenizer)):  # type: ignore[misc]
            def __iter__(self) -> Iterator[Any]:
                for token in super().__iter__():
                    recorder.record(token)
                    yield token

        self.tokenizer.__class__ = Telling
        super().mainLoop()

    def record(self, token: Any) -> None:
        kind = {0: "doctype", 3: "start", 4: "end", 6: "comment"}.get(token["type"], "")
        if kind == "start":
            self.told.append((kind, token["name"], *(f"{k}={v}" for k, v in sorted(dict(token["data"]).items()))))
        elif kind:
            self.told.append((kind, token["name"]) if kind == "end" else (kind,))


def told_by_parser(text: str) -> list[tuple[str, ...]]:
    parser = Recorder()
    parser.parse(text, scripting=True)
    return parser.told


def told(text: str) -> list[tuple[str, ...]]:
    """Our tokens as the parser tells its own. What the end of a text cuts off is a comment or nothing to it."""
    found: list[tuple[str, ...]] = []
    for token in markup.tokens(text):
        if token.kind is Kind.START:
            found.append(("start", token.name, *(f"{k}={v}" for k, v in sorted(token.attributes.items()))))
        elif token.kind is Kind.END:
            found.append(("end", token.name))
        elif token.kind is Kind.DOCTYPE:
            found.append(("doctype",))
        elif token.kind is Kind.COMMENT and token.text != "</>":
            found.append(("comment",))
        elif token.kind is Kind.UNFINISHED and token.name == "comment":
            found.append(("doctype" if token.text[:9].lower() == "<!doctype" else "comment",))
    return found


def compared() -> list[Path]:
    """The pages of `tests/pages`, but those in which html5lib 1.1 leaves out tokens: framesets, and templates."""
    return [page for page in sorted(PAGES.glob("*.html")) if not page.stem.startswith(("frameset", "template"))]


@pytest.mark.parametrize("page", compared(), ids=lambda page: page.stem)
def test_the_tokens_of_every_case_are_those_of_a_real_parser(page: Path) -> None:
    """On the pages of `tests/pages` the tokens are those that html5lib finds, with the same attributes."""
    try:
        text = charset.decoded(page.read_bytes())
    except Refused:
        text = page.read_bytes().decode("latin-1").replace("\0", "")
    assert told(text) == told_by_parser(text)


@given(SOUP)
def test_the_tokens_of_tag_soup_are_those_of_a_real_parser(soup: str) -> None:
    """The same for what nobody would write, in a place where any element may stand."""
    text = f"<!doctype html><body>{soup}"
    assert told(text) == told_by_parser(text)


@given(st.one_of(SOUP, st.text(alphabet="<>!-/a=\"' \n[]?script", max_size=60), st.text(max_size=40)))
def test_tokens_cover_every_text_without_gaps(text: str) -> None:
    """Whatever the text, its tokens stand one after the other from its beginning to its end."""
    found = list(markup.tokens(text))
    assert "".join(token.text for token in found) == text
    assert all(before.end == after.start for before, after in pairwise(found))
    assert all(token.start < token.end or token.kind is Kind.UNFINISHED for token in found)


@pytest.mark.parametrize(
    "piece",
    [
        *("<", "<a ", "<a b='", "<!--", "</", "<!x", "<svg>", "</svg>", "<title>", "<script><!--<script>", "<![CDATA["),
        *("<svg><![CDATA[", "<p>", "<a b=c d>", "-->", "<!-->", "<svg></math>", "</script", "<a /", '<a b="', "="),
        *("<svg/", "<math><mi>"),
    ],
)
def test_hostile_texts_take_linear_time(piece: str) -> None:
    """Half a million characters of anything take no more than some seconds, as twice as many take twice as long."""
    text = piece * (500_000 // len(piece))
    began = time.process_time()
    for token in markup.tokens(text):
        assert token.end > 0
    page_of(text, "index.html")
    assert time.process_time() - began < 5


def attributes(tag: str) -> dict[str, str]:
    return next(markup.tokens(tag)).attributes


@pytest.mark.parametrize(
    ("tag", "wanted"),
    [
        ("<a b=c d='e' f=\"g\" h>", {"b": "c", "d": "e", "f": "g", "h": ""}),
        ("<A B=C>", {"b": "C"}),
        ("<a b=1 b=2>", {"b": "1"}),
        ("<a b='&quot;&amp;&eacute;'>", {"b": '"&é'}),
        ("<a\nb\n=\nc\n>", {"b": "c"}),
        ("<a b=c/>", {"b": "c/"}),
        ("<a/b/>", {"b": ""}),
        ("<a b=>", {"b": ""}),
        ("<a =b>", {"=b": ""}),
        ("<a b='c'd=e>", {"b": "c", "d": "e"}),
        ("<a b='>'>", {"b": ">"}),
    ],
)
def test_attributes_are_read_as_browsers_do(tag: str, wanted: dict[str, str]) -> None:
    """Quoted, unquoted and empty values; names in lower case; the first of two; character references resolved."""
    assert attributes(tag) == wanted


def test_scripts_have_their_text_and_line() -> None:
    """Every JSON-LD script is found with its text and its line; other scripts are not."""
    page = '<head>\r\n<script>1</script>\r\n<script type=" Application/LD+JSON;a=b">\r\n{}</script>\n'
    page += "<!-- <script type=application/ld+json>no</script> -->\n<body><script type=application/ld+json></script>"
    first, second = page_of(page, "index.html").scripts
    assert (first.text, first.line, first.is_closed) == ("\r\n{}", 3, True)
    assert (second.text, second.line) == ("", 6)


def test_a_script_that_the_page_cuts_off_is_told() -> None:
    """A script without an end tag goes to the end of the page, and says that it is not closed."""
    (script,) = page_of("<script type=application/ld+json>{", "index.html").scripts
    assert (script.text, script.is_closed) == ("{", False)
    (script,) = page_of("<script type=application/ld+json>", "index.html").scripts
    assert (script.text, script.is_closed) == ("", False)


def test_a_comment_in_a_script_hides_an_end_tag() -> None:
    """`<!--<script>` in a script makes the next end tag part of it, as in browsers."""
    (script,) = page_of("<script type=application/ld+json><!--<script></script>x--></script>", "index.html").scripts
    assert script.text == "<!--<script></script>x-->"


def test_a_token_shows_its_text() -> None:
    """A token in a failed test can be read."""
    assert repr(Token(Kind.START, "p", 0, 3, "<p>x")) == "Token(start, '<p>')"
