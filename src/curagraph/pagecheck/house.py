"""Checks of what our own pages say: the page, the item that it shows, the original work, and who made what."""

from __future__ import annotations

import re
from collections.abc import Iterator

from curagraph.pagecheck.nodes import Node
from curagraph.pagecheck.page import Found, Page, Script
from curagraph.problem import shown

MAKERS = ("author", "creator", "contributor", "editor")
_OF_ORIGINAL = ("author", "creator", "editor", "contributor")
_OF_ORIGINAL_TOO = (
    "datePublished",
    "dateModified",
    "dateCreated",
    "image",
    "thumbnailUrl",
    "articleBody",
    "text",
    "description",
    "abstract",
)
# What a page has once.
_ONE = ("name", "mainEntity", "datePublished", "dateModified", "breadcrumb")
_JOINED = re.compile(r";|\s[&/|+]\s|,?\s(?:and|und|et)\s", re.IGNORECASE)
_LISTED = re.compile(r"^\w+(?:\s\w[\w.]*)+,\s\w{2,}\s\w")
_ADDRESS = re.compile(r"@|://|\bwww\.", re.IGNORECASE)
_BY = re.compile(r"^(?:by|curated by|posted by|written by|from)\b[\s:]", re.IGNORECASE)


def author_name(script: Script, _: Page) -> Iterator[Found]:
    """A person's name is a name alone."""
    for node in script.nodes:
        if "Person" in node.types:
            yield from _impure(node.texts("name"))
        for property_ in MAKERS:
            yield from _impure(node.texts(property_))


def _impure(names: Iterator[tuple[str, str]]) -> Iterator[Found]:
    for key, name in names:
        if _ADDRESS.search(name):
            if not name.startswith(("https://", "http://")):
                yield Found(key, f"found {shown(name)}, which holds an address; write the name alone")
        elif _BY.search(name):
            yield Found(key, f"found {shown(name)}; leave out the words before the name")
        elif _JOINED.search(name) or _LISTED.search(name):
            yield Found(key, f"found {shown(name)}, which looks like several people; describe each by itself")


def original_author(script: Script, page: Page) -> Iterator[Found]:
    """The page does not say who made the original work: nobody here is its author."""
    for work in _originals(script, page):
        for property_ in _OF_ORIGINAL:
            if property_ in work.values:
                yield Found(work.written[property_], _not_ours(property_, "the curator is the item's contributor"))


def original_details(script: Script, page: Page) -> Iterator[Found]:
    """The page says no date, image or text of the original work."""
    for work in _originals(script, page):
        for property_ in _OF_ORIGINAL_TOO:
            if property_ in work.values:
                yield Found(work.written[property_], _not_ours(property_, "say of it headline, url and isPartOf"))


def _not_ours(property_: str, instead: str) -> str:
    return f"found {property_} of a work that is somebody else's, and nobody here knows it; remove it: {instead}"


def _originals(script: Script, page: Page) -> Iterator[Node]:
    return (node for node in script.pieces if id(node) in page.originals)


def page_is_article(script: Script, page: Page) -> Iterator[Found]:
    """Our page is no article: the article is the original."""
    own = page.web_page(script)
    shown_here = {id(node) for node in page.main_entities(script)}
    for node in script.of_type("Article"):
        if node.is_reference or id(node) in page.originals:
            continue
        if own is None or node.id == own.id or id(node) in shown_here:
            message = "found our page described as an article; make it a WebPage whose mainEntity is the item"
            yield Found(node.written.get("@type", node.key), message)


def no_web_page(script: Script, page: Page) -> Iterator[Found]:
    """The script describes the page that it stands in."""
    if script.nodes and page.web_page(script) is None:
        yield Found("@graph", "found no WebPage; add the page itself, with the item as its mainEntity")


def several_values(script: Script, page: Page) -> Iterator[Found]:
    """The page has one name, one main entity, one trail, and one of each date."""
    own = page.web_page(script)
    if own is None:
        return
    for property_ in _ONE:
        count = len(own.values.get(property_, ()))
        if count > 1:
            key = own.written.get(property_, own.key)
            yield Found(key, f"found {count} values of {property_}, wanted one; keep the right one")


def no_main_entity(script: Script, page: Page) -> Iterator[Found]:
    """The page says what it is about."""
    own = page.web_page(script)
    # Of what a collection gathers schema.org may have no word, such as a section.
    if own and not page.main_entities(script) and "CollectionPage" not in own.types:
        key = own.written.get("mainEntity", own.key)
        yield Found(
            key, "the WebPage has no mainEntity that is on the page; name the item, person or topic that it shows"
        )


def item_without_source(script: Script, page: Page) -> Iterator[Found]:
    """The item names the work that it is based on."""
    return _lacks(script, page, "isBasedOn", "the address of the original work")


def item_without_citation(script: Script, page: Page) -> Iterator[Found]:
    """The item cites the work that it is based on."""
    return _lacks(script, page, "citation", "the same work as isBasedOn")


def item_without_contributor(script: Script, page: Page) -> Iterator[Found]:
    """The item names its curator, as its contributor."""
    return _lacks(script, page, "contributor", "the person who curated it")


def _lacks(script: Script, page: Page, property_: str, wanted: str) -> Iterator[Found]:
    for node in page.main_entities(script):
        if "CreativeWork" in node.types and property_ not in node.values:
            yield Found(node.key, f"the item has no {property_}; add {wanted}")


def profile_without_person(script: Script, page: Page) -> Iterator[Found]:
    """The main entity of a ProfilePage is a person, or for others an organization."""
    wanted = ("Person",) if script.is_ours else ("Person", "Organization")
    for node in script.of_type("ProfilePage"):
        if node.container is not None or node.is_reference:
            continue
        entities = page.leads_to(node, "mainEntity") + page.said_of(node)
        if not any({*wanted} & {*page.types(each)} for each in entities):
            message = f"a ProfilePage wants a mainEntity that is a {' or '.join(wanted)}; describe who it is about"
            yield Found(node.written.get("mainEntity", node.key), message)
