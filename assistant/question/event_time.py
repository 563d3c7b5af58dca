"""Whether a time in a question is when something was published, or when what is told of happened; and how well a
passage fits the second.

"What happened this week" or "what did the papers say in May" asks for reports of those days: they bound the search.
"Which fort was rebuilt in 1964?" asks about a year that stands in the text, whenever that was published: such a time
is a preference among passages and never keeps one out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from assistant.english.lexicon import ANY_MONTH, MONTHS, SEASON, WEEKDAY
from assistant.question.reporting import about
from assistant.question.timeframe import Timeframe
from index.types import Hit

# What speaks of reporting: with one of these the time is that of publication.
_REPORTING = re.compile(
    r"\b(?:(?:news)?papers?|(?:the|in) press|coverage|headlines?|articles?|latest|newest|updates?)\b"
    r"|(?<!\bfox )(?<!\bcbs )\bnews\b(?! (?:conference|agency|channel|anchor|network))"
    r"|^what (?:did|do|does|was|were|has|have)\b.{0,60}\b(?:report(?:s|ed)?|publish(?:es|ed)?|written about)\b"
    r"|\b(?:reports?|stories|pieces?)\b.{0,30}\b(?:published|of|from|in)\b",
    re.I,
)
# A time told from today on is that of the news, except a season, a month or a year: "who won the cup last year" is told
# of this year too.
_FROM_TODAY = re.compile(
    rf"\b(?:today|tonight|yesterday|overnight|this|last|past|previous|ago|since|{WEEKDAY}|"
    r"hours?|weekend)\b",
    re.I,
)
_LONG_AGO = re.compile(
    rf"\b(?:last|this|previous)\s+(?:{SEASON}|year|{ANY_MONTH})\b|\b(?:years?|months?) ago\b",
    re.I,
)
_DATED = re.compile(r"\d")
_YEARS = re.compile(r"(?<![\d.,$£€])(?:1[0-9]|20)\d\d(?![\d%]|,\d)")
BEFORE, BEHIND = timedelta(days=1), timedelta(days=21)  # of the event: an article of these days is near it
YEARLONG = 200  # days: a time as long as this is named by its year
FITS, UNKNOWN, AGAINST = 1.0, 0.5, 0.0


def bounds_publication(question: str, frame: Timeframe) -> bool:
    """Whether a time that a question names bounds the day of publication; else it is that of what is told."""
    if _REPORTING.search(question) or not about(question.replace(frame.phrase, " ")):
        return True  # "what happened in May?" asks for the news of May
    if frame.phrase.lower().startswith("since"):
        return True  # what has been told from that day on
    from_today = _FROM_TODAY.search(frame.phrase) and not _DATED.search(frame.phrase)
    return bool(from_today) and not _LONG_AGO.search(frame.phrase)


@dataclass(frozen=True, slots=True)
class EventTime:
    """When what is asked about happened: its days (None: open), and the words of the question that say so."""

    since: date | None
    until: date | None
    phrase: str

    @property
    def years(self) -> range:
        """The years it touches."""
        first, last = self.since or self.until, self.until or self.since
        return range(first.year, last.year + 1) if first and last else range(0)

    def fit(self, hit: Hit) -> float:
        """How well a passage fits: FITS where its text names the time or its article is of those days, AGAINST where
        both say another time, UNKNOWN where neither says anything."""
        text = f"{hit.article.title} {hit.passage.text}"
        if not _YEARS.search(self.phrase):  # "in December": of whichever year
            return FITS if self._names_month(text) or self._near(hit.article.day) else UNKNOWN
        told = {int(year) for year in _YEARS.findall(text)}
        if told & set(self.years) and (self.yearlong or self._names_month(text)):
            return FITS
        day = hit.article.day
        if day is None:
            return UNKNOWN if not told or told & set(self.years) else AGAINST
        if self._near(day):
            return FITS
        return UNKNOWN if told & set(self.years) else AGAINST

    def _near(self, day: date | None) -> bool:
        if day is None:
            return False
        return (self.since is None or day >= self.since - BEFORE) and (self.until is None or day <= self.until + BEHIND)

    @property
    def yearlong(self) -> bool:
        """Whether it is as long as a year, and so named by it."""
        return self.since is None or self.until is None or (self.until - self.since).days >= YEARLONG

    def _names_month(self, text: str) -> bool:
        first, last = self.since or self.until, self.until or self.since
        if not first or not last:
            return False
        months = {MONTHS[(first.month - 1 + n) % 12][:3] for n in range((last.month - first.month) % 12 + 1)}
        return any(re.search(rf"\b{month}[a-z]*\b", text) for month in months)
