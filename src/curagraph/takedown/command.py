"""The command `curagraph forget`, and what it says is left to do elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from curagraph.commands.options import HERE, ProjectOption
from curagraph.config import Project

if TYPE_CHECKING:
    from curagraph.takedown.takedown import Forgotten

# What else may hold the thing, and the commands that take it out there.
_ELSEWHERE = (
    "commit forgotten.tsv, so that every other machine heeds it",
    "releases that were made hold it: make new ones with `curagraph release`, and withdraw the old",
    "feeds tell of it when they are brought up to date: `curagraph feed`",
    "remote stores hold it until the next `curagraph publish ENDPOINT`",
    "caches in front of a server may keep its pages: purge them",
    "pages of the web site that are about it, or name it: remove its page and run `curagraph embed DIR`",
)


def forget(
    name: Annotated[
        str, typer.Argument(metavar="IRI|FILE", help="An item: its IRI, number or source file.", show_default=False)
    ],
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why; this is published.", show_default=False)
    ],
    project: ProjectOption = HERE,
) -> None:
    """Take an item down: it leaves the graph, and a record says what kind of thing went, when and why."""
    from curagraph.tables import console, visible
    from curagraph.takedown import takedown

    done = takedown.forget(Project.load(project), name, reason)
    out = console()
    out.print(visible(str(done.record)))
    out.print(_told(done))
    if not done.is_new and not done.is_done:
        return
    files = [f"the file is still there, and every build leaves it out: remove {file}" for file in done.files]
    out.print("Left to do:")
    for text in (*files, *_ELSEWHERE):
        out.print(visible(f"- {text}"))


def _told(done: Forgotten) -> str:
    """What has become of the thing on this machine."""
    anew = "the graph was built anew without it, and older snapshots were removed."
    if not done.is_new:
        return f"That was recorded before{f'; now {anew}' if done.is_done else ', and stays as it is.'}"
    if not done.is_built:
        return "It is in forgotten.tsv. There is no graph yet; every build leaves it out."
    left = "It had left the graph before; releases, feeds and remote stores may still hold it."
    return f"It is in forgotten.tsv. {left if done.had_left else f'T{anew[1:]}'}"
