"""Every IRI under the base answers: with where its document is, or with the document in the format of its suffix.

A thing is not the document about it, so `item/4060` leads by 303 to `item/4060.html`, `item/4060.ttl` and so on, by
what the client prefers (Cool URIs for the Semantic Web, section 4.2). A page that is in the graph itself, such as
`author/ann-lee.html`, is the document in HTML of the thing that it is the page of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from urllib.parse import unquote_to_bytes

import pyoxigraph as ox

from curagraph.exporting import serialize
from curagraph.serve.edition import Edition
from curagraph.serve.negotiation import DOCUMENTS
from curagraph.serve.page import Page, Refusal
from curagraph.serve.sparql.formats import OF_TRIPLES
from curagraph.serve.things import ontology, takedowns, thing
from curagraph.serve.worker import Out
from curagraph.state.state import State

_VARY = ("Vary", "Accept")
# A named graph may hold millions; one document holds no more statements than this.
_MOST = 200_000
_ENCODED = re.compile("%[0-9A-Fa-f]{2}")
_BEYOND_ASCII = re.compile("(?:%[89A-F][0-9A-F])+")
# Unreserved characters, sub-delims, ":" and "@".
_NEEDLESS = re.compile("%(?:2[124-9A-E]|3[0-9ABD]|4[0-9A-F]|5[0-9AF]|6[1-9A-F]|7[0-9AE])")


def answer(
    edition: Edition, out: Out, path: str, accepted: str, root: str, incoming: str = "", number: int = 1
) -> Page:
    """What a path below the base answers to a client that prefers a format of `negotiation.DOCUMENTS`, or takes none.

    `incoming` and `number` choose among what points to the thing: the property, and the page.
    """
    takedowns.refuse(edition, _meant(path))
    documents = Documents(edition, root)
    for name in _names(path):
        iri = edition.project.base + name
        if documents.is_described(iri):
            if accepted == "html" and documents.is_page(name):
                page = documents.document(iri.removesuffix(".html"), "html", incoming, number)
                return replace(page, headers=(*page.headers, _VARY))
            return documents.see_other(iri, accepted)
    for name in _names(path):
        stem, _, suffix = name.rpartition(".")
        for iri in (f"{edition.project.base}{stem}", f"{edition.project.base}{stem}/"):
            if stem and suffix in DOCUMENTS and documents.is_described(iri):
                return documents.document(iri, suffix, incoming, number)
    if path == "ontology":  # it may have its name on another host; its page is here nevertheless
        return ontology.page(edition, root, "", ())
    return documents.elsewhere(path)


def _names(path: str) -> list[str]:
    """The ends of IRIs that a path may mean.

    As it came; with letters beyond ASCII as letters (RFC 3987, section 3.2); and with all as it is that a path may hold
    as it is, of which some clients encode more than others (RFC 3986, section 3.3).
    """
    upper = _ENCODED.sub(lambda match: match[0].upper(), path)
    letters = _BEYOND_ASCII.sub(_decoded, upper)
    return list(dict.fromkeys((path, upper, letters, _NEEDLESS.sub(_decoded, letters))))


def _meant(path: str) -> list[str]:
    """The ends of IRIs that a path may mean as that of a thing or of a document about one."""
    stem, _, suffix = path.rpartition(".")
    return [name for each in (path, stem if suffix in DOCUMENTS else "") if each for name in _names(each)]


def _decoded(match: re.Match[str]) -> str:
    try:
        return unquote_to_bytes(match[0]).decode()
    except UnicodeDecodeError:
        return match[0]


class Documents:
    """The documents of an edition, below a root."""

    def __init__(self, edition: Edition, root: str) -> None:
        self.edition = edition
        self.root = root
        self.base = edition.project.base

    def is_described(self, iri: str) -> bool:
        """Whether the graph names a thing anywhere."""
        try:
            node = ox.NamedNode(iri)
        except ValueError:
            return False
        store = self.edition.store
        patterns = ((node, None, None, None), (None, None, None, node), (None, None, node, None))
        return any(next(store.quads_for_pattern(*pattern), None) is not None for pattern in patterns)

    def is_page(self, name: str) -> bool:
        """Whether the end of an IRI is that of a page of a thing, which is the thing's document in HTML."""
        stem = name.removesuffix(".html")
        return stem != name and self.is_described(self.base + stem)

    def see_other(self, iri: str, accepted: str) -> Page:
        """The way to the document of a thing, or what there is for who takes none of it."""
        if not accepted:
            raise _not_acceptable(self.path(iri, suffix) for suffix in DOCUMENTS)
        location = self.path(iri, accepted)
        links = f'<{self.path(iri, "ttl")}>; rel="describedby"; type="text/turtle"'
        return Page(b"", "text/plain", 303, (("Location", location), ("Link", links), _VARY))

    def path(self, iri: str, suffix: str) -> str:
        """The path of a document about a thing."""
        name = iri.removeprefix(self.base)
        if name.endswith("/") and not self.is_described(iri.removesuffix("/")):
            name = name.removesuffix("/")
        if suffix == "html" and self.is_page(name):
            return f"{self.root}{name}"
        return f"{self.root}{name}.{suffix}"

    def document(self, iri: str, suffix: str, incoming: str, number: int) -> Page:
        """The document about a thing in one format."""
        lines = self.lines(iri)
        headers = (("Link", ", ".join(self.links(iri, suffix))),)
        if suffix != "html":
            body = serialize.triples(lines, OF_TRIPLES[suffix], self.edition.project.vocabulary)
            return Page(body, DOCUMENTS[suffix], headers=headers)
        json_text = serialize.triples(lines, serialize.Format.JSONLD, self.edition.project.vocabulary).decode()
        page = self.page(iri, json_text, incoming, number)
        return Page(page.body, page.media_type, headers=headers)

    def page(self, iri: str, json_text: str, incoming: str, number: int) -> Page:
        alternates = tuple((DOCUMENTS[suffix], self.path(iri, suffix)) for suffix in OF_TRIPLES)
        if iri == f"{self.base}ontology":
            return ontology.page(self.edition, self.root, json_text, alternates)
        return thing.page(self.edition, iri, self.root, json_text, alternates, incoming, number)

    def lines(self, iri: str) -> list[str]:
        """The description of a thing in sorted lines of N-Triples."""
        node = ox.NamedNode(iri)
        inside = self.edition.store.quads_for_pattern(None, None, None, node)
        if next(islice(inside, _MOST, None), None):
            detail = f"It holds more than {_MOST:,} statements; ask {self.root}sparql for those that you need."
            raise Refusal(413, "too-large", "The graph is too large for one document", detail)
        return self.edition.descriptions.lines(node)

    def links(self, iri: str, shown: str) -> Iterator[str]:
        """The Link header of a document (RFC 8288; canonical: RFC 6596, describes: RFC 6892)."""
        yield f'<{self.base}{self.path(iri, shown).removeprefix(self.root)}>; rel="canonical"'
        yield f'<{iri}>; rel="describes"'
        for suffix, media_type in DOCUMENTS.items():
            if suffix != shown:
                yield f'<{self.path(iri, suffix)}>; rel="alternate"; type="{media_type}"'
        if shown == "html":
            yield f'<{self.path(iri, "ttl")}>; rel="describedby"; type="text/turtle"'

    def elsewhere(self, path: str) -> Page:
        """What there is to say of a path that names nothing: where it leads now, that it is gone, or never was."""
        if items := self.items_of_former(path):
            if len(items) > 1:
                detail = f"It was the path of {' and of '.join(items)}; ask for one of these."
                raise Refusal(300, "several", "Several items had this path", detail)
            return Page(b"", "text/plain", 301, (("Location", self.root + items[0].removeprefix(self.base)),))
        with State.readable(self.edition.snapshot.state_path) as state:
            names = _meant(path)
            takedowns.refuse_former(self.edition, state, names)
            if any(state.past.is_gone(f"<{self.base}{name}{end}>") for name in names for end in ("", "/")):
                detail = f"{self.base}{path} was published here once, and has been removed."
                raise Refusal(410, "gone", "This is gone", detail)
        detail = f"Nothing here has the address {self.base}{path}. {self.root}search finds what there is."
        raise Refusal(404, "not-found", "There is no such thing", detail)

    def items_of_former(self, path: str) -> list[str]:
        """The items that had a path of the web site once."""
        former = ox.NamedNode(f"{self.edition.project.vocabulary.prefixes['cu']}formerPath")
        found: set[str] = set()
        for name in _names(path):
            for written in (f"/{name}", f"/{name.removesuffix('/')}", f"/{name}/"):
                quads = self.edition.store.quads_for_pattern(None, former, ox.Literal(written), None)
                found |= {quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)}
        return sorted(found)


def _not_acceptable(paths: Iterator[str]) -> Refusal:
    offered = [f"{media_type} ({path})" for media_type, path in zip(DOCUMENTS.values(), paths, strict=True)]
    detail = f"The header Accept takes none of what there is: {', '.join(offered)}."
    return Refusal(406, "not-acceptable", "Not in a format that you take", detail, (_VARY,))
