"""The `newsdesk` command: add, follow, refresh, ask, retrieve, list, show, remove, check, rebuild, evaluate, chat.

Exit codes: 0 done; 1 it could not be done, with the reason on standard error; 2 the command line is wrong;
3 (ask) the articles do not say; 4 (add, refresh) some sources failed, the rest went in; 5 (check) the stores do not
agree; 130 stopped by Ctrl-C, what was done is kept.
"""

from __future__ import annotations

import json
import logging
import signal
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
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

NOT_SAID, SOME_FAILED, NOT_IN_STEP, STOPPED = 3, 4, 5, 130
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
AllowHostOption = Annotated[
    list[str] | None,
    typer.Option("--allow-host", help="A private host that may be fetched from, as in its address; may be repeated."),
]
RobotsOption = Annotated[
    bool, typer.Option("--ignore-robots", help="Fetch what a site's robots.txt asks programs to leave alone.")
]
JobsOption = Annotated[int, typer.Option("--jobs", "-j", min=1, max=64, help="Files and pages read at a time.")]
ReportOption = Annotated[
    Path | None, typer.Option("--report", help="Write what became of each article to this file, as JSON.")
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
    allow_hosts: list[str] | None = None,
    ignore_robots: bool = False,
) -> Iterator[Any]:
    """A desk by options and settings; only a command that is `asking` gets a model."""
    from assistant.desk import Assistant

    settings = Settings()
    with Assistant.open(
        library or settings.library,
        encoder=encoder or settings.encoder,
        as_of=as_of.date() if as_of else settings.as_of,
        reader=settings.reader,
        model=(model or settings.model) if asking else None,
        base_url=(base_url or settings.base_url) if asking else None,
        strict=settings.strict if strict is None else strict,
        api_key=settings.api_key,
        timeout=settings.timeout,
        context=settings.context,
        allow_hosts=allow_hosts or (),
        robots=not ignore_robots,
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
    sources: Annotated[
        list[str] | None,
        typer.Argument(help="Files, folders, addresses of pages, feeds or sitemaps, or - for standard input."),
    ] = None,
    library: LibraryOption = None,
    samples: Annotated[
        bool, typer.Option("--samples", help="Add the sample articles that come with newsdesk.")
    ] = False,
    as_json: JsonOption = False,
    map_: Annotated[
        list[str] | None, typer.Option("--map", help="A data file's own name for a field: title=headline.")
    ] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    jobs: JobsOption = 4,
    report_file: ReportOption = None,
    allow_host: AllowHostOption = None,
    ignore_robots: RobotsOption = False,
) -> None:
    """Add articles. The same again changes nothing; a changed article replaces the old one, which is kept.

    --since and --until choose the pages of a feed or sitemap. A run that was stopped goes on when it is given again.
    """
    wanted = list(sources or [])
    if samples:
        from assistant.samples import folder

        wanted.append(str(folder()))
    if not wanted:
        raise typer.BadParameter("name at least one file, folder or address, or give --samples")
    mapping = dict(_pair(text) for text in map_ or ())
    options = {"mapping": mapping, "since": since and since.date(), "until": until and until.date(), "jobs": jobs}
    reports: dict[str, AddReport] = {}
    with (
        _desk(library, allow_hosts=allow_host, ignore_robots=ignore_robots) as desk,
        _report_file(report_file) as written,
        _progress_bar(as_json) as bar,
    ):
        with _interruptible() as cancel:
            for source in wanted:
                if written:
                    written.source = source
                reports[source] = desk.add(
                    source, progress=bar, cancel=cancel, note=written and written.note, **options
                )
                if cancel.is_set():
                    break
        if written:
            written.stopped = cancel.is_set()
    _finish(reports, as_json)


@contextmanager
def _interruptible() -> Iterator[threading.Event]:
    """Ctrl-C stops the run between two articles, so that its report can be told; a second one ends it at once."""
    cancel = threading.Event()

    def stop(number: int, frame: Any) -> None:  # noqa: ARG001 the system passes both
        if cancel.is_set():
            raise KeyboardInterrupt
        cancel.set()
        typer.secho("stopping; Ctrl-C again ends at once", err=True)

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield cancel
    finally:
        signal.signal(signal.SIGINT, before)


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not (name.strip() and sign and value.strip()):
        raise typer.BadParameter(f"--map takes FIELD=NAME, such as title=headline, not {text!r}")
    return name.strip(), value.strip()


@contextmanager
def _report_file(path: Path | None) -> Iterator[Any]:
    if path is None:
        yield None
        return
    from assistant.reports import ReportFile

    with ReportFile(path) as file:
        yield file


def _finish(reports: dict[str, AddReport], as_json: bool) -> None:
    """Tell what was done, and end with the exit code that fits."""
    from rich.console import Console

    from assistant.reports import failures, table

    if as_json:
        _print_json([asdict(report) | {"source": source} for source, report in reports.items()])
    else:
        for source, report in reports.items():
            typer.echo(f"{source}: {report}")
        if len(reports) > 1 or any(sum(bool(n) for n in report.counts.values()) > 1 for report in reports.values()):
            Console(highlight=False).print(table(reports))
        errors = Console(stderr=True, highlight=False, soft_wrap=True)
        for report in reports.values():
            for line in failures(report):
                errors.print(f"  {line}", style="red", markup=False)
    if any(report.stopped for report in reports.values()):
        raise typer.Exit(STOPPED)
    raise typer.Exit(SOME_FAILED if any(report.counts["failed"] for report in reports.values()) else 0)


