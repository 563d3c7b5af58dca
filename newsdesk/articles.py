"""The articles that are there: list, show, remove."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import count, islice
from typing import Annotated, Any

import typer

from index.stores.listing import MOST_ROWS
from index.types import Article, Filter
from newsdesk.opening import filter_of, open_desk
from newsdesk.options import (
    ChromaOption,
    JsonOption,
    LibraryOption,
    PublisherOption,
    SinceOption,
    UntilOption,
)
from newsdesk.telling import described, print_json


def list_(
    words: Annotated[
        list[str] | None, typer.Argument(help="Only articles whose title, publisher or text hold these words.")
    ] = None,
    library: LibraryOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    publisher: PublisherOption = None,
    sort: Annotated[str, typer.Option(help="date (the newest first), title or publisher.")] = "date",
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many. [default: all]")] = None,
    chroma: ChromaOption = None,
    as_json: JsonOption = False,
) -> None:
    """What is in the library, newest first."""
    where = filter_of(since, until, publisher, None)
    with open_desk(library, chroma=chroma) as desk:
        articles = list(islice(_pages(desk, " ".join(words or ()), where, sort), limit))
    if as_json:
        print_json([{k: v for k, v in asdict(article).items() if k != "text"} for article in articles])
        return
    for article in articles:
        day = article.day.isoformat() if article.day else "no date   "
        typer.echo(f"{article.id}  {day}  {article.publisher or '-'}  {article.title or '(untitled)'}")
    typer.secho(f"{len(articles)} articles", dim=True, err=True)


def _pages(desk: Any, words: str, where: Filter, sort: str) -> Iterator[Article]:
    """Every article of a listing, a page after the other."""
    for offset in count(0, MOST_ROWS):
        page = desk.listing(words, where, sort=sort, descending=sort == "date", offset=offset, limit=MOST_ROWS)
        yield from page.articles
        if offset + MOST_ROWS >= page.total:
            return


def show(
    article_id: str,
    library: LibraryOption = None,
    chroma: ChromaOption = None,
    as_json: JsonOption = False,
    history: Annotated[
        bool, typer.Option("--history", help="What each new version changed, the newest first.")
    ] = False,
) -> None:
    """One article, whole, and which articles are copies of it; or what changed in it."""
    with open_desk(library, chroma=chroma) as desk:
        article, copies = desk.article(article_id), desk.copies(article_id)
        made = desk.history(article_id) if history else []
    if as_json:
        print_json([asdict(change) for change in made] if history else asdict(article))
        return
    typer.secho(described(article), bold=True)
    if history:
        _tell_history(made)
        return
    for line in (", ".join(article.authors), article.url):
        if line:
            typer.secho(line, dim=True)
    for copy in copies:
        typer.secho(f"also in: {described(copy)}  {copy.url or copy.id}", dim=True)
    typer.echo(f"\n{article.text}")


def _tell_history(made: Sequence[Any]) -> None:
    if not made:
        typer.echo("it has not changed since it was added")
    for change in made:
        typer.secho(f"\n{change.when:%Y-%m-%d %H:%M} UTC", bold=True)
        for name, before, after in change.fields:
            typer.echo(f"  {name}: {before or 'none'} → {after or 'none'}")
        for line in change.lines:
            typer.secho(f"  {line}", fg="red" if line.startswith("-") else "green")


def remove(
    article_ids: list[str], library: LibraryOption = None, chroma: ChromaOption = None, as_json: JsonOption = False
) -> None:
    """Take articles out for good, by id."""
    with open_desk(library, chroma=chroma) as desk:
        removed = desk.remove(article_ids)
    if as_json:
        print_json(list(removed))
    else:
        typer.echo(f"{len(removed)} removed")
