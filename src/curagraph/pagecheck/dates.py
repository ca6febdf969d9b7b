"""Checks of dates: ISO 8601 in the forms that search engines read, with a zone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from curagraph.pagecheck.page import Found, Page, Script
from curagraph.problem import shown

DATES = ("datePublished", "dateModified", "dateCreated", "uploadDate")
_DATE = re.compile(r"-?\d{4}(?:-\d\d(?:-\d\d)?)?")
_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)T([01]\d|2[0-4]):([0-5]\d)(:[0-5]\d(?:[.,]\d+)?)?(Z|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)?"
)


def is_date(text: str) -> bool:
    """Whether a text is a day, month or year of ISO 8601 that is on the calendar.

    >>> is_date("2024-02-29"), is_date("2023-02-29"), is_date("1 May 2024")
    (True, False, False)
    """
    return _DATE.fullmatch(text) is not None and _is_on_calendar(text)


def is_time(text: str) -> bool:
    """Whether a text is a day with a time of ISO 8601."""
    match = _TIME.fullmatch(text)
    return match is not None and _is_on_calendar(match[1])


def has_zone(text: str) -> bool:
    """Whether a date with a time says how far it is from UTC."""
    match = _TIME.fullmatch(text)
    return match is not None and match[5] is not None


def _is_on_calendar(day: str) -> bool:
    try:
        datetime.fromisoformat((day.removeprefix("-") + "-01-01")[:10])
    except ValueError:
        return False
    return True


def bad_date(script: Script, _: Page) -> Iterator[Found]:
    """Dates are written in ISO 8601 and are on the calendar."""
    for key, text in _dates(script):
        if not is_date(text) and not is_time(text):
            yield Found(key, f"found {shown(text)}, wanted a date such as 2020-12-26T07:18:25Z; write it so")


def no_time_zone(script: Script, _: Page) -> Iterator[Found]:
    """Dates have a time and a zone, without which nobody knows when they were."""
    for key, text in _dates(script):
        if is_date(text) or (is_time(text) and not has_zone(text)):
            yield Found(
                key, f"found {shown(text)} without a zone; write the time, and Z or an offset such as -04:00 after it"
            )


def _dates(script: Script) -> Iterator[tuple[str, str]]:
    for node in script.nodes:
        for property_ in DATES:
            yield from node.texts(property_)
