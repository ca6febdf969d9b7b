"""Which partners a command serves, and what is doubtful about them."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from curagraph.config import FILE
from curagraph.delivery import selection
from curagraph.delivery.partner import Partner
from curagraph.problem import UsageError
from curagraph.snapshot import Snapshot


def served(snapshot: Snapshot, name: str) -> Iterator[Partner]:
    """The partner of a name, or all; on standard error, what is doubtful about each before it is served.

    Raises `UsageError` where there is none of the name.
    """
    known = snapshot.project.partners
    if name and name not in known:
        raise UsageError(f"there is no partner {name}; {FILE} has {', '.join(known)}")
    for partner in [known[name]] if name else known.values():
        for doubt in selection.doubts(snapshot, partner):
            print(f"curagraph: {doubt}", file=sys.stderr)
        yield partner
