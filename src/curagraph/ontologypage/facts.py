"""What the axioms say of each term, as the rows of its entry: a link where two terms are named, else a sentence."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from curagraph import turtle
from curagraph.ontologypage.glossary import Glossary
from curagraph.ontologypage.markup import Content, joined, tag
from curagraph.problem import ProjectError
from curagraph.reasoning import axioms
from curagraph.reasoning.constructs import NotCompiled
from curagraph.reasoning.expressions import OWL, RDF, RDFS, Argument, Axiom, Named, Property

# What an axiom of two is called on the side of the first, and on that of the second.
_BETWEEN = {
    "subClassOf": ("superclass", "subclass"),
    "equivalentClass": ("same as", "same as"),
    "disjointWith": ("never also", "never also"),
    "subPropertyOf": ("superproperty", "subproperty"),
    "equivalentProperty": ("same as", "same as"),
    "inverseOf": ("inverse", "inverse"),
    "propertyDisjointWith": ("never also", "never also"),
    "domain": ("domain", "domain of"),
    "range": ("range", "range of"),
}
_DEFINED, _INFERRED, _LEADS_ON, _ALWAYS, _NEVER, _ALSO = (
    "defined as",
    "inferred from",
    "leads on",
    "always",
    "never also",
    "moreover",
)
_MEMBER, _TYPE = "member", "type"
ORDER = (
    *("type", "superclass", "superproperty", _DEFINED, "same as", "domain", "range", "inverse", _INFERRED, _ALWAYS),
    *("subclass", "subproperty", _MEMBER, "domain of", "range of", _LEADS_ON, _NEVER, _ALSO),
)
# What an entry shows elsewhere than in its rows.
_SHOWN = {RDFS + "label", "http://www.w3.org/2004/02/skos/core#definition", RDFS + "isDefinedBy", RDF + "type"}

Rows = dict[str, list[list[Content]]]


class Facts:
    """The rows of every term, by its IRI.

    Raises `ProjectError`, with file and line, for an axiom that is not known.
    """

    def __init__(self, glossary: Glossary) -> None:
        self.glossary = glossary
        self.rows: dict[str, Rows] = {}
        project = glossary.project
        try:
            found = axioms.read(glossary.vocabulary.triples)
        except NotCompiled as error:
            raise ProjectError(
                f"{turtle.place(project, error.subject, *error.ends, predicate=error.predicate)}: {error}"
            ) from None
        for axiom in found:
            self._take(axiom)
        for iri in sorted(glossary.vocabulary.declared):
            self._take_rest(iri)

    def of(self, iri: str) -> Rows:
        """The rows of a term in the order in which one asks for them."""
        rows = self.rows.get(iri, {})
        return {name: rows[name] for name in sorted(rows, key=_place)}

    def _add(self, iri: str, row: str, said: list[Content]) -> None:
        values = self.rows.setdefault(iri, {}).setdefault(row, [])
        if said not in values:
            values.append(said)

    def _take(self, axiom: Axiom) -> None:
        sentence = self.glossary.wording.axiom(axiom)
        ends = [_iri(argument) for argument in axiom.arguments]
        if axiom.kind in _BETWEEN and all(ends):
            for row, iri, other in zip(_BETWEEN[axiom.kind], ends, reversed(ends), strict=True):
                self._add(iri, row, [self._link(other)])
        elif axiom.kind.startswith("AllDisjoint") and all(ends):
            for iri in ends:
                self._add(iri, _NEVER, joined((self._link(each) for each in ends if each != iri), ", "))
        elif len(ends) == 1 and ends[0]:
            self._add(ends[0], _ALWAYS, [sentence.partition(" ")[2]])
        else:
            self._take_sentence(axiom, sentence, ends)

    def _take_sentence(self, axiom: Axiom, sentence: str, ends: list[str]) -> None:
        """An axiom in which more than two terms, or a class without a name, take part."""
        head = ends[0]
        said = {_DEFINED: axiom.kind == "equivalentClass", _INFERRED: axiom.kind == "propertyChainAxiom"}
        own = next((row for row, holds in said.items() if holds), _ALSO)
        for iri in dict.fromkeys(self.glossary.named_in(sentence)):
            if iri == head and own is not _ALSO:
                words = self.glossary.wording
                inside = [words.argument(each) for each in axiom.arguments[1:]]
                self._add(iri, own, self.glossary.linked(", then ".join(inside)))
            else:
                row = _LEADS_ON if own is _INFERRED else _ALSO
                self._add(iri, row, self.glossary.linked(sentence))

    def _take_rest(self, iri: str) -> None:
        """What else is said of a term: the class of an individual, and texts such as notes and other labels."""
        for triple in self.glossary.vocabulary.about(ox.NamedNode(iri)):
            predicate = triple.predicate.value
            if isinstance(triple.object, ox.Literal) and predicate not in _SHOWN:
                self._add(iri, self.glossary.label(predicate), [triple.object.value])
        for class_ in self._classes(iri):
            self._add(iri, _TYPE, [self._link(class_)])
            self._add(class_, _MEMBER, [self._link(iri)])

    def _classes(self, iri: str) -> Iterator[str]:
        return (each for each in self.glossary.types[iri] if not each.startswith((OWL, RDFS, RDF)))

    def _link(self, iri: str) -> Content:
        """A term by its prefixed name; one of RDF, RDFS, OWL or XSD that has no entry is no link."""
        name = self.glossary.name(iri)
        return self.glossary.link(iri, name) if iri in self.glossary.anchors else tag("span", name)


def _iri(argument: Argument) -> str:
    """The IRI of a class or property that has a name; empty for others."""
    match argument:
        case Named(iri) | Property(iri, False):
            return iri
    return ""


def _place(row: str) -> tuple[int, str]:
    return (ORDER.index(row) if row in ORDER else len(ORDER), row)
