"""The description of a release: DCAT 3 for its files, VoID for what they hold, and the named graphs.

What is counted or measured comes from the files as they were written; `verification` counts and measures again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from curagraph.config import Project
from curagraph.delivery.partner import Partner
from curagraph.delivery.releases import sums
from curagraph.delivery.releases.counts import Counts
from curagraph.delivery.releases.dumps import KINDS, Dump
from curagraph.delivery.releases.notation import PREFIXES, Triple, iri
from curagraph.site import ORGANIZATION

TURTLE, JSON_LD = "dataset.ttl", "dataset.jsonld"
_TYPES = "https://www.iana.org/assignments/media-types/"
_SHA256 = "<http://spdx.org/rdf/terms#checksumAlgorithm_sha256>"
_RIGHTS, _EXCERPT_RIGHTS = "rights", "rights-of-excerpts"


@dataclass(frozen=True)
class About:
    """What is said of a release beside what is counted: `issued` is a time as xsd:dateTime."""

    version: int
    previous: int
    issued: str
    summary: str
    notes: str


def said(project: Project, partner: Partner, about: About, dumps: Sequence[Dump], counts: Counts) -> Iterator[Triple]:
    """What the profile and the project say of a release."""
    has = _Node("./")
    yield has("rdf:type", iri("dcat:Dataset"))
    yield has("rdf:type", iri("void:Dataset"))
    yield has("dcterms:title", text(partner.title or partner.name))
    yield has("dcterms:description", text(about.summary))
    yield has("dcterms:identifier", text(f"{partner.name}/{about.version}"))
    yield has("dcterms:issued", typed(about.issued, "dateTime"))
    yield has("dcterms:temporal", "<./#period>")
    yield _Node("./#period")("rdf:type", iri("dcterms:PeriodOfTime"))
    yield _Node("./#period")("dcat:endDate", typed(about.issued, "dateTime"))
    yield has("dcterms:isVersionOf", "<../>")
    yield has("dcat:version", text(str(about.version)))
    yield has("adms:versionNotes", text(about.notes))
    yield has("void:uriSpace", text(project.base))
    yield has("dcat:landingPage", "<index.html>")
    yield _Node("index.html")("rdf:type", iri("foaf:Document"))
    if about.previous:
        yield has("dcat:previousVersion", f"<../{about.previous}/>")
    if project.publisher.name:
        organization = _Node(f"{project.base}{ORGANIZATION}")
        yield has("dcterms:publisher", organization.term)
        yield organization("rdf:type", iri("foaf:Agent"))
        yield organization("foaf:name", text(project.publisher.name))
        yield organization("foaf:homepage", f"<{project.site}>")
    yield from _licences(project, partner, dumps, counts)


def _licences(project: Project, partner: Partner, dumps: Sequence[Dump], counts: Counts) -> Iterator[Triple]:
    """Under which licence the dataset stands, each of its files, and each of its graphs."""
    excerpts = f"<{project.base}graph/excerpts>".encode()
    quoted = excerpts in counts.graphs and bool(project.excerpt_rights)
    own = [_Node("./"), *(_distribution(dump) for dump in dumps)]
    own += [_Node(f"./#graph/{name}") for name in _graphs(counts, project.base)[0] if name != "excerpts"]
    own += [_Node(f"./#graphs/{name}") for name in _graphs(counts, project.base)[1]]
    for has in own:
        if partner.licence:
            yield has("dcterms:license", f"<{partner.licence}>")
        if partner.rights:
            yield has("dcterms:rights", f"<./#{_RIGHTS}>")
    for has in [_Node("./"), *map(_distribution, dumps), _Node("./#graph/excerpts")] if quoted else []:
        yield has("dcterms:rights", f"<./#{_EXCERPT_RIGHTS}>")
    statements = {_RIGHTS: partner.rights, _EXCERPT_RIGHTS: project.excerpt_rights if quoted else ""}
    for name, words in statements.items():
        if words:
            yield _Node(f"./#{name}")("rdf:type", iri("dcterms:RightsStatement"))
            yield _Node(f"./#{name}")("rdfs:label", text(words))
    if partner.licence:
        yield _Node(partner.licence)("rdf:type", iri("dcterms:LicenseDocument"))


def measured(folder: Path, dumps: Sequence[Dump], canonical: str) -> Iterator[Triple]:
    """What can be measured of the dumps of a release; `canonical` is the SHA-256 of its canonical N-Quads."""
    yield _Node("./")("spdx:checksum", "<./#canonical>")
    yield _Node("./#canonical")("rdfs:label", text("SHA-256 of the canonical N-Quads of RDFC-1.0"))
    yield from _checksum(_Node("./#canonical"), canonical)
    for dump in dumps:
        has, kind = _distribution(dump), KINDS[dump.format]
        checksum = _Node(f"./#checksum-{dump.name}")
        part = f", part {dump.part} of {dump.parts}" if dump.parts > 1 else ""
        yield _Node("./")("dcat:distribution", has.term)
        yield _Node("./")("void:dataDump", f"<{dump.name}>")
        yield has("rdf:type", iri("dcat:Distribution"))
        yield has("dcterms:title", text(kind.label + part))
        yield has("dcat:accessURL", f"<{dump.name}>")
        yield has("dcat:downloadURL", f"<{dump.name}>")
        yield has("dcat:mediaType", f"<{_TYPES}{kind.media_type}>")
        yield has("dcat:compressFormat", f"<{_TYPES}application/gzip>")
        yield has("dcat:byteSize", typed((folder / dump.name).stat().st_size, "nonNegativeInteger"))
        yield has("spdx:checksum", checksum.term)
        yield from _checksum(checksum, sums.sha256(folder / dump.name))


def _checksum(has: _Node, value: str) -> Iterator[Triple]:
    yield has("rdf:type", iri("spdx:Checksum"))
    yield has("spdx:algorithm", _SHA256)
    yield has("spdx:checksumValue", typed(value, "hexBinary"))


def counted(counts: Counts, base: str) -> Iterator[Triple]:
    """What can be counted in the dumps of a release."""
    yield from _totals(_Node("./"), counts)
    for number, (property_, count) in enumerate(sorted(counts.properties.items()), 1):
        has = _Node(f"./#property-{number}")
        yield _Node("./")("void:propertyPartition", has.term)
        yield has("void:property", property_.decode())
        yield has("void:triples", typed(count, "integer"))
    for number, (class_, count) in enumerate(sorted(counts.classes.items()), 1):
        has = _Node(f"./#class-{number}")
        yield _Node("./")("void:classPartition", has.term)
        yield has("void:class", class_.decode())
        yield has("void:entities", typed(count, "integer"))
    yield from _named_graphs(counts, base)
    for scheme, licence in sorted(counts.licences):
        yield scheme.decode(), iri("rdf:type"), iri("skos:ConceptScheme")
        yield scheme.decode(), iri("dcterms:license"), licence.decode()


def _totals(has: _Node, counts: Counts) -> Iterator[Triple]:
    yield has("void:triples", typed(counts.triples, "integer"))
    yield has("void:distinctSubjects", typed(counts.subjects, "integer"))
    yield has("void:properties", typed(len(counts.properties), "integer"))
    yield has("void:classes", typed(len(counts.classes), "integer"))


def _named_graphs(counts: Counts, base: str) -> Iterator[Triple]:
    """The graphs of what documents share, each; and those of documents, which are many, together."""
    single, many = _graphs(counts, base)
    if single or many:
        yield _Node("./")("rdf:type", iri("sd:Dataset"))
    for name, count in sorted(single.items()):
        has, of = _Node(f"./#graph/{name}"), _Node(f"./#named/{name}")
        yield _Node("./")("sd:namedGraph", of.term)
        yield of("rdf:type", iri("sd:NamedGraph"))
        yield of("sd:name", f"<{base}graph/{name}>")
        yield of("sd:graph", has.term)
        yield has("rdf:type", iri("sd:Graph"))
        yield has("rdf:type", iri("void:Dataset"))
        yield has("void:triples", typed(count, "integer"))
    for name, (graphs, count) in sorted(many.items()):
        has = _Node(f"./#graphs/{name}")
        yield _Node("./")("void:subset", has.term)
        yield has("rdf:type", iri("void:Dataset"))
        yield has("dcterms:title", text(f"{graphs:,} named graphs below {base}graph/{name}/"))
        yield has("void:triples", typed(count, "integer"))


def _graphs(counts: Counts, base: str) -> tuple[dict[str, int], dict[str, tuple[int, int]]]:
    """The graphs of what is shared with their triples; those of documents by the beginning of their names."""
    single: dict[str, int] = {}
    graphs, triples = Counter[str](), Counter[str]()
    for graph, count in counts.graphs.items():
        name = graph.decode()[1:-1].removeprefix(f"{base}graph/")
        first, slash, _ = name.partition("/")
        if graph and (first == "shared" or not slash or not re.fullmatch(r"[\w-]+", first)):
            single[name] = count
        elif graph:
            graphs[first] += 1
            triples[first] += count
    return single, {name: (graphs[name], triples[name]) for name in graphs}


def text(words: str) -> str:
    """A text as a term."""
    return str(ox.Literal(words))


def typed(value: object, datatype: str) -> str:
    """A value of a datatype of XML Schema as a term."""
    return f'"{value}"^^<{PREFIXES["xsd"]}{datatype}>'


def _distribution(dump: Dump) -> _Node:
    return _Node(f"./#{dump.name}")


class _Node:
    """A thing of which something is said."""

    def __init__(self, name: str) -> None:
        self.term = f"<{name}>"

    def __call__(self, property_: str, value: str) -> Triple:
        return self.term, iri(property_), value
