"""The text below the front matter: its plain words, and an article's title, headings and counts."""

from __future__ import annotations

import hashlib

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curagraph.body import article, excerpt, plain_text
from curagraph.keypath import Node
from curagraph.problem import Unfit
from curagraph.reading.document import parse

TAGS = "<p> </p> <b> </b> <br> <script> </script> <style> <!-- --> <h2> </h2> <td> </td> <textarea> <svg> > <"
SIGNS = "&nbsp; &amp; &lt; &#60; &#x41; & * _ ` [a](b) word é 🩺 ' \""
blanks = ["# ", "- ", "> ", "| a | b |\n", "\n", "\n\n", " ", "\u00a0", "\u2028", "<img src=x onerror="]
markup = st.lists(st.sampled_from([*TAGS.split(), *SIGNS.split(), *blanks]), max_size=20).map("".join)


def keys(content: str, name: str = "an-article.md") -> dict[str, Node]:
    """The keys of an article without front matter."""
    return article(parse(content.encode(), name))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<p>One&nbsp;&amp; two</p>", "One & two"),
        ("<p>One</p><p>two</p>", "One\ntwo"),
        ("<p>One<br>two<br/>three</p>", "One\ntwo\nthree"),
        ("<ul><li>One</li><li>two</li></ul>", "One\ntwo"),
        ("<p>One <b>two</b><i>three</i></p>", "One twothree"),
        ("<p>One\n  two</p>", "One two"),
        ("<p>One\u00a0\u00a0two</p>", "One two"),
        ("<p>1 &lt; 2 &amp;lt; 3</p>", "1 < 2 &lt; 3"),
        ("<p>One</p><script>alert(1)</script><style>p {}</style>", "One"),
        ('<p onclick="x()">One <a href="javascript:x()">two</a></p>', "One two"),
        ("<p>One <!-- no --> two</p>", "One two"),
        ("<p>One", "One"),
        ("</p>One<p", "One"),
        ("<p></p>", ""),
        ("", ""),
        ("# One\n\n*two* [three](https://example.org)", "One\ntwo three"),
        ("One\n\n<b>two</b>", "One\ntwo"),
        ("- One\n- two", "One\ntwo"),
    ],
)
def test_a_body_is_its_words(body: str, words: str) -> None:
    """Markup, scripts and comments go, entities become their characters, and each block is a line."""
    assert plain_text(body) == words


@given(markup)
def test_an_excerpt_is_a_literal_without_odd_white_space(body: str) -> None:
    """Whatever a body holds, its words are one literal, with single spaces and without empty lines."""
    found = plain_text(body)
    assert "\u00a0" not in found
    assert all(line and line == " ".join(line.split()) for line in found.split("\n")) or not found
    try:
        term = excerpt(body)
    except Unfit:
        return
    if term:
        literal = next(iter(ox.parse(f"<s:s> <p:p> {term} .", ox.RdfFormat.N_TRIPLES))).object
        assert isinstance(literal, ox.Literal)
        assert literal.language == "en"


@given(st.text("ab &<>;", max_size=12))
def test_words_written_as_entities_stay_words(words: str) -> None:
    """Text that looks like markup and is written with entities comes back as that text."""
    escaped = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert plain_text(f"<p>{escaped}</p>") == " ".join(words.split())


def test_an_article_has_the_title_of_its_first_heading() -> None:
    """The first heading of any level is the title, and it is said that it comes from there."""
    found = keys("Words first.\n\n## Ways of *paying* &amp; more\n\n# Another\n")
    assert (found["title"], found["titleSource"]) == ("Ways of paying & more", "heading")
    assert found["headings"] == ["Ways of paying & more", "Another"]


def test_an_article_without_headings_has_the_title_of_its_file() -> None:
    """Without a heading the file's name is the title, and it is said so."""
    found = keys("Only words.\n", "folder/value-based_care.md")
    assert (found["title"], found["titleSource"], found["headings"]) == ("value based care", "file name", [])


def test_headings_in_code_are_no_headings() -> None:
    """A line of code that starts with a hash is code."""
    assert keys("```\n# no\n```\n\n    # no\n")["headings"] == []


def test_headings_of_html_are_found() -> None:
    """In HTML the six heading elements count, whatever they hold."""
    html = "<h1>One <b>two</b></h1><p>x</p><H3 class='a'>Three&nbsp;four</H3><h2> </h2><header>no</header>"
    assert keys(html, "a.html")["headings"] == ["One two", "Three four"]


def test_headings_of_plain_text_stand_above_longer_lines() -> None:
    """In a text file a short line above a longer one, capitalised and without a closing mark, is a heading."""
    text = "An opening line, which is long, and which ends.\nWhy It Matters\nBecause it is so, for no other reason.\n"
    found = keys(text, "a.txt")
    assert found["headings"] == ["Why It Matters"]


def test_words_are_counted_without_markup() -> None:
    """The count is that of the words a reader sees; a hyphen and an apostrophe do not part a word."""
    text = "# Two words\n\nA value-based model isn't *new* <b>here</b> &amp; now, 3.5 years on.\n"
    assert keys(text)["words"] == "12"


def test_an_article_is_known_by_the_hash_of_its_bytes() -> None:
    """The content hash is that of the file, byte for byte."""
    data = "Words – and more.\n".encode()
    assert article(parse(data, "a.md"))["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
    assert article(parse(data + b" ", "a.md"))["hash"] != article(parse(data, "a.md"))["hash"]
