"""A question's filter: the time and the publisher it names itself, and what a language model asks to be limited to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.question.event_dates import Event, find_event, frame_of
from assistant.question.event_time import EventTime, bounds_publication
from assistant.question.timeframe import Timeframe, describe, find_timeframe
from index.errors import InvalidValue
from index.types import Filter

_NAMED_BY = r"(?:according to|reported by|reports? (?:in|by)|in|from|by|did|does|has|what|told)\s+(?:the\s+)?"
# What is said to be still to come was in the papers before its day: "which routes will start in early November".
_PLANNED = re.compile(
    r"\b(?:will|going to|set to|due to|about to|scheduled (?:to|for)|plan(?:s|ned|ning)? to|expected to|upcoming)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Limits:
    """where: the filter to search with. frame: the time of publication that the question names, if it names one.

    event: the event it names as a time; its frame is there when the articles give its day. told: the time of what it
    asks about, which keeps no article out.
    """

    where: Filter
    frame: Timeframe | None = None
    event: Event | None = None
    told: EventTime | None = None

    def without_time(self, asked: Filter) -> Filter:
        """The filter without what the question says of the time."""
        return replace(self.where, since=asked.since, until=asked.until, undated=asked.undated)


def _no_day(_: Event) -> date | None:
    return None


def limits_of(
    question: str,
    asked: Filter,
    as_of: date,
    publishers: Iterable[str],
    day_of: Callable[[Event], date | None] = _no_day,
) -> Limits:
    """The caller's filter, narrowed by what the question says; a caller's own dates and publishers come first.

    The time of what is planned ("will start in November") only ends the search: it was told of before.
    day_of: the day of an event that is named as a time, None where it is not known.
    """
    where, frame, event, told = asked, None, None, None
    named = () if asked.publishers else tuple(name for name in publishers if _names_publisher(question, name))
    if not (asked.since or (asked.until and not asked.undated)):
        frame = find_timeframe(question, as_of)
        if frame is None and (event := find_event(question)) and (day := day_of(event)) and day <= as_of:
            frame = frame_of(event, day)
        if frame and frame.until and _PLANNED.search(question[: frame.start]):
            frame = replace(frame, since=None)
        if frame and event is None and not bounds_publication(impersonal(question, named), frame):
            told, frame = EventTime(frame.since, frame.until, frame.phrase), None
        if frame:
            ends = [day for day in (frame.until, asked.until) if day]
            where = replace(where, since=frame.since, until=min(ends) if ends else None, undated=False)
    if named:
        where = replace(where, publishers=named)
    return Limits(where, frame, event, told)


def _names_publisher(question: str, name: str) -> bool:
    bare = re.escape(re.sub(r"^the\s+", "", name, flags=re.I))
    does = r"(?:report(?:s|ed)?|says?|said|wr[io]te?s?|publish(?:es|ed)?|have|has|had)"
    said = rf"\b(?:{_NAMED_BY}{bare}\b(?!['’]s)|(?:the\s+)?{bare}\s+{does}\b)"
    return re.search(said, question, re.I) is not None


def impersonal(question: str, publishers: Iterable[str]) -> str:
    """A question that names publishers without their names: "by Science Weekly" is left out, and as a subject they are
    "the papers"."""
    for name in publishers:
        bare = re.escape(re.sub(r"^the\s+", "", name, flags=re.I))
        question = re.sub(rf"\s*\b(?:by|from|in|according to|of)\s+(?:the\s+)?{bare}(?!\w)", "", question, flags=re.I)
        question = re.sub(rf"(?:\bthe\s+)?\b{bare}(?!\w)", "the papers", question, flags=re.I)
    return " ".join(question.split())


def days_in_words(where: Filter) -> str:
    """The filter's days in words, "" for any."""
    return describe(where.since, where.until)


def narrowed(
    where: Filter,
    known: Callable[[], Iterable[str]],
    since: date | None = None,
    until: date | None = None,
    publishers: Sequence[str] | None = None,
    article_ids: Sequence[str] | None = None,
) -> Filter:
    """The filter, narrowed; InvalidValue, in words a model can act on, when nothing could pass it.

    known: the publishers of the library; asked for only when publishers are named. They are matched whatever their
    case, and one that is not there is refused: a name slightly wrong would find nothing, and not say why.
    """
    begins = max((day for day in (where.since, since) if day), default=None)
    ends = min((day for day in (where.until, until) if day), default=None)
    if since and until and since > until:
        raise InvalidValue(f"since {since} is after until {until}; swap them")
    if begins and ends and begins > ends:
        raise InvalidValue(f"only articles from {where.since or 'any day'} to {where.until or 'any day'} may be asked")
    names = where.publishers
    if publishers:
        there = tuple(known())
        if problem := unknown_publisher(publishers, there):
            raise InvalidValue(problem)
        names = as_known(publishers, there)
        if where.publishers and not (names := tuple(name for name in names if name in where.publishers)):
            raise InvalidValue(f"only articles by {_some(where.publishers)} may be asked")
    ids = where.article_ids
    if article_ids:
        ids = tuple(article_ids)
        if where.article_ids and not (ids := tuple(one for one in ids if one in where.article_ids)):
            raise InvalidValue("none of these articles may be asked")
    return replace(where, since=begins, until=ends, publishers=names, article_ids=ids)


def as_known(publishers: Sequence[str], known: Iterable[str]) -> tuple[str, ...]:
    """Publishers as the library writes them, whatever case they were given in; one it does not have as it is."""
    by_name = {name.casefold(): name for name in known}
    return tuple(by_name.get(name.casefold(), name) for name in publishers)


def unknown_publisher(publishers: Sequence[str], known: Sequence[str]) -> str:
    """What to say where a publisher is asked for of which the library has no article; "" where it has all of them."""
    names = {name.casefold() for name in known}
    unknown = next((name for name in publishers if name.casefold() not in names), None)
    if unknown is None:
        return ""
    return f"No article here is by “{unknown}”. " + (f"The publishers are {_some(known)}." if known else "")


def _some(names: Iterable[str], most: int = 20) -> str:
    listed = list(names)
    return ", ".join(listed[:most]) + (f" and {len(listed) - most} more" if len(listed) > most else "")
