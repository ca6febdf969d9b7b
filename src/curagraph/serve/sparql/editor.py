"""The SPARQL editor: its page, and the terms that it completes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from curagraph.asking import answers
from curagraph.asking.queryfile import Question, without_header
from curagraph.problem import CuragraphError
from curagraph.serve import frame
from curagraph.serve.edition import Edition
from curagraph.serve.page import Page
from curagraph.serve.worker import Out

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_OWL = "http://www.w3.org/2002/07/owl#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_TYPE = ox.NamedNode(f"{_RDF}type")
_CLASSES = {f"{_OWL}Class", f"{_RDFS}Class"}
_PROPERTIES = {f"{_RDF}Property", *(f"{_OWL}{kind}Property" for kind in ("Object", "Datatype", "Annotation"))}
_LABELS = (ox.NamedNode(f"{_RDFS}label"), ox.NamedNode(f"{_SKOS}prefLabel"))
# What the editor begins with: everything that the graph says of a few things.
_BEGIN = """
SELECT ?thing ?type ?label WHERE {
  ?thing a ?type ; rdfs:label|skos:prefLabel|dcterms:title ?label .
}
LIMIT 25
"""


@dataclass(frozen=True)
class Example:
    """A query to begin with: what it asks, and its text with the defaults of its parameters."""

    summary: str
    text: str


def page(edition: Edition, out: Out, root: str) -> Page:
    """The page of the editor; without scripts, a form."""
    prefixes = edition.project.vocabulary.prefixes
    return frame.page(
        edition,
        "editor.html",
        root,
        begin=_begin(prefixes),
        examples=_examples(edition),
        prefixes=json.dumps(prefixes),
        base=edition.project.base,
    )


def terms(edition: Edition, out: Out) -> Page:
    """The classes and properties of the vocabulary with their labels, as JSON."""
    vocabulary = edition.project.vocabulary
    found: dict[str, list[dict[str, str]]] = {"classes": [], "properties": []}
    for iri in sorted(vocabulary.declared):
        about = vocabulary.about(ox.NamedNode(iri))
        types = {_text(triple.object) for triple in about if triple.predicate == _TYPE}
        labels = [_text(triple.object) for name in _LABELS for triple in about if triple.predicate == name]
        term = {"iri": iri, "label": labels[0] if labels else ""}
        for kind, wanted in (("classes", _CLASSES), ("properties", _PROPERTIES)):
            if types & wanted:
                found[kind].append(term)
    return Page(json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode(), "application/json")


def _text(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else ""


def _begin(prefixes: Mapping[str, str]) -> str:
    used = ("dcterms", "rdfs", "skos")
    return "".join(f"PREFIX {name}: <{prefixes[name]}>\n" for name in used if name in prefixes) + _BEGIN


def _examples(edition: Edition) -> list[Example]:
    questions = sorted(edition.questions.values(), key=lambda question: question.summary.lower())
    return [Example(each.summary or each.name, text) for each in questions if (text := _with_defaults(edition, each))]


def _with_defaults(edition: Edition, question: Question) -> str:
    """The text of a query without the header of its file; empty where a parameter has no default that fits."""
    try:
        return without_header(answers.with_values(question, question.bind({}, edition.project)))
    except CuragraphError:
        return ""
