"""The dataset of a query: the graphs that the request names, those of its text, or all (SPARQL 1.1 Protocol, 2.1.4)."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox

from curagraph.serve.page import Refusal


def graphs(
    store: ox.Store, of_text: tuple[str, ...], default: tuple[str, ...] | None, named: tuple[str, ...] | None
) -> dict[str, Any]:
    """The dataset as the store wants to hear of it. Without any graph named it is the union of all.

    Raises `Refusal` for a graph that the store does not have: none is fetched from anywhere.
    """
    if default is None and named is None:
        for iri in of_text:
            _graph(store, iri)
        # With the union asked for, the store would not look at FROM.
        return {} if of_text else {"use_default_graph_as_union": True}
    return {
        "default_graph": [_graph(store, iri) for iri in default or ()],
        "named_graphs": [_graph(store, iri) for iri in named or ()],
    }


def _graph(store: ox.Store, iri: str) -> ox.NamedNode:
    try:
        graph = ox.NamedNode(iri)
    except ValueError:
        graph = None
    if graph is None or not store.contains_named_graph(graph):
        detail = f"There is no graph {iri:.200} here, and none is fetched. The service description lists graphs."
        raise Refusal(400, "no-such-graph", "The query asks of an unknown graph", detail)
    return graph
