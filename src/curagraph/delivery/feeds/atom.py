"""The newest changes in words, for people and for readers of news: a feed of Atom (RFC 4287)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from xml.sax.saxutils import escape, quoteattr

import pyoxigraph as ox

from curagraph.delivery.feeds.page import DELETE, Version

FILE = "atom.xml"
# So many changes are told, of the newest so many versions.
_TOLD, LOOKED_AT = 100, 1000
# What the pages of a site are made of, and nobody knows by name: the paths of such things.
_PARTS = ("step/", "trail/")
_WORDS = {"Create": "New", "Update": "Changed", "Delete": "Deleted"}
_LABELS = [
    ox.NamedNode(iri)
    for iri in (
        "http://purl.org/dc/terms/title",
        "http://www.w3.org/2004/02/skos/core#prefLabel",
        "https://schema.org/headline",
        "https://schema.org/name",
        "http://www.w3.org/2000/01/rdf-schema#label",
    )
]
# XML 1.0, section 2.2: what no document may hold.
_NEVER = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<id>{id}</id>
<title>{title}</title>
<updated>{updated}</updated>
<author><name>{author}</name></author>
<link rel="self" type="application/atom+xml" href="atom.xml"/>
"""


def is_told(base: str, term: str) -> bool:
    """Whether people are told what becomes of a thing, by its term; `base` begins the IRIs that are ours."""
    start = f"<{base}"
    return term.startswith(start) and not term.startswith(_PARTS, len(start))


def written(
    id_: str, title: str, author: str, base: str, updated: str, quiet: str, versions: Iterable[Version]
) -> bytes:
    """The feed of those versions, the newest first, that have a name; `id_` is the feed's IRI, `base` begins things.

    What was deleted until the time `quiet` is named only where a takedown says why.
    """
    head = _HEAD.format(id=_text(id_), title=_text(title), updated=updated, author=_text(author))
    entries = islice(_entries(id_, base, quiet, versions), _TOLD)
    return f"{head}{''.join(entries)}</feed>\n".encode()


def _entries(id_: str, base: str, quiet: str, versions: Iterable[Version]) -> Iterator[str]:
    for version in versions:
        path = version.thing[1:-1].removeprefix(base)
        word, label, summary = _WORDS[version.kind], path, ""
        if version.note:
            word, summary = "Taken down", version.note
        elif version.kind == DELETE:
            label = path if version.time > quiet else ""
        else:
            label = _label(version)
        if label:
            yield (
                f"<entry>\n<id>{_text(f'{id_}#{version.name}')}</id>\n"
                f"<title>{_text(f'{word}: {label}')}</title>\n<updated>{version.time}</updated>\n"
                f'<link rel="alternate" href={quoteattr(version.thing[1:-1])}/>\n'
                f"<summary>{_text(summary or f'{word}: {path}')}</summary>\n</entry>\n"
            )


def _label(version: Version) -> str:
    """The name that the statements of a version give to its thing, or the empty text."""
    found: dict[ox.NamedNode, str] = {}
    for quad in ox.parse(version.lines, ox.RdfFormat.N_TRIPLES):
        if quad.predicate in _LABELS and isinstance(quad.object, ox.Literal):
            found.setdefault(quad.predicate, quad.object.value)
    return next((found[predicate] for predicate in _LABELS if predicate in found), "")


def _text(text: str) -> str:
    return escape(_NEVER.sub("\ufffd", text))
