"""Days, months and seasons named in a text, and the days that a sentence stands for."""

from __future__ import annotations

import re
from datetime import date, timedelta

from assistant.english.lexicon import DAYS, MONTH, MONTHS, SEASONS, UNITS, WEEKDAY, any_of

_SEASON = any_of(season for season in SEASONS if season != "fall")  # prices fall, too
_CALENDAR = re.compile(rf"\b(?:{MONTH}|{WEEKDAY}|{_SEASON})\b", re.I)
_TIMES = re.compile(rf"\b({any_of([*UNITS['time'], 'centurie'])})s?\b(?!-)", re.I)
_DATES = re.compile(rf"\b(?:{any_of((*DAYS, *MONTHS)).lower()}|\d{{1,4}})\b")


def is_calendar_word(word: str) -> bool:
    """Whether a word is the name of a day, month or season."""
    return _CALENDAR.fullmatch(word) is not None


def calendar_words(text: str) -> frozenset[str]:
    """The names of months and days, the seasons and the units of time in it: lower case, singular."""
    plain = re.sub(r"\bsecond\b(?! (?:later|ahead|before|after))", " ", text)  # "a second attack" is no unit
    named = {m[0].lower() for m in _CALENDAR.finditer(plain) if m[0][0].isupper() or m[0].lower() in SEASONS}
    return frozenset(named | {m[1].lower().replace("centurie", "century") for m in _TIMES.finditer(plain)})


def dates_in(text: str) -> frozenset[str]:
    """The days, months, years and other numbers up to four digits in it, lower case: what two dates differ by."""
    return frozenset(_DATES.findall(text.lower()))


def days_meant(published: date | None, text: str) -> tuple[frozenset[str], frozenset[float]]:
    """The dates a sentence published that day stands for: its "Tuesday" has a day, a month and a year.

    Names of days and months, and day numbers and years.
    """
    if published is None:
        return frozenset(), frozenset()
    days = [published]
    named = [n for n, day in enumerate(DAYS) if re.search(rf"\b{day}\b", text)]
    if named:  # the latest such day up to the publication, and the next one
        days = [published - timedelta((published.weekday() - n) % 7) for n in named]
        days += [day + timedelta(7) for day in days]
    words = {MONTHS[d.month - 1].lower() for d in days}
    if not named and not _CALENDAR.search(text):
        words.add(DAYS[published.weekday()].lower())
    return frozenset(words), frozenset(float(n) for d in days for n in (d.day, d.year))
