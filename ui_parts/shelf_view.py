"""The Library tab as HTML: the list with its histogram, what would go in, what is going in, and an article's reader.

What a button does stands in data-lib: ui_parts/library.js passes it on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import quote

from assistant import Article, Bar, Filter, Listing, Preview
from assistant.server.jobs import ENDED, Job, State
from ui_parts.drawing import TEMPLATES
from ui_parts.texts import Texts

PAGE = 50  # rows of the table
SHOWN_FAILURES = 20  # of one source
LONGEST = 40_000  # characters of an article in the tab's reader
WIDE, HIGH, GAP = 1000, 90, 0.18  # of the histogram, in its own units; the share of a bar that is left free
COLUMNS = ("date", "title", "publisher")


@dataclass(frozen=True, slots=True)
class ListView:
    """The list's search, filter, order and page. removed: (id, title) of what was removed last and can be put back."""

    words: str = ""
    where: Filter = Filter()
    sort: str = "date"
    descending: bool = True
    offset: int = 0
    removed: tuple[tuple[str, str], ...] = ()
    said: str = ""


def find(say: Texts) -> str:
    """The field that searches the list."""
    return _draw("find", say)


def problem(message: str, say: Texts) -> str:
    """Why something cannot be shown."""
    return _draw("problem", say, say.reason(message))


# the list


class _Row(NamedTuple):
    """An article in the table. copies: how many it has; state: in words."""

    article: Article
    copies: int
    state: str


def shelf(page: Listing, bars: Sequence[Bar], view: ListView, total: int, say: Texts, may_change: bool) -> str:
    """The notice, the histogram and the table. total: articles in the library."""
    rows = [_Row(article, page.copies.get(article.id, 0), _state(article, page, say)) for article in page.articles]
    return _draw("shelf", say, page, rows, _histogram(bars, view.where, say), view, total, may_change)


def _state(article: Article, page: Listing, say: Texts) -> str:
    state = page.states.get(article.id, "ready")
    told = say("lib_copy_short") if state == "copy" else say(f"lib_{state}")
    versions = page.versions.get(article.id, 0)
    return f"{told} · {say('lib_versions', count=versions)}" if versions else told


class _Bar(NamedTuple):
    """A bar of the histogram, in its units. chosen: the list is limited to its days."""

    start: date
    end: date
    label: str
    chosen: bool
    x: float
    width: str
    fill_x: str
    fill_y: str
    fill_width: str
    fill_height: str


class _Histogram(NamedTuple):
    """The articles over time, a bar for each span of days. first, last: the days at its ends."""

    drawn: list[_Bar]
    first: str
    last: str
    width: int = WIDE
    height: int = HIGH


def _histogram(bars: Sequence[Bar], where: Filter, say: Texts) -> _Histogram | None:
    """The histogram of a listing; None for fewer than two bars: there is nothing to choose."""
    if len(bars) < 2:
        return None
    most, width = max(bar.articles for bar in bars), WIDE / len(bars)
    drawn = [_bar(n, bar, width, most, where, say) for n, bar in enumerate(bars)]
    return _Histogram(drawn, say.day(bars[0].start, short=True), say.day(bars[-1].end, short=True))


def _bar(n: int, bar: Bar, width: float, most: int, where: Filter, say: Texts) -> _Bar:
    high = 0.0 if not bar.articles else max(2.0, bar.articles / most * (HIGH - 4))
    name = "lib_bar_day" if bar.start == bar.end else "lib_bar"
    label = say(name, start=say.day(bar.start), end=say.day(bar.end), count=bar.articles)
    chosen = where.since is not None and where.until is not None and where.since <= bar.start and bar.end <= where.until
    x = round(n * width, 2)
    fill = (f"{x + GAP / 2 * width:.2f}", f"{HIGH - high:.2f}", f"{(1 - GAP) * width:.2f}", f"{high:.2f}")
    return _Bar(bar.start, bar.end, label, chosen, x, f"{width:.2f}", *fill)


# what goes in


def adding(say: Texts) -> str:
    """The forms to add addresses and pasted text; files have a component of Gradio's below."""
    return _draw("adding", say)


def previews(pending: Sequence[tuple[str, Sequence[Preview]]], say: Texts, problem: str = "") -> str:
    """What the sources that were given would bring. problem: why one could not be looked at."""
    readable = any(preview.article is not None for _, found in pending for preview in found)
    return _draw("previews", say, pending, readable, say.reason(problem))


