"""The limits a question sets itself: the time it names and the publisher it names, as a Filter."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from assistant.timeframe import Timeframe, describe, find_timeframe
from index.types import Filter

_NAMED_BY = r"(?:according to|reported by|reports? (?:in|by)|in|from|by|did|does|has|what|told)\s+(?:the\s+)?"


@dataclass(frozen=True, slots=True)
class Limits:
    """where: the filter to search with. frame: the time the question names, if that is part of it."""

    where: Filter
    frame: Timeframe | None = None

    def without_time(self, asked: Filter) -> Filter:
        """The filter without what the question says of the time."""
        return replace(self.where, since=asked.since, until=asked.until, undated=asked.undated)


def limits_of(question: str, asked: Filter, as_of: date, publishers: Iterable[str]) -> Limits:
    """The caller's filter, narrowed by what the question says; a caller's own dates and publishers come first."""
    where, frame = asked, None
    if not (asked.since or (asked.until and not asked.undated)):
        frame = find_timeframe(question, as_of)
        if frame:
            ends = [day for day in (frame.until, asked.until) if day]
            where = replace(where, since=frame.since, until=min(ends) if ends else None, undated=False)
    if not asked.publishers:
        named = tuple(name for name in publishers if _names_publisher(question, name))
        where = replace(where, publishers=named)
    return Limits(where, frame)


def _names_publisher(question: str, name: str) -> bool:
    bare = re.escape(re.sub(r"^the\s+", "", name, flags=re.I))
    said = rf"\b(?:{_NAMED_BY}{bare}\b(?!['’]s)|(?:the\s+)?{bare}\s+(?:report(?:s|ed)?|says?|said|wr[io]te?s?)\b)"
    return re.search(said, question, re.I) is not None


def window(where: Filter) -> str:
    """The filter's days in words, "" for any."""
    return describe(where.since, where.until)
