"""Names of people: their parts, and how alike two of them are.

What names an organisation or several people is one name and never split.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz

from curagraph.matching.likeness import Likeness, folded, is_misspelling

_TITLES = frozenset(
    ["dr", "prof", "professor", "mr", "mrs", "ms", "md", "phd", "jr", "sr", "ii", "iii", "rn", "mba", "mph", "facp"]
)
_PARTICLES = frozenset(
    ["de", "der", "den", "di", "da", "del", "della", "la", "le", "van", "von", "ten", "ter", "bin", "al", "el"]
)
# A word of these makes it the name of an organisation, or of several people.
_TOGETHER = frozenset(
    [
        "and",
        "foundation",
        "news",
        "newsroom",
        "blog",
        "team",
        "staff",
        "editor",
        "editors",
        "editorial",
        "board",
        "desk",
        "group",
        "inc",
        "llc",
        "ltd",
        "press",
        "media",
        "network",
        "institute",
        "society",
        "association",
        "university",
        "office",
        "department",
        "community",
        "communications",
    ]
)


class Name(NamedTuple):
    """The given names or their initials, and the family name as one word; no given names where it was not split."""

    given: tuple[str, ...]
    family: str

    @property
    def letters(self) -> str:
        return "".join(self.given) + self.family


@lru_cache(maxsize=1 << 17)
def name(text: str) -> Name:
    """The parts of a name.

    >>> name("Dr. Ann-Marie van Dyk"), name("van Dyk, A.M."), name(".NET Foundation News and Blog")
    (Name(given=('ann', 'marie'), family='vandyk'), Name(given=('a', 'm'), family='vandyk'), Name(given=(), \
family='net foundation news and blog'))
    """
    head, comma, tail = text.partition(",")
    if comma:
        text = head if _TITLES.issuperset(_parts(tail)) else f"{tail} {head}"
    parts = [part for part in _parts(text) if part not in _TITLES]
    if len(parts) < 2 or _TOGETHER & set(parts):
        return Name((), " ".join(_parts(text)))
    start = next((n for n, part in enumerate(parts) if n and part in _PARTICLES), len(parts) - 1)
    return Name(tuple(parts[:start]), "".join(parts[start:]))


def _parts(text: str) -> list[str]:
    # Two capitals in front, as in "AM Lee", are initials, unless the whole name is in capitals.
    initials = re.match(r"[A-Z]{2} ", text) and not text.isupper()
    spaced = f"{text[0]} {text[1:]}" if initials else text
    spaced = spaced.replace("&", " and ")
    return re.findall(r"[^\W_]+", re.sub(r"['’]", "", folded(spaced)))


def name_kept(text: str) -> Iterator[str]:
    """The keys under which a name is kept and sought."""
    found = name(text)
    yield f"letters {found.letters}"
    yield "order " + "".join(sorted((*found.given, found.family)))
    if found.given:
        yield f"initial {found.given[0][0]} {found.family}"
        for n in range(1, len(found.family) + 1):
            yield f"family {found.given[0]} {found.family[:n]}{found.family[n + 1 :]}"
        for n in range(1, len(found.given[0]) + 1):
            yield f"given {found.given[0][:n]}{found.given[0][n + 1 :]} {found.family}"


def alike_names(first: str, second: str) -> Likeness | None:
    """The likeness of two names of people."""
    one, other = name(first), name(second)
    if one == other:
        return Likeness(1.0, "same words")
    if one.letters == other.letters:
        return Likeness(0.97, "same letters")
    if not one.given or not other.given:
        return None
    if sorted((*one.given, one.family)) == sorted((*other.given, other.family)):
        return Likeness(0.9, "words in another order")
    return _same_family(one, other) if one.family == other.family else _spelt(one, other)


def _same_family(one: Name, other: Name) -> Likeness | None:
    if not _agree(one.given[0], other.given[0]):
        return _spelt(one, other)
    if not all(_agree(a, b) for a, b in zip(one.given, other.given, strict=False)):
        return None
    initial = any(len(a) != len(b) for a, b in zip(one.given, other.given, strict=False))
    missing = len(one.given) != len(other.given)
    if initial and missing:
        return Likeness(0.82, "initials, and a middle name more")
    return Likeness(0.85, "initials") if initial else Likeness(0.9, "a middle name more")


def _agree(one: str, other: str) -> bool:
    """Whether two given names are the same, or one the initial of the other."""
    return one == other or (min(len(one), len(other)) == 1 and one[0] == other[0])


def _spelt(one: Name, other: Name) -> Likeness | None:
    families = one.family == other.family or is_misspelling(one.family, other.family, 5)
    given = one.given == other.given or (
        one.given[1:] == other.given[1:] and _is_misspelt_given(one.given[0], other.given[0])
    )
    if not families or not given or (one.family != other.family and one.given != other.given):
        return None
    score = round(fuzz.ratio(one.letters, other.letters) / 100, 2)
    return Likeness(score, f"spelling {score:.2f}")


def _is_misspelt_given(one: str, other: str) -> bool:
    """Given names that differ in their last letter are mostly those of a woman and of a man."""
    return one[-1] == other[-1] and is_misspelling(one, other, 7)
