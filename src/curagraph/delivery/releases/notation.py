"""The description of a release as Turtle and as JSON-LD, with IRIs that are relative to the release's folder.

What writes the graph knows no relative IRIs, and its prefixes are those of the ontology.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from curagraph.exporting import jsonld

PREFIXES = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
DATASET = "<./>"
_IRI = re.compile(r"<([^>]*)>$")

# Subject, predicate and object as N-Triples has them, but for IRIs that are relative.
Triple = tuple[str, str, str]


def ordered(triples: Iterable[Triple]) -> list[Triple]:
    """Statements each once, those about the dataset first, and the class of a thing before all else."""
    type_ = iri("rdf:type")
    return sorted(set(triples), key=lambda each: (each[0] != DATASET, each[0], each[1] != type_, each))


def iri(name: str) -> str:
    """The IRI of a prefixed name.

    >>> iri("dcterms:title")
    '<http://purl.org/dc/terms/title>'
    """
    prefix, _, local = name.partition(":")
    return f"<{PREFIXES[prefix]}{local}>"


def turtle(triples: Iterable[Triple]) -> str:
    """Statements in Turtle."""
    blocks = [_block(subject, group) for subject, group in groupby(ordered(triples), key=lambda each: each[0])]
    heads = [f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items()]
    return "".join(heads) + "\n" + "\n".join(blocks)


def _block(subject: str, triples: Iterable[Triple]) -> str:
    rows = []
    for predicate, group in groupby(triples, key=lambda each: each[1]):
        name = "a" if predicate == iri("rdf:type") else _short(predicate)
        rows.append(f"    {name} {' , '.join(_short(object_) for _, _, object_ in group)}")
    return f"{subject}\n" + " ;\n".join(rows) + " .\n"


def _short(term: str) -> str:
    """A term with a prefixed name for its IRI, or for that of its datatype, where there is one."""
    found = _IRI.search(term)
    if not found:
        return term
    for prefix, namespace in PREFIXES.items():
        local = found[1].removeprefix(namespace)
        if local != found[1] and local.isidentifier() and local.isascii():
            return f"{term[: found.start()]}{prefix}:{local}"
    return term


def json_ld(triples: Iterable[Triple]) -> str:
    """Statements in JSON-LD."""
    writer = jsonld.Writer({}, PREFIXES)
    lines = (f"{subject} {predicate} {object_} .\n".encode() for subject, predicate, object_ in ordered(triples))
    nodes = groupby(map(jsonld.parts, lines), key=lambda parts: parts[0])
    graph = ",\n".join(writer.node(subject, group) for subject, group in nodes)
    return f'{{\n  "@context": {json.dumps(PREFIXES)},\n  "@graph": [\n{graph}\n  ]\n}}\n'


def lines(triples: Iterable[Triple]) -> Iterator[str]:
    """Statements a line each, which is Turtle as well."""
    return (" ".join(triple) + " .\n" for triple in triples)
