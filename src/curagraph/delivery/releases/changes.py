"""What has changed between two releases, in words: how many things of each kind came, went or have another name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import pyoxigraph as ox

from curagraph.delivery.releases.counts import TYPE
from curagraph.delivery.releases.statements import parsed
from curagraph.vocabulary import Vocabulary

# The first of these that a thing has is its name.
_NAMING = (
    b"<http://www.w3.org/2004/02/skos/core#prefLabel>",
    b"<http://purl.org/dc/terms/title>",
    b"<https://schema.org/name>",
    b"<https://schema.org/headline>",
    b"<http://www.w3.org/2000/01/rdf-schema#label>",
)
_LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
_BELOW = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")
# So many kinds stand in one sentence.
_TOLD = 5


@dataclass
class Kind:
    """The things of one class that came, went, were renamed (before, after), and the number that changed otherwise.

    Things without a name stand in the lists by their IRI.
    """

    label: str
    new: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    renamed: list[tuple[str, str]] = field(default_factory=list)
    changed: int = 0

    @property
    def told(self) -> str:
        """What became of them, such as "2 topics renamed, 1 gone"."""
        counts = (
            (len(self.renamed), "renamed"),
            (len(self.new), "new"),
            (self.changed, "changed"),
            (len(self.gone), "gone"),
        )
        words = [f"{count:,} {what}" for count, what in counts if count]
        number, _, rest = words[0].partition(" ")
        words[0] = f"{number} {self.label if number == '1' else plural(self.label)} {rest}"
        return ", ".join(words)


class Changes:
    """What has changed, by kind."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.naming = Naming(vocabulary)
        self.by_label: dict[str, Kind] = {}

    def add(self, old: list[bytes], new: list[bytes]) -> None:
        """Count a thing by its statements before and after, of which one may be missing."""
        label = self.naming.kind(new or old)
        kind = self.by_label.setdefault(label, Kind(label))
        before, after = self.naming.name(old), self.naming.name(new)
        if not old:
            kind.new.append(after)
        elif not new:
            kind.gone.append(before)
        elif before != after:
            kind.renamed.append((before, after))
        else:
            kind.changed += 1

    @property
    def kinds(self) -> list[Kind]:
        """All kinds by their names, those of our own classes before others."""
        own = self.naming.own
        return [self.by_label[label] for label in sorted(self.by_label, key=lambda label: (label not in own, label))]

    @property
    def named(self) -> list[Kind]:
        """The kinds whose things are named to people: our own, where there are some."""
        return [kind for kind in self.kinds if kind.label in self.naming.own] or self.kinds

    @property
    def told(self) -> str:
        """One sentence."""
        kinds = self.kinds
        told = _TOLD if len(kinds) > _TOLD + 1 else len(kinds)
        words = [kind.told for kind in kinds[:told]]
        if kinds[told:]:
            words.append(f"and {len(kinds) - told} more kinds of things")
        return "; ".join(words)


class Naming:
    """Names kinds by the labels of their classes, and things by their own."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.label = lru_cache(maxsize=None)(self._label)

    def kind(self, lines: Iterable[bytes]) -> str:
        """The most specific class of a thing, by its label."""
        classes = [object_ for _, predicate, object_, _ in map(parsed, lines) if predicate == TYPE]
        return self.label(tuple(sorted(set(classes))))

    def _label(self, classes: tuple[bytes, ...]) -> str:
        if not classes:
            return "thing without a class"
        nodes = [ox.NamedNode(each[1:-1].decode()) for each in classes]
        known = [node for node in nodes if node in self.labels]
        if not known:
            return _words(nodes[0].value)
        return self.labels[max(known, key=lambda node: (len(self.above(node)), node.value))]

    @cached_property
    def labels(self) -> Mapping[ox.NamedNode, str]:
        """The English labels of what the ontology declares."""
        found: dict[ox.NamedNode, str] = {}
        for triple in self.vocabulary.triples:
            term, label = triple.subject, triple.object
            if triple.predicate == _LABEL and isinstance(term, ox.NamedNode) and isinstance(label, ox.Literal):
                found[term] = min(label.value, found.get(term, label.value))
        return found

    @cached_property
    def own(self) -> set[str]:
        """The labels of what stands in our own namespace."""
        ours = self.vocabulary.prefixes["cu"]
        return {label for term, label in self.labels.items() if term.value.startswith(ours)}

    def above(self, class_: ox.NamedNode) -> set[ox.NamedNode]:
        """A class and all those above it."""
        found, waiting = {class_}, [class_]
        while waiting:
            for triple in self.vocabulary.about(waiting.pop()):
                upper = triple.object
                if triple.predicate == _BELOW and isinstance(upper, ox.NamedNode) and upper not in found:
                    found.add(upper)
                    waiting.append(upper)
        return found

    def name(self, lines: list[bytes]) -> str:
        """The name of a thing, or its IRI where it has none; nothing where there are no statements."""
        statements = [parsed(line) for line in lines]
        for property_ in _NAMING:
            for statement in statements:
                if statement.predicate == property_ and statement.object.startswith(b'"'):
                    return _text(statement.triple)
        return statements[0].subject[1:-1].decode() if statements else ""


def _text(line: bytes) -> str:
    """The text of the literal of a line of N-Triples."""
    (quad,) = ox.parse(line, ox.RdfFormat.N_TRIPLES)
    assert isinstance(quad.object, ox.Literal)
    return quad.object.value


def _words(iri: str) -> str:
    """The words of the local name of a class.

    >>> _words("https://schema.org/WebPage")
    'web page'
    """
    local = re.split(r"[#/]", iri)[-1]
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", local).lower() or iri


def plural(label: str) -> str:
    """A label for several things.

    >>> plural("topic"), plural("community"), plural("form of presentation"), plural("thing without a class")
    ('topics', 'communities', 'forms of presentation', 'things without a class')
    """
    head, *rest = re.split(r"( (?:of|without) .*)", label, maxsplit=1)
    if re.search(r"[^aeiou]y$", head):
        return f"{head[:-1]}ies{''.join(rest)}"
    return f"{head}{'es' if re.search(r'(s|x|ch|sh)$', head) else 's'}{''.join(rest)}"
