"""The page about a thing: what is said of it and of what belongs to it, what points at it, and the same as data."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox
from markupsafe import Markup

from curagraph.embedding import script
from curagraph.serve import frame
from curagraph.serve.edition import Edition
from curagraph.serve.page import Page
from curagraph.serve.things.accounts import Accounts
from curagraph.serve.things.incoming import Pointing, properties
from curagraph.serve.things.linked import glossary
from curagraph.serve.things.pictures import picture
from curagraph.serve.things.relatives import held, parts, relatives
from curagraph.serve.things.terms import Terms
from curagraph.serve.things.trees import CONCEPT, SCHEME, Trees

# So many of the things in a named graph are listed.
_LISTED = 100

Links = tuple[tuple[str, str], ...]
# The formats of a document as people call them.
_FORMATS = {
    "text/turtle": "Turtle",
    "application/ld+json": "JSON-LD",
    "application/n-triples": "N-Triples",
    "application/rdf+xml": "RDF/XML",
}


def prepare(edition: Edition) -> None:
    """Read what every page needs, before the workers are forked."""
    glossary(edition.project).anchors  # noqa: B018  # a property that is kept
    properties(edition.project)


def page(edition: Edition, iri: str, root: str, jsonld: str, links: Links, incoming: str = "", number: int = 0) -> Page:
    """The page about a thing under the base; with `incoming`, one page of what points there with that property.

    `jsonld` is the document as JSON-LD, `links` the media types and addresses of the document in other formats.

    Raises `UsageError` where the graph has nothing about the thing, and `Refusal` where it has no such page.
    """
    terms = Terms(edition, root)
    node = ox.NamedNode(iri)
    if incoming:
        return _incoming(terms, node, incoming, number or 1)
    quads = edition.descriptions.quads(node) | set(parts(edition, node))
    accounts = Accounts(terms, quads)
    related = [accounts.of(each) for each in relatives(edition, node, quads)]
    inside = held(node, quads)
    values: dict[str, Any] = {
        "held": [terms.thing(each.value) for each in inside[:_LISTED]],
        "holds": len(inside),
        "account": accounts.of(node),
        "related": sorted(related, key=lambda each: (not each.is_chief, each.name.text.casefold())),
        "pointing": Pointing(terms, node).all(),
    }
    template, more = _place(terms, iri)
    return frame.page(edition, template, root, **values, **more, **head(iri, jsonld, links))


def head(iri: str, jsonld: str, links: Links) -> dict[str, Any]:
    """What the head and the foot of the page of a thing need."""
    return {
        "iri": iri,
        # JSON without the characters that mean something in HTML.
        "jsonld": Markup(script.escaped(jsonld)),  # noqa: S704
        "alternates": links,
        "formats": [(_FORMATS[media_type], address) for media_type, address in links if media_type in _FORMATS],
    }


def _place(terms: Terms, iri: str) -> tuple[str, dict[str, Any]]:
    """The template for a thing, and what only that one shows."""
    trees = Trees(terms)
    if trees.is_a(iri, SCHEME):
        return "scheme.html", {"tree": trees.scheme(iri), "figure": picture(terms, iri)}
    if trees.is_a(iri, CONCEPT):
        return "concept.html", {"ways": trees.ways(iri), "below": trees.below(iri), "schemes": trees.schemes(iri)}
    return "thing.html", {}


def _incoming(terms: Terms, node: ox.NamedNode, property_: str, number: int) -> Page:
    found, has_next = Pointing(terms, node).page(property_, number)
    thing = terms.thing(node.value)
    values: dict[str, Any] = {"thing": thing, "found": found, "has_next": has_next}
    return frame.page(terms.edition, "thing_incoming.html", terms.root, **values)
