"""The JSON-LD context of pages: schema.org's terms by their plain names, as our ontology declares them."""

from __future__ import annotations

from typing import Any

from curagraph.exporting import jsonld
from curagraph.vocabulary import Vocabulary

SCHEMA = "https://schema.org/"


def page_context(vocabulary: Vocabulary) -> dict[str, Any]:
    """The context: every name is schema.org's, and those are listed whose values are IRIs, dates or numbers.

    >>> from curagraph.config import Project
    >>> found = page_context(Project.default().vocabulary)
    >>> found["@vocab"], found["url"]
    ('https://schema.org/', {'@type': '@id'})
    """
    found: dict[str, Any] = {"@vocab": SCHEMA}
    for definition in jsonld.context(vocabulary).values():
        iri = definition["@id"] if isinstance(definition, dict) else ""
        if iri.startswith(SCHEMA):
            found[iri.removeprefix(SCHEMA)] = {key: value for key, value in definition.items() if key != "@id"}
    return dict(sorted(found.items()))


def writer(vocabulary: Vocabulary) -> jsonld.Writer:
    """Writes the objects of a page by its context."""
    named = {term.removeprefix(SCHEMA): term for term in vocabulary.declared if term.startswith(SCHEMA)}
    coerced = {
        name: {"@id": SCHEMA + name, **definition}
        for name, definition in page_context(vocabulary).items()
        if isinstance(definition, dict)
    }
    return jsonld.Writer({**named, **coerced}, {})
