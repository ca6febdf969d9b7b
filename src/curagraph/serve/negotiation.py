"""Content negotiation: which of the formats on offer a client would rather have (RFC 9110, section 12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

_RANGE = re.compile(r"\s*([!#$%&'*+.^_`|~\w-]+)/([!#$%&'*+.^_`|~\w-]+|\*)\s*((?:;[^,]*)?)")
# No browser and no library has as much to say.
_LONGEST = 4000
_QUALITY = re.compile(r";\s*q\s*=\s*(\d?\.?\d*)", re.IGNORECASE)


# The formats of a document about a thing, by their suffixes. What comes first is given to those who take anything.
DOCUMENTS = {
    "html": "text/html",
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
}


def chosen(accept: str, offered: Mapping[str, str], aliases: Mapping[str, str] | None = None) -> str:
    """The name of the format that an Accept header prefers; of equal ones the first on offer; empty where none fits.

    `offered` has the media types by names; `aliases` are other media types that mean one of these names.

    >>> chosen("text/turtle;q=0.5, application/ld+json", DOCUMENTS)
    'jsonld'
    >>> chosen("*/*", DOCUMENTS), chosen("", DOCUMENTS), chosen("image/png", DOCUMENTS)
    ('html', 'html', '')
    """
    ranges = _ranges(accept[:_LONGEST] or "*/*")
    best, quality = "", 0.0
    for name, media_type in offered.items():
        also = [other for other, meant in (aliases or {}).items() if meant == name]
        # An alias counts only where it is named: a range that holds it as well was not meant for it.
        named = (quality for one, two, quality in ranges if f"{one}/{two}" in also)
        found = max(_quality(media_type, ranges), *named, 0.0)
        if found > quality:
            best, quality = name, found
    return best


@lru_cache(maxsize=1024)
def _ranges(accept: str) -> tuple[tuple[str, str, float], ...]:
    """The media ranges of a header with their qualities; what cannot be read counts for nothing."""
    found = []
    for part in accept.split(","):
        match = _RANGE.fullmatch(part.strip())
        if match:
            quality = _QUALITY.search(match[3])
            found.append((match[1].lower(), match[2].lower(), _number(quality[1]) if quality else 1.0))
    return tuple(found)


def _number(text: str) -> float:
    try:
        return min(1.0, float(text))
    except ValueError:
        return 0.0


def _quality(media_type: str, ranges: tuple[tuple[str, str, float], ...]) -> float:
    """The quality of a media type by the most specific range that holds it."""
    type_, _, subtype = media_type.partition(";")[0].partition("/")
    for wanted in ((type_, subtype), (type_, "*"), ("*", "*")):
        found = [quality for one, two, quality in ranges if (one, two) == wanted]
        if found:
            return max(found)
    return 0.0
