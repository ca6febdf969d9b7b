"""Mentions: the places of a text at which it speaks of a concept by one of its labels.

>>> lexicon = Lexicon.of([("accountable care organization", "urn:aco"), ("ACO", "urn:aco"), ("P4P", "urn:p4p")])
>>> for mention in lexicon.find("Accountable-care organizations (ACOs) differ. Not an aco, not P4PX."):
...     print(mention.start, mention.end, mention.exact, mention.concept)
0 30 Accountable-care organizations urn:aco
32 36 ACOs urn:aco
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise, product
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from curagraph.mentioning.folding import DASHES, fold
from curagraph.problem import UsageError

# A dash in a label's place of a joint joins only where nothing but the end of a line comes after it.
_PARTED = re.compile(rf"\s[{DASHES}]|[{DASHES}](?:[{DASHES}]|(?![^\S\n]*\n)\s)")
_NEGATED = re.compile(rf"(?:^|\W)non[{DASHES}]$", re.IGNORECASE)
_NOT_PLURAL = ("ss", "us", "is", "ics", "news")
_SIBILANTS = ("s", "x", "z", "ch", "sh")


class Mention(NamedTuple):
    """A part of a text that names a concept, by its IRI; offsets are in code points, and `text[start:end] == exact`."""

    start: int
    end: int
    exact: str
    concept: str


class _Name(NamedTuple):
    """What a form of a label stands for; `written` is how an abbreviation has to be written, else empty."""

    concept: str
    written: str


class Lexicon:
    """The labels to look for, ready to be found.

    What counts as a label in a text, and what does not, is described in docs/mentions.md.
    """

    def __init__(self, names: dict[str, frozenset[_Name]]) -> None:
        forms = sorted(names)
        self._names = [sorted(names[form]) for form in forms]
        self._matcher = AhoCorasick(forms)

    @classmethod
    def of(cls, labels: Iterable[tuple[str, str]]) -> Lexicon:
        """A lexicon of pairs of a label and the IRI of a concept; their order does not matter.

        Raises `UsageError` for a label that has no letter or digit.
        """
        names: dict[str, set[_Name]] = defaultdict(set)
        for label, concept in labels:
            if not any(map(str.isalnum, label)):
                raise UsageError(f"{label!r} cannot be looked for as a label of {concept}; it wants a letter or digit")
            if is_abbreviation(label):
                for written in _numbers_of_abbreviation(fold(label.strip(), case=False).text):
                    names[fold(written).text].add(_Name(concept, written))
            else:
                for form in forms(label):
                    names[form].add(_Name(concept, ""))
        return cls({form: frozenset(found) for form, found in names.items()})

    def find(self, text: str) -> list[Mention]:
        """The mentions in a text, by place: the longest of those that begin first, then what comes after it.

        Those of several concepts that share a label have the same place. Raises `UnicodeEncodeError` for a text with
        a lone surrogate, which no file in UTF-8 holds.
        """
        folded = fold(text)
        found: list[Mention] = []
        free = 0
        hits = self._matcher.find_matches_as_indexes(folded.text, overlapping=True)
        for index, begin, end in sorted(hits, key=_leftmost_longest):
            if begin >= free and _is_whole(folded.text, begin, end):
                start, stop = folded.span(begin, end)
                parted = not folded.is_even and _PARTED.search(text, start, stop)
                if not parted and (mentions := _mentions(text, start, stop, self._names[index])):
                    found += mentions
                    free = end
        return found


def _leftmost_longest(hit: tuple[int, int, int]) -> tuple[int, int]:
    return hit[1], -hit[2]


def _mentions(text: str, start: int, end: int, names: Iterable[_Name]) -> list[Mention]:
    """What a form found at a place mentions there, as far as it is written as it must be."""
    exact = text[start:end]
    if _PARTED.search(exact) or (
        text[start - 1 : start] in DASHES and _NEGATED.search(text[max(0, start - 5) : start])
    ):
        return []
    concepts = [concept for concept, written in names if written in ("", exact) or written == _as_written(exact)]
    if len(concepts) > 1:
        concepts = list(dict.fromkeys(concepts))
    return [Mention(start, end, exact, concept) for concept in concepts]


def _as_written(exact: str) -> str:
    return fold(exact, case=False).text


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether no word goes on over either end of a part."""
    begins_inside = start > 0 and _in_word(text[start - 1]) and _in_word(text[start])
    return not begins_inside and not (end < len(text) and _in_word(text[end]) and _in_word(text[end - 1]))


def _in_word(char: str) -> bool:
    """Whether a character is a letter, a digit, a mark on one, or an underscore (the word characters of UTS #18)."""
    return char.isalnum() or char == "_" or (not char.isascii() and unicodedata.category(char).startswith("M"))


def is_abbreviation(label: str) -> bool:
    """Whether a label has two capitals or more and no two small letters in a row.

    >>> [is_abbreviation(label) for label in ("ACO", "P4P", "ACOs", "PMPM fee", "Capitation", "x")]
    [True, True, True, False, False, False]
    """
    return sum(map(str.isupper, label)) >= 2 and not any(a.islower() and b.islower() for a, b in pairwise(label))


def _numbers_of_abbreviation(label: str) -> set[str]:
    """As it is and with its plural `s`, or without it."""
    return {label, label[:-1] if label[-1] == "s" else f"{label}s"}


def forms(label: str) -> set[str]:
    """A label in singular and plural, folded: of its last word, and of the one before `of` or `per`.

    >>> sorted(forms("Episode of Care"))
    ['episode of care', 'episode of cares', 'episodes of care', 'episodes of cares']
    """
    words = fold(label.strip()).text.strip().split(" ")
    changing = {len(words) - 1, *(i for i, (_, after) in enumerate(pairwise(words)) if after in ("of", "per"))}
    choices = [_numbers(word) if index in changing else {word} for index, word in enumerate(words)]
    if len(words) == 1 and len(words[0]) < 5:
        choices = [{words[0], *(form for form in choices[0] if len(form) > len(words[0]))}]
    return {" ".join(choice) for choice in product(*choices)}


def _numbers(word: str) -> set[str]:
    """An English word and what may be its regular plural or singular; a form that is no word does no harm."""
    if len(word) < 3 or not word[-1].isalpha():
        return {word}
    if not word.endswith("s") or word.endswith(_NOT_PLURAL):
        return {word, _plural(word)}
    singulars = {word, word[:-1]}
    if word.endswith("ies"):
        singulars.add(f"{word[:-3]}y")
    if word.endswith("es") and word[:-2].endswith(_SIBILANTS):
        singulars.add(word[:-2])
    return singulars


def _plural(word: str) -> str:
    if word.endswith("y") and word[-2] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(_SIBILANTS) else f"{word}s"
