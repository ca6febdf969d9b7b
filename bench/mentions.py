"""Finding mentions: how much text a second, and how long the text of one item takes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from statistics import median

from bench import corpus, measure
from bench.results import Bar, Section, number
from bench.site import CHECKOUT, Site
from curagraph import body
from curagraph.config import Project
from curagraph.mentioning import labels
from curagraph.mentioning.lexicon import Lexicon

_SPEED, _ITEM = 5, 50
_ROUNDS = 7
# About as many characters as the title and the plain text of an item have.
_CHARACTERS = 1500
_HOUSE = Project.load(CHECKOUT)


def measured(sites: Sequence[Site]) -> Section:
    """The article among the seeds, which is dense with mentions, and items of the corpus, which have few."""
    known = labels.of_project(_HOUSE)
    article = body.plain_text((CHECKOUT / "seeds" / "value-based-care-models.md").read_text("utf-8"))
    items = [_words(number) for number in range(1, 1 + min([1000, *(site.size for site in sites)]))]
    texts = {
        "the article on care models": _cut(article),
        "the same, with typographic marks": _cut(article.replace("'", "’").replace("-", "‑")),
        "items of the corpus": items,
        "one text of 5 MB": [(article * (5_000_000 // len(article) + 1))[:5_000_000]],
    }
    rows, bars = [], []
    for what, pieces in texts.items():
        seconds, size = _seconds(known, pieces), sum(len(piece.encode()) for piece in pieces)
        found = sum(len(known.find(piece)) for piece in pieces)
        speed, each = size / seconds / 1e6, 1e6 * seconds * _CHARACTERS / sum(map(len, pieces))
        rows.append([what, f"{size:,}", f"{found:,}", number(speed), number(each)])
        bars.append(Bar(f"mentions in {what}", number(seconds), speed, _SPEED, " MB a second", at_least=True))
        if len(pieces) > 1:
            bars.append(Bar(f"mentions in {_CHARACTERS:,} characters of {what}", "", each, _ITEM, " µs"))
    build = median(measure.call(partial(labels.of_project, _HOUSE)) for _ in range(_ROUNDS))
    text = (
        "`Lexicon.find` with the labels of the house's schemes, one text after the other in one process; medians of"
        f" {_ROUNDS} rounds. To read the schemes and make the lexicon takes {number(1000 * build)} ms."
    )
    header = ["text", "bytes", "mentions", "MB a second", f"µs for {_CHARACTERS:,} characters"]
    return Section("Finding mentions", text, header, rows, bars)


def _words(number: int) -> str:
    """The plain text of an item's body."""
    return body.plain_text(corpus.item(number).rpartition("\n---\n")[2])


def _cut(text: str) -> list[str]:
    """A text in pieces as long as items are."""
    return [text[start : start + _CHARACTERS] for start in range(0, len(text), _CHARACTERS)]


def _seconds(known: Lexicon, pieces: Sequence[str]) -> float:
    """The time that all pieces take once; few are searched many times, so that the clock can tell."""
    times = max(1, 500_000 // sum(map(len, pieces)))
    return median(measure.call(partial(_find, known, pieces, times)) for _ in range(_ROUNDS)) / times


def _find(known: Lexicon, pieces: Sequence[str], times: int) -> None:
    for _ in range(times):
        for piece in pieces:
            known.find(piece)
