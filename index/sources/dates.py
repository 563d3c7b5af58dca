"""The date of an article: a date in any common form to a datetime, and the one that a text says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

_MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|March|Mar\.|April|Apr\.|May|June|July|Aug(?:ust|\.)?|Sept?(?:ember|\.)?|"
    r"Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
DAY = (  # as English articles print it
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)? {_MONTH},? \d{{4}}|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}|\d{{4}}-\d\d-\d\d)"
)
# A date of publication stands on a line of its own or after a word that says so; one inside a sentence is news.
_DATE_SAID = re.compile(
    rf"^[^\S\n]*(?:(?:First )?(?:Published|Posted|Updated|Date|Last updated|Issued)(?: on)?:?\s+)?"
    rf"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,? )?({DAY})(?=[^\S\n]*(?:$|[|•·,;-] ?|\d\d?[:.]\d\d|at ))|"
    rf"\b(?:Published|Posted)(?: on)?:?\s+({DAY})",
    re.M,
)


# Languages whose months are read: those that most articles with a web feed are written in.
LANGUAGES = ["en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv", "da", "cs", "tr", "ru", "uk"]
_NUMERIC = re.compile(r"^\D{0,12}?(\d{1,2})([/.-])(\d{1,2})\2(\d{4})\b")
_STAMP = re.compile(r"((?:19|20)\d\d)([01]\d)([0-3]\d)(?:([0-2]\d)([0-5]\d)([0-5]\d)?)?")
_SAID_BEFORE = re.compile(r"^(?:(?:first |last )?(?:published|posted|updated|issued|date)(?: on)?:?\s+)", re.I)


def day_first(values: Iterable[object]) -> bool | None:
    """How the dates of one file are read, by those that settle it: True for 14/03/2025, False for 03/14/2025; None
    where none does, or they contradict each other."""
    found = set()
    for value in values:
        if match := _NUMERIC.match(str(value)):
            one, two = int(match[1]), int(match[3])
            if max(one, two) > 12 >= min(one, two):
                found.add(one > 12)
    return found.pop() if len(found) == 1 else None


def parse_date(value: object, day_before_month: bool | None = None) -> datetime | None:
    """A date in any common form, with a time zone (UTC when it names none); None when it is not a date.

    day_before_month: how 03/04/2025 is read; None: not at all, no date being better than a wrong one. With dots
    (03.04.2025) the day always comes first.
    """
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return _from_epoch(float(value))
    text = " ".join(str(value).split())
    if not text:
        return None
    if stamp := _STAMP.fullmatch(text):
        parts = [int(part) for part in stamp.groups() if part]
        try:
            return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]  # three, five or six numbers
        except ValueError:
            return None
    if re.fullmatch(r"\d{9,13}(?:\.\d+)?", text):
        return _from_epoch(float(text))
    for read in (_iso, _slashed, _mail):
        if (found := read(text)) is not None:
            return found if found.tzinfo else found.replace(tzinfo=UTC)
    return _any_form(_SAID_BEFORE.sub("", text), day_before_month)


def is_date_line(line: str) -> bool:
    """True when a line begins with a date of publication and nothing else."""
    return _DATE_SAID.match(line) is not None


def _from_epoch(seconds: float) -> datetime | None:
    if seconds > 1e11:  # milliseconds
        seconds /= 1000
    try:
        return datetime.fromtimestamp(seconds, UTC) if seconds > 1e8 else None
    except (ValueError, OverflowError, OSError):
        return None


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _slashed(text: str) -> datetime | None:
    """2024/01/05, with or without a time behind it."""
    if not re.match(r"\d{4}/\d\d?/\d\d?\b", text):
        return None
    day, _, rest = text.partition(" ")
    year, month, number = map(int, day.split("/"))
    return _iso(f"{year:04}-{month:02}-{number:02}{' ' + rest if rest else ''}")


def _mail(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, IndexError):
        return None


def _any_form(text: str, day_before_month: bool | None) -> datetime | None:
    # dateparser takes "tomorrow" and "12" for dates of today's month: a date must name a month and a year
    if not re.search(r"\b(?:19|20)\d\d\b", text) or len(text) > 60:
        return None
    first = day_before_month
    if match := _NUMERIC.match(text):
        one, two = int(match[1]), int(match[3])
        if match[2] == "." or one > 12:
            first = True
        elif two > 12:
            first = False
        elif first is None and one != two:
            return None
    import dateparser

    found: datetime | None = dateparser.parse(
        text,
        languages=LANGUAGES,
        settings={
            "TIMEZONE": "UTC",
            "RETURN_AS_TIMEZONE_AWARE": True,
            "REQUIRE_PARTS": ["year", "month", "day"],
            "DATE_ORDER": "DMY" if first else "MDY",
            "PREFER_LOCALE_DATE_ORDER": False,
        },
    )
    return found


def date_in(text: str) -> datetime | None:
    """The date of publication that stands in the first or the last lines of a text; None when there is none."""
    for part in (text[:300], text[-200:]):
        if match := _DATE_SAID.search(part):
            return parse_date(re.sub(r"(\d)(?:st|nd|rd|th)\b", r"\1", match[1] or match[2]))
    return None
