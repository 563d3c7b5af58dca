"""Verify: a draft held against the library, sentence by sentence."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from assistant.conversations import draft_report as export
from assistant.json_codec import as_json as in_json
from assistant.verify.types import Outcome, Verified
from index.errors import UnreadableSource
from index.sources.loading import STDIN, load
from index.types import Article
from newsdesk.app import NOT_BORNE_OUT
from newsdesk.opening import filter_of, open_desk
from newsdesk.options import (
    ArticleOption,
    AsOfOption,
    ChromaOption,
    JsonOption,
    LibraryOption,
    PublisherOption,
    ReadOnlyOption,
    SinceOption,
    UntilOption,
    VerifierOption,
)
from newsdesk.telling import described, print_json

PLAIN = (".txt", ".md", ".markdown", "")
_COLOURS = {
    Outcome.BORNE_OUT: "green",
    Outcome.PARTLY: "yellow",
    Outcome.CONTRADICTED: "red",
    Outcome.NOT_FOUND: "cyan",
}


def verify(
    draft: Annotated[str, typer.Argument(help='A text, .md or .docx file, or "-" for what is piped in.')],
    library: LibraryOption = None,
    chroma: ChromaOption = None,
    read_only: ReadOnlyOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    publisher: PublisherOption = None,
    article: ArticleOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
    markdown: Annotated[
        Path | None, typer.Option("--markdown", help="Write the report to this file, as Markdown.")
    ] = None,
    html: Annotated[Path | None, typer.Option("--html", help="Write the report to this file, as one page.")] = None,
    verifier: VerifierOption = None,
) -> None:
    """What the articles say of each sentence of a draft. Exit code 6: not all of them are borne out."""
    text = read_draft(draft)
    with (
        open_desk(library, chroma=chroma, read_only=read_only, as_of=as_of, verifier=verifier) as desk,
        _bar(as_json) as tell,
    ):
        report = desk.verify(text, filter_of(since, until, publisher, article), progress=tell)
    if markdown:
        markdown.write_text(export.markdown(report), encoding="utf-8")
    if html:
        html.write_text(export.page(report), encoding="utf-8")
    if as_json:
        print_json(in_json(report))
    else:
        _tell(report)
    bad = sum(
        count for outcome, count in report.counts.items() if outcome in _COLOURS and outcome is not Outcome.BORNE_OUT
    )
    raise typer.Exit(NOT_BORNE_OUT if bad else 0)


def read_draft(draft: str) -> str:
    """The words of a draft. UnreadableSource when it is not there or holds no text."""
    if draft == STDIN:
        return sys.stdin.read()
    path = Path(draft).expanduser()
    if path.suffix.lower() in PLAIN and path.is_file():
        return path.read_text(encoding="utf-8", errors="replace")
    for item in load(path):
        if isinstance(item, Article):
            return item.text
        raise UnreadableSource(f"{draft}: {getattr(item, 'reason', 'it holds no text')}")
    raise UnreadableSource(f"{draft} holds no text")


@contextmanager
def _bar(quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """A bar of sentences on standard error; nothing when quiet or not a terminal."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("verifying", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _tell(report: Verified) -> None:
    for finding in report.findings:
        if finding.outcome is Outcome.PASSED_OVER:
            continue
        numbers = "".join(f"[{n}]" for n in finding.sources)
        typer.secho(f"{finding.outcome} {numbers}".strip(), fg=_COLOURS[finding.outcome], bold=True)
        typer.echo(f"    {' '.join(finding.text.split())}")
        if finding.problem:
            typer.secho(f"    {finding.problem}", dim=True)
    for c in report.citations:
        typer.secho(f"\n[{c.number}] {described(c.article)}", bold=True)
        typer.echo(f"    “{' '.join(c.quote.split())}”")
        typer.secho(f"    {c.article.url or c.article.id}", dim=True)
    typer.echo(f"\n{export.summary(report)}")
