"""A script into the bytes of a page and out again: every byte that is not ours stays, or the page is refused."""

from __future__ import annotations

import json
import time
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from curagraph.embedding import charset, script
from curagraph.embedding.injection import Page
from curagraph.problem import Refused

html5lib = pytest.importorskip("html5lib")

PAGES = Path(__file__).with_name("pages")
WANTED = sorted(PAGES.glob("*.wanted.html"))
REFUSED = sorted(PAGES.glob("*.refused.txt"))
JSON = '{"@graph":[{"name":"A & B </script>"}]}'
# Pieces of pages that are put together at random.
PIECES = [
    *(
        "<html>",
        "<head>",
        "</head>",
        "<body>",
        "</body>",
        "<title>",
        "</title>",
        "<script>",
        "</script>",
        "<!--",
        "-->",
    ),
    *(
        "<!doctype html>",
        "<noscript>",
        "</noscript>",
        "<meta charset=utf-8>",
        "<link rel=canonical href=/a>",
        "\n",
        " ",
    ),
    *(
        "\r\n",
        "\r",
        "text",
        "<p>",
        "</p>",
        "<style>",
        "</style>",
        "<template>",
        "</template>",
        "<div>",
        "<svg>",
        "</svg>",
    ),
    *(
        "<title/>",
        "é",
        "<img src=x>",
        "<frameset>",
        "</br>",
        "<base>",
        "<![CDATA[",
        "]]>",
        "<?xml version='1.0'?>",
        "'>",
    ),
    *("<a b='", "<", "</", "<noframes>", "</noframes>", "<textarea>", "</html>", "--!>", "\t", "<!-->", "<head", '"'),
    *("<!--<script>", "</head x>", "\N{NO-BREAK SPACE}", "<plaintext>", "<bgsound>", "</template x>"),
]
SOUP = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"])
TEXTS = st.text(alphabet=st.characters(), max_size=30) | st.sampled_from(["</script>", "<!--<script>", "]]>", "\ud800"])


def injected(data: bytes, json_text: str) -> bytes:
    """A page with a script of ours in its head."""
    page = Page.of(data)
    return page.edited(page.with_script(json_text))


def removed(data: bytes) -> bytes:
    """A page without scripts of ours."""
    page = Page.of(data)
    return page.edited(page.without_script())


