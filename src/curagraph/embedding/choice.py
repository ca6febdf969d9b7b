"""Which of several pages that claim to show one thing does show it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property

from curagraph.embedding.files import Folder
from curagraph.embedding.finding import Claim, Way
from curagraph.problem import Problem, Severity


class Choice:
    """What is chosen among the claims of the pages of a folder, given by path.

    A page whose claim is sure has its thing, also where several are: copies of a page name it as their canonical one,
    which is told. Of the others the best has it where no sure one does; where two are equally good nobody knows, and
    neither has it.
    """

    def __init__(self, claims: Mapping[str, Claim]) -> None:
        self.claims = claims
        self.by_thing: dict[str, list[str]] = defaultdict(list)
        for path in sorted(claims, key=lambda path: (claims[path].way, path)):
            self.by_thing[claims[path].thing].append(path)

    @cached_property
    def open(self) -> list[str]:
        """The pages whose claim is not sure."""
        return sorted(path for path, claim in self.claims.items() if not claim.way.is_sure)

    def given(self, path: str) -> str:
        """The thing that a page gets, or the empty text."""
        return "" if self._rival(path) else self.claims[path].thing

    def problems(self, path: str, claim: Claim, folder: Folder) -> Iterator[Problem]:
        """What is to be said of a page's claim."""
        if claim.shared:
            message = (
                f"this is the page of several things, {_some(claim.shared)}; give all but one of them another slug"
            )
            yield Problem(folder.shown(path), 1, "", "page-of-several", Severity.ERROR, message)
        if claim.several:
            message = f"its slug or path leads to several things, {_some(claim.several)}; give it a canonical link"
            yield Problem(folder.shown(path), 1, "", "several-things", Severity.WARNING, message)
        model = self._model(path) if claim.thing else ""
        if model:
            message = (
                f"it has the graph of {claim.thing} by its canonical link, and so has {folder.shown(model)} by"
                f" {self.claims[model].words}; where it is no copy of that page, correct the link"
            )
            yield Problem(folder.shown(path), 1, "", "same-canonical", Severity.NOTE, message)
        rival = self._rival(path) if claim.thing else ""
        if rival:
            message = (
                f"it seems to show {claim.thing} by {claim.words}, and so does {folder.shown(rival)} by"
                f" {self.claims[rival].words}, so this page was left without; give it a canonical link"
            )
            yield Problem(folder.shown(path), 1, "", "rival-page", Severity.WARNING, message)

    def _model(self, path: str) -> str:
        """The page that another seems to be a copy of, by its canonical link; or the empty text."""
        claim = self.claims[path]
        if claim.way is not Way.CANONICAL:
            return ""
        best = next((other for other in self.by_thing[claim.thing] if other != path), "")
        return best if best and self.claims[best].way.is_sure else ""

    def _rival(self, path: str) -> str:
        """A page that keeps another from its thing, or the empty text; the best claims come first in `by_thing`."""
        claim = self.claims[path]
        if claim.way.is_sure:
            return ""
        best = next((other for other in self.by_thing[claim.thing] if other != path), "")
        return best if best and self.claims[best].way <= claim.way else ""


def _some(things: tuple[str, ...]) -> str:
    """The first of several things."""
    return ", ".join(things[:3])
