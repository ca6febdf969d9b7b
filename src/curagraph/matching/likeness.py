"""How alike two labels of topics or concepts are, and which labels are worth comparing at all.

`label_kept` and `label_sought` give the keys under which a label is kept and sought, so that only labels that share a
key are compared; `alike_labels` compares two. No key is one word of many, so the pairs to compare grow with the
labels and not with their square. `nameform` and `domainform` do the same for names and domains.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA


class Likeness(NamedTuple):
    """How sure it is that a person would match two texts, from 0 to 1, why, and which relation to propose."""

    score: float
    reason: str
    relation: str = "exact"


# Words that stand beside a subject without changing it; as they come out of `words`.
_FILLERS = frozenset(
    [
        "update",
        "news",
        "trend",
        "issue",
        "tip",
        "program",
        "programme",
        "model",
        "plan",
        "strategy",
        "initiative",
        "insight",
        "basic",
    ]
)
_OPPOSITES = frozenset(["non", "not", "no", "anti", "without", "ex"])
_LINKS = frozenset(["of", "for", "and", "in", "to", "the", "a", "an"])
_DIGITS = {"for": "4", "to": "2"}
_BRITISH = (("isation", "ization"), ("iour", "ior"), ("aed", "ed"), ("aesth", "esth"), ("centred", "centered"))
# Shorter words that differ in a letter are mostly two words.
_SHORTEST_MISSPELT = 8
_ABBREVIATION = re.compile(r"[A-Z][A-Z0-9&]{1,6}s?")
_IN_PARENTHESES = re.compile(r"\s*\(([^()]+)\)\s*$")


def folded(text: str) -> str:
    """A text in small letters without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


@lru_cache(maxsize=1 << 17)
def words(text: str) -> tuple[str, ...]:
    """The words of a label: folded, in the singular, in American spelling, without articles.

    >>> words("Behavioural-Health Strategies & the Women's C++ Series")
    ('behavioral', 'health', 'strategy', 'and', 'women', 'c++', 'sery')
    """
    plain = re.sub(r"['’]s\b|['’]", "", folded(text)).replace("&", " and ")
    found = [_word(word) for word in re.findall(r"[^\W_]+[+#]*", plain)]
    return tuple(word for word in found if word not in ("the", "a", "an")) or tuple(found)


def _word(word: str) -> str:
    for british, american in _BRITISH:
        word = word.replace(british, american)
    if len(word) < 4 or word == "news" or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    return word[:-3] + "y" if word.endswith("ies") else word[:-1]


def labels_of(text: str) -> tuple[str, ...]:
    """A label, and where it ends with its abbreviation in parentheses, both of them.

    >>> labels_of("Accountable Care Organizations (ACOs)")
    ('Accountable Care Organizations', 'ACOs')
    """
    found = _IN_PARENTHESES.search(text)
    if found and found.start() and _ABBREVIATION.fullmatch(found[1]):
        return text[: found.start()], found[1]
    return (text,)


def label_kept(text: str) -> Iterator[str]:
    """The keys under which others find a label."""
    yield from _label_keys(text)
    yield from (f"initials {each}" for each in _initials(text))


def label_sought(text: str) -> Iterator[str]:
    """The keys under which a label finds others."""
    yield from _label_keys(text)
    found = words(text)
    yield from ("letters " + "".join(found[n:]) for n in range(1, len(found)))
    if _ABBREVIATION.fullmatch(text):
        yield f"initials {_letters(text)}"


def _label_keys(text: str) -> Iterator[str]:
    found = words(text)
    yield "letters " + "".join(found)
    yield "order " + " ".join(_set(found))
    yield "core " + " ".join(_core(found))
    for n, word in enumerate(found):
        yield from ("spelling " + " ".join((*found[:n], each, *found[n + 1 :])) for each in _misspelt(word))


def _misspelt(word: str) -> Iterator[str]:
    """A word and what is left of it without one letter: words a letter apart share one of these."""
    if len(word) >= _SHORTEST_MISSPELT - 1 and word.isalpha():
        yield word
        yield from {word[:n] + word[n + 1 :] for n in range(1, len(word))}


