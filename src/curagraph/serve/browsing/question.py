"""What somebody looks for: words and values of facets, as an address says it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from curagraph.serve.browsing import facets
from curagraph.serve.page import Refusal

# Items on a page, and how many pages one may turn; who has not found it by then has too many words.
PER_PAGE = 25
PAGES = 400
FORMATS = ("html", "json")
_MOST = 20

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Question:
    """Words, the facets and names of the values that are chosen, and a page of what is found, from 1.

    >>> question = Question.of((("q", "care"), ("brand", "fox.com"), ("page", "2")))
    >>> question.page, question.chosen
    (2, (('brand', 'fox.com'),))
    >>> question.having("topic", "symplur/payment-reform").address()
    'search?q=care&brand=fox.com&topic=symplur/payment-reform'
    """

    q: str = ""
    chosen: Pairs = ()
    page: int = 1

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> Question:
        """The question of an address; parameters that are not known do not count, as others add some to links.

        Raises `Refusal` where a page is no number, or more is chosen than anybody would.
        """
        found = [(name, value) for name, value in pairs if value]
        words = " ".join(value for name, value in found if name == "q").split()
        chosen = tuple(dict.fromkeys(pair for pair in found if pair[0] in facets.BY_NAME))
        if len(chosen) > _MOST:
            detail = f"{len(chosen)} values of facets were chosen; {_MOST} are the most."
            raise Refusal(400, "too-many-values", "That is too much to choose", detail)
        return cls(" ".join(words), chosen, _page([value for name, value in found if name == "page"]))

    @property
    def is_open(self) -> bool:
        """Whether nothing is asked, so that everything is found."""
        return not self.q and not self.chosen

    def having(self, facet: str, key: str) -> Question:
        return replace(self, chosen=tuple(dict.fromkeys((*self.chosen, (facet, key)))), page=1)

    def without(self, facet: str, key: str) -> Question:
        return replace(self, chosen=tuple(pair for pair in self.chosen if pair != (facet, key)), page=1)

    def without_words(self) -> Question:
        return replace(self, q="", page=1)

    def turned(self, page: int) -> Question:
        return replace(self, page=page)

    def address(self, path: str = "search", *more: tuple[str, str]) -> str:
        """The address below the root; with `more`, other parameters at its end."""
        pairs = [("q", self.q)] if self.q else []
        pairs += self.chosen
        pairs += [("page", str(self.page))] if self.page > 1 else []
        query = urlencode([*pairs, *more], quote_via=quote, safe="/")
        return f"{path}?{query}" if query else path


def _page(values: list[str]) -> int:
    if not values:
        return 1
    text = values[-1]
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:9]) <= PAGES or len(text) > 9:
        detail = f"page wants a whole number from 1 to {PAGES}, found {text[:40]!r}. More words or facets find less."
        raise Refusal(400, "wrong-page", "There is no such page", detail)
    return int(text)
