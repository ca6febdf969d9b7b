"""The command line."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from enum import StrEnum
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer

from curagraph import options
from curagraph.config import Project
from curagraph.delivery.feeds.command import feed
from curagraph.delivery.releases.command import release, verify
from curagraph.delivery.remote.command import publish
from curagraph.embedding.command import embed
from curagraph.options import (
    DONE,
    HERE,
    INCOMPLETE,
    STOPPED,
    WRONG_USAGE,
    CheckFormat,
    OutputOption,
    ProjectOption,
)
from curagraph.problem import BuildStopped, CuragraphError, ProjectError, PublishStopped, Severity, UsageError
from curagraph.serve.command import serve
from curagraph.takedown.command import forget

# The formats stand here as words so that a build does not wait for the modules that write them.
AnswerFormat = StrEnum("AnswerFormat", ["table", "json", "csv", "tsv", "xml", "turtle", "jsonld", "ntriples"])
ExportFormat = StrEnum("ExportFormat", ["turtle", "jsonld", "ntriples", "nquads", "trig", "rdfxml"])
TextFormat = StrEnum("TextFormat", ["table", "json"])
RowFormat = StrEnum("RowFormat", ["table", "tsv", "json"])
MatchKind = StrEnum("MatchKind", ["topics", "people", "brands"])

app = typer.Typer(
    help="Publish a folder of curated content as linked data.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Sources = Annotated[
    list[str] | None, typer.Argument(metavar="[SOURCE]...", help="Folders or files to read.", show_default="seeds/")
]


def main() -> None:
    """Run the command line; what curagraph raises on purpose becomes one line and a status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal that cannot show a character gets its number.
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except (BuildStopped, PublishStopped) as error:
        _fail(error, STOPPED)
    except (UsageError, ProjectError) as error:
        _fail(error, WRONG_USAGE)
    except CuragraphError as error:
        _fail(error, INCOMPLETE)
    except BrokenPipeError:
        # Whoever read our output has seen enough; the interpreter must not try to write the rest.
        sys.stdout = None
        sys.exit(DONE)
    except OSError as error:
        _fail(error, STOPPED)


def _fail(error: Exception, status: int) -> None:
    print(f"curagraph: {error}", file=sys.stderr)
    sys.exit(status)


@app.callback()
def about(
    version: Annotated[bool, typer.Option("--version", help="Tell the version and end.", is_eager=True)] = False,
) -> None:
    """Publish a folder of curated content as linked data."""
    if version:
        from importlib.metadata import version as installed

        typer.echo(f"curagraph {installed('curagraph')}")
        raise typer.Exit


@app.command()
def build(
    source: Sources = None,
    project: ProjectOption = HERE,
    jobs: Annotated[int, typer.Option(min=0, help="Processes to use; 0 is one for each processor.")] = 0,
    strict: Annotated[bool, typer.Option("--strict", help="Publish nothing unless everything can be.")] = False,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE.json", help="Write all problems and counts here.")
    ] = None,
) -> None:
    """Bring the graph to what the source folders say.

    Ends with 0 when everything was published, 1 when some input was set aside or a value dropped (the rest is
    published, unless --strict), 2 for wrong usage, 3 when no graph could be written.
    """
    from curagraph import building, summary

    found = Project.load(project)
    if report and (report.is_dir() or not report.parent.is_dir()):
        raise UsageError(f"the report cannot be written to {report}; name a file in a folder that is there")
    with summary.progress() if sys.stderr.isatty() else nullcontext(None) as progress:
        made = building.build(found, _absolute(source), jobs=jobs, strict=strict, progress=progress)
    if report:
        made.write(report)
    summary.show(made)
    raise typer.Exit(INCOMPLETE if made.incomplete else DONE)


