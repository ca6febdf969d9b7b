"""The topic: a label in the list of some source, written `Source: Label`, and the source itself."""

from curagraph.address import web_site
from curagraph.converter import Check, Converter, Rule, ref
from curagraph.keypath import Node
from curagraph.values import english, text
from curagraph.vocabulary import CU, SCHEMA, SKOS

NO_SOURCE = "Unsourced"


def source_and_label(value: str) -> dict[str, Node]:
    """`Symplur: Payment Reform` comes from Symplur; a topic without a source goes to a scheme of its own."""
    source, colon, label = value.partition(": ")
    source, label = (source, label) if colon else (NO_SOURCE, value)
    return {"source": source, "label": label, "whole": value}


def has_source(source: str | None, label: str | None) -> str | None:
    """A topic wants the source whose list it is from."""
    return f"found {label!r} without a source; write it as Source: Label" if source == NO_SOURCE else None


topic = Converter(
    of="communityTopics[]",
    iri="topic/{source}/{label}",
    types=[CU.Topic, SKOS.Concept],
    reads=source_and_label,
    shared=True,
    rules=[
        Rule("label", SKOS.prefLabel, english, variants=SKOS.altLabel),
        Rule("label", SCHEMA.name, text, variants=SCHEMA.alternateName),
        Rule("source", SKOS.inScheme, ref("topic_source")),
        Rule("source", SCHEMA.inDefinedTermSet, ref("topic_source")),
        Rule("whole", CU.page, ref("topic_page")),
        Check(["source", "label"], has_source, code="topic-without-source"),
    ],
)

topic_source = Converter(
    of="communityTopics[]",
    iri="topic-source/{.}",
    types=[CU.TopicSource, SKOS.ConceptScheme],
    shared=True,
    rules=[
        Rule(".", SKOS.prefLabel, english, variants=SKOS.altLabel),
        Rule(".", SCHEMA.name, text, variants=SCHEMA.alternateName),
    ],
)

topic_page = Converter(
    of="communityTopics[]",
    iri="topic/{source}/{label}.html",
    types=[SCHEMA.CollectionPage],
    reads=source_and_label,
    shared=True,
    rules=[
        Rule("label", SCHEMA.name, text, variants=SCHEMA.alternateName),
        Rule("label", SCHEMA.isPartOf, web_site),
    ],
)
