"""Checks of breadcrumbs, as Google reads them: two or more steps, numbered from 1, each with a name and an address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from curagraph.pagecheck.nodes import Node
from curagraph.pagecheck.page import Found, Page, Script
from curagraph.problem import shown


def _trails(script: Script, page: Page) -> Iterator[tuple[Node, list[Node]]]:
    """Each trail of the script with its steps, by their positions as far as they have any."""
    for trail in script.of_type("BreadcrumbList"):
        if not trail.is_reference:
            yield trail, sorted(page.leads_to(trail, "itemListElement"), key=lambda step: _position(step) or 0)


def breadcrumb_too_short(script: Script, page: Page) -> Iterator[Found]:
    """A trail has two or more steps."""
    for trail, steps in _trails(script, page):
        if len(steps) < 2:
            key = trail.written.get("itemListElement", trail.key)
            yield Found(
                key, f"found {len(steps)} steps, wanted two or more; add the page above, or leave the trail out"
            )


def breadcrumb_positions(script: Script, page: Page) -> Iterator[Found]:
    """The positions of a trail are 1 to n, each once."""
    for trail, steps in _trails(script, page):
        positions = [_position(step) for step in steps]
        if len(steps) > 1 and None not in positions and positions != list(range(1, len(steps) + 1)):
            found = ", ".join(map(str, positions[:10]))
            yield Found(
                trail.written["itemListElement"], f"found the positions {found}; number the steps 1 to {len(steps)}"
            )


def position_not_integer(script: Script, page: Page) -> Iterator[Found]:
    """The position of a trail's step is a whole number, and that of any list's member where the list has positions."""
    for item in _numbered(script, page):
        if not item.is_reference and _position(item) is None:
            value = next((value.content for value in item.values.get("position", ())), None)
            found = "no position" if value is None else f"the position {shown(value)}"
            yield Found(item.written.get("position", item.key), f"found {found}, wanted a whole number; number from 1")


def _numbered(script: Script, page: Page) -> Iterator[Node]:
    """The members of the lists that are numbered, of trails all."""
    for list_ in script.of_type("ItemList"):
        members = page.leads_to(list_, "itemListElement")
        is_trail = "BreadcrumbList" in page.types(list_)
        if not list_.is_reference and (is_trail or any("position" in member.values for member in members)):
            yield from members


def _position(step: Node) -> int | None:
    content: Any = next((value.content for value in step.values.get("position", ())), None)
    if isinstance(content, str) and content.isascii() and content.isdecimal() and len(content) < 10:
        return int(content)
    if isinstance(content, float) and content.is_integer():
        # JSON-LD 1.1 API, section 8.6: a number without a fraction is an integer, however it is written.
        return int(content)
    return content if isinstance(content, int) and not isinstance(content, bool) else None


def breadcrumb_name(script: Script, page: Page) -> Iterator[Found]:
    """Each step has a name, of its own or of its item."""
    for _, steps in _trails(script, page):
        for step in steps:
            named = [step, *page.leads_to(step, "item")]
            if not any(text.strip() for node in named for _, text in node.texts("name")):
                yield Found(
                    step.written.get("name", step.key), "found a step without a name; give it the words of its link"
                )


def breadcrumb_item(script: Script, page: Page) -> Iterator[Found]:
    """Each step but the last has an address; none has `#`."""
    for _, steps in _trails(script, page):
        for number, step in enumerate(steps, 1):
            addresses = [address for _, address in step.addresses("item")]
            if number < len(steps) and not any(addresses):
                yield Found(
                    step.key, "found a step without item, and it is not the last; give it the address of its page"
                )
            elif any(address.endswith("#") for address in addresses):
                yield Found(step.written["item"], "found # as an address, which leads nowhere; leave item out")
