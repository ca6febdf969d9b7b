"""The obvious script: what a competent user writes with PyYAML and rdflib to turn the same items into the same triples.

    python bench/obvious.py SEEDS OUTPUT.nq|OUTPUT.ttl

N-Quads keep the graphs apart; Turtle is what rdflib writes unless told otherwise, and what people exchange.

It leaves out: any check of a value or a link, a report of what was not used, lines and rules behind a triple, two
files that claim one IRI or spell one label in two ways, other front matter than YAML and other bodies than HTML, the
definitions of the terms, a store to query, a second build that is quicker than the first, and a failed one that
leaves the old graph.
"""

from __future__ import annotations

import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml
from rdflib import RDF, XSD, Dataset, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, PROV, SDO, SKOS

BASE = Namespace("https://data.medigy.com/")
SITE = "https://www.medigy.com"
CU = Namespace("https://data.medigy.com/ontology#")
CLASSES = {"Medigy Communities": CU.CommunityItem}
KINDS = {"Curated Content": CU.CuratedContentKind, "Curated News": CU.CuratedNewsKind}
RIGHTS = "Excerpts belong to the publishers of the original works and are quoted to point readers to them."


class Text(HTMLParser):
    """The text of a body, a line a paragraph."""

    def __init__(self, body: str) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.feed(body)
        self.close()

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "p":
            self.parts.append("\n")

    def __str__(self) -> str:
        lines = (" ".join(line.split()) for line in "".join(self.parts).splitlines())
        return "\n".join(line for line in lines if line)


def main(seeds: Path, output: Path) -> None:
    """Convert all items of a folder and write one file of N-Quads."""
    data = Dataset()
    excerpts = data.graph(BASE["graph/excerpts"])
    excerpts.add((excerpts.identifier, DCTERMS.rights, english(RIGHTS)))
    for file in sorted(seeds.rglob("*.md")):
        _, front, body = file.read_text(encoding="utf-8").split("---\n", 2)
        add_item(data, yaml.safe_load(front), body)
    if output.suffix == ".ttl":
        union = Graph()
        for subject, predicate, object_, _ in data.quads():
            union.add((subject, predicate, object_))
        union.serialize(output, format="turtle", encoding="utf-8")
    else:
        data.serialize(output, format="nquads", encoding="utf-8")


def add_item(data: Dataset, front: dict[str, Any], body: str) -> None:
    """All triples of one item."""
    number, title = front["id"], english(front["title"])
    item, work = BASE[f"item/{number}"], URIRef(front["link"]["href"])
    graph = data.graph(BASE[f"graph/item/{number}"])
    provenance = data.graph(BASE["graph/provenance"])
    graph.add((item, RDF.type, CU.CuratedItem))
    graph.add((item, RDF.type, CLASSES[front["owlType"]]))
    graph.add((item, DCTERMS.identifier, Literal(str(number))))
    graph.add((item, CU.sourceRecord, URIRef(f"urn:openproject:work-package:{number}")))
    graph.add((item, CU.recordUuid, Literal(front["mdName"])))
    graph.add((item, DCTERMS.title, title))
    graph.add((item, CU.trailText, english(front["description"])))
    graph.add((item, DCTERMS.created, moment(front["date"])))
    graph.add((item, DCTERMS.modified, moment(front["lastMod"])))
    graph.add((item, CU.slug, Literal(front["slug"])))
    graph.add((item, CU.page, URIRef(f"{SITE}{front['basePath']}{front['slug']}/")))
    graph.add((item, CU.formerPath, Literal(front["aliases"])))
    graph.add((item, CU.contentKind, KINDS[front["openProjectWorkPackageType"]]))
    for name in front["author"]:
        graph.add((item, CU.curatedBy, add_author(data, name)))
    for topic in front["communityTopics"]:
        graph.add((item, CU.hasTopic, add_topic(data, topic)))
    graph.add((item, CU.inSection, add_section(data, front)))
    graph.add((item, CU.form, add_form(data, front["sub"])))
    graph.add((item, CU.curatedFrom, work))
    graph.add((work, RDF.type, CU.OriginalWork))
    graph.add((work, DCTERMS.title, title))
    graph.add((work, CU.hostedOn, add_brand(data, front["link"]["brand"])))
    if front["featuredImage"]["valid"]:
        graph.add((item, CU.image, add_image(graph, provenance, number, front["featuredImage"])))
    data.graph(BASE["graph/excerpts"]).add((item, CU.excerpt, english(str(Text(body)))))
    provenance.add((graph.identifier, PROV.wasGeneratedBy, BASE[f"exporter/{key(front['source'])}"]))


