"""The script element that holds a page graph.

The attribute `data-curagraph` marks it as ours. A page's own scripts cannot have it by chance, and unlike an `id` it
may stand there twice after somebody copied it, without breaking what else the page does. Its value is a digest of
the JSON as it was written, which tells whether anybody has edited it since.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

from curagraph.markup.markup import Token, is_json_ld

MARK = "data-curagraph"
_VALUE = re.compile("(?:[0-9a-fA-F]{8})?")
_UNSAFE = re.compile("[^\n !#-%'-;=?-~\"]")
_UNSAFE_IN_FILES = re.compile("[^\n !#-%'-;=?-~\"\U00010000-\U0010ffff]")


def element(json_text: str, newline: str = "\n") -> str:
    """A JSON text as a script element; `newline` are the line ends of the page that it is for.

    >>> element('{"name": "A</script>"}')
    '<script type="application/ld+json" data-curagraph="e1428e6c">{"name": "A\\\\u003c/script\\\\u003e"}</script>'
    """
    inside = escaped(json_text)
    if newline != "\n":
        inside = inside.replace("\n", newline)
    return f'<script type="application/ld+json" {MARK}="{_digest(inside)}">{inside}</script>'


def escaped(json_text: str) -> str:
    r"""The same JSON in ASCII without `<`, `>` and `&`, so that no text in it can end the script or begin a comment.

    All of ASCII means the same in every encoding of a page, whatever a server or an editor makes of it. A character
    beyond U+FFFF becomes two escapes (RFC 8259, section 7); half of one is kept as it is.

    >>> print(escaped('"<!-- \u2028 😀"'))
    "\u003c!-- \u2028 \ud83d\ude00"
    """
    return _UNSAFE.sub(lambda found: _escape(found[0]), json_text)


def for_files(json_text: str) -> str:
    """As `escaped`, with characters beyond U+FFFF as they are: Jekyll reads JSON as YAML, which knows no pairs."""
    return _UNSAFE_IN_FILES.sub(lambda found: _escape(found[0]), json_text)


def is_ours(token: Token) -> bool:
    """Whether a token begins a script of ours; others may have an attribute of the same name, with other values."""
    value = token.attributes.get(MARK) if is_json_ld(token) else None
    return value is not None and bool(_VALUE.fullmatch(value))


def is_as_written(tag: Token, inside: str) -> bool:
    """Whether nobody has edited a script of ours since it was written; ends of lines do not count.

    A template that includes a data file cannot make the digest, and leaves the mark empty.
    """
    return tag.attributes.get(MARK) in ("", _digest(inside))


@lru_cache(maxsize=4096)
def _escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


def _digest(inside: str) -> str:
    lines = inside.replace("\r\n", "\n").replace("\r", "\n")
    return hashlib.sha256(lines.encode(errors="surrogatepass")).hexdigest()[:8]
