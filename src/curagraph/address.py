"""Addresses, domains and keys: the texts that become IRIs or parts of them.

Nothing from a file becomes an IRI unchecked: the store's own parser (RFC 3987) has the last word, so that no
value can break the notation it is written in.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import PurePosixPath
from urllib.parse import quote, urlsplit

import pyoxigraph as ox

from curagraph.config import Project
from curagraph.converter import PerProject, Value
from curagraph.problem import Unfit, shown
from curagraph.site import WEB_SITE
from curagraph.values import XSD, Doubtful, always, clean, literal

# RFC 3986, section 3.3: what a path segment may hold beside letters and digits.
_SEGMENT = "-._~!$&'()*+,;=:@"
_DOMAIN = re.compile(r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9][a-z0-9-]*[a-z0-9]")
_TRACKING = re.compile(r"[?&](utm_[a-z]+|fbclid|gclid|mc_cid|mc_eid)=")
_MEDIA_TYPES = {
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "svg": "image/svg+xml",
    "avif": "image/avif",
}


@lru_cache(maxsize=1 << 16)
def key(value: str) -> str:
    """A text as one path segment: lower case, white space to `-`, and what a segment may not hold percent-encoded.

    >>> key("C#"), key("C++"), key("CI/CD"), key("CI CD")
    ('c%23', 'c++', 'ci%2Fcd', 'ci-cd')
    """
    lower = unicodedata.normalize("NFC", clean(value).lower())
    segment = quote("-".join(lower.split()), safe=_SEGMENT)
    if segment.strip(".") == "":
        raise Unfit("bad-key-text", f"found {shown(value)}, wanted a name that can stand in an address")
    return segment


@lru_cache(maxsize=1 << 16)
def iri(value: str) -> str:
    """A text that is an IRI already, as an N-Triples term.

    Raises `Unfit` where it could not be written in N-Triples.
    """
    try:
        return str(ox.NamedNode(value))
    except (ValueError, UnicodeEncodeError) as error:
        raise Unfit("bad-address", f"found {shown(value)}, which is no IRI: {error}; encode or remove it") from None


def address(value: str) -> str:
    """The address of a web page: absolute, `http` or `https`, with a host.

    >>> address("https://example.org/a?b=c")
    '<https://example.org/a?b=c>'
    """
    value = value.strip()
    wanted = "wanted an address such as https://example.org/page"
    if not value.lower().startswith(("https://", "http://")):
        raise Unfit("bad-address", f"found {shown(value)}, {wanted}")
    try:
        host = urlsplit(value).hostname
    except ValueError:
        host = None
    if not host:
        raise Unfit("bad-address", f"found {shown(value)}, which names no host; {wanted}")
    term = iri(value)
    tracking = _TRACKING.search(value)
    if tracking:
        message = f"found the tracking parameter {tracking[1]} in {shown(value)}; remove it"
        return Doubtful(term, "tracking-parameter", message)
    return term


def any_uri(value: str) -> str:
    """An address as a value, not as a thing: an `xsd:anyURI` literal."""
    return literal(clean(value), XSD + "anyURI")


@lru_cache(maxsize=1 << 14)
def domain_name(value: str) -> str:
    """A domain in lower case and ASCII, without `www.` and closing dot.

    >>> domain_name("www.Example.org."), domain_name("bücher.example")
    ('example.org', 'xn--bcher-kva.example')
    """
    try:
        name = clean(value).lower().rstrip(".").encode("idna").decode()
    except UnicodeError:
        name = ""
    name = name.removeprefix("www.")
    if not _DOMAIN.fullmatch(name):
        raise Unfit("bad-domain", f"found {shown(value)}, wanted a domain such as example.org")
    return name


def home_page(value: str) -> str:
    """The address of a domain's home page."""
    return iri(f"https://{domain_name(value)}/")


def _on_site(project: Project) -> Value:
    def on_site(value: str) -> str:
        path = value.strip().removeprefix("/")
        if (
            (not path and value.strip() != "/")
            or path.startswith("/")
            or ".." in path.split("/")
            or re.match(r"[A-Za-z][\w+.-]*:", path)
        ):
            raise Unfit("bad-path", f"found {shown(value)}, wanted a path on our site such as /news/a-title/")
        return iri(project.site + path)

    return on_site


on_site = PerProject(_on_site)
"""The address of a path on the project's own web site."""


def _folder_above(project: Project) -> Value:
    make = _on_site(project)

    def folder_above(value: str) -> str | None:
        above = value.strip().strip("/").rpartition("/")[0]
        return make(f"{above}/") if above else None

    return folder_above


folder_above = PerProject(_folder_above)
"""The address of the folder in which a folder of the project's web site stands; none for one at its top."""

web_site = PerProject(lambda project: always(f"<{project.base}{WEB_SITE}>"))
"""The project's own web site, which `curagraph.toml` describes."""


def slug(value: str) -> str:
    """One segment of a page's path, as a text."""
    value = clean(value)
    if not value or re.search(r"[\s/?#\\<>\"{}|^`%]", value) or value.strip(".") == "":
        raise Unfit("bad-slug", f"found {shown(value)}, wanted one part of a path, such as a-title")
    return literal(value)


def former_path(value: str) -> str:
    """A path on our site under which a page was known, as a text."""
    value = clean(value)
    if value.startswith("//") or re.search(r"[\s<>\"{}|^`\\]", value) or re.match(r"[A-Za-z][\w+.-]*:", value):
        raise Unfit("bad-path", f"found {shown(value)}, wanted a path on our site such as /news/a-title")
    return literal(value)


def media_type(value: str) -> str:
    """The media type (RFC 6838) of an image format's name: `JPEG` is `image/jpeg`."""
    name = value.strip().lower().removeprefix("image/")
    if name not in _MEDIA_TYPES:
        raise Unfit("bad-format", f"found {shown(value)}, wanted one of: {', '.join(sorted(_MEDIA_TYPES))}")
    return literal(_MEDIA_TYPES[name])


def media_type_of_file(name: str) -> str | None:
    """The media type that a file's name promises, or None."""
    return _MEDIA_TYPES.get(PurePosixPath(name).suffix.lower().lstrip("."))


def normalized(value: str) -> str:
    """A text as `Agree` compares it: normal form C, white space runs as one space."""
    return unicodedata.normalize("NFC", " ".join(value.split()))
