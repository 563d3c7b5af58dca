"""Options and settings to a desk and a filter: the one place where a command meets the settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import datetime
from pathlib import Path
from typing import TypedDict, Unpack

from assistant.interface import Desk
from assistant.options import DeskOptions
from assistant.settings import Settings, read_settings
from index.errors import LibraryLocked, NoLibrary
from index.stores.lock import holder_of
from index.types import Filter

PARTS = ("catalogue.sqlite3", "lexical", "chroma")  # one of them makes a folder a library, whole or not


class Chosen(TypedDict, total=False):
    """The options of a desk that a command line can set; None: as the settings say."""

    as_of: datetime | None
    model: str | None
    base_url: str | None
    strict: bool | None
    verifier: str | None
    allow_hosts: list[str] | None
    robots: bool
    chroma: str | None
    read_only: bool | None


@contextmanager
def open_desk(
    library: Path | None,
    *,
    asking: bool = False,
    alone: bool = False,
    makes: bool = False,
    fills: bool = False,
    **given: Unpack[Chosen],
) -> Iterator[Desk]:
    """A desk by options and settings; only a command that is `asking` gets a model.

    Where another process holds the library and serves it, the desk is that one's, unless it must be here `alone`.
    makes: a library that is not there is made; fills: only in a folder that is there; else NoLibrary is raised.
    """
    settings = read_settings()
    folder = library or settings.library
    if not makes:
        _must_be_there(folder, fills)
    options = options_of(settings, asking, given)

    def here() -> Desk:
        from assistant.desk import Assistant

        return Assistant.open(folder, options)

    with _here_or_there(folder, here, None if alone else options) as desk:
        yield desk


def options_of(settings: Settings, asking: bool, given: Chosen) -> DeskOptions:
    """The desk's options: what a command was given, else what is set."""
    named = {one.name: getattr(settings, one.name) for one in fields(DeskOptions) if hasattr(settings, one.name)}
    chosen = {name: value for name, value in given.items() if value is not None}
    if not asking:
        no_model = {"model": None, "base_url": None, "api_key": None}
        named, chosen = named | no_model, {name: value for name, value in chosen.items() if name not in no_model}
    as_of = given.get("as_of")
    if isinstance(as_of, datetime):
        chosen["as_of"] = as_of.date()
    return replace(DeskOptions(), **(named | chosen))


def _must_be_there(folder: Path, fills: bool = False) -> None:
    """NoLibrary, with what to do, for a folder without one: mistyped, a library would be made and "does not say"."""
    there = folder.expanduser()
    if (fills and there.is_dir()) or any(next(there.glob(f"{part}*"), None) for part in PARTS):
        return
    raise NoLibrary(
        f"there is no library in {folder}; look at the name, or make one: newsdesk add FILE… --library {folder}"
    )


@contextmanager
def _here_or_there(folder: Path, here: Callable[[], Desk], there: DeskOptions | None) -> Iterator[Desk]:
    """The desk of the server that holds the library, with the options for `there`, or one that holds it itself."""
    desk = _served(folder, there)
    if desk is None:
        try:
            desk = here()
        except LibraryLocked:  # by a server that was only just starting, perhaps
            desk = _served(folder, there)
            if desk is None:
                raise
    with desk:
        yield desk


def _served(folder: Path, there: DeskOptions | None) -> Desk | None:
    note = holder_of(Path(folder).expanduser())
    if there is None or note is None or not note.address:
        return None
    from assistant.remote.client import reach

    return reach(folder, there)


@contextmanager
def open_upkeep(folder: Path, here: Callable[[], Desk]) -> Iterator[Desk]:
    """The desk for a command that looks after the stores, which need not agree: here, or the serving process's."""
    _must_be_there(folder)
    with _here_or_there(folder, here, DeskOptions()) as desk:
        yield desk


def filter_of(
    since: datetime | None, until: datetime | None, publishers: list[str] | None, articles: list[str] | None
) -> Filter:
    """The options as a Filter; InvalidValue when since is after until."""
    return Filter(since, until, tuple(publishers or ()), tuple(articles or ()))
