"""What can be read, the one set of options that every reader is given, and what readers give."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from index.errors import InvalidValue
from index.sources.files import Upload
from index.types import Article, SourceItem, Visit

NO_MAPPING: Mapping[str, str] = {}  # as a default: it is only read
Loaded = Iterator[SourceItem]


class Document(Protocol):
    """A document of another library, LangChain's for one: a text and what is known of it."""

    page_content: str
    metadata: dict[str, Any]


One = str | Path | Upload | Article | Mapping[str, Any] | Document
Source = One | Iterable[One]


class ReadsAddresses(Protocol):
    """What reads http(s) addresses (index/sources/web.py)."""

    def load(self, address: str, options: Options) -> Loaded:
        """The articles of a page, a feed or a sitemap, with their failures; never raises."""


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Options:
    """How sources are read.

    mapping: field of an article to the name a data file has for it. since, until: the days of a feed's or sitemap's
    pages. jobs: files and pages read at a time. stop: asked between two of them. known: what is remembered of a place,
    when its article is still in the library. web: what reads addresses.
    """

    mapping: Mapping[str, str] = field(default_factory=dict)
    since: date | None = None
    until: date | None = None
    jobs: int = 1
    stop: Callable[[], bool] = _never
    known: Callable[[str], Visit | None] = lambda _: None
    web: ReadsAddresses | None = None

    def __post_init__(self) -> None:
        names = [known.name for known in fields(Article) if known.name != "pages"]
        if wrong := sorted(set(self.mapping) - set(names)):
            raise InvalidValue(f"an article has no field {wrong[0]!r}; its fields are {', '.join(names)}")
        if self.jobs < 1:
            raise InvalidValue(f"jobs must be 1 or more, not {self.jobs}")
        if self.since and self.until and self.since > self.until:
            raise InvalidValue(f"since {self.since} is after until {self.until}; swap them")
