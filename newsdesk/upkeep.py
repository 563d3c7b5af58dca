"""The stores behind the library: check, rebuild, backup, restore, export, import, vacuum."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from assistant.settings import read_settings
from newsdesk.adding import finish, interruptible
from newsdesk.app import NOT_IN_STEP
from newsdesk.opening import open_desk, open_upkeep, options_of
from newsdesk.options import ChromaOption, JsonOption, LibraryOption
from newsdesk.telling import print_json, progress_bar
from newsdesk.watching import last_change


def check(
    library: LibraryOption = None,
    chroma: ChromaOption = None,
    repair: Annotated[bool, typer.Option("--repair", help="Mend vectors and words from the catalogue.")] = False,
    deep: Annotated[
        bool, typer.Option("--deep", help="Compare the contents of every passage, not only a sample's; takes long.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Prove that catalogue, vectors and words agree, one to one, and in what they hold. Exit code 5: they do not."""
    from assistant.desk import Assistant

    settings = read_settings()
    with (
        open_upkeep(
            folder := library or settings.library,
            lambda: Assistant.open_to_check(folder, options_of(settings, False, {"chroma": chroma})),
        ) as desk,
        progress_bar(as_json) as bar,
    ):
        found = desk.check(deep=deep)
        mended = repair and not found
        if mended:
            desk.repair(deep=deep, progress=bar)
            before, found = found, desk.check(deep=deep)
    if as_json:
        print_json(asdict(found) | {"repaired": list(before.problems) if mended else []})
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


def rebuild(
    library: LibraryOption = None,
    chroma: ChromaOption = None,
    model: Annotated[
        str | None, typer.Option("--model", "--encoder", help="Another embedding model, by name or folder.")
    ] = None,
) -> None:
    """Make words and vectors anew beside the old ones, with another embedding model if one is named, then swap."""
    from assistant.desk import Assistant

    settings = read_settings()
    with (
        open_upkeep(
            folder := library or settings.library,
            lambda: Assistant.open_to_rebuild(folder, options_of(settings, False, {"chroma": chroma})),
        ) as desk,
        progress_bar(False) as bar,
    ):
        desk.rebuild(model, progress=bar)
        typer.echo(f"{len(desk.articles())} articles rebuilt")


def backup(
    into: Annotated[Path, typer.Argument(metavar="DIR|FILE", help="A folder, .tar or .zip that is not there yet.")],
    library: LibraryOption = None,
    chroma: ChromaOption = None,
) -> None:
    """Copy the library with its conversations into a new folder or file, also while it is served.

    The folder opens as a library; `newsdesk restore` makes one of either.
    """
    with open_desk(library, chroma=chroma) as desk:
        desk.back_up(into)
        typer.echo(f"{desk.listing(limit=1).total} articles backed up in {into}")


def restore(
    backup: Annotated[Path, typer.Argument(metavar="DIR|FILE", help="What `newsdesk backup` made.")],
    library: LibraryOption = None,
) -> None:
    """Make the library anew out of a backup, in a folder that is missing or empty."""
    from index.stores.copying import bring_back

    folder = library or read_settings().library
    count = bring_back(backup.expanduser(), folder.expanduser())
    typer.echo(f"{count} articles restored in {folder}")


def export(
    into: Annotated[Path, typer.Argument(metavar="FILE", help="A .jsonl file that is not there yet.")],
    library: LibraryOption = None,
    chroma: ChromaOption = None,
) -> None:
    """Write every article with its earlier versions into a file, a line of JSON each, also while it is served."""
    with open_desk(library, chroma=chroma) as desk:
        report = desk.export_articles(into)
    typer.echo(f"{report.articles} articles and {report.versions} earlier versions exported to {into}")
    for article_id in report.unreadable:
        typer.secho(f"{article_id}: its stored text is damaged; it was left out", err=True, fg="red")
    raise typer.Exit(1 if report.unreadable else 0)


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `newsdesk export` wrote.")],
    library: LibraryOption = None,
    chroma: ChromaOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add what an export holds, each article with its earlier versions; `add` reads other files of articles.

    Only a file that is yours: it may replace articles of any source.
    """
    with open_desk(library, chroma=chroma, makes=True) as desk, progress_bar(as_json) as bar:
        before = last_change(desk)
        with interruptible() as cancel:
            report = desk.import_articles(file, progress=bar, cancel=cancel)
        changes = desk.changes(after=before)
    finish({str(file): report}, as_json, changes)


def vacuum(library: LibraryOption = None, chroma: ChromaOption = None) -> None:
    """Leave nothing of removed articles in any file of the library; kept answers that quote one are deleted."""
    with open_desk(library, chroma=chroma) as desk:
        deleted = desk.vacuum()
        typer.echo(f"nothing of removed articles is left; {deleted} kept answers that quoted one were deleted")
