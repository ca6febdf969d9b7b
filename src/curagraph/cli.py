"""The command line: the app of all commands, and how errors become exit statuses."""

from __future__ import annotations

import sys
from collections.abc import Callable
from io import TextIOWrapper
from typing import Annotated

import typer

from curagraph.asking.command import queries, query
from curagraph.building.command import build
from curagraph.checking.command import check
from curagraph.commands.inspect import inspect
from curagraph.commands.new import new
from curagraph.commands.options import DONE, INCOMPLETE, STOPPED, WRONG_USAGE
from curagraph.delivery.feeds.command import feed
from curagraph.delivery.releases.command import release, verify
from curagraph.delivery.remote.command import publish
from curagraph.embedding.command import embed
from curagraph.explaining.command import explain
from curagraph.exporting.command import export
from curagraph.matching.command import match
from curagraph.ontologypage.command import ontology
from curagraph.problem import BuildStopped, CuragraphError, ProjectError, PublishStopped, UsageError
from curagraph.serve.command import serve
from curagraph.takedown.command import forget

# In the order in which the help lists them.
_COMMANDS: tuple[Callable[..., None], ...] = (
    build,
    query,
    queries,
    export,
    explain,
    inspect,
    match,
    check,
    embed,
    release,
    verify,
    serve,
    feed,
    publish,
    forget,
    ontology,
    new,
)

app = typer.Typer(
    help="Publish a folder of curated content as linked data.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


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


for _command in _COMMANDS:
    app.command()(_command)