@app.command()
def query(
    query: Annotated[str, typer.Argument(metavar="NAME|FILE.rq|SPARQL", help="What to ask.", show_default=False)],
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Give a parameter a value.")
    ] = None,
    format_: Annotated[AnswerFormat, typer.Option("--format", help="How to answer.")] = AnswerFormat.table,
    stated: Annotated[bool, typer.Option("--stated", help="Leave out what was inferred.")] = False,
    endpoint: Annotated[str, typer.Option(metavar="URL", help="Ask this SPARQL endpoint instead of the graph.")] = "",
    project: ProjectOption = HERE,
) -> None:
    """Ask the graph a question: one of `curagraph queries`, a file, or SPARQL."""
    from curagraph import answers, display
    from curagraph.snapshot import Snapshot

    found = Project.load(project)
    given = dict(_assignment(text) for text in set_ or ())
    wanted = answers.AnswerFormat(format_.value)
    if endpoint and stated:
        raise UsageError("--stated is about the graph here; an endpoint has its own, so leave one of the two out")
    if endpoint:
        answer = answers.ask_remote(found, endpoint, query, given)
    else:
        answer = answers.ask(Snapshot.current(found), query, given, stated=stated)
    try:
        if wanted is answers.AnswerFormat.TABLE:
            display.answer(answer, found)
        else:
            options.write(answers.serialize(answer, wanted, found.vocabulary))
    except BrokenPipeError:
        raise
    except (RuntimeError, OSError) as error:
        # Rows are made as they are read, and what goes wrong in making them comes up here.
        raise answers.QueryFailed(f"the query could not be answered: {' '.join(str(error).split())[:300]}") from None


