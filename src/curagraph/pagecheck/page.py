"""A page as the checks see it: its scripts of JSON-LD with the nodes in them, its canonical link, what it shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from curagraph.embedding import pageaddress
from curagraph.pagecheck import jsontext, nodes, schemaorg
from curagraph.pagecheck.jsontext import Fault
from curagraph.pagecheck.nodes import Graph, Node
from curagraph.pagecheck.visible import Visible

if TYPE_CHECKING:
    from curagraph.pagecheck.subset import Published


class Found(NamedTuple):
    """What a check has found in a script: the key, a sentence, and the line in the script where it is known."""

    key: str
    message: str
    line: int = 0


@dataclass(eq=False)
class Script:
    """One script of JSON-LD: its text, the line of the page where that begins, and whether it is one of ours.

    A script that is not closed is one that the page's end cuts off; one of ours may have been edited by hand.
    """

    text: str
    line: int = 1
    is_ours: bool = False
    is_closed: bool = True
    is_edited: bool = False

    @cached_property
    def reading(self) -> jsontext.Reading:
        return jsontext.read(self.text)

    @property
    def value(self) -> Any:
        return self.reading.value

    @cached_property
    def graph(self) -> Graph:
        return Graph() if self.value is None and self.reading.faults else nodes.graph(self.value)

    @property
    def nodes(self) -> list[Node]:
        return self.graph.nodes

    @cached_property
    def faults(self) -> list[Fault]:
        return self.reading.faults + self.graph.faults

    @cached_property
    def pieces(self) -> list[Node]:
        """The nodes that say something, and do not only refer."""
        return [node for node in self.nodes if not node.is_reference]

    def of_type(self, *types: str) -> Iterator[Node]:
        """The nodes of a type, or of one below it."""
        schema = schemaorg.load()
        return (node for node in self.nodes if schema.is_a(node.types, *types))


@dataclass(eq=False)
class Page:
    """One page. `canonical` is empty where it names none; `visible` is None where there is no page around the data.

    `base` is what its relative links start from, as `<base>` says; empty where they start from the page.
    """

    file: str
    scripts: list[Script] = field(default_factory=list)
    canonical: str = ""
    base: str = ""
    visible: Visible | None = None
    published: Published | None = None

    @cached_property
    def pieces(self) -> dict[str, list[Node]]:
        """The nodes of all scripts that say something, by their identifiers."""
        found: dict[str, list[Node]] = {}
        for script in self.scripts:
            for node in script.pieces:
                if node.id:
                    found.setdefault(node.id, []).append(node)
        return found

    def whole(self, node: Node) -> Node:
        """The node that describes what a reference names; the reference itself where the page does not say."""
        return self.pieces.get(node.id, [node])[0] if node.is_reference else node

    def types(self, node: Node) -> tuple[str, ...]:
        """The types of a node, wherever on the page they stand."""
        return self._types.get(node.id, node.types) if node.id else node.types

    @cached_property
    def _types(self) -> dict[str, tuple[str, ...]]:
        found = {key: (type_ for node in nodes_ for type_ in node.types) for key, nodes_ in self.pieces.items()}
        return {key: tuple(dict.fromkeys(types)) for key, types in found.items()}

    def leads_to(self, node: Node, property_: str) -> list[Node]:
        """The nodes that a property leads to, by reference, by their address as a text, or written inside."""
        found = []
        for value in node.values.get(property_, ()):
            if value.node:
                found.append(self.whole(value.node))
            elif value.text in self.pieces:
                found.append(self.pieces[value.text][0])
        return found

    def said_of(self, page: Node) -> list[Node]:
        """The things that say of themselves that a page is about them, by `mainEntityOfPage`."""
        return self._said_of.get(page.id, [])

    @cached_property
    def _said_of(self) -> dict[str, list[Node]]:
        found: dict[str, list[Node]] = {}
        for node in (node for script in self.scripts for node in script.pieces):
            for _, address in node.addresses("mainEntityOfPage"):
                if address:
                    found.setdefault(address, []).append(node)
        return found

    @cached_property
    def originals(self) -> frozenset[int]:
        """The nodes, by `id()`, of works that another thing of the page is based on."""
        pieces = [node for script in self.scripts for node in script.pieces]
        return frozenset(id(work) for node in pieces for work in self.leads_to(node, "isBasedOn"))

    def web_page(self, script: Script) -> Node | None:
        """The node that stands for the page itself."""
        found = [node for node in script.of_type("WebPage") if not node.is_reference]
        own = [node for node in found if any(map(self.is_at, addresses_of(node)))] if self.canonical else []
        with_entity = [node for node in found if "mainEntity" in node.values]
        return next(iter([*own, *with_entity, *found]), None)

    def main_entities(self, script: Script) -> list[Node]:
        """What the page is about, as it says itself."""
        page = self.web_page(script)
        return self.leads_to(page, "mainEntity") if page else []

    def is_at(self, address: str) -> bool:
        """Whether an address is the canonical one, however both are spelt; of a relative one the other has the start.

        >>> Page("a.html", canonical="/caf%C3%A9/").is_at("https://www.example.org/café/")
        True
        """
        try:
            canonical = urljoin(urljoin(address, self.base), self.canonical)
            return pageaddress.normal(canonical) == pageaddress.normal(urljoin(canonical, address))
        except ValueError:
            return self.canonical == address

    @cached_property
    def hosts(self) -> frozenset[str]:
        """The hosts that are the page's own: of its address, of web pages, and of what these are about."""
        addresses = [self.canonical]
        for script in self.scripts:
            pages = [node for node in script.of_type("WebPage") if not node.is_reference]
            addresses += [node.id for page in pages for node in (page, *self.leads_to(page, "mainEntity"))]
        return frozenset(host for address in addresses if (host := host_of(address)))


def host_of(address: str) -> str:
    """The host of an address; empty where it has none.

    >>> host_of("https://www.example.com/a"), host_of("#a"), host_of("http://[")
    ('www.example.com', '', '')
    """
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def addresses_of(node: Node) -> list[str]:
    """The addresses by which a node that stands for a page names it: its identifier and its `url`, the last first."""
    found = [text for _, text in node.addresses("url")]
    return [address for address in (*found, node.id) if address and not address.startswith("_:")]
