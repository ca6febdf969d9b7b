"""The command `curagraph publish`."""

from __future__ import annotations

import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from curagraph.commands.options import DONE, HERE, INCOMPLETE, ProjectOption, print_json
from curagraph.config import Project

if TYPE_CHECKING:
    from curagraph.delivery.remote.publishing import Published

# So many graphs are named.
_NAMED = 10


def publish(
    endpoint: Annotated[
        str, typer.Argument(metavar="ENDPOINT", help="The store: its address for queries.", show_default=False)
    ],
    update: Annotated[
        str, typer.Option(metavar="URL", help="Where it takes updates.", show_default="by ENDPOINT")
    ] = "",
    graphs: Annotated[
        str, typer.Option(metavar="URL", help="Where it takes N-Quads by POST.", show_default="by ENDPOINT")
    ] = "",
    user: Annotated[str, typer.Option(metavar="NAME", help="Who we are to the store.")] = "",
    excerpts: Annotated[bool, typer.Option("--excerpts", help="With the excerpts, which are other people's.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Change nothing, and tell what would change.")] = False,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds that a request may take at most.")] = 300,
    retries: Annotated[int, typer.Option(min=0, help="How often to try again while a store is busy.")] = 6,
    as_json: Annotated[bool, typer.Option("--json", help="Tell the outcome as JSON.")] = False,
    project: ProjectOption = HERE,
) -> None:
    """Bring a remote SPARQL 1.1 store to the state of the graph.

    Ends with 0 when the store has it, 1 when it says so and does not, 2 for wrong usage, 3 when it could not be brought
    there; the same call goes on then.
    """
    from curagraph.commands import summary
    from curagraph.delivery.remote import publishing
    from curagraph.delivery.remote.addresses import Addresses
    from curagraph.delivery.remote.connection import Connection
    from curagraph.delivery.remote.content import Content
    from curagraph.delivery.remote.credentials import Credentials
    from curagraph.delivery.remote.store import Store
    from curagraph.snapshot import Snapshot

    begun = time.monotonic()
    addresses = Addresses.of(endpoint, update, graphs)
    loaded = Project.load(project)
    credentials = Credentials.found(endpoint, user)
    with (
        tempfile.TemporaryDirectory(prefix="curagraph-") as folder,
        Connection(credentials, timeout=timeout, retries=retries) as connection,
        summary.progress("publishing", "graphs") if sys.stderr.isatty() else nullcontext(None) as progress,
    ):
        content = Content(Snapshot.current(loaded), Path(folder), excerpts=excerpts)
        store = Store(addresses, connection)
        done = publishing.publish(content, store, loaded, dry=dry_run, progress=progress)
    if as_json:
        print_json(_json(done))
    else:
        _show(done, dry_run=dry_run, seconds=time.monotonic() - begun)
    raise typer.Exit(INCOMPLETE if done.wrong else DONE)


def _json(done: Published) -> dict[str, object]:
    names = ("graphs", "triples", "sent", "removed", "wrong", "rewritten", "requests")
    return {name: getattr(done, name) for name in names}


def _show(done: Published, *, dry_run: bool, seconds: float) -> None:
    """What was done, or would be, for people."""
    from curagraph.tables import console, table, visible

    out = console()
    changes = [f"send {graph}: {triples:,} triples" for graph, triples in done.sent.items()]
    changes = [*(f"remove {graph}" for graph in done.removed), *changes]
    for text in changes[:_NAMED] if dry_run else ():
        out.print(visible(f"would {text}"))
    if dry_run and len(changes) > _NAMED:
        out.print(f"... and {len(changes) - _NAMED:,} more; --json lists all")
    for graph, what in list(done.wrong.items())[:_NAMED]:
        out.print(visible(f"wrong: {graph}: {what}"))
    would = "would be " if dry_run else ""
    rows = [
        ("graphs", f"{done.graphs:,}"),
        ("triples", f"{done.triples:,}"),
        (f"graphs {would}sent", f"{len(done.sent):,}"),
        (f"triples {would}sent", f"{sum(done.sent.values()):,}"),
        (f"graphs {would}removed", f"{len(done.removed):,}"),
        *([("graphs that are wrong", f"{len(done.wrong):,}")] if done.wrong else []),
        ("requests", f"{done.requests:,}"),
        ("seconds", f"{seconds:.2f}"),
    ]
    out.print(table(["publish", ""], rows, numbers=[""]))
    if done.rewritten:
        out.print(visible(f"The store writes some literals in its own way, such as those of {done.rewritten[0]}."))
    if done.wrong:
        out.print("The store said that all went well, and does not hold what was sent. Publish again, or ask its log.")
