"""Mentions: labels are found in texts as a reader would find them, where they stand, in linear time."""

from __future__ import annotations

import json
import sys
import time
import timeit
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from curagraph import Project
from curagraph.mentioning import labels
from curagraph.mentioning.folding import fold
from curagraph.mentioning.lexicon import Lexicon, Mention, forms
from curagraph.problem import ProjectError, UsageError

SENTENCES = Path(__file__).with_name("mentions") / "sentences.tsv"
LEAST = 0.95

LABELS = [
    ("accountable care organization", "urn:aco"),
    ("ACO", "urn:aco"),
    ("value-based care", "urn:vbc"),
    ("care", "urn:care"),
    ("care organization", "urn:org"),
    ("bundled payment", "urn:bundle"),
    ("Straße", "urn:street"),
    ("café", "urn:café"),
]
HOSTILE = [
    "-",
    " ",
    "\u0301",
    "a\u0301",
    "\u0301\u0316",
    "\u00ad",
    "İ",
    "ß",
    "ACO ",
    "ACO",
    "aco-",
    "value-",
    "value based\n",
    "care",
]

pieces = st.sampled_from(
    [*"aßİﬁ-– \n\t’'.(", "\u0301", "\u00ad", "ACO", "ACOs", "aco", "value", "based", "care", "CARE", "organization",
     "accountable", "Straße", "STRASSE", "cafe\u0301", "café", "bundled", "payments", "non-"]
)  # fmt: skip
texts = st.lists(pieces, max_size=14).map("".join) | st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def found(text: str, *labels: str) -> list[str]:
    """What is found of some labels in a text."""
    return [mention.exact for mention in Lexicon.of((label, label) for label in labels).find(text)]


# The labelled sentences


def labelled() -> list[tuple[str, list[tuple[str, str]]]]:
    """The sentences, and what each mentions: the exact words and the local name of the concept."""
    rows = [line.split("\t") for line in SENTENCES.read_text("utf-8").splitlines()[1:]]
    cells = [[json.loads(f'"{cell.replace(chr(34), chr(92) + chr(34))}"') for cell in row] for row in rows]
    return [(text, [(exact, name) for exact, _, name in _split(wanted)]) for text, wanted in cells]


def _split(wanted: str) -> list[tuple[str, str, str]]:
    return [each.rpartition("=") for each in wanted.split("; ") if each]


def test_the_labelled_sentences_are_found(project: Project) -> None:
    """Precision and recall are 0.95 at the least, over sentence, exact words and concept."""
    known = labels.of_project(project)
    wanted: Counter[tuple[str, str, str]] = Counter()
    given: Counter[tuple[str, str, str]] = Counter()
    for text, mentions in labelled():
        wanted.update((text, exact, name) for exact, name in mentions)
        given.update((text, each.exact, each.concept.rpartition("/")[2]) for each in known.find(text))
    right = (wanted & given).total()
    precision, recall = right / given.total(), right / wanted.total()
    misses = [f"missed {each}" for each in wanted - given] + [f"wrong  {each}" for each in given - wanted]
    assert min(precision, recall) >= LEAST, "\n".join([f"precision {precision:.3f}, recall {recall:.3f}", *misses])


def test_the_labelled_sentences_are_many_and_true() -> None:
    """There are 150 sentences at the least, none twice, a quarter without mention, and the words stand in each."""
    sentences = labelled()
    assert len({text for text, _ in sentences}) == len(sentences) >= 150
    assert sum(not mentions for _, mentions in sentences) >= len(sentences) / 4
    assert [text for text, mentions in sentences for exact, _ in mentions if exact not in text] == []


# Rules, one by one


@pytest.mark.parametrize(
    ("text", "label", "wanted"),
    [
        ("episodes of care", "episode of care", ["episodes of care"]),
        ("an episode of care", "Episodes of Care", ["episode of care"]),
        ("payments per episode", "payment per episode", ["payments per episode"]),
        ("home health agencies", "home health agency", ["home health agencies"]),
        ("an agency", "agencies", ["agency"]),
        ("many losses, one loss", "loss", ["losses", "loss"]),
        ("new taxes", "tax", ["taxes"]),
        ("a new day", "news", []),
        ("two days", "day", ["days"]),
        ("the basi of it", "basis", []),
        ("an analytic mind", "analytics", []),
        ("ACOS and acos", "ACO", []),
        ("the A.C.O. and the (ACOs)", "ACO", ["ACOs"]),
        ("one ACO", "ACOs", ["ACO"]),
        ("value--based care", "value-based care", []),
        ("value - based care", "value-based care", []),
        ("value-\r\n  based care", "value-based care", ["value-\r\n  based care"]),
        ("value-  based care", "value-based care", []),
        ("value\n\n\tbased care", "value-based care", ["value\n\n\tbased care"]),
        ("canon-ACO", "ACO", ["ACO"]),
        ("NON–ACO", "ACO", []),
        ("non ACO", "ACO", ["ACO"]),
        ("the patient‘s and the patient’s choices", "patient's choice", ["patient’s choices"]),
        ("STRASSE, Straße, Straßen", "straße", ["STRASSE", "Straße"]),
        ("C++ and C", "C++", ["C++"]),
        ("ACO\u00ad.", "ACO", ["ACO"]),
        ("cafe\u0301s", "café", ["cafe\u0301s"]),
        ("I\u0307stanbul, İstanbul", "İstanbul", ["I\u0307stanbul", "İstanbul"]),
    ],
)
def test_a_label_is_found_as_the_page_says(text: str, label: str, wanted: list[str]) -> None:
    """Number, joints, possessives, negation and folding follow docs/mentions.md."""
    assert found(text, label) == wanted


