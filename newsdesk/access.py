"""Who may come in from outside: access add, key, remove, list."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assistant.server.access import LEAST_PASSWORD, Access, Scope
from assistant.settings import read_settings
from index.errors import InvalidValue
from newsdesk.options import JsonOption
from newsdesk.telling import print_json

FileOption = Annotated[
    Path | None, typer.Option("--file", "-f", help="The file of people and keys. [default: NEWSDESK_ACCESS]")
]
ScopeOption = Annotated[
    list[Scope] | None, typer.Option("--scope", help="What is allowed; may be given twice. [default: read]")
]
access = typer.Typer(help="People and keys that may come in from outside.", no_args_is_help=True)


def _open(file: Path | None) -> Access:
    chosen = file or read_settings().access
    if chosen is None:
        raise InvalidValue("name the file of people and keys with --file, or in NEWSDESK_ACCESS")
    return Access.open(chosen)


@access.command()
def add(name: str, file: FileOption = None, scope: ScopeOption = None) -> None:
    """Let someone sign in; the password is asked for, or read as a line from standard input."""
    people = _open(file)
    if typer.get_text_stream("stdin").isatty():
        password = typer.prompt(
            f"Password, {LEAST_PASSWORD} characters or more", hide_input=True, confirmation_prompt=True, err=True
        )
    else:
        password = typer.get_text_stream("stdin").readline().rstrip("\n")
    people.add_person(name, password, scope or (Scope.READ,))
    typer.echo(f"{name} may sign in")


@access.command()
def key(name: str, file: FileOption = None, scope: ScopeOption = None) -> None:
    """Make a key for a program and print it, this once."""
    typer.echo(_open(file).add_key(name, scope or (Scope.READ,)))
    typer.secho("it is kept nowhere: put it where the program finds it", err=True, dim=True)


@access.command()
def remove(name: str, file: FileOption = None) -> None:
    """Take away a person's password and key."""
    _open(file).remove(name)
    typer.echo(f"{name} is removed")


@access.command("list")
def list_(file: FileOption = None, as_json: JsonOption = False) -> None:
    """Who may come in, how, and what each may do."""
    entries = _open(file).entries()
    if as_json:
        print_json(
            [
                {"name": one.person.name, "kind": one.kind, "scopes": sorted(one.person.scopes), "added": one.added}
                for one in entries
            ]
        )
        return
    for one in entries:
        typer.echo(f"{one.person.name}  {one.kind}  {', '.join(sorted(one.person.scopes))}  {one.added:%Y-%m-%d}")
