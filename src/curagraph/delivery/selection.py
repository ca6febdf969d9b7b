"""Which items a partner receives, and what is left of the graph without the others."""

from __future__ import annotations

import re
from collections import defaultdict
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import cast

import pyoxigraph as ox

from curagraph import address
from curagraph.asking.queryfile import Parameter
from curagraph.config import FILE, Project
from curagraph.delivery.partner import Partner
from curagraph.exporting.description import UNPUBLISHED
from curagraph.problem import ProjectError, Unfit, UsageError
from curagraph.snapshot import INFERRED, Snapshot

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
# Graphs of things that no item needs to name.
_ALWAYS = ("shared/schemes", "shared/site")
_CONDITIONS = (
    ("topics", "topic/", "cu:about"),
    ("brands", "brand/", "cu:viaSite"),
    ("communities", "community/", "cu:inCommunity"),
)


def query(snapshot: Snapshot, partner: Partner) -> str:
    """The question for the items that a partner receives. Raises `ProjectError` where a condition is no term."""
    project = snapshot.project
    lines = []
    for name, within, property_ in _CONDITIONS:
        if wanted := getattr(partner, name):
            terms = " ".join(str(_term(project, partner, name, within, each)) for each in wanted)
            lines.append(f"FILTER EXISTS {{ VALUES ?{name} {{ {terms} }} ?item {property_} ?{name} }}")
    if partner.since:
        lines.append(f'FILTER(STR(?created) >= "{partner.since}")')
    if partner.until:
        lines.append(f'FILTER(STR(?created) < "{partner.until}")')
    cu = project.vocabulary.prefixes["cu"]
    prefixes = f"PREFIX cu: <{cu}> PREFIX dcterms: <http://purl.org/dc/terms/>\n"
    conditions = "\n".join(lines)
    return f"{prefixes}SELECT ?item {{ ?item a cu:CuratedItem ; dcterms:created ?created\n{conditions} }}"


def doubts(snapshot: Snapshot, partner: Partner) -> list[str]:
    """What is doubtful about the conditions of a partner, as sentences: those that name nothing in the graph."""
    found = []
    for name, within, _ in _CONDITIONS:
        for value in getattr(partner, name):
            term = _term(snapshot.project, partner, name, within, value)
            if next(snapshot.store.quads_for_pattern(term, None, None, None), None) is None:
                said = f"{_where(snapshot.project, partner)}: {name} has {value!r}, of which the graph knows nothing"
                near = get_close_matches(term.value, _known(snapshot, within), n=1)
                found.append(f"{said}; near it is {near[0]}" if near else said)
    return found


def _known(snapshot: Snapshot, within: str) -> list[str]:
    start = f"{snapshot.project.base}{within}"
    graph = ox.NamedNode(f"{snapshot.project.base}graph/shared/{within.rstrip('/')}")
    quads = snapshot.store.quads_for_pattern(None, None, None, graph)
    names = {quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)}
    return sorted(name for name in names if name.startswith(start))


def _where(project: Project, partner: Partner) -> str:
    return f"{project.folder / FILE}: [partners.{partner.name}]"


def _term(project: Project, partner: Partner, name: str, within: str, value: str) -> ox.NamedNode:
    """What a condition names: by an IRI, by a path, by the words that end the IRI, or as `Source: Label`."""
    try:
        if ": " in value:
            value = within + "/".join(map(address.key, value.split(": ", 1)))
        elif "/" in value and not value.startswith(within) and not _SCHEME.match(value):
            value = within + value
        return cast("ox.NamedNode", Parameter(name, "iri", "", "", within).term(value, project))
    except (UsageError, Unfit) as error:
        raise ProjectError(f"{_where(project, partner)}: {error}") from None


class Choice:
    """The items that a partner receives, and the things that go with the others.

    The graph of a document that was not chosen goes, and so does what only it describes; a shared thing goes where
    nothing that was chosen leads to it.
    """

    def __init__(self, snapshot: Snapshot, partner: Partner, dump: Path, hidden: set[bytes]) -> None:
        self.base = f"{snapshot.project.base}graph/".encode()
        found = snapshot.store.query(query(snapshot, partner), use_default_graph_as_union=True)
        assert isinstance(found, ox.QuerySolutions)
        self.items = {str(row["item"]).encode() for row in found}
        self.hidden: set[bytes] = set()
        self._read(dump, hidden)

    def leaves_out(self, line: bytes) -> bool:
        """Whether a line stands in the graph of a document that was not chosen."""
        name = self._name(line)
        return self._is_document(name) and not self._is_chosen(name)

    def _name(self, line: bytes) -> bytes:
        """The name of the graph of a line, below `graph/`."""
        return line[line.rindex(b" <") + 2 + len(self.base) : -4]

    @cached_property
    def _others(self) -> frozenset[bytes]:
        return frozenset(name.encode() for name in (*UNPUBLISHED, *INFERRED))

    def _is_document(self, name: bytes) -> bool:
        return not name.startswith(b"shared/") and name not in self._others

    def _is_chosen(self, name: bytes) -> bool:
        return b"<%s%s>" % (self.base.removesuffix(b"graph/"), name) in self.items

    def _read(self, dump: Path, hidden: set[bytes]) -> None:
        chosen, others, shared = set[bytes](), set[bytes](), set[bytes]()
        leads: defaultdict[bytes, set[bytes]] = defaultdict(set)
        reached = set[bytes]()
        with dump.open("rb") as file:
            for line in file:
                name = self._name(line)
                if name in self._others:
                    continue
                subject, _, rest = line.split(b" ", 2)
                object_ = rest[: rest.index(b"> ") + 1] if rest.startswith(b"<") else b""
                if not self._is_document(name):
                    shared.add(subject)
                    leads[subject].add(object_)
                    if name.decode() in _ALWAYS:
                        reached.add(subject)
                elif self._is_chosen(name):
                    chosen.add(subject)
                    if subject not in hidden:
                        reached.add(object_)
                else:
                    others.add(subject)
        waiting = list(reached)
        while waiting:
            thing = waiting.pop()
            new = (leads.get(thing, set()) - reached) if thing not in hidden else set()
            reached |= new
            waiting += new
        self.hidden = (others - chosen) | (shared - reached - chosen)
