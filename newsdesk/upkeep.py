"""The stores behind the library: check, rebuild, backup, vacuum."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from assistant.settings import read_settings
from newsdesk.app import NOT_IN_STEP
from newsdesk.opening import open_desk, open_upkeep, options_of
from newsdesk.options import ChromaOption, JsonOption, LibraryOption
from newsdesk.telling import print_json, progress_bar


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
    into: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that is not there yet.")],
    library: LibraryOption = None,
    chroma: ChromaOption = None,
) -> None:
    """Copy the library with its conversations into a new folder, also while it is served; the copy opens as a library.

    To restore it, copy the folder to where the library was.
    """
    with open_desk(library, chroma=chroma) as desk:
        desk.back_up(into)
        typer.echo(f"{desk.count()} articles backed up in {into}")


def vacuum(library: LibraryOption = None, chroma: ChromaOption = None) -> None:
    """Leave nothing of removed articles in any file of the library; kept answers that quote one are deleted."""
    with open_desk(library, chroma=chroma) as desk:
        deleted = desk.vacuum()
        typer.echo(f"nothing of removed articles is left; {deleted} kept answers that quoted one were deleted")
