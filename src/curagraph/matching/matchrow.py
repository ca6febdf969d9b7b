"""A row of a file of matches: what it may say, and what it says.

    topics, concepts   skos:exactMatch, closeMatch, broadMatch, narrowMatch or relatedMatch; or that nothing matches
    authors            dcterms:isReplacedBy another author, whose spelling this is; schema:sameAs a profile elsewhere
    brands             dcterms:isReplacedBy another brand; schema:publisher the organisation behind it

`dcterms:isReplacedBy`, not `skos:exactMatch`, as it says which spelling stays and makes no concept of a person.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote

import pyoxigraph as ox

from curagraph.matching.sssom import Table, wrong
from curagraph.problem import ProjectError, Unfit, shown

SKOS = "http://www.w3.org/2004/02/skos/core#"
REPLACED = "http://purl.org/dc/terms/isReplacedBy"
SAME_AS = "https://schema.org/sameAs"
PUBLISHER = "https://schema.org/publisher"
# The prefixes that SSSOM knows without a curie_map, beside those that the ontology binds.
BUILT_IN = {"sssom": "https://w3id.org/sssom/", "semapv": "https://w3id.org/semapv/vocab/"}
NO_TERM = BUILT_IN["sssom"] + "NoTermFound"
_INVERSE = {"exact": "exact", "close": "close", "related": "related", "broad": "narrow", "narrow": "broad"}
INVERSE = {f"{SKOS}{one}Match": f"{SKOS}{other}Match" for one, other in _INVERSE.items()}
PREDICATES = {
    "topics": ("skos:exactMatch", "skos:closeMatch", "skos:broadMatch", "skos:narrowMatch", "skos:relatedMatch"),
    "people": ("dcterms:isReplacedBy", "schema:sameAs"),
    "brands": ("dcterms:isReplacedBy", "schema:publisher"),
}
OWN = {"topic": "topic/", "author": "author/", "brand": "brand/"}
_SEGMENTS = {"topic": 2, "author": 1, "brand": 1}
MANUAL = "semapv:ManualMappingCuration"
LEXICAL = "semapv:LexicalMatching"
JUSTIFICATIONS = (
    MANUAL,
    LEXICAL,
    "semapv:LexicalSimilarityThresholdMatching",
    "semapv:MappingReview",
    "semapv:BackgroundKnowledgeBasedMatching",
    "semapv:CompositeMatching",
    "semapv:LogicalReasoning",
    "semapv:SemanticSimilarityThresholdMatching",
    "semapv:UnspecifiedMatching",
)


class Decision(StrEnum):
    """What a person has said about a match."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    PROPOSED = "proposed"


@dataclass(frozen=True)
class Match:
    """A row: IRIs, labels, what was decided, and its place such as `ontology/matches/topics.sssom.tsv:14`."""

    subject: str
    subject_label: str
    predicate: str
    object: str
    object_label: str
    decision: Decision
    place: str

    @property
    def pair(self) -> frozenset[str]:
        return frozenset((self.subject, self.object))

    @property
    def verdict(self) -> tuple[str, str, Decision]:
        """What is said of the pair, the same from whichever side it is said."""
        if self.predicate in INVERSE and self.object < self.subject:
            return self.object, INVERSE[self.predicate], self.decision
        return self.subject, self.predicate, self.decision


def kind_of(iri: str, base: str) -> str:
    """What an IRI is decided about as: `people`, `brands`, or `topics`, which are concepts of any scheme."""
    kinds = {f"{base}author/": "people", f"{base}brand/": "brands"}
    return next((kind for start, kind in kinds.items() if iri.startswith(start)), "topics")


