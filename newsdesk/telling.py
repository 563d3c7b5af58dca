"""What commands print, in the forms that several of them share: JSON, a progress bar, an article in a line."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import typer

from index.types import Article, Progress


def print_json(value: Any) -> None:
    """A value of plain types and dates as JSON on standard output, in ASCII where that cannot take every character."""
    ascii_only = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    typer.echo(json.dumps(value, default=_plain, ensure_ascii=ascii_only, indent=1))


def _plain(value: Any) -> Any:
    if isinstance(value, date):  # datetime is a date
        return value.isoformat()
    raise TypeError(f"{value!r} cannot be written as JSON")


def described(article: Article) -> str:
    """Title, publisher and day in one line."""
    parts = [article.title or "(untitled)", article.publisher, article.day.isoformat() if article.day else None]
    return " — ".join(part for part in parts if part)


@contextmanager
def progress_bar(quiet: bool) -> Iterator[Any]:
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
