"""The `newsdesk` command: add, ask, retrieve, list, show, remove, rebuild, evaluate, chat.

Exit codes: 0 done; 1 it could not be done, with the reason on standard error; 2 the command line is wrong;
3 (ask) the articles do not say; 4 (add) some sources failed, the rest went in.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.settings import Settings
from assistant.types import Answer
from assistant.version import __version__
from index.errors import NewsdeskError
from index.types import AddReport, Article, Filter, Progress

NOT_SAID, SOME_FAILED = 3, 4
app = typer.Typer(
    help="Ask a pile of news articles questions: cited answers whose every quotation is exact to the character.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

LibraryOption = Annotated[
    Path | None, typer.Option("--library", "-l", help="The folder that holds the library. [default: library]")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for a program to read.")]
SinceOption = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only articles from this day on.")]
UntilOption = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only articles up to this day.")]
PublisherOption = Annotated[list[str] | None, typer.Option(help="Only this publisher; may be given several times.")]
ArticleOption = Annotated[list[str] | None, typer.Option("--article", help="Only this article id; may be repeated.")]
AsOfOption = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help='The day that "today" means; nothing later is found.')
]
ModelOption = Annotated[
    str | None,
    typer.Option("--model", help='A language model to write the answer: "ollama:qwen3", "openai:gpt-5-mini".'),
]
BaseUrlOption = Annotated[
    str | None, typer.Option("--base-url", help="Where the model is served, if not at its provider's own address.")
]
StrictOption = Annotated[
    bool | None, typer.Option("--strict", help="Replace what the articles do not bear out by their own sentences.")
]


@contextmanager
def _desk(
    library: Path | None,
    *,
    as_of: datetime | None = None,
    encoder: str | None = None,
    model: str | None = None,
    base_url: str | None = None,
    strict: bool | None = None,
    asking: bool = False,
) -> Iterator[Any]:
    """A desk by options and settings; only a command that is `asking` gets a model."""
    from assistant.desk import Assistant

    settings = Settings()
    with Assistant.open(
        library or settings.library,
        encoder=encoder or settings.encoder,
        as_of=as_of.date() if as_of else settings.as_of,
        model=(model or settings.model) if asking else None,
        base_url=(base_url or settings.base_url) if asking else None,
        strict=settings.strict if strict is None else strict,
        api_key=settings.api_key,
        timeout=settings.timeout,
        context=settings.context,
    ) as desk:
        yield desk


def _filter(
    since: datetime | None, until: datetime | None, publishers: list[str] | None, articles: list[str] | None
) -> Filter:
    return Filter(since, until, tuple(publishers or ()), tuple(articles or ()))


def _plain(value: Any) -> Any:
    if isinstance(value, date):  # datetime is a date
        return value.isoformat()
    raise TypeError(f"{value!r} cannot be written as JSON")


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, default=_plain, ensure_ascii=False, indent=1))


@contextmanager
def _progress_bar(quiet: bool) -> Iterator[Any]:
    """A bar on standard error with articles per second and the time left; nothing when `quiet` or not a terminal."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description:<8}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, Any] = {}

        def show(progress: Progress) -> None:
            task = tasks.setdefault(progress.stage, None)
            if task is None:
                task = tasks[progress.stage] = bar.add_task(progress.stage, total=progress.total, rate="")
            speed = bar.tasks[task].speed
            rate = f"{speed:.1f} articles/s" if speed else ""
            bar.update(task, completed=progress.done, total=progress.total, rate=rate)

        yield show


