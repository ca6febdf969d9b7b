"""Makes the extract of schema.org that `curagraph.pagecheck.schemaorg` reads, from the published vocabulary in Turtle.

python -m tests.schemaorg schemaorg-30.0-current-https.ttl.gz > src/curagraph/pagecheck/data/schemaorg.json
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

VERSION = "30.0"
SCHEMA = "https://schema.org/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"

Statements = dict[str, dict[str, list[str]]]


def extract(file: Path) -> str:
    """The extract as JSON text: names and what holds between them, one term a line, in the order of names."""
    about = _read(file)
    classes = {name for name, found in about.items() if RDFS + "Class" in found[RDF + "type"]}
    properties = {name for name, found in about.items() if RDF + "Property" in found[RDF + "type"]}
    members = about.keys() - classes - properties
    return _text(
        {
            "version": VERSION,
            "types": {name: _schema(about[name][RDFS + "subClassOf"]) for name in classes},
            "data_types": {name: "" for name in classes if SCHEMA + "DataType" in about[name][RDF + "type"]},
            "properties": {name: _both(about[name]) for name in properties},
            "members": {name: found for name in members if (found := _schema(about[name][RDF + "type"]))},
            "superseded": {name: found for name in about if (found := _schema(about[name][SCHEMA + "supersededBy"]))},
        }
    )


def _read(file: Path) -> Statements:
    """What the vocabulary says of its own terms in IRIs: term, predicate, objects."""
    about: Statements = defaultdict(lambda: defaultdict(list))
    for quad in ox.parse(gzip.decompress(file.read_bytes()), format=ox.RdfFormat.TURTLE):
        subject, object_ = quad.subject, quad.object
        if isinstance(subject, ox.NamedNode) and isinstance(object_, ox.NamedNode):
            name = subject.value.removeprefix(SCHEMA)
            if name != subject.value:
                about[name][quad.predicate.value].append(object_.value)
    return about


def _schema(iris: Iterable[str]) -> str:
    """The names of terms of schema.org among IRIs."""
    return " ".join(sorted(iri.removeprefix(SCHEMA) for iri in iris if iri.startswith(SCHEMA)))


def _both(found: dict[str, list[str]]) -> str:
    """The domains and the ranges of a property."""
    return f"{_schema(found[SCHEMA + 'domainIncludes'])} > {_schema(found[SCHEMA + 'rangeIncludes'])}"


def _text(parts: dict[str, str | dict[str, str]]) -> str:
    ordered = {key: dict(sorted(part.items())) if isinstance(part, dict) else part for key, part in parts.items()}
    return json.dumps(ordered, indent=0, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(extract(Path(sys.argv[1])))
