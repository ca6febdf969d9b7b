"""The addresses of a store: where it is asked, where it is changed, and where it takes N-Quads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit, urlunsplit

from curagraph.problem import UsageError

_NEPTUNE = 8182


@dataclass(frozen=True)
class Addresses:
    """Three addresses of one store.

    `query` answers SPARQL queries, `update` SPARQL updates. What is POSTed to `quads` as N-Quads is added to the graphs
    that the lines name, perhaps not at once; it is empty where a store has no such address.

    >>> Addresses.of("http://127.0.0.1:7878/").update
    'http://127.0.0.1:7878/update'
    >>> Addresses.of("https://store.example.org/repositories/medigy").update
    'https://store.example.org/repositories/medigy/statements'
    """

    query: str
    update: str
    quads: str

    @classmethod
    def of(cls, endpoint: str, update: str = "", quads: str = "") -> Addresses:
        """The addresses of the store with an endpoint; where `update` is given, its path tells nothing more.

        Raises `UsageError` where one is no address, holds a password, or cannot be known.
        """
        place = _checked("ENDPOINT", endpoint)
        for option, address in (("--update", update), ("--graphs", quads)):
            if address:
                _checked(option, address)
        found = _by_path(place)
        if found is None and not update:
            raise UsageError(
                f"{_told(place)} tells not where updates go: its path is of no store that is known "
                "(Oxigraph, Virtuoso, GraphDB, Stardog, Neptune); say --update URL"
            )
        query, known_update, known_quads = found or (endpoint, "", "")
        return cls(query, update, quads) if update else cls(query, known_update, quads or known_quads)


def _checked(option: str, address: str) -> SplitResult:
    try:
        place = urlsplit(address)
    except ValueError:
        raise UsageError(f"{option} wants an http or https address, and what it got is none") from None
    if "@" in place.netloc:
        raise UsageError(
            f"{option} wants an address without user and password, which would show in histories and logs; "
            "put them into CURAGRAPH_USER and CURAGRAPH_PASSWORD"
        )
    is_address = place.scheme in ("http", "https") and place.hostname and _has_port(place)
    if not is_address or place.query or place.fragment:
        raise UsageError(f"{option} wants an http or https address without ? and #, found {_told(place)}")
    return place


def _has_port(place: SplitResult) -> bool:
    """Whether the port is one, or left out."""
    try:
        return place.port is None or place.port > 0
    except ValueError:
        return False


def _told(place: SplitResult) -> str:
    """An address as messages show it: without what may be secret."""
    return urlunsplit((place.scheme, place.netloc.rpartition("@")[2], place.path, "", ""))


def _by_path(place: SplitResult) -> tuple[str, str, str] | None:
    """The three addresses by the path of an endpoint, as the stores that are known have them."""
    start, path = f"{place.scheme}://{place.netloc}", place.path
    if path in ("", "/", "/query"):  # Oxigraph
        return f"{start}/query", f"{start}/update", f"{start}/store?no_transaction"
    if path == "/sparql" and (place.port == _NEPTUNE or str(place.hostname).endswith(".neptune.amazonaws.com")):
        return f"{start}/sparql", f"{start}/sparql", ""
    if path in ("/sparql", "/sparql-auth"):  # Virtuoso
        return f"{start}/sparql-auth", f"{start}/sparql-auth", ""
    if found := re.fullmatch(r"(.*/repositories/[^/]+)/?", path):  # GraphDB, RDF4J
        return f"{start}{found[1]}", f"{start}{found[1]}/statements", ""
    if found := re.fullmatch(r"(.*/[^/]+)/query", path):  # Stardog
        return f"{start}{path}", f"{start}{found[1]}/update", ""
    return None
