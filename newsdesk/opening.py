"""Options and settings to a desk and a filter: the one place where a command meets the settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from assistant.settings import read_settings
from index.errors import LibraryLocked, NoLibrary
from index.stores.lock import holder_of
from index.types import Filter

PARTS = ("catalogue.sqlite3", "lexical", "chroma")  # one of them makes a folder a library, whole or not


@contextmanager
def open_desk(
    library: Path | None,
    *,
    as_of: datetime | None = None,
    encoder: str | None = None,
    model: str | None = None,
    base_url: str | None = None,
    strict: bool | None = None,
    verifier: str | None = None,
    asking: bool = False,
    allow_hosts: list[str] | None = None,
    ignore_robots: bool = False,
    chroma: str | None = None,
    read_only: bool | None = None,
    alone: bool = False,
    makes: bool = False,
    fills: bool = False,
) -> Iterator[Any]:
    """A desk by options and settings; only a command that is `asking` gets a model.

    Where another process holds the library and serves it, the desk is that one's, unless it must be here `alone`.
    makes: a library that is not there is made; fills: only in a folder that is there; else NoLibrary is raised.
    """
    settings = read_settings()
    named = (model or settings.model) if asking else None
    served = (base_url or settings.base_url) if asking else None
    day = as_of.date() if as_of else settings.as_of
    checked = settings.strict if strict is None else strict
    folder = library or settings.library
    if not makes:
        _must_be_there(folder, fills)

    def here() -> Any:
        from assistant.desk import Assistant

        return Assistant.open(
            folder,
            encoder=encoder or settings.encoder,
            as_of=day,
            reader=settings.reader,
            model=named,
            base_url=served,
            strict=checked,
            verifier=verifier or settings.verifier,
            api_key=settings.api_key,
            timeout=settings.timeout,
            context=settings.context,
            allow_hosts=allow_hosts or (),
            robots=not ignore_robots,
            chroma=chroma or settings.chroma,
            chroma_token=settings.chroma_token,
            read_only=settings.read_only if read_only is None else read_only,
        )

    def there() -> Any:
        from assistant.remote.protocol import Manner

        key = settings.api_key.get_secret_value() if settings.api_key and named else None
        hosts = tuple(allow_hosts or ())
        return Manner(
            day,
            named,
            served,
            checked,
            verifier or settings.verifier,
            key,
            settings.timeout,
            settings.context,
            hosts,
            robots=not ignore_robots,
        )

    with _here_or_there(folder, here, None if alone else there) as desk:
        yield desk


def _must_be_there(folder: Path, fills: bool = False) -> None:
    """NoLibrary, with what to do, for a folder without one: mistyped, a library would be made and "does not say"."""
    there = folder.expanduser()
    if (fills and there.is_dir()) or any(next(there.glob(f"{part}*"), None) for part in PARTS):
        return
    raise NoLibrary(
        f"there is no library in {folder}; look at the name, or make one: newsdesk add FILE… --library {folder}"
    )


@contextmanager
def _here_or_there(folder: Path, here: Callable[[], Any], there: Callable[[], Any] | None) -> Iterator[Any]:
    """The desk of the server that holds the library, or one that holds it itself."""
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


def _served(folder: Path, there: Callable[[], Any] | None) -> Any:
    note = holder_of(Path(folder).expanduser())
    if there is None or note is None or not note.address:
        return None
    from assistant.remote.client import reach

    return reach(folder, there())


@contextmanager
def open_upkeep(folder: Path, here: Callable[[], Any]) -> Iterator[Any]:
    """The desk for a command that looks after the stores, which need not agree: here, or the serving process's."""
    _must_be_there(folder)

    def there() -> Any:
        from assistant.remote.protocol import Manner

        return Manner()

    with _here_or_there(folder, here, there) as desk:
        yield desk


def filter_of(
    since: datetime | None, until: datetime | None, publishers: list[str] | None, articles: list[str] | None
) -> Filter:
    """The options as a Filter; InvalidValue when since is after until."""
    return Filter(since, until, tuple(publishers or ()), tuple(articles or ()))
