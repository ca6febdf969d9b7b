"""Which terms may be values of a property: links want an IRI, others a literal of the datatype that is their range.

OWL 2 RL would find a wrong one by dt-not-type. Seeing to it where a term is made costs nothing, and the value that
does not fit has a file and a line there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pyoxigraph as ox

from curagraph.vocabulary import Vocabulary

_OWL = "http://www.w3.org/2002/07/owl#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_OBJECT_PROPERTY = ox.NamedNode(f"{_OWL}ObjectProperty")
_DATATYPE_PROPERTY = ox.NamedNode(f"{_OWL}DatatypeProperty")
_ANY = {f"{_RDFS}Literal", f"{_RDF}PlainLiteral"}
# The store keeps every kind of whole number as xsd:integer (XML Schema 1.1 part 2, section 3.4.13 and below).
_WHOLE = {
    _XSD + name
    for name in (
        *("integer", "long", "int", "short", "byte", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger"),
        *("negativeInteger", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
    )
}
_DERIVED = {f"{_XSD}decimal": _WHOLE, f"{_XSD}dateTime": {f"{_XSD}dateTimeStamp"}}

Fits = Callable[[str], bool]


def is_datatype(iri: str) -> bool:
    """Whether a class holds literals."""
    return iri.startswith(_XSD) or iri in _ANY or iri == f"{_RDF}langString"


def wanted(vocabulary: Vocabulary, property_: str) -> tuple[str, Fits] | None:
    """What a property wants, in words, and whether a term in N-Triples notation is that; None where it takes anything.

    Ranges are those of the property and of all above it (scm-rng2).

    >>> from curagraph.config import Project
    >>> words, fits = wanted(Project.default().vocabulary, "https://data.medigy.com/ontology#slug")
    >>> words, fits('"a-slug"'), fits('"a slug"@en'), fits("<urn:a>")
    ('a literal of xsd:string', True, False, False)
    """
    node = ox.NamedNode(property_)
    types = {t.object for t in vocabulary.about(node) if t.predicate.value == f"{_RDF}type"}
    if _OBJECT_PROPERTY in types:
        return "a thing with an IRI", is_link
    ranges = [range_ for range_ in _ranges(vocabulary, node, set()) if is_datatype(range_) and range_ not in _ANY]
    if ranges:
        return f"a literal of {' and '.join(map(_short, ranges))}", _all([_fits(range_) for range_ in ranges])
    return ("a literal", is_literal) if _DATATYPE_PROPERTY in types else None


def is_link(term: str) -> bool:
    return term[0] == "<"


def is_literal(term: str) -> bool:
    return term[0] == '"'


def _ranges(vocabulary: Vocabulary, property_: ox.NamedNode, seen: set[ox.NamedNode]) -> Iterator[str]:
    if property_ in seen:
        return
    seen.add(property_)
    for triple in vocabulary.about(property_):
        if triple.predicate.value == f"{_RDFS}range" and isinstance(triple.object, ox.NamedNode):
            yield triple.object.value
        elif triple.predicate.value == f"{_RDFS}subPropertyOf" and isinstance(triple.object, ox.NamedNode):
            yield from _ranges(vocabulary, triple.object, seen)


def _fits(datatype: str) -> Fits:
    """A test of a literal by how it ends: in a quotation mark, a language tag or the name of its datatype."""
    if datatype == f"{_XSD}string":
        return lambda term: term[-1] == '"'
    if datatype == f"{_RDF}langString":
        return lambda term: term[-1] not in '">'
    known = {datatype} | _DERIVED.get(datatype, set()) | (_WHOLE if datatype in _WHOLE else set())
    endings = tuple(f"^^<{each}>" for each in sorted(known))
    return lambda term: term.endswith(endings)


def _all(tests: list[Fits]) -> Fits:
    return tests[0] if len(tests) == 1 else lambda term: all(test(term) for test in tests)


def _short(datatype: str) -> str:
    return f"xsd:{datatype.removeprefix(_XSD)}" if datatype.startswith(_XSD) else f"rdf:{datatype.removeprefix(_RDF)}"