def test_the_longest_of_those_that_begin_first_wins() -> None:
    """A label inside a longer one is no mention, and of two that overlap the first is."""
    assert found("accountable care organization", "care organization", "accountable care organization", "care") == [
        "accountable care organization"
    ]
    assert found("bundled payments", "bundled", "bundled payment") == ["bundled payments"]
    assert found("primary care coordination", "care coordination", "primary care") == ["primary care"]


def test_a_label_that_fails_hides_no_other() -> None:
    """Where a longer label is only the beginning of a word, the shorter one inside it is still found."""
    assert found("value-based careers", "value-based care", "value based") == ["value-based"]


def test_each_concept_of_a_label_is_mentioned() -> None:
    """Two concepts with one label, or with labels that fold alike, are both mentioned at the same place."""
    both = Lexicon.of([("Value-based care", "urn:b"), ("value based cares", "urn:a"), ("value based care", "urn:b")])
    assert both.find("value based care") == [
        Mention(0, 16, "value based care", "urn:a"),
        Mention(0, 16, "value based care", "urn:b"),
    ]


def test_an_abbreviation_and_a_word_of_the_same_letters_are_told_apart() -> None:
    """What an abbreviation names is not mentioned by a word in small letters, which may be another's label."""
    two = Lexicon.of([("CARE", "urn:act"), ("care", "urn:care")])
    assert [(each.exact, each.concept) for each in two.find("care CARE")] == [
        ("care", "urn:care"),
        ("CARE", "urn:act"),
        ("CARE", "urn:care"),
    ]


def test_no_labels_find_nothing() -> None:
    """An empty lexicon finds nothing."""
    assert Lexicon.of([]).find("ACO") == []


@pytest.mark.parametrize("label", ["", " ", "-", "\u00ad"])
def test_a_label_without_a_letter_is_refused(label: str) -> None:
    """What cannot be looked for is an error that names the concept."""
    with pytest.raises(UsageError, match="urn:aco"):
        Lexicon.of([(label, "urn:aco")])


# Properties


@given(texts)
@example("İ ACO")
@example("ﬁ\n\nACO\u0301 ACO")
@example("Cafe\u0301  –– café-Straße’s")
def test_a_mention_says_where_it_stands(text: str) -> None:
    """The exact words stand at the offsets and fold to a form of a label of the concept."""
    for start, end, exact, concept in Lexicon.of(LABELS).find(text):
        assert text[start:end] == exact
        assert fold(exact).text in {form for label, iri in LABELS if iri == concept for form in forms(label)}


@given(texts)
@example("an accountable care organization")
def test_mentions_do_not_overlap(text: str) -> None:
    """Two mentions have the same place, or one ends before the other begins."""
    mentions = Lexicon.of(LABELS).find(text)
    assert mentions == sorted(mentions, key=lambda each: (each.start, each.concept))
    for one, next_ in pairwise(mentions):
        assert one[:2] == next_[:2] or one.end <= next_.start


@given(texts, st.permutations(LABELS))
def test_the_order_of_labels_does_not_matter(text: str, labels: list[tuple[str, str]]) -> None:
    """The same labels in another order, or twice, find the same."""
    assert Lexicon.of(labels + labels[:2]).find(text) == Lexicon.of(LABELS).find(text)


@given(texts, texts)
def test_a_label_between_others_words_is_found(before: str, after: str) -> None:
    """Whatever stands around it, a label alone on its line is found where it stands."""
    text = f"{before}.\n(bundled–payments)\n.{after}"
    place = len(before) + 3
    assert Mention(place, place + 16, "bundled–payments", "urn:bundle") in Lexicon.of(LABELS).find(text)


@given(st.text(st.characters(exclude_categories=["L", "M", "Cs"]), max_size=40))
def test_a_text_without_letters_mentions_nothing(text: str) -> None:
    """Digits, signs and spaces alone are never a mention of a label of letters."""
    assert Lexicon.of(LABELS).find(text) == []


