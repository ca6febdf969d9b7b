"""Checks of the page around the script: the data says what a reader sees."""

from __future__ import annotations

from collections.abc import Iterator

from curagraph.pagecheck.nodes import Node
from curagraph.pagecheck.page import Found, Page, Script
from curagraph.problem import shown


def not_shown(script: Script, page: Page) -> Iterator[Found]:
    """The name of what the page is about stands on the page, where a reader sees it."""
    if page.visible is None:
        return
    for node in page.main_entities(script) or _articles(script, page):
        for property_ in ("headline", "name"):
            for key, text in node.texts(property_):
                if not page.visible.has(text):
                    yield Found(key, f"found {shown(text)}, which the page does not show; mark up what readers see")


def _articles(script: Script, page: Page) -> list[Node]:
    """What a page without a WebPage is about: its one article."""
    articles = (node for node in script.of_type("Article") if node.container is None and not node.is_reference)
    found = [node for node in articles if id(node) not in page.originals]
    return found if len(found) == 1 else []


def other_context(script: Script, page: Page) -> Iterator[Found]:
    """The context in the page is the one that is published."""
    wanted = page.published.context if page.published else None
    found = script.graph.contexts[0][1] if script.graph.contexts else None
    if wanted is not None and found is not None and found != wanted:
        yield Found("@context", "the context differs from the one that is published; `curagraph embed` writes it again")
