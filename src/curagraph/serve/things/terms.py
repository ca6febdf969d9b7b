"""How a term looks to people: a name with a link, a date, or a text in its language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from urllib.parse import quote, urlsplit

import pyoxigraph as ox

from curagraph.reasoning.expressions import RDF
from curagraph.serve.edition import Edition
from curagraph.serve.things.linked import ONTOLOGY, glossary

XSD = "http://www.w3.org/2001/XMLSchema#"
OA = "http://www.w3.org/ns/oa#"
TYPE = ox.NamedNode(RDF + "type")
# Datatypes that a value shows by itself.
_PLAIN = {XSD + name for name in ("string", "integer", "decimal", "boolean", "date", "dateTime", "anyURI")}
_PLAIN.add(RDF + "langString")
# Characters of an address without a name that are shown.
_WIDTH = 64

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


@dataclass(frozen=True)
class Shown:
    """A term as a page shows it: `href` is a path of ours, an address of the web, or empty.

    `note` is a language or a datatype that the text does not tell; `time` is a moment as HTML wants it.
    """

    text: str
    href: str = ""
    is_outside: bool = False
    language: str = ""
    note: str = ""
    time: str = ""


class Terms:
    """The terms of an edition as the pages below a root show them."""

    def __init__(self, edition: Edition, root: str) -> None:
        self.edition = edition
        self.root = root
        self.base = edition.project.base
        self.glossary = glossary(edition.project)
        self.own = (self.base, *self.glossary.headers)

    def shown(self, term: Term) -> Shown:
        match term:
            case ox.NamedNode():
                return self.thing(term.value)
            case ox.Literal():
                return _literal(term)
        return Shown("something without a name of its own")

    def thing(self, iri: str) -> Shown:
        """A thing by its name; what is on the web and has none is shown by its address, shortened."""
        href = self.href(iri)
        is_outside = bool(href) and not href.startswith(self.root)
        text = self.name(iri)
        if is_outside and text == iri:
            text = _short_address(iri)
        return Shown(text, href, is_outside)

    def name(self, iri: str) -> str:
        """The name of a thing; one of ours without a name is called after its class."""
        labels = self.edition.labels
        name = labels.of(iri)
        if not iri.startswith(self.base) or name != labels.short(iri):
            return name
        whole, _, part = iri.partition("#")
        if part:
            return f"{self.name(whole)}, {part}"
        rest = name.partition("/")[2]
        if quoted := self._quoted(iri):
            return f"“{quoted}” at {rest}"
        classes = self.classes(iri)
        return f"{labels.of(classes[0])} {rest}" if classes and rest else name

    def _quoted(self, iri: str) -> str:
        """The words that a mention is about; empty for other things."""
        quote, exact = ox.NamedNode(f"{iri}#quote"), ox.NamedNode(f"{OA}exact")
        found = self.edition.store.quads_for_pattern(quote, exact, None, None)
        return next((quad.object.value for quad in found if isinstance(quad.object, ox.Literal)), "")

    def classes(self, iri: str) -> list[str]:
        """The classes of a thing, our own first."""
        quads = self.edition.store.quads_for_pattern(ox.NamedNode(iri), TYPE, None, None)
        found = {quad.object.value for quad in quads if isinstance(quad.object, ox.NamedNode)}
        return sorted(found, key=lambda each: (not self.is_own(each), each))

    def is_own(self, term: str) -> bool:
        """Whether a class or property is one of the project's own ontology."""
        return term.startswith(self.own)

    def property(self, iri: str) -> str:
        """The name of a property as the beginning of a line."""
        name = self.edition.labels.of(iri)
        return name if ":" in name else name[:1].upper() + name[1:]

    def href(self, iri: str) -> str:
        """Where a thing can be read about: a path of ours, or its address on the web; empty for other schemes.

        A term of any vocabulary is explained on the page of the ontology.
        """
        if iri in self.glossary.vocabulary.declared:
            return f"{self.root}{ONTOLOGY}#{self.glossary.anchors[iri]}"
        if iri.startswith(self.base):
            rest = iri.removeprefix(self.base)
            # An address that begins with two slashes would lead to another host.
            return f"{self.root}./{rest}" if rest.startswith("/") else self.root + rest
        return iri if iri.lower().startswith(("http://", "https://")) else ""

    def why(self, triple: ox.Triple) -> str:
        """The address of the explanation of a triple."""
        subject = triple.subject.value if isinstance(triple.subject, ox.NamedNode) else str(triple.subject)
        terms = {"subject": subject, "predicate": triple.predicate.value, "object": str(triple.object)}
        return f"{self.root}explain?{'&'.join(f'{name}={_encoded(term)}' for name, term in terms.items())}"


@lru_cache(maxsize=4096)
def _encoded(text: str) -> str:
    """A term within an address; the same few are on every page."""
    return quote(text, safe="/:")


def _literal(literal: ox.Literal) -> Shown:
    text, datatype = literal.value, literal.datatype.value
    if literal.language:
        return Shown(text, language=literal.language, note="" if literal.language == "en" else literal.language)
    if datatype in (XSD + "dateTime", XSD + "date") and (said := _said(text)):
        return Shown(said, time=text)
    if datatype == XSD + "integer" and text.isascii() and text.isdecimal():
        return Shown(f"{int(text):,}" if len(text) < 16 else text)
    return Shown(text, note="" if datatype in _PLAIN else datatype.rpartition("#")[2])


def _said(text: str) -> str:
    """A date or a moment as people say it; empty where Python does not know it.

    >>> _said("2020-10-06T05:12:02.547837Z"), _said("2026-11-22"), _said("-0044-03-15")
    ('6 October 2020, 05:12 UTC', '22 November 2026', '')
    """
    try:
        if "T" not in text:
            day = date.fromisoformat(text)
            return f"{day.day} {day:%B %Y}"
        at = datetime.fromisoformat(text)
    except ValueError:
        return ""
    return f"{at.day} {at:%B %Y, %H:%M} {at.tzname() or ''}".rstrip()


def _short_address(iri: str) -> str:
    """An address without what everybody knows and what nobody reads.

    >>> _short_address("https://www.example.org/a/")
    'example.org/a'
    """
    parts = urlsplit(iri)
    text = f"{parts.netloc.removeprefix('www.')}{parts.path}".rstrip("/") + (f"?{parts.query}" if parts.query else "")
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…"
