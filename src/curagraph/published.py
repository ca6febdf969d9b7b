"""A snapshot's store as rdflib sees it."""

from __future__ import annotations

from oxrdflib import OxigraphStore
from rdflib import Graph


class PublishedStore(OxigraphStore):
    """An Oxigraph store that is open for reading alone."""

    def add_graph(self, graph: Graph) -> None:
        """Nothing: rdflib announces each graph that it is asked for, and here all that can be there is there."""