def add_author(data: Dataset, name: str) -> URIRef:
    """The curator of an item."""
    author = BASE[f"author/{key(name)}"]
    graph = data.graph(BASE["graph/shared/author"])
    graph.add((author, RDF.type, CU.Author))
    graph.add((author, SDO.name, Literal(name)))
    return author


def add_topic(data: Dataset, text: str) -> URIRef:
    """A topic written `Source: Label`, and its source."""
    source, label = text.split(": ", 1)
    topic, scheme = BASE[f"topic/{key(source)}/{key(label)}"], BASE[f"topic-source/{key(source)}"]
    graph, schemes = data.graph(BASE["graph/shared/topic"]), data.graph(BASE["graph/shared/topic-source"])
    graph.add((topic, RDF.type, CU.Topic))
    graph.add((topic, RDF.type, SKOS.Concept))
    graph.add((topic, SKOS.prefLabel, english(label)))
    graph.add((topic, SKOS.inScheme, scheme))
    schemes.add((scheme, RDF.type, CU.TopicSource))
    schemes.add((scheme, RDF.type, SKOS.ConceptScheme))
    schemes.add((scheme, SKOS.prefLabel, english(source)))
    return topic


def add_section(data: Dataset, front: dict[str, Any]) -> URIRef:
    """The section of an item, and the community it serves."""
    name = front["type"].removeprefix("communities/medigy-")
    kind = front["contentCategories"].removeprefix(f"medigy-{name}-")
    section, community = BASE[f"section/{name}/{kind}"], BASE[f"community/{name}"]
    graph, communities = data.graph(BASE["graph/shared/section"]), data.graph(BASE["graph/shared/community"])
    graph.add((section, RDF.type, CU.Section))
    graph.add((section, CU.sectionOf, community))
    graph.add((section, CU.sectionKind, KINDS[front["openProjectWorkPackageType"]]))
    graph.add((section, CU.page, URIRef(SITE + front["basePath"])))
    label, _, notation = front["identifier"].removesuffix(")").partition(" (")
    communities.add((community, RDF.type, CU.Community))
    communities.add((community, SKOS.prefLabel, english(label)))
    if notation:
        communities.add((community, SKOS.notation, Literal(notation)))
    return section


def add_form(data: Dataset, name: str) -> URIRef:
    """The form of an item, such as a brief."""
    form, graph = BASE[f"form/{key(name)}"], data.graph(BASE["graph/shared/form"])
    graph.add((form, RDF.type, CU.Form))
    graph.add((form, RDF.type, SKOS.Concept))
    graph.add((form, SKOS.prefLabel, english(name)))
    return form


def add_brand(data: Dataset, domain: str) -> URIRef:
    """The site that carries an original work."""
    brand, graph = BASE[f"brand/{domain}"], data.graph(BASE["graph/shared/brand"])
    graph.add((brand, RDF.type, CU.SourceSite))
    graph.add((brand, SDO.name, Literal(domain)))
    graph.add((brand, SDO.url, URIRef(f"https://{domain}/")))
    return brand


def add_image(graph: Graph, provenance: Graph, number: int, front: dict[str, Any]) -> URIRef:
    """The image of an item."""
    image = BASE[f"image/{number}"]
    graph.add((image, RDF.type, CU.Image))
    graph.add((image, SDO.contentUrl, URIRef(f"{SITE}/{front['href']}")))
    graph.add((image, CU.altText, english(front["alt"])))
    graph.add((image, DCTERMS.format, Literal(f"image/{front['format'].lower()}")))
    graph.add((image, CU.width, Literal(front["size"][0])))
    graph.add((image, CU.height, Literal(front["size"][1])))
    provenance.add((image, CU.attachmentName, Literal(front["wpAttachment"]["fileName"])))
    provenance.add((image, CU.attachmentPath, Literal(front["wpAttachment"]["link"])))
    return image


def key(text: str) -> str:
    """A text as one segment of a path."""
    return quote("-".join(text.lower().split()), safe="-._~!$&'()*+,;=:@")


def english(text: str) -> Literal:
    """A literal in English."""
    return Literal(text, lang="en")


def moment(text: str) -> Literal:
    """A date and time as it was written; rdflib would write another offset."""
    return Literal(text, datatype=XSD.dateTime, normalize=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
