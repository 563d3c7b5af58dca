"""Questions: ask, retrieve, timeline."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Annotated

import typer

from assistant.types import Answer
from index.types import Article
from newsdesk.app import NOT_SAID
from newsdesk.opening import filter_of, open_desk
from newsdesk.options import (
    ArticleOption,
    AsOfOption,
    BaseUrlOption,
    ChromaOption,
    JsonOption,
    LibraryOption,
    ModelOption,
    PublisherOption,
    ReadOnlyOption,
    SinceOption,
    StrictOption,
    UntilOption,
    VerifierOption,
)
from newsdesk.telling import described, print_json


def ask(
    question: Annotated[
        str, typer.Argument(help='The question, for example "what are Putin\'s ceasefire conditions".')
    ],
    library: LibraryOption = None,
    chroma: ChromaOption = None,
    read_only: ReadOnlyOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    publisher: PublisherOption = None,
    article: ArticleOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    strict: StrictOption = None,
    verifier: VerifierOption = None,
) -> None:
    """Answer a question from the articles, every sentence cited. Exit code 3: the articles do not say."""
    where = filter_of(since, until, publisher, article)
    answer: Answer | None = None
    written = ""
    with open_desk(
        library,
        chroma=chroma,
        read_only=read_only,
        as_of=as_of,
        model=model,
        base_url=base_url,
        strict=strict,
        verifier=verifier,
        asking=True,
    ) as desk:
        for piece in desk.stream(question, where=where):
            if isinstance(piece, Answer):
                answer = piece
            elif not as_json:
                written += piece
                sys.stdout.write(piece)
                sys.stdout.flush()
        assert answer is not None
        copies = {c.article.id: desk.copies(c.article.id) for c in answer.citations}
    if as_json:
        print_json(asdict(answer))
    else:
        typer.echo()
        _tell_checked(answer, written)
        _tell_sources(answer, copies)
    raise typer.Exit(NOT_SAID if answer.abstained else 0)


def _tell_checked(answer: Answer, written: str) -> None:
    """The answer as it stands after the check, when that is not what was written, and what was struck."""
    if answer.text.split() != written.split():
        typer.echo(f"\nChecked:\n{answer.text}" if written.strip() else answer.text)
    for statement in answer.statements:
        if not statement.supported:
            typer.secho(f"\nnot supported: {statement.text}\n    {statement.problem}", fg="yellow")


def _tell_sources(answer: Answer, copies: Mapping[str, Sequence[Article]]) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=True)
    if answer.short:
        console.print(Text("\nIn short: ").append(" ".join(answer.short.split()), style="bold"))
    if answer.citations:
        console.print()
    for citation in answer.citations:
        page = f", page {citation.page}" if citation.page else ""
        console.print(Text(f"[{citation.number}] {described(citation.article)}{page}", style="bold"))
        console.print(Text(f"    {citation.article.url or citation.article.id}", style="dim"))
        for copy in copies.get(citation.article.id, ()):
            console.print(Text(f"    also in: {described(copy)}", style="dim"))
    if answer.agreement.articles > 1:
        others = "; ".join(described(other) for other in answer.agreement.others)
        console.print(Text(f"\n{answer.agreement.articles} articles say so. Also: {others}"))
    searched = answer.searched
    if answer.read_as:
        console.print(Text(f"\nread as: {answer.read_as}", style="dim"))
    for note in (searched.note, answer.note):
        if note:
            console.print(Text(f"\n{note}"))
    if answer.model:
        console.print(Text(f"\nwritten by {answer.model}, checked against the articles", style="dim"))
    waiting = f", {searched.pending} of them by words only so far" if searched.pending else ""
    console.print(
        Text(f"\nsearched {searched.articles} articles{waiting}; confidence {answer.confidence:.2f}", style="dim")
    )


def retrieve(
    question: Annotated[str, typer.Argument(help="What to look for.")],
    library: LibraryOption = None,
    chroma: ChromaOption = None,
    read_only: ReadOnlyOption = None,
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="How many passages.")] = 8,
    since: SinceOption = None,
    until: UntilOption = None,
    publisher: PublisherOption = None,
    article: ArticleOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """The passages most likely to answer, best first."""
    with open_desk(library, chroma=chroma, read_only=read_only, as_of=as_of) as desk:
        hits = desk.retrieve(question, k=k, where=filter_of(since, until, publisher, article))
    if as_json:
        print_json([asdict(hit) for hit in hits])
        return
    for number, hit in enumerate(hits, 1):
        typer.secho(f"{number}. {described(hit.article)}  ({hit.score:.4f})", bold=True)
        typer.secho(f"   {hit.passage.id}, characters {hit.passage.start} to {hit.passage.end}", dim=True)
        typer.echo(f"   {' '.join(hit.passage.text.split())}\n")


def timeline(
    question: Annotated[
        str, typer.Argument(help='What to follow over time: "How many people died in the Vessa flood?"')
    ],
    library: LibraryOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    publisher: PublisherOption = None,
    article: ArticleOption = None,
    as_of: AsOfOption = None,
    chroma: ChromaOption = None,
    as_json: JsonOption = False,
) -> None:
    """What the articles say about a question over time, a row for each date. Exit code 3: they do not say."""
    with open_desk(library, as_of=as_of, chroma=chroma) as desk:
        told = desk.timeline(question, where=filter_of(since, until, publisher, article))
    if as_json:
        print_json(asdict(told))
    for row in () if as_json else told.rows:
        value = f"{row.value:,.12g} {row.unit}".strip() if row.value is not None else ""
        typer.secho(f"{row.day}  {value}".rstrip(), bold=True)
        typer.echo(f"    {row.text} [{row.citation.number}]")
        typer.secho(f"    {described(row.citation.article)}", dim=True)
    if told.note and not as_json:
        typer.echo(told.note)
    raise typer.Exit(0 if told.rows else NOT_SAID)
