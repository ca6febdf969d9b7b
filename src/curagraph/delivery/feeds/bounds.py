"""By what to know what a partner may see at all, and what a feed depends on besides the graph."""

from __future__ import annotations

import hashlib

import pyoxigraph as ox

from curagraph.delivery import portion
from curagraph.delivery.partner import Partner
from curagraph.snapshot import Snapshot

# The settings of a partner that say what may be seen.
_SEEN = ("excerpts", "images", "curators", "topics", "brands", "communities", "since", "until")


def bounds(snapshot: Snapshot, partner: Partner) -> str:
    """A hash of a partner's profile and of the takedowns that a snapshot heeds; empty where nothing is erased."""
    if not partner.erase:
        return ""
    graphs = f"{snapshot.project.base}graph/"
    names = ((iri, f"{graphs}{iri.removeprefix(snapshot.project.base)}") for iri in sorted(snapshot.project.forgotten))
    heeded = [iri for iri, graph in names if not _has_graph(snapshot, graph)]
    asked = portion.question(snapshot, partner).text
    seen = [getattr(partner, name) for name in _SEEN]
    return hashlib.sha256(repr((asked, seen, heeded)).encode()).hexdigest()[:16]


def _has_graph(snapshot: Snapshot, name: str) -> bool:
    return next(snapshot.store.quads_for_pattern(None, None, None, ox.NamedNode(name)), None) is not None


def profile(snapshot: Snapshot, partner: Partner) -> str:
    """A hash of all, besides the graph, on which a feed depends."""
    project = snapshot.project
    asked = portion.question(snapshot, partner).text
    parts = (partner, asked, project.base, project.publisher.name, project.fingerprint)
    return hashlib.sha256(repr(parts).encode()).hexdigest()
