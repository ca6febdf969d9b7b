"""Where a link may lead: to a path of ours, or to somebody else's page on the web."""

from __future__ import annotations

from urllib.parse import quote, urlsplit


def here(iri: str, base: str) -> str:
    """The path of a thing of ours below the root; empty for what is not ours, or would lead to another host.

    >>> here("https://e.org/topic/a&b", "https://e.org/"), here("https://e.org//evil.example", "https://e.org/")
    ('topic/a&b', '')
    """
    path = iri.removeprefix(base)
    if path == iri or path.startswith(("/", "\\")):
        return ""
    return quote(path, safe="/:@!$&'()*+,;=~%#-._") if ":" not in path.partition("/")[0] else ""


def outside(iri: str) -> str:
    """An address on the web, or the empty text for anything else that an IRI can be.

    >>> outside("https://e.org/a"), outside("javascript:alert(1)")
    ('https://e.org/a', '')
    """
    try:
        parts = urlsplit(iri)
    except ValueError:
        return ""
    return iri if parts.scheme in ("http", "https") and parts.netloc else ""
