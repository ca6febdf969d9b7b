"""What a file of statements holds, counted: what VoID says of a dataset.

Statements are counted as triples of the whole, each once, as the lines of one subject stand together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from curagraph.delivery.releases.statements import parsed

TYPE = b"<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_SCHEME = b"<http://www.w3.org/2004/02/skos/core#ConceptScheme>"
_LICENCE = b"<http://purl.org/dc/terms/license>"


@dataclass
class Counts:
    """Numbers of quads, triples and subjects; of triples by property and by graph, of things by class.

    `licences` are those of concept schemes, as pairs.
    """

    quads: int = 0
    triples: int = 0
    subjects: int = 0
    properties: Counter[bytes] = field(default_factory=Counter)
    classes: Counter[bytes] = field(default_factory=Counter)
    graphs: Counter[bytes] = field(default_factory=Counter)
    licences: set[tuple[bytes, bytes]] = field(default_factory=set)

    @classmethod
    def of(cls, lines: Iterable[bytes]) -> Counts:
        """The counts of lines of N-Quads in order. Raises `ValueError` where one is none."""
        found = cls()
        schemes, licences = set(), set()
        last: tuple[bytes, ...] = (b"", b"", b"")
        for line in lines:
            subject, predicate, object_, graph = parsed(line)
            found.quads += 1
            found.graphs[graph] += 1
            triple = (subject, predicate, object_)
            if triple == last:
                continue
            found.triples += 1
            found.subjects += subject != last[0]
            found.properties[predicate] += 1
            last = triple
            if predicate == TYPE:
                found.classes[object_] += 1
                if object_ == _SCHEME:
                    schemes.add(subject)
            elif predicate == _LICENCE:
                licences.add((subject, object_))
        found.licences = {(thing, licence) for thing, licence in licences if thing in schemes}
        return found

    def __iadd__(self, other: Counts) -> Counts:
        """Add the counts of other subjects."""
        self.quads += other.quads
        self.triples += other.triples
        self.subjects += other.subjects
        self.properties += other.properties
        self.classes += other.classes
        self.graphs += other.graphs
        self.licences |= other.licences
        return self
