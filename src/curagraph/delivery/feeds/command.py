"""The command `curagraph feed`."""

from __future__ import annotations

from curagraph.commands.options import HERE, DeliveryOption, PartnerOption, ProjectOption
from curagraph.config import Project


def feed(
    output: DeliveryOption,
    partner: PartnerOption = "",
    project: ProjectOption = HERE,
) -> None:
    """Bring the change feeds of partners up to date with the graph.

    Ends with 0 when all feeds are up to date, 2 for wrong usage, 3 when one could not be written.
    """
    from curagraph.delivery import receivers
    from curagraph.delivery.feeds.feed import update
    from curagraph.snapshot import Snapshot

    snapshot = Snapshot.current(Project.load(project))
    for each in receivers.served(snapshot, partner):
        print(f"{each.name}: {update(snapshot, each, output).words}")