class Reader:
    """The rows of one table as matches."""

    def __init__(self, table: Table, base: str, prefixes: Mapping[str, str]) -> None:
        self.table = table
        self.base = base
        self.line = 1
        for prefix, iri in table.prefixes.items():
            if prefixes.get(prefix, iri) != iri:
                self.line = table.line_of_prefix(prefix)
                message = f"curie_map gives {prefix}: as {iri}, but it stands for {prefixes[prefix]}; remove that line"
                raise self.wrong(message)
        self.prefixes = {**prefixes, **table.prefixes}

    def wrong(self, message: str) -> ProjectError:
        return wrong(self.table.place, self.line, message)

    def rows(self) -> Iterator[Match]:
        for line, cells in self.table.rows:
            self.line = line
            yield self.match(cells)

    def match(self, cells: dict[str, str]) -> Match:
        subject, object_ = self.iri("subject_id", cells), self.iri("object_id", cells)
        if subject == object_:
            raise self.wrong(f"subject and object are both {cells['subject_id']}; name two things, or remove the row")
        predicate = self.predicate(cells, kind_of(subject, self.base))
        self.object(cells, subject, predicate, object_)
        decision = self.decision(cells)
        if not cells["subject_label"] and decision is not Decision.PROPOSED:
            raise self.wrong("subject_label is empty; write what the subject is called")
        place = f"{self.table.place}:{self.line}"
        return Match(subject, cells["subject_label"], predicate, object_, cells["object_label"], decision, place)

    def iri(self, column: str, cells: dict[str, str]) -> str:
        prefix, colon, local = cells[column].partition(":")
        if not colon or not local:
            raise self.wrong(
                f"{column} wants a prefix and a name such as topic:symplur/x, found {shown(cells[column])}"
            )
        if prefix not in self.prefixes:
            known = ", ".join(sorted(self.prefixes))
            raise self.wrong(f"{column} has the unknown prefix {prefix}: of {cells[column]}; known are {known}; "
                             "give its IRI in the curie_map of the header")  # fmt: skip
        if prefix in OWN:
            self.own(column, prefix, local)
        try:
            return ox.NamedNode(self.prefixes[prefix] + local).value
        except ValueError as error:
            raise self.wrong(f"{column} is {shown(cells[column])}, which is no IRI: {error}") from None

    def own(self, column: str, prefix: str, local: str) -> None:
        """A name that could not be that of a topic, author or brand of ours would match nothing, in silence."""
        from curagraph.address import key  # which loads the converters' machinery

        parts = local.split("/")
        try:
            wanted = "/".join(key(unquote(part)) for part in parts)
        except Unfit as error:
            raise self.wrong(f"{column}: {error.message}") from None
        if len(parts) != _SEGMENTS[prefix]:
            form = "topic:source/label" if prefix == "topic" else f"{prefix}:name"
            raise self.wrong(f"{column} wants {form}, found {prefix}:{local}")
        if wanted != local:
            raise self.wrong(f"{column} is {prefix}:{local}, which nothing can be called; write {prefix}:{wanted}")

    def predicate(self, cells: dict[str, str], kind: str) -> str:
        found = cells["predicate_id"]
        if found == "owl:sameAs":
            instead = " or ".join(PREDICATES[kind][:2])
            raise self.wrong(f"found owl:sameAs, which would merge all that is said of both; take {instead}")
        if found not in PREDICATES[kind]:
            wanted = ", ".join(PREDICATES[kind])
            raise self.wrong(f"predicate_id is {shown(found)}; for {kind} it is one of: {wanted}")
        prefix, _, name = found.partition(":")
        if prefix not in self.prefixes:
            raise self.wrong(f"no file in ontology/ binds the prefix {prefix}: of {found}; bind it")
        return self.prefixes[prefix] + name

    def object(self, cells: dict[str, str], subject: str, predicate: str, object_: str) -> None:
        kind, same_kind = kind_of(subject, self.base), kind_of(object_, self.base) == kind_of(subject, self.base)
        ours = object_.startswith(tuple(self.base + path for path in OWN.values()))
        if (kind == "topics" and not same_kind) or (predicate == REPLACED and not same_kind):
            raise self.wrong(f"found {cells['object_id']} as object of {cells['subject_id']}; wanted one of its kind")
        if predicate in (SAME_AS, PUBLISHER) and ours:
            raise self.wrong(f"found {cells['object_id']} with {cells['predicate_id']}; wanted something outside")
        if object_ == NO_TERM and (kind != "topics" or cells["predicate_modifier"]):
            raise self.wrong("sssom:NoTermFound says that nothing matches a topic; it takes no predicate_modifier, "
                             "and authors and brands do not have it")  # fmt: skip

    def decision(self, cells: dict[str, str]) -> Decision:
        self.justification(cells)
        modifier, reviewer = cells["predicate_modifier"], cells["reviewer_label"]
        if modifier not in ("", "Not"):
            raise self.wrong(f"predicate_modifier is {shown(modifier)}; wanted Not for a rejection, or nothing")
        if not reviewer:
            if modifier or cells["mapping_justification"] == MANUAL:
                raise self.wrong("this row is decided, but by nobody; name who decided in reviewer_label")
            return Decision.PROPOSED
        if not cells["mapping_date"]:
            raise self.wrong("the decision has no mapping_date; write the day on which it was made, as 2026-01-31")
        return Decision.REJECTED if modifier else Decision.ACCEPTED

    def justification(self, cells: dict[str, str]) -> None:
        """The justification, the date and the confidence, which only have to be what they are called."""
        if cells["mapping_justification"] not in JUSTIFICATIONS:
            found, wanted = shown(cells["mapping_justification"]), ", ".join(JUSTIFICATIONS)
            raise self.wrong(
                f"mapping_justification is {found}; wanted is {MANUAL} where a person decided, else one of: {wanted}"
            )
        if cells["mapping_date"] and not _is_date(cells["mapping_date"]):
            raise self.wrong(f"mapping_date is {shown(cells['mapping_date'])}; wanted a date such as 2026-01-31")
        if not re.fullmatch(r"|[01]|0\.[0-9]+|1\.0+", cells["confidence"]):
            raise self.wrong(f"confidence is {shown(cells['confidence'])}; wanted a number from 0 to 1, or nothing")


def _is_date(text: str) -> bool:
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