def _assignment(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UsageError(f"--set wants NAME=VALUE, found {text!r}")
    return name, value


@app.command()
def queries(
    format_: Annotated[TextFormat, typer.Option("--format", help="How to answer.")] = TextFormat.table,
    project: ProjectOption = HERE,
) -> None:
    """List the named questions and their parameters."""
    from curagraph import display, queryfile

    found = queryfile.load_all(Project.load(project))
    if format_ is TextFormat.json:
        options.print_json([question.as_json() for question in found.values()])
    else:
        display.questions(found.values())


@app.command()
def export(
    format_: Annotated[
        ExportFormat | None, typer.Option("--format", help="The notation; else by the name of the output.")
    ] = None,
    item: Annotated[str, typer.Option("--item", metavar="ID", help="Only this item: its number, path or IRI.")] = "",
    context: Annotated[bool, typer.Option("--context", help="The JSON-LD context instead of the graph.")] = False,
    excerpts: Annotated[bool, typer.Option("--excerpts", help="With the excerpts, which are other people's.")] = False,
    output: Annotated[
        str, typer.Option("-o", "--output", metavar="PATH", help="Where to write; packed where it ends with .gz.")
    ] = "-",
    project: ProjectOption = HERE,
) -> None:
    """Write the published graph to a file or to standard output."""
    from curagraph import jsonld, serialize
    from curagraph.snapshot import Snapshot

    found = Project.load(project)
    chosen = serialize.Format(format_.value) if format_ else serialize.format_of(output)
    if context:
        with serialize.opened(output) as file:
            file.write(jsonld.document(found.vocabulary))
        return
    if chosen is None and output != "-":
        known = ", ".join(serialize.SUFFIXES)
        raise UsageError(f"{output} names no format; give --format, or one of these endings: {known}")
    snapshot = Snapshot.current(found)
    with serialize.opened(output) as file:
        serialize.export(snapshot, file, chosen or serialize.Format.TURTLE, item=item, excerpts=excerpts)


@app.command()
def explain(
    iri: Annotated[str, typer.Argument(metavar="IRI", help="A thing: its IRI, path or number.", show_default=False)],
    property_: Annotated[str, typer.Argument(metavar="[PROPERTY]", help="Such as cu:hasTopic.")] = "",
    value: Annotated[str, typer.Argument(metavar="[VALUE]", help="An IRI, or the text of a literal.")] = "",
    format_: Annotated[TextFormat, typer.Option("--format", help="How to answer.")] = TextFormat.table,
    project: ProjectOption = HERE,
) -> None:
    """Tell which file, line, key and rule stand behind the triples about a thing."""
    from curagraph import display, explanation
    from curagraph.snapshot import Snapshot

    found = Project.load(project)
    explained = explanation.explain(Snapshot.current(found), iri, property_, value)
    if format_ is TextFormat.json:
        options.print_json([each.as_json() for each in explained])
    else:
        display.explanations(explained, found)


@app.command()
def inspect(
    source: Sources = None,
    format_: Annotated[TextFormat, typer.Option("--format", help="How to answer.")] = TextFormat.table,
    project: ProjectOption = HERE,
) -> None:
    """List the key paths of a folder: how often, which types, examples, and which rules read them."""
    from curagraph import display, inspection

    found = inspection.inspect(Project.load(project), _absolute(source))
    if format_ is TextFormat.json:
        options.print_json(found.as_json())
    else:
        display.inspection(found)
    raise typer.Exit(INCOMPLETE if any(p.severity is Severity.ERROR for p in found.problems) else DONE)


@app.command()
def match(
    kind: Annotated[MatchKind | None, typer.Option("--kind", help="Only these.", show_default="all")] = None,
    least: Annotated[float, typer.Option(min=0, max=1, help="The lowest score to propose.")] = 0.8,
    format_: Annotated[RowFormat, typer.Option("--format", help="How to answer.")] = RowFormat.table,
    write: Annotated[bool, typer.Option("--write", help="Add what is found to ontology/matches/.")] = False,
    project: ProjectOption = HERE,
) -> None:
    """Propose which topics, authors and brands may be the same, for a person to decide."""
    from curagraph.matching import candidates, proposals
    from curagraph.matching.matches import Matches
    from curagraph.snapshot import Snapshot

    loaded = Project.load(project)
    matches = Matches.load(loaded)
    found = candidates.propose(Snapshot.current(loaded), matches, [kind.value] if kind else candidates.KINDS, least)
    if write:
        typer.echo(proposals.told(proposals.write(found, matches, loaded)))
    elif format_ is RowFormat.json:
        options.print_json([each.as_json() for each in found])
    elif format_ is RowFormat.tsv:
        options.write("".join(proposals.lines(found, matches)).encode())
    else:
        proposals.show(found, matches)


@app.command()
def check(
    changed: Annotated[bool, typer.Option("--changed", help="Shapes look at what the last build changed.")] = False,
    format_: Annotated[CheckFormat, typer.Option("--format", help="How to answer.")] = CheckFormat.table,
    output: OutputOption = "-",
    project: ProjectOption = HERE,
) -> None:
    """Tell everything that is wrong with the graph, with file, line and key.

    Ends with 0 when there is no error (warnings and notes do no harm), 1 when there is one, 2 for wrong usage.
    """
    from curagraph.checking import checks, findings
    from curagraph.serialize import opened
    from curagraph.snapshot import Snapshot

    loaded = Project.load(project)
    found = checks.check(Snapshot.current(loaded), changed=changed)
    if output == "-" and format_ is CheckFormat.table:
        findings.show(found)
    else:
        with opened(output) as file:
            file.write(findings.written(found, format_.value, loaded.folder).encode())
    raise typer.Exit(INCOMPLETE if found.is_bad else DONE)


app.command()(embed)
app.command()(release)
app.command()(verify)
app.command()(serve)
app.command()(feed)
app.command()(publish)
app.command()(forget)


@app.command()
def ontology(
    output: Annotated[
        str, typer.Option("-o", "--output", metavar="PATH", help="Where to write; packed where it ends with .gz.")
    ] = "-",
    project: ProjectOption = HERE,
) -> None:
    """Write a page about the ontology and the concept schemes: one file of HTML, with pictures."""
    from curagraph.ontologypage.page import page
    from curagraph.serialize import opened

    made = page(Project.load(project))
    with opened(output) as file:
        file.write(made)


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make.", show_default=False)],
) -> None:
    """Make a project folder ready to edit and build."""
    from curagraph import scaffold

    made = scaffold.new(folder)
    typer.echo(f"made {folder} with " + ", ".join(path.name + "/" * path.is_dir() for path in made))
    typer.echo(f"try: curagraph build --project {folder}")


def _absolute(source: list[str] | None) -> list[Path]:
    """Sources as they are named on the command line, which is from where it stands."""
    return [Path(each).absolute() for each in source or ()]
