"""The Typer app that every command hangs on, with what they share: exit codes and the one way to end with an error."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from assistant.version import __version__

NOT_SAID, SOME_FAILED, NOT_IN_STEP, NOT_BORNE_OUT, STOPPED = 3, 4, 5, 6, 130
app = typer.Typer(
    help="Ask a pile of news articles questions: cited answers whose every quotation is exact to the character.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log what is done to standard error.")] = False,
) -> None:
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, format="%(levelname)s %(message)s")
    if version:
        typer.echo(f"newsdesk {__version__}")
        raise typer.Exit


def wrong_argument(arguments: Sequence[str]) -> str:
    """What is wrong with the form of the command line; "" for nothing. A file's name may be in any encoding."""
    for argument in arguments:
        try:
            argument.encode()
        except UnicodeEncodeError:
            if not Path(argument).exists():
                return f"an argument is no UTF-8 text: {argument.encode(errors='surrogateescape')!r}"
    return ""


def system_error(error: OSError) -> str:
    """What the system refused, in a line: a full disk, a folder that may not be written."""
    reason = error.strerror or str(error)
    return f"{error.filename}: {reason[:1].lower()}{reason[1:]}" if error.filename else reason


def end(message: str, code: int) -> NoReturn:
    """One line on standard error, and this exit code."""
    typer.secho(f"newsdesk: {message}", err=True, fg="red" if code != STOPPED else None)
    sys.exit(code)
