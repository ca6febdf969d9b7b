"""The time to which a snapshot is current: the newest date of an item.

What is delivered bears this time and not that of a machine, so that the same history gives the same bytes anywhere.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pyoxigraph as ox

from curagraph.snapshot import Snapshot

_NEWEST = """PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
SELECT (MAX(?date) AS ?newest) {
  { ?item dcterms:created ?date } UNION { ?item dcterms:modified ?date }
  FILTER(DATATYPE(?date) = xsd:dateTime && STRSTARTS(STR(?item), "%s"))
}"""
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def newest(snapshot: Snapshot) -> datetime:
    """The newest date of an item of a snapshot, in UTC; the beginning of 1970 where none has a time."""
    found = snapshot.store.query(_NEWEST % snapshot.project.base, use_default_graph_as_union=True)
    assert isinstance(found, ox.QuerySolutions)
    (row,) = found
    term = row["newest"]
    if not isinstance(term, ox.Literal):
        return _BEGINNING
    return in_utc(datetime.fromisoformat(term.value))


def in_utc(time: datetime) -> datetime:
    """A time in UTC, where one without a zone is; what UTC would have in no year from 1 to 9999 is the nearest of them.

    >>> str(in_utc(datetime.fromisoformat("9999-12-31T23:59:59-14:00")))
    '9999-12-31 23:59:59.999999+00:00'
    """
    if time.tzinfo is None:
        return time.replace(tzinfo=UTC)
    try:
        return time.astimezone(UTC)
    except OverflowError:
        nearest = datetime.min if time.year == 1 else datetime.max
        return nearest.replace(tzinfo=UTC)


def written(time: datetime) -> str:
    """A time as xsd:dateTime, in UTC and with milliseconds.

    >>> written(datetime(2020, 12, 26, 7, 18, 25, 522495, tzinfo=UTC))
    '2020-12-26T07:18:25.522Z'
    """
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
