"""Addresses of pages as they are compared, and the addresses that a file of a web site is served at."""

from __future__ import annotations

import os
import re
import unicodedata
from contextlib import suppress
from urllib.parse import quote, unquote_to_bytes, urlsplit

_PORTS = {"http": "80", "https": "443"}
_PLAIN = re.compile(r"[A-Za-z0-9._~/-]*")
_INDEX = re.compile(r"index\.x?html?\Z", re.IGNORECASE)
_SUFFIX = re.compile(r"\.x?html?\Z", re.IGNORECASE)


def normal(address: str) -> str:
    """An address as it is compared (RFC 3986, section 6.2): the same for all spellings of one page.

    Scheme, default port and fragment do not count, nor does `index.html`; the case of the host does not, that of the
    path does. An address that is none is as it is.

    >>> normal("HTTP://Www.Example.org:80/caf%c3%a9/index.html#top")
    '//www.example.org/caf%C3%A9/'
    """
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return address
    port = parts.netloc.rpartition("@")[2].rpartition("]")[2].partition(":")[2]
    if port and port != _PORTS.get(parts.scheme.lower()):
        host += f":{port}"
    query = f"?{parts.query}" if parts.query else ""
    return f"//{_ascii(host)}{_INDEX.sub('', normal_path(parts.path or '/'))}{query}"


def normal_path(path: str) -> str:
    """The path of an address as it is compared, each of its segments encoded in one way.

    >>> normal_path("/a%2Fb/c%7e/d e")
    '/a%2Fb/c~/d%20e'
    """
    if _PLAIN.fullmatch(path):
        return path
    return "/".join(_segment(unquote_to_bytes(segment)) for segment in path.split("/"))


def of_file(site: str, path: str) -> list[str]:
    """The addresses that a file may be served at, in the form of `normal`; the one that is meant comes first.

    >>> of_file("https://www.example.org/", "a/b/index.html")
    ['//www.example.org/a/b/', '//www.example.org/a/b']
    >>> of_file("https://www.example.org/", "a/b.html")
    ['//www.example.org/a/b.html', '//www.example.org/a/b', '//www.example.org/a/b/']
    """
    folder, slash, name = path.rpartition("/")
    start = normal(site) + _on_disk(folder) + slash
    if _INDEX.fullmatch(name):
        return [start, start.removesuffix("/")]
    stem = start + _on_disk(_SUFFIX.sub("", name))
    return [start + _on_disk(name), stem, stem + "/"]


def path_of_file(path: str) -> str:
    """The path that a file is known by, in the form of `normal_path`: its folder, or its name without suffix.

    >>> path_of_file("a/b/index.html"), path_of_file("a/b.html")
    ('a/b', 'a/b')
    """
    folder, _, name = path.rpartition("/")
    known_by = folder if _INDEX.fullmatch(name) else "/".join(filter(None, (folder, _SUFFIX.sub("", name))))
    return _on_disk(known_by)


def _on_disk(path: str) -> str:
    """The path of a file or folder as one of an address."""
    return path if _PLAIN.fullmatch(path) else "/".join(_segment(os.fsencode(name)) for name in path.split("/"))


def _segment(data: bytes) -> str:
    """A segment with all percent-encoded that may be, in normal form C: file systems differ in that."""
    with suppress(UnicodeDecodeError):
        data = unicodedata.normalize("NFC", data.decode()).encode()
    return quote(data, safe="")


def _ascii(host: str) -> str:
    if host.isascii():
        return host.lower()
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return host
