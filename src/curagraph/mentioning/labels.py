"""The lexicon of a project: by which labels its texts may mention which concepts.

The labels are those of the concepts in `ontology/schemes/`, in English or in no language that is named, and whatever
is added to them. The words of a concept that says `cu:notMentioned true` are looked for with no concept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from curagraph.config import Project
from curagraph.mentioning.folding import fold
from curagraph.mentioning.lexicon import Lexicon, forms
from curagraph.problem import ProjectError
from curagraph.vocabulary import Vocabulary

_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_CONCEPT = ox.NamedNode(f"{_SKOS}Concept")
_LABELS = [ox.NamedNode(_SKOS + name) for name in ("prefLabel", "altLabel", "hiddenLabel")]
_NOT_MENTIONED = ox.NamedNode("https://data.medigy.com/ontology#notMentioned")
_TRUE = ox.Literal(value=True)

Label = tuple[str, str]


def of_project(project: Project, more: Iterable[Label] = ()) -> Lexicon:
    """The lexicon of a project's schemes and of `more` pairs of a label and an IRI, such as those of reviewed topics.

    Raises `ProjectError` as `labels` does.
    """
    return Lexicon.of(labels(project, more))


def labels(project: Project, more: Iterable[Label] = ()) -> list[Label]:
    """The pairs of a label and the IRI of its concept that are looked for, sorted, without those too general.

    Raises `ProjectError` where a scheme is not Turtle, a concept with a label has no IRI, a label is no text or has
    no letter or digit, or `cu:notMentioned` is neither true nor false.
    """
    triples = Vocabulary.load(project.ontology("schemes/*.ttl")).triples
    concepts = {t.subject for t in triples if t.predicate == _TYPE and t.object == _CONCEPT}
    silent = {t.subject for t in triples if t.predicate == _NOT_MENTIONED and _is_true(t)}
    stated = {pair for t in triples if t.predicate in _LABELS and t.subject in concepts for pair in _pair(t)}
    too_general = {form for text, iri in stated if ox.NamedNode(iri) in silent for form in forms(text)}
    return sorted(pair for pair in {*stated, *more} if fold(pair[0]).text.strip() not in too_general)


def _is_true(triple: ox.Triple) -> bool:
    """What a `cu:notMentioned` says."""
    if triple.object not in (_TRUE, ox.Literal(value=False)):
        raise ProjectError(
            f"ontology/schemes: {triple.subject} has cu:notMentioned {triple.object}; it wants true or false"
        )
    return triple.object == _TRUE


def _pair(triple: ox.Triple) -> Iterator[Label]:
    """A label in English, or in no language that is named, and the IRI of its concept."""
    label, concept = triple.object, triple.subject
    if not isinstance(concept, ox.NamedNode):
        raise ProjectError(f"ontology/schemes: a concept with the label {label} has no IRI; give it one")
    if not isinstance(label, ox.Literal) or not any(map(str.isalnum, label.value)):
        raise ProjectError(f"ontology/schemes: {concept.value} has the label {label}; it wants a text with a letter")
    if not label.language or label.language.partition("-")[0] == "en":
        yield label.value, concept.value
