"""Standing questions: watch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer

from assistant.conversations.types import AnswerChange, StandingQuestion
from assistant.interface import Desk
from assistant.types import Answer
from index.errors import QuestionNotKept
from newsdesk.opening import filter_of, open_desk
from newsdesk.options import (
    ArticleOption,
    ChromaOption,
    JsonOption,
    LibraryOption,
    PublisherOption,
    SinceOption,
    UntilOption,
)
from newsdesk.telling import described, print_json


def watch(
    question: Annotated[
        str | None, typer.Argument(help='The question to keep: "How many died in the flood?"; none lists them.')
    ] = None,
    library: LibraryOption = None,
    chroma: ChromaOption = None,
    list_: Annotated[
        bool, typer.Option("--list", help="List the questions that are kept, with their answers.")
    ] = False,
    check: Annotated[bool, typer.Option("--check", help="Ask all of them again; tell what changed.")] = False,
    changes: Annotated[bool, typer.Option("--changes", help="Tell what changed so far, the newest first.")] = False,
    stop: Annotated[str | None, typer.Option("--stop", help="Keep a question no longer: its id, or its words.")] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    publisher: PublisherOption = None,
    article: ArticleOption = None,
    as_json: JsonOption = False,
) -> None:
    """Keep a question: it is asked again after `add`, `follow` and `refresh`, and what changed is told."""
    chosen = sum((bool(question), list_, check, changes, stop is not None))
    if chosen > 1:
        raise typer.BadParameter("give a question to keep, or one of --list, --check, --changes and --stop")
    where = filter_of(since, until, publisher, article)
    if where and not question:
        raise typer.BadParameter("--since, --until, --publisher and --article belong to a question to keep")
    with open_desk(library, chroma=chroma) as desk:
        if question:
            _tell_kept([desk.watch(question, where)], as_json)
        elif stop is not None:
            desk.unwatch(_id_of(desk, stop))
        elif check:
            _changes(desk.ask_watched(""), as_json, "nothing changed")
        elif changes:
            _changes(desk.changes(), as_json, "nothing changed yet")
        else:
            _tell_kept(desk.watched(), as_json)


def last_change(desk: Desk) -> int:
    """The number of the last change there is; 0 for none."""
    return next((change.number for change in desk.changes(limit=1)), 0)


def _id_of(desk: Desk, wanted: str) -> str:
    for one in desk.watched():
        if wanted == one.id or wanted.split() == one.question.split():
            return one.id
    raise QuestionNotKept(wanted)


def _tell_kept(questions: Sequence[StandingQuestion], as_json: bool) -> None:
    if as_json:
        print_json([asdict(one) for one in questions])
        return
    if not questions:
        typer.echo('no question is kept; `newsdesk watch "QUESTION"` begins')
    for one in questions:
        typer.secho(one.question, bold=True)
        _tell_answer("   ", one.answer)
        asked = f"asked {one.asked:%Y-%m-%d %H:%M} UTC" if one.asked else "not asked yet"
        typer.secho(f"    {one.id}  {asked}", dim=True)


def _changes(changes: Sequence[AnswerChange], as_json: bool, nothing: str) -> None:
    if as_json:
        print_json([asdict(one) for one in changes])
    elif changes:
        tell_changes(changes)
    else:
        typer.echo(nothing)


def tell_changes(changes: Sequence[AnswerChange]) -> None:
    """What changed in the answers to standing questions: what is said now, and below it what was said before."""
    for one in changes:
        typer.secho(f"changed {one.when:%Y-%m-%d %H:%M} UTC: {one.question}", bold=True)
        _tell_answer("now", one.after)
        _tell_answer("was", one.before)


def _tell_answer(when: str, answer: Answer | None) -> None:
    if answer is None:
        return
    short = f"{' '.join(answer.short.split())} — " if answer.short else ""
    typer.echo(f"    {when} {short}{answer.text}")
    for citation in answer.citations:
        place = citation.article.url or citation.article.id
        typer.secho(f"        [{citation.number}] {described(citation.article)}  {place}", dim=True)