def parsed(data: bytes, scripting: bool) -> Any:
    """The tree that a real parser makes of a page."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        return parser.parse(charset.decoded(data), scripting=scripting)


def ours_in(tree: Any) -> list[str]:
    """The text of every script of ours, in a tree or in an element of it."""
    return [element.text for element in tree.iter("script") if element.get(script.MARK) is not None]


def assert_seen_in_head(data: bytes, wanted: str) -> None:
    """A real parser sees our JSON once, in the head, whether it runs scripts or not."""
    for scripting in (True, False):
        tree = parsed(data, scripting)
        head = tree.find("head")
        assert [json.loads(text) for text in ours_in(head)] == [json.loads(wanted)]
        assert len(ours_in(tree)) == 1


@pytest.mark.parametrize("wanted", WANTED, ids=lambda file: file.name.removesuffix(".wanted.html"))
def test_every_case_becomes_what_is_wanted(wanted: Path) -> None:
    """Each page of `tests/pages` becomes, byte for byte, what stands beside it, and a second time changes nothing."""
    before = wanted.with_name(wanted.name.replace(".wanted", "")).read_bytes()
    after = injected(before, JSON)
    assert after == wanted.read_bytes()
    assert injected(after, JSON) == after
    assert_seen_in_head(after, JSON)
    if not wanted.name.startswith("ours-"):
        assert removed(after) == before


@pytest.mark.parametrize("told", REFUSED, ids=lambda file: file.name.removesuffix(".refused.txt"))
def test_every_other_case_is_refused_with_its_reason(told: Path) -> None:
    """Each page that cannot be changed safely is refused with line, code and reason."""
    data = told.with_name(told.name.replace(".refused.txt", ".html")).read_bytes()
    changes: list[Callable[[bytes], bytes]] = [partial(injected, json_text=JSON), removed]
    for change in changes:
        with pytest.raises(Refused) as refused:
            change(data)
        error = refused.value
        assert f"{error.line}: {error.code}: {error.message}\n" == told.read_text("utf-8")


@given(SOUP, ENCODINGS, TEXTS)
def test_any_page_is_changed_and_restored_or_refused(soup: str, encoding: str, text: str) -> None:
    """Whatever the page: our JSON comes back in the head, twice changes nothing, and removal gives back the bytes."""
    page = soup.encode(encoding, "replace")
    wanted = json.dumps({"name": text}, ensure_ascii=False)
    try:
        after = injected(page, wanted)
    except Refused:
        reject()
    assert removed(after) == page
    assert injected(after, wanted) == after
    assert injected(injected(page, "{}"), wanted) == after
    assert_seen_in_head(after, wanted)


@given(st.binary(max_size=60) | st.binary(max_size=20).map(lambda data: b"<head>" + data + b"</head>"))
def test_any_bytes_are_restored_or_refused(data: bytes) -> None:
    """The same for bytes that are no page at all."""
    try:
        after = injected(data, JSON)
    except Refused:
        with pytest.raises(Refused):
            removed(data)
    else:
        assert removed(after) == data


@given(TEXTS)
def test_a_script_is_ascii_and_says_the_same(text: str) -> None:
    """What is escaped holds nothing but harmless ASCII, and as JSON it is what it was."""
    written = json.dumps([text], ensure_ascii=False)
    escaped = script.escaped(written)
    assert escaped.isascii()
    assert not set("<>&") & set(escaped)
    assert json.loads(escaped) == json.loads(written)


def test_json_of_several_lines_has_the_line_ends_of_the_page() -> None:
    """A page with CR LF gets a script with CR LF, and goes back to what it was."""
    page = b"<head>\r\n</head>\r\n"
    after = injected(page, '{\n "a": 1\n}')
    assert b"\n" not in after.replace(b"\r\n", b"")
    assert injected(after, '{\n "a": 1\n}') == after
    assert removed(after) == page


def test_an_edited_script_is_noticed() -> None:
    """A script that somebody has edited is told from one that is only old, and both are replaced."""
    page = injected(b"<head></head>", '{"a":1}')
    assert not Page.of(page).is_edited
    edited = page.replace(b'"a":1', b'"a":2')
    assert Page.of(edited).is_edited
    assert injected(edited, '{"a":1}') == page


@pytest.mark.parametrize("value", ["=1", "='true'", "=44136fa", "=44136fa30", "=zzzzzzzz", "='44136fa3 '"])
def test_a_script_of_others_with_our_attribute_stays(value: str) -> None:
    """Only an empty attribute, or one with a digest, marks a script as ours."""
    theirs = f'<head><script type="application/ld+json" data-curagraph{value}>{{"a": 1}}</script></head>'.encode()
    after = injected(theirs, JSON)
    assert b'{"a": 1}' in after
    assert removed(after) == theirs
    assert removed(theirs) == theirs


@pytest.mark.parametrize("mark", [b"DATA-CURAGRAPH", b"Data-Curagraph"])
def test_the_case_of_our_attribute_does_not_count(mark: bytes) -> None:
    """A script of ours is found wherever it stands, however the attribute is written."""
    page = injected(b"<head></head><body></body>", JSON).replace(b"data-curagraph", mark)
    assert injected(page, "{}") == injected(b"<head></head><body></body>", "{}")
    start, end = page.index(b"<script"), page.index(b"</head>")
    moved = page.replace(page[start:end], b"").replace(b"<body>", b"<body>" + page[start:end])
    assert removed(moved) == b"<head></head><body></body>"


def test_a_difference_names_lines() -> None:
    """What would change is told with its line, what goes and what comes."""
    page = Page.of(injected(b"<head>\n</head>", "[1]"))
    lines = page.difference(page.with_script("[2]")).splitlines()
    assert lines[0] == "@@ line 2 @@"
    assert [line[0] + line[-12:] for line in lines[1:]] == ["-[1]</script>", "+[2]</script>"]


@pytest.mark.parametrize(
    "start",
    [
        *("<head>\n<title>x</title>\n</head>\n<body>", "<body>", "<head></head><svg><!-- ", "<!doctype html>\n"),
        *("<head><script>", "<head><!--", "<head " + "a=b " * 1000, "<head>" + "<meta a=b>" * 100_000),
    ],
)
def test_long_pages_take_linear_time(start: str) -> None:
    """A page of 20 MB is changed, or refused, in well under two seconds."""
    page = (start + "<p class='a'>Some words é.\n" * 800_000).encode()
    began = time.process_time()
    try:
        after = injected(page, JSON)
    except Refused:
        after = b""
    taken = time.process_time() - began
    assert taken < 2
    assert not after or removed(after) == page


@pytest.mark.parametrize(
    ("page", "label"),
    [
        (b"<meta charset=utf-8>", "utf-8"),
        (b"<!-- <meta charset=a> --><meta charset='b'>", "b"),
        (b"<meta http-equiv=content-type content='text/html; charset=\"c\"'>", "c"),
        (b"<meta http-equiv=content-type content='text/html;charset = d ;x'>", "d"),
        (b"<meta name=description content='charset=e'>", ""),
        (b"<?xml version='1.0' encoding='f'?><p>", "f"),
        (b" " * 1024 + b"<meta charset=utf-8>", ""),
    ],
)
def test_an_encoding_is_declared_as_browsers_see_it(page: bytes, label: str) -> None:
    """The first `<meta>` within 1,024 bytes counts, then an XML declaration."""
    assert charset.declared(page) == label
