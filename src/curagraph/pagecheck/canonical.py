"""Checks of the canonical link: there is one, it is the WebPage's address, and it leads to the page itself."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote, urljoin, urlsplit

from curagraph.pagecheck.page import Found, Page, Script, addresses_of
from curagraph.problem import shown

# Of two addresses one of which is longer, only what follows from so many characters before they differ is shown.
_SHORT, _BEFORE = 56, 10


def no_canonical(script: Script, page: Page) -> Iterator[Found]:
    """The page has a canonical link."""
    if page.visible is not None and not page.canonical:
        yield Found("", 'found no canonical link; add <link rel="canonical"> with the address of the page', 1)


def canonical_differs(script: Script, page: Page) -> Iterator[Found]:
    """The canonical link is the address of the WebPage."""
    own = page.web_page(script)
    if own is None or not page.canonical:
        return
    addresses = addresses_of(own)
    if addresses and not any(map(page.is_at, addresses)):
        canonical, address = _apart(page.canonical, addresses[0])
        yield Found(own.key, f"the canonical link says {canonical}, the WebPage {address}; make them one")


def _apart(one: str, other: str) -> tuple[str, str]:
    """Two addresses as a message shows them: long ones from shortly before they differ.

    >>> _apart("https://www.example.org/a/" + "b" * 40 + "/1", "https://www.example.org/a/" + "b" * 40 + "/2")
    ("'…bbbbbbbbb/1'", "'…bbbbbbbbb/2'")
    """
    different = (number for number, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    start = next(different, min(len(one), len(other))) - _BEFORE
    if start <= 0 or max(len(one), len(other)) <= _SHORT:
        return shown(one), shown(other)
    return shown(f"…{one[start:]}"), shown(f"…{other[start:]}")


def canonical_elsewhere(script: Script, page: Page) -> Iterator[Found]:
    """The canonical link is the page's own address: its path ends as the path of its file does."""
    if not page.canonical:
        return
    try:
        path = urlsplit(urljoin(urljoin("/" + page.file, page.base), page.canonical)).path
    except ValueError:
        path = page.canonical
    path = unicodedata.normalize("NFC", unquote(path))
    file = unicodedata.normalize("NFC", _address(page.file))
    if not f"{_address(path)}/".endswith(f"/{file}/".replace("//", "/")):
        yield Found("", f"the canonical link says {shown(page.canonical)}, but the page is {page.file}; correct one", 1)


def _address(path: str) -> str:
    """The path of a page without what its file may be named.

    >>> _address("news/a/index.html"), _address("news/a.html"), _address("/news/a/")
    ('news/a', 'news/a', '/news/a')
    """
    return re.sub(r"(?:(?:^|/)index)?\.(?:x?html?)$", "", path, flags=re.IGNORECASE).rstrip("/")
