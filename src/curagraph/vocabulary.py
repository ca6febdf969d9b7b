"""The ontology as Python names.

Converters write `CU.hasTopic` and `DCTERMS.title`; what these mean is said once, in `ontology/*.ttl`. A term that no
file there declares is an error when the converters are loaded, never a new term.

>>> CU.hasTopic
cu:hasTopic
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from curagraph.problem import ProjectError


class Term(NamedTuple):
    """A term of a vocabulary by its prefix and local name."""

    prefix: str
    name: str

    def __repr__(self) -> str:
        return f"{self.prefix}:{self.name}"


@dataclass(frozen=True)
class Namespace:
    """The terms below one prefix of `ontology/*.ttl`, as attributes."""

    prefix_: str

    def __getattr__(self, name: str) -> Term:
        if name.startswith("__"):
            raise AttributeError(name)
        return Term(self.prefix_, name)


CU = Namespace("cu")
DCTERMS = Namespace("dcterms")
OA = Namespace("oa")
PROV = Namespace("prov")
RDF = Namespace("rdf")
RDFS = Namespace("rdfs")
SCHEMA = Namespace("schema")
SKOS = Namespace("skos")

_RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_LABELS = [ox.NamedNode(_SKOS + name) for name in ("prefLabel", "altLabel", "hiddenLabel")]


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """What the Turtle files of an ontology folder declare.

    Raises `ProjectError` at loading where a file is not Turtle or two files give one prefix two meanings.
    """

    prefixes: dict[str, str]
    triples: frozenset[ox.Triple] = field(repr=False)

    @classmethod
    def load(cls, files: Iterable[Path]) -> Vocabulary:
        prefixes: dict[str, str] = {}
        triples: set[ox.Triple] = set()
        for file in files:
            try:
                parser = ox.parse(path=str(file), format=ox.RdfFormat.TURTLE)
                triples.update(quad.triple for quad in parser)
            except SyntaxError as error:
                place = f"{_shown(file)}:{error.lineno}"
                raise ProjectError(f"{place}: this is not Turtle: {error.msg}; mend it there") from None
            except OSError as error:
                raise ProjectError(f"{file}: {error}") from None
            for prefix, namespace in parser.prefixes.items():
                if prefixes.setdefault(prefix, namespace) != namespace:
                    raise ProjectError(f"{file}: the prefix {prefix}: already stands for {prefixes[prefix]}")
        return cls(prefixes, _with_stable_nodes(triples))

    @cached_property
    def declared(self) -> frozenset[str]:
        """The IRIs of all terms that have a type."""
        typed = (triple.subject for triple in self.triples if triple.predicate == _RDF_TYPE)
        return frozenset(term.value for term in typed if isinstance(term, ox.NamedNode))

    @cached_property
    def _by_subject(self) -> dict[ox.NamedNode | ox.BlankNode | ox.Triple, list[ox.Triple]]:
        found: dict[ox.NamedNode | ox.BlankNode | ox.Triple, list[ox.Triple]] = {}
        for triple in sorted(self.triples, key=str):
            found.setdefault(triple.subject, []).append(triple)
        return found

    def about(self, subject: ox.NamedNode) -> list[ox.Triple]:
        """The triples about a term, in a stable order."""
        return self._by_subject.get(subject, [])

    def iri(self, term: Term) -> str:
        """The IRI of a term. Raises `ProjectError` where the ontology does not declare it."""
        if term.prefix not in self.prefixes:
            raise ProjectError(f"no file in ontology/ binds the prefix {term.prefix}: of {term!r}")
        iri = self.prefixes[term.prefix] + term.name
        if iri not in self.declared:
            raise ProjectError(f"no file in ontology/ declares {term!r} ({iri}); declare it or mend the name")
        return iri

    def declares(self, term: Term) -> bool:
        """Whether some file of the ontology declares a term."""
        return self.prefixes.get(term.prefix, "") + term.name in self.declared

    def values(self, property_: Term) -> dict[str, str]:
        """For a property of texts: which subject has each text.

        >>> from curagraph.config import Project
        >>> list(Project.default().vocabulary.values(CU.owlTypeHint))
        ['Medigy Communities']
        """
        predicate = ox.NamedNode(self.iri(property_))
        found = (triple for triple in self.triples if triple.predicate == predicate)
        return {t.object.value: _iri(t.subject) for t in found if isinstance(t.object, ox.Literal)}

    def named(self, class_: Term) -> dict[str, str]:
        """The individuals of a class, by each of their preferred, alternative and hidden labels."""
        type_ = ox.NamedNode(self.iri(class_))
        members = {t.subject for t in self.triples if t.predicate == _RDF_TYPE and t.object == type_}
        labels = (t for t in self.triples if t.subject in members and t.predicate in _LABELS)
        return {t.object.value: _iri(t.subject) for t in labels if isinstance(t.object, ox.Literal)}


def _iri(node: object) -> str:
    if not isinstance(node, ox.NamedNode):
        raise ProjectError(f"the ontology names something without an IRI: {node}")
    return node.value


def _shown(file: Path) -> str:
    """A file of `ontology/` as messages name it."""
    parts = file.parts
    return "/".join(parts[parts.index("ontology") :]) if "ontology" in parts else str(file)


def _with_stable_nodes(triples: Iterable[ox.Triple]) -> frozenset[ox.Triple]:
    """Triples with blank nodes that have the same labels each time (RDF Dataset Canonicalization)."""
    dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return frozenset(quad.triple for quad in dataset)
