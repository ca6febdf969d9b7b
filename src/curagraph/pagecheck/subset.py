"""What a snapshot has published, to compare pages with: its context, its addresses and its triples."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from curagraph.embedding.pagecontext import page_context
from curagraph.embedding.pagegraph import PageGraphs
from curagraph.pagecheck.context import SCHEMA, SCHEMA_CONTEXT, short
from curagraph.pagecheck.nodes import Node
from curagraph.pagecheck.page import Found, Page, Script
from curagraph.problem import UsageError, shown

if TYPE_CHECKING:
    from curagraph.snapshot import Snapshot

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


@dataclass(frozen=True)
class Published:
    """What pages of a project may say: what a snapshot says, in the context of page graphs (None: any)."""

    snapshot: Snapshot
    context: Any = None

    @classmethod
    def of(cls, snapshot: Snapshot) -> Published:
        """What a snapshot has published, in the context that its pages have."""
        return cls(snapshot, page_context(snapshot.project.vocabulary))

    @property
    def addresses(self) -> tuple[str, str]:
        """What the IRIs of things and the addresses of pages begin with."""
        return self.snapshot.project.base, self.snapshot.project.site

    def missing(self, triple: ox.Triple) -> bool:
        """Whether no graph of the snapshot states a triple."""
        subject, object_ = triple.subject, triple.object
        if isinstance(subject, ox.Triple) or isinstance(object_, ox.Triple):
            return True
        return next(self.snapshot.store.quads_for_pattern(subject, triple.predicate, object_, None), None) is None

    @cached_property
    def graphs(self) -> PageGraphs:
        """Makes the graphs that `curagraph embed` writes."""
        return PageGraphs(self.snapshot)

    def today(self, page: Node) -> dict[str, Any]:
        """The pieces that a page would have today, known by its address or else by what it is about; else none."""
        about = [address for _, address in page.addresses("mainEntity")]
        try:
            things = [*self._shown_at(page.id), *about]
            text = self.graphs.of(things[0]).text if things else '{"@graph": []}'
        except (UsageError, ValueError):  # pyoxigraph: what somebody wrote into the page need not be an IRI
            return {}
        return {piece["@id"]: piece for piece in json.loads(text)["@graph"]}

    def _shown_at(self, address: str) -> list[str]:
        """The things of which the graph says that a page shows them."""
        quads = self.snapshot.store.quads_for_pattern(None, self.graphs.page_of, ox.NamedNode(address), None)
        return sorted({quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)})


def out_of_date(script: Script, page: Page) -> Iterator[Found]:
    """A script of ours is the graph that would be written today."""
    own = page.web_page(script)
    if page.published is None or own is None or not isinstance(script.value, dict):
        return
    today = page.published.today(own)
    pieces = _pieces(script.value)
    changed = next((iri for iri in today if pieces.get(iri) != today[iri]), None)
    if changed is not None:
        key = next((node.key for node in script.pieces if node.id == changed), "")
        what = "differs" if key else "is not on the page"
        message = f"the page is not what the graph says today: {shown(changed)} {what}; run `curagraph embed`"
        yield Found(key, message, 0 if key else 1)


def _pieces(value: dict[str, Any]) -> dict[str, Any]:
    members = value.get("@graph")
    pieces = [each for each in members if isinstance(each, dict)] if isinstance(members, list) else []
    return {str(piece.get("@id")): piece for piece in pieces}


def not_in_graph(script: Script, page: Page) -> Iterator[Found]:
    """The graph has every triple that a script of ours says; nothing is asked of blank nodes, as it has none."""
    if page.published is None or not isinstance(script.value, dict):
        return
    try:
        found = [triple for triple in triples(script.value) if _is_named(triple) and page.published.missing(triple)]
    except SyntaxError as error:
        yield Found("", f"the script cannot be read as JSON-LD: {' '.join(str(error).split())[:200]}", 1)
        return
    for triple in sorted(found, key=str):
        key = _place(script, triple)
        yield Found(
            key,
            f"the graph does not say {triple.predicate} {triple.object}; `curagraph embed` brings the page up to date",
        )


def _is_named(triple: ox.Triple) -> bool:
    return isinstance(triple.subject, ox.NamedNode) and not isinstance(triple.object, ox.BlankNode)


def _place(script: Script, triple: ox.Triple) -> str:
    """The key of the property that says a triple, else of the piece that does."""
    assert isinstance(triple.subject, ox.NamedNode)
    pieces = [node for node in script.pieces if node.id == triple.subject.value]
    property_ = short(triple.predicate.value).replace(_TYPE, "@type")
    written = [node.written[property_] for node in pieces if property_ in node.written]
    return next(iter([*written, *(node.key for node in pieces)]), "")


def triples(value: Any) -> Iterator[ox.Triple]:
    """The triples of a JSON-LD value, read offline: schema.org's own context is replaced by its vocabulary.

    Raises `SyntaxError` where it is no JSON-LD, or has a context elsewhere.
    """
    text = json.dumps(_offline(value)).encode("utf-8", "replace")
    return (quad.triple for quad in ox.parse(text, format=ox.RdfFormat.JSON_LD))


def _offline(value: Any) -> Any:
    if not isinstance(value, dict) or "@context" not in value:
        return value
    contexts = value["@context"]
    replaced = [_replaced(each) for each in (contexts if isinstance(contexts, list) else [contexts])]
    return value | {"@context": replaced}


def _replaced(context: Any) -> Any:
    return {"@vocab": SCHEMA} if isinstance(context, str) and SCHEMA_CONTEXT.fullmatch(context) else context