@app.command()
def follow(
    feed: Annotated[str | None, typer.Argument(help="The address of an RSS or Atom feed; none lists them.")] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
    allow_host: AllowHostOption = None,
    ignore_robots: RobotsOption = False,
) -> None:
    """Add the articles of a feed and remember it for `newsdesk refresh`; without FEED, list what is followed."""
    with (
        _desk(library, allow_hosts=allow_host, ignore_robots=ignore_robots) as desk,
        _progress_bar(as_json or not feed) as bar,
    ):
        if feed:
            reports = {feed: desk.follow(feed, progress=bar)}
        else:
            followed = desk.followed()
    if feed:
        _finish(reports, as_json)
    if as_json:
        _print_json([asdict(one) for one in followed])
        return
    for one in followed:
        when = f"{one.refreshed:%Y-%m-%d %H:%M}" if one.refreshed else "not read yet"
        typer.echo(f"{one.url}  {when}  {one.problem or one.title}")


@app.command()
def unfollow(feed: str, library: LibraryOption = None) -> None:
    """Forget a feed; the articles that came from it stay."""
    with _desk(library) as desk:
        desk.unfollow(feed)


@app.command()
def refresh(
    library: LibraryOption = None,
    as_json: JsonOption = False,
    jobs: JobsOption = 4,
    report_file: ReportOption = None,
    allow_host: AllowHostOption = None,
    ignore_robots: RobotsOption = False,
) -> None:
    """Bring what is new in the followed feeds. What was removed does not come back."""
    with (
        _desk(library, allow_hosts=allow_host, ignore_robots=ignore_robots) as desk,
        _report_file(report_file) as written,
        _progress_bar(as_json) as bar,
    ):
        with _interruptible() as cancel:
            reports = desk.refresh(progress=bar, cancel=cancel, jobs=jobs, note=written and written.note)
        if written:
            written.stopped = cancel.is_set()
    if not reports and not as_json:
        typer.echo("no feed is followed; `newsdesk follow FEED` begins")
    _finish(reports, as_json)


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
        copies = {c.article.id: desk.copies(c.article.id) for c in answer.citations}
    if as_json:
        _print_json(asdict(answer))
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
    if answer.citations:
        console.print()
    for citation in answer.citations:
        page = f", page {citation.page}" if citation.page else ""
        console.print(Text(f"[{citation.number}] {_described(citation.article)}{page}", style="bold"))
        console.print(Text(f"    {citation.article.url or citation.article.id}", style="dim"))
        for copy in copies.get(citation.article.id, ()):
            console.print(Text(f"    also in: {_described(copy)}", style="dim"))
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
def show(
    article_id: str,
    library: LibraryOption = None,
    as_json: JsonOption = False,
    history: Annotated[
        bool, typer.Option("--history", help="What each new version changed, the newest first.")
    ] = False,
) -> None:
    """One article, whole, and which articles are copies of it; or what changed in it."""
    with _desk(library) as desk:
        article, copies = desk.article(article_id), desk.copies(article_id)
        made = desk.history(article_id) if history else []
    if as_json:
        _print_json([asdict(change) for change in made] if history else asdict(article))
        return
    typer.secho(_described(article), bold=True)
    if history:
        _tell_history(made)
        return
    for line in (", ".join(article.authors), article.url):
        if line:
            typer.secho(line, dim=True)
    for copy in copies:
        typer.secho(f"also in: {_described(copy)}  {copy.url or copy.id}", dim=True)
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
def check(
    library: LibraryOption = None,
    repair: Annotated[bool, typer.Option("--repair", help="Mend vectors and words from the catalogue.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Prove that catalogue, vectors and words agree, one to one. Exit code 5: they do not."""
    from assistant.desk import Assistant

    with Assistant.open_to_check(library or Settings().library) as desk, _progress_bar(as_json) as bar:
        found = desk.check()
        mended = repair and not found
        if mended:
            desk.repair(progress=bar)
            before, found = found, desk.check()
    if as_json:
        _print_json(asdict(found) | {"repaired": list(before.problems) if mended else []})
    else:
        for problem in before.problems if mended else ():
            typer.echo(f"mended: {problem}")
        for problem in found.problems:
            typer.secho(problem, err=True, fg="red")
        waiting = f", {found.waiting} still waiting for their vectors" if found.waiting else ""
        typer.echo(
            f"{found.articles} articles, {found.passages} passages{waiting}: {'in step' if found else 'not in step'}"
        )
        if not found and not repair:
            typer.echo("`newsdesk check --repair` mends them from the catalogue", err=True)
    raise typer.Exit(0 if found else NOT_IN_STEP)


@app.command()
def rebuild(
    library: LibraryOption = None,
    model: Annotated[
        str | None, typer.Option("--model", "--encoder", help="Another embedding model, by name or folder.")
    ] = None,
) -> None:
    """Make words and vectors anew beside the old ones, with another embedding model if one is named, then swap."""
    from assistant.desk import Assistant

    with Assistant.open_to_rebuild(library or Settings().library) as desk, _progress_bar(False) as bar:
        desk.rebuild(model, progress=bar)
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
        sys.exit(STOPPED)


if __name__ == "__main__":
    main()
