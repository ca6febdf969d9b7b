"""Which releases stay, and which of them may hold what was taken down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path

from curagraph.config import Project
from curagraph.delivery.partner import Partner
from curagraph.delivery.releases import profile
from curagraph.delivery.releases.described import Described, Unreadable
from curagraph.delivery.releases.shelf import Shelf


def retain(shelf: Shelf, partner: Partner) -> list[int]:
    """Remove the releases that the profile does not keep; of those that stay each difference is to the one before."""
    versions = shelf.versions
    gone = versions[: -partner.keep] if partner.keep else []
    if partner.keep_days:
        newest, days = _issued(shelf[versions[-1]]), timedelta(days=partner.keep_days)
        gone = [version for version in versions[:-1] if version in gone or newest - _issued(shelf[version]) > days]
    shelf.remove(gone)
    return gone


def stale(shelf: Shelf, project: Project) -> Iterator[int]:
    """The numbers of the releases that may hold what was taken down."""
    return (v for v in shelf.versions if profile.is_before_a_takedown(shelf[v] / profile.FILE, project))


def numbered(versions: Sequence[int]) -> str:
    """Releases by their numbers.

    >>> numbered([1, 2, 3, 5]), numbered([2])
    ('releases 1 to 3, 5', 'release 2')
    """
    groups = [
        [version for _, version in group] for _, group in groupby(enumerate(versions), lambda each: each[1] - each[0])
    ]
    words = [f"{group[0]} to {group[-1]}" if len(group) > 1 else str(group[0]) for group in groups]
    return f"release{'s' * (len(versions) > 1)} {', '.join(words)}"


def _issued(folder: Path) -> datetime:
    """When a release was issued; one that cannot say is of no age and stays."""
    try:
        return datetime.fromisoformat(Described.read(folder).issued)
    except Unreadable:
        return datetime.max.replace(tzinfo=UTC)
