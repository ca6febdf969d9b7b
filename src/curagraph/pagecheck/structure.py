"""Checks of how the pieces of a page hang together: identifiers, references and addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from curagraph.pagecheck.page import Found, Page, Script, host_of
from curagraph.problem import shown

# Properties of schema.org whose values are addresses for readers, which no piece of the page needs to describe.
LINKS = frozenset(
    {"additionalType", "url", "contentUrl", "thumbnailUrl", "embedUrl", "sameAs", "item", "mainEntityOfPage"}
)
# Those whose texts are addresses in any context.
ADDRESSES = LINKS | {"isBasedOn", "logo"} - {"additionalType"}
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_WEB = re.compile(r"https?:", re.IGNORECASE)
_HTTPS = re.compile(r"https://[^/?#]", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[\s<>"{}|\\^`\x00-\x1f]')


def one_graph(script: Script, _: Page) -> Iterator[Found]:
    """Our script is one object with one context and one graph."""
    value: Any = script.value
    if not isinstance(value, dict | list):
        return
    names = list(value) if isinstance(value, dict) else ["a list"]
    if sorted(map(str, names)) != ["@context", "@graph"]:
        found = ", ".join(shown(name) for name in names[:5])
        yield Found(
            "", f"found {found}, wanted one @context and one @graph; `curagraph embed` writes the script again", 1
        )
    elif len(script.graph.contexts) > 1:
        key = script.graph.contexts[1][0]
        yield Found(key, "found a second @context, wanted one for the whole script; remove this one")


def second_script(script: Script, page: Page) -> Iterator[Found]:
    """A page holds one script of ours."""
    first = next(each for each in page.scripts if each.is_ours)
    if script is not first:
        message = (
            f"found a second script of ours, the first is on line {first.line}; `curagraph embed` removes this one"
        )
        yield Found("", message, 1)


def piece_without_id(script: Script, _: Page) -> Iterator[Found]:
    """Each piece of the graph has an identifier."""
    for node in script.nodes:
        if node.container is None and not node.id:
            yield Found(node.key, "found a piece without @id, to which nothing can refer; give it its IRI")


def nested_piece(script: Script, _: Page) -> Iterator[Found]:
    """The graph is flat: what has an identifier stands in it once, and elsewhere only its identifier."""
    for node in script.pieces:
        if node.container is not None and node.id:
            yield Found(
                node.key, f"found {shown(node.id)} written inside another piece; put it into @graph and refer to it"
            )


def dangling_reference(script: Script, page: Page) -> Iterator[Found]:
    """What refers to a thing of this site finds it on the page."""
    for key, identifier in _references(script):
        if identifier not in page.pieces and _is_here(identifier, script, page):
            yield Found(key, f"{shown(identifier)} is nowhere on the page; add that piece, or remove the reference")


def _references(script: Script) -> Iterator[tuple[str, str]]:
    """The identifiers by which pieces refer to others, with their keys."""
    for node in script.nodes:
        for property_ in node.values.keys() - LINKS:
            for value in node.values[property_]:
                if value.node and value.node.is_reference:
                    yield value.key, value.node.id
                elif value.text and value.is_iri:
                    yield value.key, value.text


def _is_here(identifier: str, script: Script, page: Page) -> bool:
    """Whether a page should describe what an identifier names: a thing of its site, or a part of the page itself."""
    if identifier.startswith(("#", "_:")):
        return True
    if script.is_ours and page.published:
        return identifier.startswith(page.published.addresses)
    return host_of(identifier) in page.hosts and (script.is_ours or "#" in identifier)


def piece_twice(script: Script, page: Page) -> Iterator[Found]:
    """No thing is described twice on a page."""
    for node in script.pieces:
        if node.id and (first := page.pieces[node.id][0]) is not node:
            yield Found(node.key, f"{shown(node.id)} is described here and at {first.key or 'the top'}; keep one")


def relative_address(script: Script, _: Page) -> Iterator[Found]:
    """Addresses are whole."""
    for key, address in _addresses(script):
        if not _ABSOLUTE.match(address) or _FORBIDDEN.search(address):
            yield Found(key, f"found {shown(address)}, wanted a whole web address; write it with https:// and its host")


def not_https(script: Script, _: Page) -> Iterator[Found]:
    """Addresses begin with https."""
    for key, address in _addresses(script):
        if not _HTTPS.match(address) and _WEB.match(address) and not _is_term(address):
            message = f"found {shown(address)}, wanted an address with https://; write it, and see that it opens"
            yield Found(key, message)


def _is_term(address: str) -> bool:
    return host_of(address).removeprefix("www.") == "schema.org"


def _addresses(script: Script) -> Iterator[tuple[str, str]]:
    """What should be an address, with its key."""
    for node in script.nodes:
        if node.id and not node.id.startswith(("_:", "#")):
            yield node.key + ".@id" if node.key else "@id", node.id
        for property_, values in node.values.items():
            for value in values:
                if value.text is not None and (value.is_iri or property_ in ADDRESSES):
                    yield value.key, value.text
