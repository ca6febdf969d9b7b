"""A partner: who receives which portion of the graph, as `[partners.NAME]` of curagraph.toml says.

[partners.a-hospital]
title = "Value-based care, for a hospital"
query = "schema-org"                  # a CONSTRUCT of queries/partners/
topics = ["symplur/payment-reform"]
curators = false
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from curagraph import settings
from curagraph.problem import ProjectError
from curagraph.settings import days, positive, setting

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
FORMATS = ("turtle", "jsonld", "ntriples", "trig", "rdfxml")


def _are_formats(found: list[str]) -> bool:
    return bool(found) and set(found) <= set(FORMATS)


@dataclass(frozen=True)
class Partner:
    """What one partner receives.

    `query` names a CONSTRUCT of `queries/partners/`; `licence` is the address of one. Of items only those are sent that
    have one of the `topics`, one of the `brands` and one of the `communities`, and were made from `since` until before
    `until`; an empty list is no condition. Sizes are in MiB, ages in days; 0 is no limit.

    >>> Partner.of("a-hospital", {"curators": False}, "curagraph.toml").curators
    False
    >>> Partner.of("a-hospital", {"curator": False}, "curagraph.toml")
    Traceback (most recent call last):
    curagraph.problem.ProjectError: curagraph.toml: [partners.a-hospital] knows no curator; known are title, query, ...
    """

    name: str
    title: str = ""
    query: str = setting("full", "the name of a file in queries/partners/", _NAME.fullmatch)
    licence: str = setting("", "the address of one", lambda text: not text or settings.is_address(text))
    rights: str = ""
    formats: tuple[str, ...] = setting(FORMATS[:3], f"a list with some of {', '.join(FORMATS)}", _are_formats)
    excerpts: bool = False
    images: bool = False
    curators: bool = True
    topics: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    communities: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    part_megabytes: int = positive(256)
    keep: int = 0
    keep_days: int = days(0)
    page_members: int = positive(250)
    feed_days: int = days(0)
    erase: bool = True

    @classmethod
    def of(cls, name: str, table: object, file: str) -> Partner:
        """The partner that a table describes. Raises `ProjectError` where it is wrong."""
        where = f"{file}: [partners.{name}]"
        if not _NAME.fullmatch(name):
            raise ProjectError(f"{where} wants a name of small letters, digits and hyphens")
        made = settings.read(cls, table, where, name=name)
        if made.since and made.until and made.until <= made.since:
            raise ProjectError(f"{where}: until wants a day after since, {made.since}, found {made.until}")
        return made

    @property
    def chooses_items(self) -> bool:
        """Whether some items may be left out."""
        return any((self.topics, self.brands, self.communities, self.since, self.until))


def partners(tables: object, file: str) -> Mapping[str, Partner]:
    """The partners by name; where none is described, everybody is one. Raises `ProjectError` where one is wrong."""
    if not isinstance(tables, dict):
        raise ProjectError(f"{file}: partners wants tables such as [partners.a-hospital], found {tables!r}")
    found = {name: Partner.of(name, table, file) for name, table in tables.items()}
    return found or {"public": Partner("public", "What is published")}
