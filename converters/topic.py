"""The topic: a label in the list of some source, written `Source: Label`, and the source itself."""

from curagraph.converter import Check, Converter, Rule, ref
from curagraph.keypath import Node
from curagraph.values import english
from curagraph.vocabulary import CU, SKOS

NO_SOURCE = "Unsourced"


def source_and_label(value: str) -> dict[str, Node]:
    """`Symplur: Payment Reform` comes from Symplur; a topic without a source goes to a scheme of its own."""
    source, colon, label = value.partition(": ")
    return {"source": source, "label": label} if colon else {"source": NO_SOURCE, "label": value}


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
        Rule("source", SKOS.inScheme, ref("topic_source")),
        Check(["source", "label"], has_source, code="topic-without-source"),
    ],
)

topic_source = Converter(
    of="communityTopics[]",
    iri="topic-source/{.}",
    types=[CU.TopicSource, SKOS.ConceptScheme],
    shared=True,
    rules=[Rule(".", SKOS.prefLabel, english, variants=SKOS.altLabel)],
)