def _set(found: Sequence[str]) -> list[str]:
    return sorted(word for word in found if word not in _LINKS)


def _core(found: Sequence[str]) -> tuple[str, ...]:
    return tuple(word for word in found if word not in _FILLERS) or tuple(found)


@lru_cache(maxsize=1 << 17)
def _initials(text: str) -> frozenset[str]:
    """What a label may be abbreviated to: from all words, without the small ones, and by spaces alone."""
    found = words(text)
    rows = [found, [word for word in found if word not in _LINKS], [_DIGITS.get(word, word) for word in found]]
    rows.append([word for part in text.split() for word in words(part)[:1] if word not in _LINKS])
    return frozenset("".join(word[0] for word in row) for row in rows if len(row) > 1)


def alike_labels(first: str, second: str) -> Likeness | None:
    """The likeness of two labels; the relation is that of the first to the second."""
    one, other = words(first), words(second)
    if one == other:
        return Likeness(1.0, "same words")
    if "".join(one) == "".join(other):
        return Likeness(0.97, "same letters")
    found = [_abbreviated(first, second), _reordered(first, second), _filled(one, other), _spelt(one, other)]
    found += [_narrowed(one, other, "broad"), _narrowed(other, one, "narrow")]
    return max((each for each in found if each), key=lambda each: each.score, default=None)


def _abbreviated(first: str, second: str) -> Likeness | None:
    for short, long in ((first, second), (second, first)):
        letters = _letters(short)
        if _ABBREVIATION.fullmatch(short) and letters in _initials(long):
            # Two letters stand for too many things.
            return Likeness(0.9 if len(letters) > 2 else 0.7, f"{short} abbreviates the other", "close")
    return None


def _letters(abbreviation: str) -> str:
    return abbreviation.removesuffix("s").replace("&", "").lower()


def _reordered(first: str, second: str) -> Likeness | None:
    one, other = words(first), words(second)
    if _set(one) != _set(other):
        return None
    turned = "," in first + second or "of" in (*one, *other)
    sure = turned or len(_set(one)) > 2
    return Likeness(0.9 if sure else 0.7, "words in another order", "close")


def _filled(one: Sequence[str], other: Sequence[str]) -> Likeness | None:
    if _core(one) != _core(other):
        return None
    extra = [word for word in (*one, *other) if word in _FILLERS]
    one_sided = len(_core(one)) in (len(one), len(other))
    return Likeness(0.85 if one_sided else 0.8, f"same words but for {', '.join(extra)}", "close")


def _spelt(one: Sequence[str], other: Sequence[str]) -> Likeness | None:
    if len(one) != len(other):
        return None
    differing = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    if len(differing) != 1 or not is_misspelling(*differing[0]):
        return None
    score = round(fuzz.ratio(" ".join(one), " ".join(other)) / 100, 2)
    return Likeness(score, f"spelling {score:.2f}", "close")


def is_misspelling(one: str, other: str, shortest: int = _SHORTEST_MISSPELT) -> bool:
    """Whether a letter is missing or two are swapped; another letter in its place makes another word."""
    swapped = len(one) == len(other) and sorted(one) == sorted(other)
    close = OSA.distance(one, other, score_cutoff=1) == 1 and (swapped or len(one) != len(other))
    return close and one[0] == other[0] and max(len(one), len(other)) >= shortest and (one + other).isalpha()


def _narrowed(longer: Sequence[str], shorter: Sequence[str], relation: str) -> Likeness | None:
    extra = len(longer) - len(shorter)
    if extra < 1 or "".join(longer[extra:]) != "".join(shorter) or _OPPOSITES & set(longer[:extra]):
        return None
    score = 0.82 if extra == 1 and len(shorter) > 1 else 0.76 if len(shorter) > 1 else 0.7
    return Likeness(score, f"{' '.join(longer[:extra])} narrows it", relation)
