"""Options and settings to a desk and a filter: the one place where a command meets the settings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from assistant.settings import Settings
from index.types import Filter


@contextmanager
def open_desk(
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
    chroma: str | None = None,
    read_only: bool | None = None,
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
        chroma=chroma or settings.chroma,
        chroma_token=settings.chroma_token,
        read_only=settings.read_only if read_only is None else read_only,
    ) as desk:
        yield desk


def filter_of(
    since: datetime | None, until: datetime | None, publishers: list[str] | None, articles: list[str] | None
) -> Filter:
    """The options as a Filter; InvalidValue when since is after until."""
    return Filter(since, until, tuple(publishers or ()), tuple(articles or ()))
