"""JSON-LD 1.1, compact, with a context that is generated from the ontology.

Each thing is one object with `@id`, `@type` and its properties by their short names. It is written from sorted
N-Triples lines, a thing at a time; the lexical form of a literal in N-Triples is the inside of a JSON string already.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from typing import IO, Any

import pyoxigraph as ox

from curagraph.vocabulary import Vocabulary

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_OWL = "http://www.w3.org/2002/07/owl#"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_RANGE = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#range")
_TYPE = ox.NamedNode(_RDF + "type")
_LANGUAGE = "en"
_TERMS = {_OWL + name for name in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")}

# RDF 1.1 N-Triples, section 2: subject, predicate, and an object that is a node or a literal.
_LINE = re.compile(
    rb"(?:<([^>]*)>|(_:\S+)) <([^>]*)> "
    rb'(?:<([^>]*)>|(_:\S+)|"((?:[^"\\]|\\.)*)"(?:@([A-Za-z0-9-]+)|\^\^<([^>]*)>)?) \.\n',
    re.DOTALL,
)
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})")


def context(vocabulary: Vocabulary) -> dict[str, Any]:
    """The context: each term of the ontology by its local name, or `prefix:name` where two vocabularies share that.

    Object properties hold IRIs; a range says the language or datatype of the others.
    """
    types = {subject: object_ for subject, object_ in _named(vocabulary, _TYPE) if object_ in _TERMS}
    ranges = dict(_named(vocabulary, _RANGE))
    names = {iri: name for iri in types if (name := _split(iri, vocabulary)) and iri != _TYPE.value}
    # Where schema.org has the name of another vocabulary's term, it yields: pages have a context of their own.
    times = Counter(local for prefix, local in names.values() if prefix != "schema")
    shared = Counter(local for _, local in names.values())
    found: dict[str, Any] = {"@version": 1.1}
    found |= dict(sorted(vocabulary.prefixes.items()))
    for iri, (prefix, local) in sorted(names.items(), key=lambda row: row[1][::-1]):
        is_plain = prefix == "cu" or (shared if prefix == "schema" else times)[local] == 1
        short = local if is_plain else f"{prefix}:{local}"
        found[short] = _definition(iri, types[iri], ranges.get(iri, ""))
    return found


def _named(vocabulary: Vocabulary, predicate: ox.NamedNode) -> Iterator[tuple[str, str]]:
    for triple in vocabulary.triples:
        subject, object_ = triple.subject, triple.object
        if triple.predicate == predicate and isinstance(subject, ox.NamedNode) and isinstance(object_, ox.NamedNode):
            yield subject.value, object_.value


def _split(iri: str, vocabulary: Vocabulary) -> tuple[str, str] | None:
    for prefix, namespace in sorted(vocabulary.prefixes.items()):
        local = iri.removeprefix(namespace)
        if local != iri and local.isidentifier():
            return prefix, local
    return None


def _definition(iri: str, type_: str, range_: str) -> Any:
    if type_ == _OWL + "ObjectProperty":
        return {"@id": iri, "@type": "@id"}
    if range_ == _RDF + "langString":
        return {"@id": iri, "@language": _LANGUAGE}
    if range_.startswith(_XSD) and range_ != _XSD + "string":
        return {"@id": iri, "@type": range_}
    return iri


def document(vocabulary: Vocabulary) -> bytes:
    """The context as a document of its own, to be published."""
    return (json.dumps({"@context": context(vocabulary)}, indent=2, ensure_ascii=False) + "\n").encode()


def write(lines: Iterable[bytes], output: IO[bytes], vocabulary: Vocabulary) -> None:
    """Write sorted N-Triples lines as one JSON-LD document."""
    writer, head = prepared(vocabulary)
    output.write(head)
    between = "\n"
    for subject, group in groupby(map(parts, lines), key=lambda each: each[0]):
        output.write(f"{between}{writer.node(subject, group)}".encode())
        between = ",\n"
    output.write(b"\n  ]\n}\n")


@lru_cache(maxsize=4)
def prepared(vocabulary: Vocabulary) -> tuple[Writer, bytes]:
    """What writes by the context of a vocabulary, and how every document begins."""
    found = context(vocabulary)
    head = json.dumps(found, indent=2, ensure_ascii=False).replace("\n", "\n  ")
    return Writer(found, vocabulary.prefixes), f'{{\n  "@context": {head},\n  "@graph": ['.encode()


Parts = tuple[str, str, str, str, str, str]


def parts(line: bytes) -> Parts:
    """A line of N-Triples in its parts: subject, predicate, IRI, or lexical form, language and datatype."""
    match = _LINE.fullmatch(line)
    if match is None:
        raise ValueError(f"not a line of N-Triples: {line!r}")
    iri, blank, predicate, *node, lexical, language, datatype = (
        part.decode() if part else "" for part in match.groups()
    )
    return iri or blank, predicate, node[0] or node[1], lexical, language, datatype


class Writer:
    """Writes objects by the definitions of a context."""

    def __init__(self, found: dict[str, Any], prefixes: dict[str, str]) -> None:
        self.prefixes = prefixes
        self.short: dict[str, str] = {}
        self.coercion: dict[str, tuple[str, str]] = {}
        for name, definition in found.items():
            if isinstance(definition, dict):
                self.short[definition["@id"]] = name
                self.coercion[definition["@id"]] = (definition.get("@type", ""), definition.get("@language", ""))
            elif isinstance(definition, str):
                self.short.setdefault(definition, name)
        self.name = lru_cache(maxsize=1024)(self._name)

    def node(self, subject: str, group: Iterable[Parts]) -> str:
        """One object, with a line for each property."""
        return "    {\n" + ",\n".join(f"      {row}" for row in self.rows(subject, group)) + "\n    }"

    def rows(self, subject: str, group: Iterable[Parts]) -> list[str]:
        """The properties of one object: its IRI, its classes, and the others in the order of their statements."""
        types: list[str] = []
        rows = []
        for predicate, statements in groupby(group, key=lambda parts: parts[1]):
            if predicate == _TYPE.value:
                types = [self.name(parts[2]) for parts in statements]
                continue
            type_, language = self.coercion.get(predicate, ("", ""))
            values = [self.value(parts, type_, language) for parts in statements]
            rows.append(f"{self.name(predicate)}: {_one_or_list(values)}")
        return [f'"@id": "{subject}"', *([f'"@type": {_one_or_list(types)}'] if types else []), *rows]

    def _name(self, iri: str) -> str:
        return json.dumps(self.short.get(iri) or self._compact(iri), ensure_ascii=False)

    def _compact(self, iri: str) -> str:
        """The IRI of a term that the context does not define, by its prefix where it has one."""
        for prefix, namespace in self.prefixes.items():
            if iri.startswith(namespace) and iri[len(namespace) :].isidentifier():
                return f"{prefix}:{iri[len(namespace) :]}"
        return iri

    def value(self, parts: Parts, type_: str, language: str) -> str:
        """A value, as short as the coercion of its property allows (JSON-LD 1.1, section 4.2.3)."""
        _, _, iri, lexical, tag, datatype = parts
        if iri:
            return f'"{iri}"' if type_ == "@id" else f'{{"@id": "{iri}"}}'
        text = f'"{lexical}"'
        if tag:
            return text if tag == language else f'{{"@value": {text}, "@language": "{tag}"}}'
        if datatype:
            if datatype == type_:
                return lexical if datatype == _XSD + "integer" and _INTEGER.fullmatch(lexical) else text
            return f'{{"@value": {text}, "@type": {self.name(datatype)}}}'
        return f'{{"@value": {text}}}' if type_ or language else text


def _one_or_list(values: list[str]) -> str:
    return values[0] if len(values) == 1 else f"[{', '.join(values)}]"
