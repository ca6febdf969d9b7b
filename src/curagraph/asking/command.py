"""The commands `curagraph query` and `curagraph queries`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from curagraph.commands.options import HERE, ProjectOption, TextFormat, print_json, write
from curagraph.config import Project
from curagraph.problem import UsageError

# The formats stand here as words so that no other command waits for the module that writes them.
AnswerFormat = StrEnum("AnswerFormat", ["table", "json", "csv", "tsv", "xml", "turtle", "jsonld", "ntriples"])


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
    from curagraph.asking import answers
    from curagraph.commands import display
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
            write(answers.serialize(answer, wanted, found.vocabulary))
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


def queries(
    format_: Annotated[TextFormat, typer.Option("--format", help="How to answer.")] = TextFormat.table,
    project: ProjectOption = HERE,
) -> None:
    """List the named questions and their parameters."""
    from curagraph.asking import queryfile
    from curagraph.commands import display

    found = queryfile.load_all(Project.load(project))
    if format_ is TextFormat.json:
        print_json([question.as_json() for question in found.values()])
    else:
        display.questions(found.values())