@app.command()
def add(
    sources: Annotated[list[str] | None, typer.Argument(help="Files (.txt .md .html .jsonl .csv) or folders.")] = None,
    library: LibraryOption = None,
    samples: Annotated[
        bool, typer.Option("--samples", help="Add the sample articles that come with newsdesk.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Add articles. The same again changes nothing; a changed article replaces the old one."""
    from rich.console import Console

    wanted = list(sources or [])
    if samples:
        from assistant.samples import folder

        wanted.append(str(folder()))
    if not wanted:
        raise typer.BadParameter("name at least one file or folder, or give --samples")
    failed = 0
    with _desk(library) as desk, _progress_bar(as_json) as bar:
        reports = [desk.add(source, progress=bar) for source in wanted]
    if as_json:
        _print_json([asdict(report) | {"source": source} for source, report in zip(wanted, reports, strict=True)])
        failed = sum(len(report.failed) for report in reports)
    else:
        errors = Console(stderr=True, highlight=False, soft_wrap=True)
        for source, report in zip(wanted, reports, strict=True):
            failed += _tell_report(source, report, errors)
    raise typer.Exit(SOME_FAILED if failed else 0)


def _tell_report(source: str, report: AddReport, errors: Any) -> int:
    typer.echo(f"{source}: {report}")
    for where, reason in report.failed:
        errors.print(f"  {where}: {reason}", style="red", markup=False)
    return len(report.failed)


@app.command()
def ask(
    question: Annotated[
        str, typer.Argument(help='The question, for example "what are Putin\'s ceasefire conditions".')
    ],
    library: LibraryOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    publisher: PublisherOption = None,
    article: ArticleOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    strict: StrictOption = None,
) -> None:
    """Answer a question from the articles, every sentence cited. Exit code 3: the articles do not say."""
    where = _filter(since, until, publisher, article)
    answer: Answer | None = None
    written = ""
    with _desk(library, as_of=as_of, model=model, base_url=base_url, strict=strict, asking=True) as desk:
        for piece in desk.stream(question, where=where):
            if isinstance(piece, Answer):
                answer = piece
            elif not as_json:
                written += piece
                sys.stdout.write(piece)
                sys.stdout.flush()
    assert answer is not None
    if as_json:
        _print_json(asdict(answer))
    else:
        typer.echo()
        _tell_checked(answer, written)
        _tell_sources(answer)
    raise typer.Exit(NOT_SAID if answer.abstained else 0)


def _tell_checked(answer: Answer, written: str) -> None:
    """The answer as it stands after the check, when that is not what was written, and what was struck."""
    if answer.text.split() != written.split():
        typer.echo(f"\nChecked:\n{answer.text}" if written.strip() else answer.text)
    for statement in answer.statements:
        if not statement.supported:
            typer.secho(f"\nnot supported: {statement.text}\n    {statement.problem}", fg="yellow")


def _tell_sources(answer: Answer) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=True)
    if answer.citations:
        console.print()
    for citation in answer.citations:
        console.print(Text(f"[{citation.number}] {_described(citation.article)}", style="bold"))
        console.print(Text(f"    {citation.article.url or citation.article.id}", style="dim"))
    if answer.agreement.articles > 1:
        others = "; ".join(_described(other) for other in answer.agreement.others)
        console.print(Text(f"\n{answer.agreement.articles} articles say so. Also: {others}"))
    searched = answer.searched
    for note in (searched.note, answer.note):
        if note:
            console.print(Text(f"\n{note}"))
    if answer.model:
        console.print(Text(f"\nwritten by {answer.model}, checked against the articles", style="dim"))
    waiting = f", {searched.pending} of them by words only so far" if searched.pending else ""
    console.print(
        Text(f"\nsearched {searched.articles} articles{waiting}; confidence {answer.confidence:.2f}", style="dim")
    )


def _described(article: Article) -> str:
    parts = [article.title or "(untitled)", article.publisher, article.day.isoformat() if article.day else None]
    return " — ".join(part for part in parts if part)


@app.command()
def retrieve(
    question: Annotated[str, typer.Argument(help="What to look for.")],
    library: LibraryOption = None,
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="How many passages.")] = 8,
    since: SinceOption = None,
    until: UntilOption = None,
    publisher: PublisherOption = None,
    article: ArticleOption = None,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """The passages most likely to answer, best first."""
    with _desk(library, as_of=as_of) as desk:
        hits = desk.retrieve(question, k=k, where=_filter(since, until, publisher, article))
    if as_json:
        _print_json([asdict(hit) for hit in hits])
        return
    for number, hit in enumerate(hits, 1):
        typer.secho(f"{number}. {_described(hit.article)}  ({hit.score:.4f})", bold=True)
        typer.secho(f"   {hit.passage.id}, characters {hit.passage.start} to {hit.passage.end}", dim=True)
        typer.echo(f"   {' '.join(hit.passage.text.split())}\n")


@app.command("list")
def list_(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """What is in the library, newest first."""
    with _desk(library) as desk:
        articles = desk.articles()
    if as_json:
        _print_json([{k: v for k, v in asdict(article).items() if k != "text"} for article in articles])
        return
    for article in articles:
        day = article.day.isoformat() if article.day else "no date   "
        typer.echo(f"{article.id}  {day}  {article.publisher or '-'}  {article.title or '(untitled)'}")
    typer.secho(f"{len(articles)} articles", dim=True, err=True)


@app.command()
def show(article_id: str, library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """One article, whole."""
    with _desk(library) as desk:
        article = desk.article(article_id)
    if as_json:
        _print_json(asdict(article))
        return
    typer.secho(_described(article), bold=True)
    for line in (", ".join(article.authors), article.url):
        if line:
            typer.secho(line, dim=True)
    typer.echo(f"\n{article.text}")


@app.command()
def remove(article_ids: list[str], library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """Take articles out for good, by id."""
    with _desk(library) as desk:
        removed = desk.remove(article_ids)
    if as_json:
        _print_json(list(removed))
    else:
        typer.echo(f"{len(removed)} removed")


@app.command()
def rebuild(
    library: LibraryOption = None,
    encoder: Annotated[str | None, typer.Option(help="Another embedding model, by name or folder.")] = None,
) -> None:
    """Make words and vectors anew from the stored articles, with another embedding model if one is named."""
    from assistant.desk import Assistant

    with Assistant.open_to_rebuild(library or Settings().library) as desk, _progress_bar(False) as bar:
        desk.rebuild(encoder, progress=bar)
        typer.echo(f"{len(desk.articles())} articles rebuilt")


@app.command()
def evaluate(
    questions: Annotated[Path, typer.Argument(help="A .jsonl file: a question a line, with its answer.")],
    library: LibraryOption = None,
    as_of: AsOfOption = None,
    compare_with: Annotated[
        Path | None, typer.Option("--compare", help="An earlier run's --out file: wins and losses against it.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write figures and every question's row here, as JSON.")] = None,
    misses: Annotated[bool, typer.Option("--misses", help="Also print each question that went wrong.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Score retrieval, answers and refusals over a file of questions, in the field's metrics."""
    from assistant import evaluation

    wanted = evaluation.read_questions(questions)
    before = evaluation.Evaluation.from_json(compare_with) if compare_with else None
    with _desk(library, as_of=as_of) as desk, _progress_bar(as_json) as bar:
        run = evaluation.evaluate(desk, wanted, bar and (lambda done, of: bar(Progress("questions", done, of))))
    change = evaluation.compare(before, run) if before else None
    if out:
        out.write_text(json.dumps(run.to_json(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if as_json:
        _print_json({**run.to_json(), "comparison": asdict(change) if change else None})
        return
    _tell_evaluation(run, change)
    for row in run.rows if misses else ():
        if row.refused == (row.kind == evaluation.ANSWERABLE) or (row.kind == evaluation.ANSWERABLE and not row.right):
            typer.echo(f"\n- {row.question}\n  {row.kind}; first passage that answers: {row.first or 'none'}")
            typer.echo(f"  said: {row.said}")


def _tell_evaluation(run: Any, change: Any) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    table = Table("figure", "value", *(("before",) if change else ()))
    for name, value in run.figures.items():
        earlier = (f"{change.figures[name][0]:.3g}" if name in change.figures else "",) if change else ()
        table.add_row(name, f"{value:.3g}", *earlier)
    console.print(table)
    table = Table("confidence", "questions", "mean", "share the articles answer")
    for low, high, count, sure, share in run.reliability:
        table.add_row(f"{low:.1f} to {high:.1f}", str(count), f"{sure:.2f}", f"{share:.2f}")
    console.print(table)
    if change:
        console.print(f"{len(change.won)} won, {len(change.lost)} lost; by chance with probability {change.p:.3f}")
        for sign, questions in (("+", change.won), ("-", change.lost)):
            for question in questions:
                console.print(f"  {sign} {question}", markup=False)


@app.command()
def chat(
    library: LibraryOption = None,
    host: Annotated[str | None, typer.Option(help="Where the page listens. [default: 127.0.0.1]")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Its port. [default: 7860]")] = None,
    as_of: AsOfOption = None,
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    strict: StrictOption = None,
) -> None:
    """Open the chat in a page on this machine."""
    import importlib

    settings = Settings()
    page = importlib.import_module("ui")  # the page stands above this floor: it is started by name, never imported
    with _desk(library, as_of=as_of, model=model, base_url=base_url, strict=strict, asking=True) as desk:
        page.serve(desk, host=host or settings.host, port=settings.port if port is None else port)


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log what is done to standard error.")] = False,
) -> None:
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, format="%(levelname)s %(message)s")
    if version:
        typer.echo(f"newsdesk {__version__}")
        raise typer.Exit


def main() -> None:
    """Run the command; errors of ours become one line on standard error and exit code 1."""
    try:
        app()
    except NewsdeskError as error:
        typer.secho(f"newsdesk: {error}", err=True, fg="red")
        sys.exit(1)
    except KeyboardInterrupt:
        typer.secho("newsdesk: stopped; what was done is kept", err=True)
        sys.exit(130)


if __name__ == "__main__":
    main()
