"""Articles in: add, follow, unfollow, refresh."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.conversations.types import AnswerChange
from index.types import AddReport
from newsdesk.app import SOME_FAILED, STOPPED
from newsdesk.opening import open_desk
from newsdesk.options import (
    AllowHostOption,
    ChromaOption,
    JobsOption,
    JsonOption,
    LibraryOption,
    ReportOption,
    RobotsOption,
    SinceOption,
    UntilOption,
)
from newsdesk.telling import print_json, progress_bar
from newsdesk.watching import last_change, tell_changes


def add(
    sources: Annotated[
        list[str] | None,
        typer.Argument(help="Files, folders, addresses of pages, feeds or sitemaps, or - for standard input."),
    ] = None,
    library: LibraryOption = None,
    chroma: ChromaOption = None,
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
    first, last = since and since.date(), until and until.date()
    reports: dict[str, AddReport] = {}
    with (
        open_desk(library, chroma=chroma, allow_hosts=allow_host, robots=not ignore_robots, makes=True) as desk,
        _report_file(report_file) as written,
        progress_bar(as_json) as bar,
    ):
        before = last_change(desk)
        with interruptible() as cancel:
            for source in wanted:
                if written:
                    written.source = source
                reports[source] = desk.add(
                    source,
                    progress=bar,
                    cancel=cancel,
                    jobs=jobs,
                    mapping=mapping,
                    since=first,
                    until=last,
                    note=written.note if written else None,
                )
                if cancel.is_set():
                    break
        if written:
            written.stopped = cancel.is_set()
        changes = desk.changes(after=before)
    finish(reports, as_json, changes)


@contextmanager
def interruptible() -> Iterator[threading.Event]:
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
    from assistant.json_codec import ReportFile

    with ReportFile(path) as file:
        yield file


def finish(reports: dict[str, AddReport], as_json: bool, changes: Sequence[AnswerChange]) -> None:
    """Tell what was done and what changed in the answers to standing questions; end with the exit code that fits."""
    from rich.console import Console

    from assistant.json_codec import failures, passed_over, table

    if as_json:
        print_json([asdict(report) | {"source": source} for source, report in reports.items()])
    else:
        for source, report in reports.items():
            typer.echo(f"{source}: {report}")
        if len(reports) > 1 or any(sum(bool(n) for n in report.counts.values()) > 1 for report in reports.values()):
            Console(highlight=False).print(table(reports))
        errors = Console(stderr=True, highlight=False, soft_wrap=True)
        for report in reports.values():
            for line in failures(report):
                errors.print(f"  {line}", style="red", markup=False)
            for line in passed_over(report):
                errors.print(f"  {line}", markup=False)
        tell_changes(changes)
    if any(report.stopped for report in reports.values()):
        raise typer.Exit(STOPPED)
    raise typer.Exit(SOME_FAILED if any(report.counts["failed"] for report in reports.values()) else 0)


def follow(
    feed: Annotated[
        str | None,
        typer.Argument(help="The address of an RSS or Atom feed, or an .opml file of them; none lists them."),
    ] = None,
    library: LibraryOption = None,
    chroma: ChromaOption = None,
    as_json: JsonOption = False,
    allow_host: AllowHostOption = None,
    ignore_robots: RobotsOption = False,
) -> None:
    """Add the articles of a feed and remember it for `newsdesk refresh`; without FEED, list what is followed."""
    with (
        open_desk(library, chroma=chroma, allow_hosts=allow_host, robots=not ignore_robots, makes=bool(feed)) as desk,
        progress_bar(as_json or not feed) as bar,
    ):
        if feed:
            before = last_change(desk)
            reports = {one: desk.follow(one, progress=bar) for one in _feeds(feed)}
            changes = desk.changes(after=before)
        else:
            followed = desk.followed()
    if feed:
        finish(reports, as_json, changes)
    if as_json:
        print_json([asdict(one) for one in followed])
        return
    for one in followed:
        when = f"{one.refreshed:%Y-%m-%d %H:%M}" if one.refreshed else "not read yet"
        typer.echo(f"{one.url}  {when}  {one.problem or one.title}")


def _feeds(source: str) -> tuple[str, ...]:
    """The feeds that a file lists; any other source is a feed's address itself."""
    from index.sources.lists import feeds_in

    path = Path(source)
    return feeds_in(path.read_bytes()) if path.suffix.lower() == ".opml" and path.is_file() else (source,)


def unfollow(feed: str, library: LibraryOption = None, chroma: ChromaOption = None) -> None:
    """Forget a feed; the articles that came from it stay."""
    with open_desk(library, chroma=chroma) as desk:
        desk.unfollow(feed)


def refresh(
    library: LibraryOption = None,
    chroma: ChromaOption = None,
    as_json: JsonOption = False,
    jobs: JobsOption = 4,
    report_file: ReportOption = None,
    allow_host: AllowHostOption = None,
    ignore_robots: RobotsOption = False,
) -> None:
    """Bring what is new in the followed feeds. What was removed does not come back."""
    with (
        open_desk(library, chroma=chroma, allow_hosts=allow_host, robots=not ignore_robots) as desk,
        _report_file(report_file) as written,
        progress_bar(as_json) as bar,
    ):
        before = last_change(desk)
        with interruptible() as cancel:
            reports = desk.refresh(progress=bar, cancel=cancel, jobs=jobs, note=written and written.note)
        if written:
            written.stopped = cancel.is_set()
        changes = desk.changes(after=before)
    if not reports and not as_json:
        typer.echo("no feed is followed; `newsdesk follow FEED` begins")
    finish(reports, as_json, changes)
