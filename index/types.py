"""The values that move between the parts: frozen, checked once when made, trusted afterwards."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from index.errors import InvalidValue

# What drives a terminal, C0 and C1 but for tabs and line ends: "ESC [2J" clears a screen, 0x9B is ESC [ in one. The
# C1 of a text are nearly always Windows-1252 read as Latin-1: they become what was meant, as browsers have them.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SPACING = "\x0b\x0c\x1c\x1d\x1e\x1f\x85"  # white space to Python: of plain text, a page's end for one


def _harmless(text: str) -> str:
    """The text without control characters, each replaced by one other, so that every offset stays."""
    return _CONTROLS.sub(_instead, text) if _CONTROLS.search(text) else text


def _instead(match: re.Match[str]) -> str:
    found = match[0]
    if found in _SPACING:
        return " " if found != "\x85" else "…"
    return found.encode("latin-1").decode("cp1252", "replace") if found > "\x7f" else "\ufffd"


def _words(value: str | None) -> str | None:
    """One line of text with its runs of white space folded; None when nothing is left."""
    folded = " ".join(_harmless(value).split()) if value else ""
    return folded or None


def _texts(value: Iterable[str] | str | None, name: str) -> tuple[str, ...]:
    if value is None:
        return ()
    items = (value,) if isinstance(value, str) else tuple(value)
    if not all(isinstance(item, str) for item in items):
        raise InvalidValue(f"{name} must be texts, not {items!r}")
    return items


@dataclass(frozen=True, kw_only=True)
class Article:
    """One article. Only `text` is needed to add one; an Article out of a hit has its text left out ("").

    id: stable name of the article; when empty it is made from the address, or, without one, from title and text,
        so that the same article always gets the same id.
    published: always with a time zone; a value without one is taken as UTC. A bare date becomes midnight.
    text: the article as it was read, its control characters replaced one for one; every offset in this project counts
        characters of this string.
    pages: where each page of a paged document begins in the text, the first at 0; () for everything else.
    """

    id: str = ""
    title: str = ""
    url: str | None = None
    publisher: str | None = None
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    text: str = ""
    pages: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        if not isinstance(self.text, str):
            raise InvalidValue(f"an article's text must be a text, not {type(self.text).__name__}")
        set_(self, "text", _harmless(self.text))
        set_(self, "title", _words(self.title) or "")
        set_(self, "url", _harmless(self.url or "").strip() or None)
        set_(self, "publisher", _words(self.publisher))
        set_(self, "authors", tuple(name for a in _texts(self.authors, "authors") if (name := _words(a))))
        published = self.published
        if isinstance(published, date) and not isinstance(published, datetime):
            published = datetime(published.year, published.month, published.day)
        if published is not None and not isinstance(published, datetime):
            raise InvalidValue(f"published must be a datetime or None, not {published!r}")
        if published is not None and published.tzinfo is None:
            published = published.replace(tzinfo=UTC)
        set_(self, "published", published)
        set_(self, "pages", tuple(self.pages))
        if self.pages and (self.pages[0] != 0 or list(self.pages) != sorted(self.pages)):
            raise InvalidValue(f"pages must begin at 0 and rise, not {self.pages[:5]}")
        set_(self, "id", _harmless(self.id or "").strip() or self._made_id())

    def _made_id(self) -> str:
        named = self.url if self.url else f"{self.title}\n{self.text}"
        return hashlib.sha256(named.encode("utf-8", "surrogatepass")).hexdigest()[:16]

    @property
    def day(self) -> date | None:
        """The day of publication, in the article's own time zone."""
        return self.published.date() if self.published else None

    def page_at(self, offset: int) -> int | None:
        """The number, from 1 up, of the page on which a character of the text stands; None when there are no pages."""
        return bisect_right(self.pages, offset) or None

    def without_text(self) -> Article:
        """The same article with an empty text: what a list or a hit carries."""
        return replace(self, text="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A run of whole sentences of one article, short enough for the encoder: `article.text[start:end] == text`."""

    id: str
    article_id: str
    text: str
    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end or self.end - self.start != len(self.text):
            raise InvalidValue(f"a passage of {len(self.text)} characters cannot span {self.start} to {self.end}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage found, with its article (without text) and a score: higher is better, comparable in one list only."""

    passage: Passage
    article: Article
    score: float


@dataclass(frozen=True, slots=True)
class Filter:
    """Which articles to look in. since and until are days, both inclusive; what is None or empty admits any.

    An article without a date passes only a filter that names no date, or, with undated, one that has no since.
    """

    since: date | None = None
    until: date | None = None
    publishers: tuple[str, ...] = ()
    article_ids: tuple[str, ...] = ()
    undated: bool = False

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        for name in ("since", "until"):
            value = getattr(self, name)
            if isinstance(value, datetime):
                set_(self, name, value.date())
            elif value is not None and not isinstance(value, date):
                raise InvalidValue(f"Filter.{name} must be a date, not {value!r}; for example date(2025, 3, 1)")
        set_(self, "publishers", _texts(self.publishers, "Filter.publishers"))
        set_(self, "article_ids", _texts(self.article_ids, "Filter.article_ids"))
        if self.since and self.until and self.since > self.until:
            raise InvalidValue(f"Filter.since {self.since} is after Filter.until {self.until}; swap them")

    def __bool__(self) -> bool:
        """True when the filter leaves anything out."""
        return bool(self.since or self.until or self.publishers or self.article_ids)


_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Failure:
    """A source that could not be read, and why, in words a person can act on; both are safe to print."""

    source: str
    reason: str

    def __post_init__(self) -> None:
        for name in ("source", "reason"):  # a file may be called anything: line ends, escape codes, half characters
            object.__setattr__(self, name, _UNPRINTABLE.sub("\ufffd", getattr(self, name)))


@dataclass(frozen=True, slots=True)
class Passed(Failure):
    """A file of a folder or an archive that is meant as no article, a picture say, and was passed over."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What is remembered of a page or file that was read, so that it is not read again while it is the same.

    place: its address. etag, modified: what the server said. mark: what told its state without reading it (a feed's
    or sitemap's date of it, a file's size and time). article_id: the article it gave.
    """

    place: str
    article_id: str = ""
    etag: str | None = None
    modified: str | None = None
    mark: str | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """An article as it once was, and when it was replaced."""

    article: Article
    replaced: datetime


@dataclass(frozen=True, slots=True)
class Read:
    """An article with what is to be remembered of the place it was read from, once it is stored.

    origin: the source whose ids and addresses its own are: a data file, a saved page, or "web" for what was fetched.
    The same id or address out of another source is another article's. "": whatever is known under that name.
    earlier: what it was before, oldest first, where another library kept that.
    """

    article: Article
    visit: Visit | None = None
    origin: str = ""
    earlier: tuple[Version, ...] = ()


@dataclass(frozen=True, slots=True)
class Unchanged:
    """An article that is in the library and whose source has not changed since: nothing was read."""

    article_id: str


SourceItem = Article | Failure | Read | Unchanged  # what reading a source gives, one after the other
OUTCOMES = ("added", "updated", "unchanged", "duplicates", "failed", "passed")
SAID_OUTCOMES = {"duplicates": "copies", "passed": "passed over"}  # as they are printed, where that differs
KEPT_OUTCOMES = 100_000  # entries of each kind an AddReport holds: some 10 MB; `counts` and the report file know of all


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one article: kind is one of OUTCOMES; detail is the reason, or the id of what it is a copy of."""

    kind: str
    id: str
    detail: str = ""


OnOutcome = Callable[[Outcome], None]  # told of each article as soon as it is stored


@dataclass(frozen=True, slots=True, kw_only=True)
class AddReport:
    """What `add` did. Every article that came in is in exactly one of the first four; what failed, and what of a folder
    or archive is meant as no article, in the last two: what was found is what they hold together.

    added, updated, unchanged: article ids. duplicates: (id, id of the article whose copy it is): kept, but counted
    and searched once. failed, passed: (source, reason). Each holds the first 100,000 at most, so that a run of
    millions fits into memory; counts: how many of each there were. stopped: True when the run was cancelled
    before its end.
    """

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    duplicates: tuple[tuple[str, str], ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
    passed: tuple[tuple[str, str], ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    stopped: bool = False

    def __post_init__(self) -> None:
        counted = {name: len(getattr(self, name)) for name in OUTCOMES}
        object.__setattr__(self, "counts", counted | dict(self.counts))

    def __str__(self) -> str:
        parts = [f"{self.counts['added']} added"]
        parts += [f"{self.counts[name]} {SAID_OUTCOMES.get(name, name)}" for name in OUTCOMES[1:] if self.counts[name]]
        return ", ".join(parts) + ("; stopped before the end" if self.stopped else "")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long run is. total is None while it is not known. stage is "reading", "words" or "vectors"."""

    stage: str
    done: int
    total: int | None = None
    failed: int = field(default=0)


OnProgress = Callable[[Progress], None]  # told how far a long run is