def queue(jobs: Sequence[tuple[str, Job]], say: Texts) -> str:
    """What is going in, or went in: (name, job), each with its progress, its outcome and its failures."""
    if not jobs:
        return ""
    rows = [_going(name, job, say) for name, job in jobs]
    return _draw("queue", say, rows, not any(row.going for row in rows))


class _Progress(NamedTuple):
    """How far a job is; total 0: nobody knows of how much."""

    done: int
    total: int


class _Going(NamedTuple):
    """A job in the queue. told: how it stands; failed: what failed and why; more_failed: how many are not in it."""

    id: str
    name: str
    state: str
    told: str
    going: bool
    progress: _Progress | None
    failed: list[str]
    more_failed: int


def _going(name: str, job: Job, say: Texts) -> _Going:
    going = job.state not in ENDED
    at = job.progress if going else None
    progress = _Progress(at.done, at.total or 0) if at else None
    failed, more = _failed(job, say)
    return _Going(job.id, name, job.state.value, _told(job, say), going, progress, failed, more)


def _told(job: Job, say: Texts) -> str:
    """How a job stands, in words."""
    if job.state in ENDED:
        return _outcome(job, say)
    at = job.progress
    if at is None:
        return say("lib_waiting")
    if at.stage == "vectors":
        return say("lib_indexing", done=at.done, total=at.total or at.done)
    return say("lib_reading_of", done=at.done, total=at.total) if at.total else say("lib_reading", count=at.done)


def _outcome(job: Job, say: Texts) -> str:
    """What became of a job that has ended; "" when it failed as a whole."""
    if job.state is State.FAILED:
        return ""
    parts = []
    for report in job.reports.values():
        parts += [say(f"lib_outcome_{name}", count=number) for name, number in report.counts.items() if number]
    if job.state is State.CANCELLED or any(report.stopped for report in job.reports.values()):
        parts.append(say("lib_stopped"))
    return ", ".join(parts)


def _failed(job: Job, say: Texts) -> tuple[list[str], int]:
    """The failures of a job: (what failed, with its reason; how many more did)."""
    if job.state is State.FAILED:
        return [say.reason(job.problem)], 0
    if job.state not in ENDED:
        return [], 0
    failed, more = [], 0
    for report in job.reports.values():
        failed += [f"{_short_place(where)}: {say.reason(reason)}" for where, reason in report.failed[:SHOWN_FAILURES]]
        more += max(0, report.counts["failed"] - SHOWN_FAILURES)
        failed += [
            say("lib_passed", places=_short_place(where), reason=say.reason(reason))
            for where, reason in report.passed[:SHOWN_FAILURES]
        ]
    return failed, more


# one article


def reader(article: Article, copies: Sequence[Article], changes: Sequence[Any], say: Texts, may_change: bool) -> str:
    """An article with its text, its copies and what changed in it."""
    named = "; ".join(f"{copy.title or say('lib_untitled')}, {_about(copy, say)}" for copy in copies)
    paragraphs = [line for line in article.text[:LONGEST].split("\n") if line.strip()]
    ask = f"./?article={quote(article.id, safe='')}"
    is_cut = len(article.text) > LONGEST
    return _draw("reader", say, article, paragraphs, is_cut, ask, named, changes, may_change)


def _about(article: Article, say: Texts) -> str:
    """Publisher, day and authors; that there is none of the first two."""
    day = say.day(article.day) if article.day else say("lib_no_date")
    parts = (article.publisher or say("lib_no_publisher"), day, ", ".join(article.authors))
    return " · ".join(part for part in parts if part)


def _short_place(place: str) -> str:
    """An address as it is; of a path the last part."""
    return place if "://" in place else place.rpartition("/")[2]


def _beginning(text: str) -> str:
    """The first words of a text, on one line."""
    begun = " ".join(text[:600].split())
    return begun if len(text) <= 280 else begun[:280].rsplit(" ", 1)[0] + " …"


def _draw(part: str, say: Texts, *values: object) -> str:
    return TEMPLATES.draw(
        "library.html",
        part,
        *values,
        say=say,
        about=_about,
        beginning=_beginning,
        columns=COLUMNS,
        page_size=PAGE,
        short_place=_short_place,
    )


def day_of(text: object) -> date | None:
    """A day out of what the browser sent; None for anything else."""
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


Sent = Mapping[str, Any]
