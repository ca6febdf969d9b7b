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
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from curagraph.problem import ProjectError

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
FORMATS = ("turtle", "jsonld", "ntriples", "trig", "rdfxml")


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
    query: str = "full"
    licence: str = ""
    rights: str = ""
    formats: tuple[str, ...] = FORMATS[:3]
    excerpts: bool = False
    images: bool = False
    curators: bool = True
    topics: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    communities: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    part_megabytes: int = 256
    keep: int = 0
    keep_days: int = 0
    page_members: int = 250
    feed_days: int = 0
    erase: bool = True

    @classmethod
    def of(cls, name: str, settings: Any, file: str) -> Partner:
        """The partner that a table describes. Raises `ProjectError` where it is wrong."""
        where = f"{file}: [partners.{name}]"
        if not _NAME.fullmatch(name):
            raise ProjectError(f"{where} wants a name of small letters, digits and hyphens")
        if not isinstance(settings, dict):
            raise ProjectError(f"{where} wants a table, found {settings!r}")
        known = {field.name.replace("_", "-"): field for field in fields(cls) if field.name != "name"}
        found: dict[str, Any] = {}
        for key, value in settings.items():
            if key not in known:
                raise ProjectError(f"{where} knows no {key}; known are {', '.join(known)}")
            found[known[key].name] = _fitted(value, known[key].default, f"{where}: {key}")
        made = cls(name, **found)
        if not made.formats or set(made.formats) - set(FORMATS):
            raise ProjectError(f"{where}: formats wants some of {', '.join(FORMATS)}, found {list(made.formats)}")
        if not _NAME.fullmatch(made.query):
            raise ProjectError(f"{where}: query wants the name of a file in queries/partners/, found {made.query!r}")
        if made.licence and not _ADDRESS.fullmatch(made.licence):
            raise ProjectError(f"{where}: licence wants the address of one, found {made.licence!r}")
        if made.since and made.until and made.until <= made.since:
            raise ProjectError(f"{where}: until wants a day after since, {made.since}, found {made.until}")
        if 0 in (made.part_megabytes, made.page_members):
            raise ProjectError(f"{where}: part-megabytes and page-members want a whole number from 1, found 0")
        return made

    @property
    def chooses_items(self) -> bool:
        """Whether some items may be left out."""
        return any((self.topics, self.brands, self.communities, self.since, self.until))


def partners(settings: Any, file: str) -> Mapping[str, Partner]:
    """The partners by name; where none is described, everybody is one. Raises `ProjectError` where one is wrong."""
    if not isinstance(settings, dict):
        raise ProjectError(f"{file}: partners wants tables such as [partners.a-hospital], found {settings!r}")
    found = {name: Partner.of(name, table, file) for name, table in settings.items()}
    return found or {"public": Partner("public", "What is published")}


def _fitted(value: Any, default: Any, where: str) -> Any:
    """A setting in the type of its default. Raises `ProjectError` where it is of another."""
    if isinstance(default, tuple):
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return tuple(value)
        raise ProjectError(f"{where} wants a list of texts, found {value!r}")
    if default is None:
        if type(value) is date:
            return value
        raise ProjectError(f"{where} wants a date such as 2020-12-01, found {value!r}")
    if type(value) is not type(default) or (type(value) is int and value < 0):
        wanted = {bool: "true or false", int: "a whole number", str: "a text"}[type(default)]
        raise ProjectError(f"{where} wants {wanted}, found {value!r}")
    return value
