"""The command `curagraph embed`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from curagraph.commands.options import (
    DONE,
    HERE,
    INCOMPLETE,
    CheckFormat,
    OutputOption,
    ProjectOption,
    print_json,
    write,
)
from curagraph.config import Project
from curagraph.problem import Problem, Severity, UsageError

if TYPE_CHECKING:
    from curagraph.checking.findings import Findings

_WAYS = "give a folder of HTML, or one of --item ID, --data DIR and --check"


def embed(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[HTML_DIR]", help="The folder of the pages.", show_default=False)
    ] = None,
    item: Annotated[str, typer.Option("--item", metavar="ID", help="Print the script of one item's page.")] = "",
    data: Annotated[
        Path | None, typer.Option("--data", metavar="DIR", help="Write a JSON-LD file for each item, with an index.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing, and tell what is wrong with the pages.")
    ] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Take our scripts out again.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing, and show what would change.")] = False,
    jobs: Annotated[int, typer.Option(min=0, help="Processes to use; 0 is one for each processor.")] = 0,
    format_: Annotated[CheckFormat, typer.Option("--format", help="How to answer.")] = CheckFormat.table,
    output: OutputOption = "-",
    project: ProjectOption = HERE,
) -> None:
    """Put what the graph says of a page into the page, as JSON-LD; or check the JSON-LD of any pages.

    Ends with 0 when all went well, 1 when a page was refused or a check found an error, 2 for wrong usage.
    """
    loaded = Project.load(project)
    if sum(map(bool, (folder and not check, item, data, check))) != 1:
        raise UsageError(_WAYS)
    if (remove or dry_run) and (item or data or check):
        raise UsageError("--remove and --dry-run are about a folder of HTML to embed in")
    if (item or data) and format_ is not CheckFormat.table:
        raise UsageError("--item and --data have one form each; leave --format out")
    if output != "-" and not check:
        raise UsageError("-o is about --check; what is embedded is written into the pages")
    if format_ in (CheckFormat.sarif, CheckFormat.github) and not check:
        raise UsageError(f"{format_.value} is about --check; without it take table or json")
    if item:
        _print_script(loaded, item)
    elif data:
        _write_files(loaded, data)
    elif check:
        _check(loaded, folder, jobs, format_, output)
    elif folder:
        _embed(loaded, folder, remove=remove, dry_run=dry_run, jobs=jobs, format_=format_)


def _print_script(project: Project, item: str) -> None:
    from curagraph.embedding import script
    from curagraph.embedding.pagegraph import PageGraphs
    from curagraph.snapshot import Snapshot

    snapshot = Snapshot.current(project)
    found = PageGraphs(snapshot).of(snapshot.thing(item).value)
    for problem in found.problems:
        print(f"curagraph: {problem.message}", file=sys.stderr)
    write(f"{script.element(found.text)}\n".encode())


def _write_files(project: Project, folder: Path) -> None:
    from curagraph.embedding import datafiles, telling
    from curagraph.snapshot import Snapshot

    written = datafiles.write(Snapshot.current(project), folder)
    telling.show_written(written)
    raise typer.Exit(_status(written.problems))


def _check(project: Project, folder: Path | None, jobs: int, format_: CheckFormat, output: str) -> None:
    from curagraph.checking import telling
    from curagraph.exporting.serialize import opened

    found = _checked(project, folder, jobs)
    if output == "-" and format_ is CheckFormat.table:
        telling.show(found)
    else:
        with opened(output) as file:
            file.write(telling.written(found, format_.value, folder or project.folder).encode())
    raise typer.Exit(INCOMPLETE if found.is_bad else DONE)


def _checked(project: Project, folder: Path | None, jobs: int) -> Findings:
    """What is wrong with the pages of a folder, which need not be ours; without one, with what ours would say."""
    from curagraph import snapshot
    from curagraph.commands import summary
    from curagraph.embedding.pagegraph import PageGraphs
    from curagraph.embedding.places import Places
    from curagraph.pagecheck import folder as pages

    if folder is None:
        published = snapshot.Snapshot.current(project)
        graphs = PageGraphs(published).several(Places.of(published).pages)
        return pages.check_graphs(published, graphs)
    current = snapshot.Snapshot.current(project) if snapshot.current(project) else None
    with summary.progress("checking", "pages") if sys.stderr.isatty() else nullcontext(None) as progress:
        return pages.check_folder(folder, current, jobs=jobs, progress=progress)


def _embed(project: Project, folder: Path, *, remove: bool, dry_run: bool, jobs: int, format_: CheckFormat) -> None:
    from curagraph.commands import summary
    from curagraph.embedding import embedding, telling

    with summary.progress("embedding", "pages") if sys.stderr.isatty() else nullcontext(None) as progress:
        done = embedding.embed(project, folder, remove=remove, dry_run=dry_run, jobs=jobs, progress=progress)
    if format_ is CheckFormat.json:
        print_json(telling.as_json(done))
    else:
        telling.show(done, dry_run=dry_run)
    raise typer.Exit(_status(done.problems))


def _status(problems: Iterable[Problem]) -> int:
    return INCOMPLETE if any(problem.severity is Severity.ERROR for problem in problems) else DONE