@given(texts)
def test_folding_keeps_every_place(text: str) -> None:
    """The parts of a folded text come from parts of the text that follow each other and fold to the same."""
    folded = fold(text)
    places = [folded.span(index, index + 1) for index in range(len(folded.text))]
    assert places == sorted(places)
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert all(char in fold(text[start:end]).text for char, (start, end) in zip(folded.text, places, strict=True))


def test_folding_knows_every_character() -> None:
    """Each character folds as Unicode says and what stands after it keeps its place; all white space is a joint."""
    characters = [char for char in map(chr, range(sys.maxunicode + 1)) if char.casefold() != char or char.isspace()]
    assert len(characters) > 1400
    for char in characters:
        folded = fold(f"{char}x")
        assert folded.text == (" x" if char.isspace() else f"{char.casefold()}x".replace("ʼ", "'")), repr(char)
        assert folded.span(len(folded.text) - 1, len(folded.text)) == (1, 2), repr(char)


@pytest.mark.parametrize("piece", HOSTILE, ids=ascii)
def test_hostile_text_costs_linear_time(piece: str) -> None:
    """Eight times as much of the same costs about eight times as long, and never seconds."""
    known = Lexicon.of(LABELS)
    small, large = (piece * (size // len(piece)) for size in (40_000, 320_000))
    # In turns, so that a slow moment of the machine meets both.
    rounds = [(seconds(known, small), seconds(known, large)) for _ in range(3)]
    of_small, of_large = map(min, zip(*rounds, strict=True))
    assert of_large < 20 * of_small + 0.05
    assert of_large < 5


def seconds(known: Lexicon, text: str) -> float:
    """The processor time of a search, without that of the garbage collector."""
    return timeit.timeit(lambda: known.find(text), timer=time.process_time, number=1)


# The labels of a project

SCHEME = """
@prefix : <https://data.example.org/models/> .
@prefix cu: <https://data.medigy.com/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""


def scheme(folder: Path, turtle: str) -> Project:
    """A project whose ontology has one scheme."""
    file = folder / "ontology" / "schemes" / "models.ttl"
    file.parent.mkdir(parents=True)
    file.write_text(SCHEME + turtle, encoding="utf-8")
    return Project.load(folder)


def test_a_concept_is_looked_for_by_all_its_labels(tmp_path: Path) -> None:
    """Preferred, alternative and hidden labels count, in English or without a language; labels of schemes do not."""
    project = scheme(
        tmp_path,
        ':a a skos:Concept ; skos:prefLabel "one"@en , "eins"@de .'
        ':a skos:altLabel "two" ; skos:hiddenLabel "three"@en-GB .'
        ':s a skos:ConceptScheme ; skos:prefLabel "models"@en .',
    )
    iri = "https://data.example.org/models/a"
    assert labels.labels(project, [("four", "urn:x")]) == [
        ("four", "urn:x"),
        *((label, iri) for label in ("one", "three", "two")),
    ]


def test_the_words_of_a_concept_that_is_not_mentioned_are_looked_for_with_none(tmp_path: Path) -> None:
    """`cu:notMentioned true` takes its labels out in each number, for a topic of another source as well."""
    project = scheme(
        tmp_path,
        ':a a skos:Concept ; skos:prefLabel "care model"@en ; cu:notMentioned true .'
        ':b a skos:Concept ; skos:prefLabel "medical home"@en ; cu:notMentioned false .',
    )
    known = labels.of_project(project, [("Care Models", "urn:x"), ("Other Care Models", "urn:y")])
    text = "a care model, another care model, a medical home"
    assert [each.exact for each in known.find(text)] == ["medical home"]
    assert [each.concept for each in known.find("other care models")] == ["urn:y"]


@pytest.mark.parametrize(
    ("turtle", "wanted"),
    [
        ('[] a skos:Concept ; skos:prefLabel "one"@en .', "has no IRI"),
        (":a a skos:Concept ; skos:prefLabel :b .", "wants a text with a letter"),
        (':a a skos:Concept ; skos:prefLabel "-"@en .', "wants a text with a letter"),
        (':a a skos:Concept ; cu:notMentioned "yes" .', "wants true or false"),
        (":a a skos:Concept", "models.ttl"),
    ],
)
def test_a_scheme_that_cannot_be_used_is_an_error(tmp_path: Path, turtle: str, wanted: str) -> None:
    """A scheme that is no Turtle, or has a label that nobody could look for, is an error of the project."""
    with pytest.raises(ProjectError, match=wanted):
        labels.labels(scheme(tmp_path, turtle))


def test_the_most_general_words_of_the_house_are_not_looked_for(project: Project) -> None:
    """The heads of the house's own scheme are no mentions."""
    known = labels.of_project(project)
    assert known.find("Programs, measures and an enabler.") == []
