"""The date of an article: a date in any common form to a datetime, and the one that a text says of itself."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

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
    rf"(?:By:? [A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){{1,3}}[,|•·–—-]+ ?| ?)"
    rf"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,? )?({DAY})(?=[^\S\n]*(?:$|[|•·,;-] ?|\d\d?[:.]\d\d|at ))|"
    rf"\b(?:Published|Posted)(?: on)?:?\s+({DAY})",
    re.M,
)


# Languages whose months are read: those that most articles with a web feed are written in.
LANGUAGES = ["en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv", "da", "cs", "tr", "ru", "uk"]
_NUMERIC = re.compile(r"^\D{0,12}?(\d{1,2})([/.-])(\d{1,2})\2(\d{4})\b")
_STAMP = re.compile(r"((?:19|20)\d\d)([01]\d)([0-3]\d)(?:([0-2]\d)([0-5]\d)([0-5]\d)?)?")
_SHORT_YEAR = re.compile(r"^(\d{1,2})([ -])([A-Za-z]{3,9})\.?\2(\d\d)\b|^(\d{1,2})([./])(\d{1,2})\6(\d\d)(?![\d./])")
_EAST_ASIAN = re.compile(r"^(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]\s*\D{0,6}?(\d{1,2}[:：]\d\d)?")
_ARABIC_MONTHS = (
    "يناير|كانون الثاني", "فبراير|شباط", "مارس|آذار", "أبريل|نيسان|إبريل", "مايو|أيار", "يونيو|حزيران|يونيه",
    "يوليو|تموز|يوليه", "أغسطس|آب", "سبتمبر|أيلول", "أكتوبر|تشرين الأول", "نوفمبر|تشرين الثاني", "ديسمبر|كانون الأول",
)  # fmt: skip
_ARABIC = re.compile(r"(\d{1,2})\s+(?:من\s+)?([\u0600-\u06ff]+(?:\s[\u0600-\u06ff]+)?)\s*[،,/]?\s*(\d{4})")
# Names of zones that one zone alone has in articles; "IST" is of three countries. Two letters: summer time by the day.
_ZONES: dict[str, float | str] = {
    "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "BST": 1, "WEST": 1, "EET": 2, "EEST": 3, "MSK": 3, "EST": -5, "EDT": -4,
    "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "JST": 9, "KST": 9, "HKT": 8, "SGT": 8, "AEST": 10,
    "AEDT": 11, "NZST": 12, "NZDT": 13, "ET": "America/New_York", "CT": "America/Chicago", "PT": "America/Los_Angeles",
}  # fmt: skip
_ZONE = re.compile(rf"\d[:.]\d\d.*?\s\(?({'|'.join(_ZONES)}|(?:GMT|UTC)([+-]\d{{1,2}})(?::?(\d\d))?)\)?$")
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
    text = _western_digits(" ".join(str(value).split()))
    if not text:
        return None
    text = re.sub(r"(\d ?)([ap])\. ?m\.?(?=\s|,|$)", r"\1\2m", text, flags=re.I)
    if zoned := _ZONE.search(text):
        found = parse_date(text[: zoned.start(1)].rstrip(" ("), day_before_month)
        return _in_zone(found, zoned) if found else None
    if stamp := _STAMP.fullmatch(text):
        parts = [int(part) for part in stamp.groups() if part]
        try:
            return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]  # three, five or six numbers
        except ValueError:
            return None
    if re.fullmatch(r"\d{9,13}(?:\.\d+)?", text):
        return _from_epoch(float(text))
    for read in (_iso, _slashed, _short_year, _east_asian, _arabic, _mail):
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


def _western_digits(text: str) -> str:
    """Digits of other scripts (٢٠٢٥, २०२५) as those that the rest reads."""
    return "".join(str(unicodedata.digit(c)) if c > "\x7f" and c.isdecimal() else c for c in text)


def _in_zone(found: datetime, zoned: re.Match[str]) -> datetime:
    """The same time of day in the zone that was named."""
    if zoned[2]:
        hours = int(zoned[2])
        minutes = int(zoned[3] or 0) * (-1 if hours < 0 else 1)
        return found.replace(tzinfo=timezone(timedelta(hours=hours, minutes=minutes))) if abs(hours) < 15 else found
    zone = _ZONES[zoned[1]]
    if isinstance(zone, str):
        return found.replace(tzinfo=ZoneInfo(zone))
    return found.replace(tzinfo=timezone(timedelta(hours=zone)))


def _short_year(text: str) -> datetime | None:
    """14-MAR-25, 14.3.25, 14/03/25: a year of two digits, where what stands first can be the day alone."""
    match = _SHORT_YEAR.match(text)
    if match is None:
        return None
    if match[3]:
        return _any_form(f"{match[1]} {match[3].capitalize()} 20{match[4]}", True)
    if match[6] == "/" and not int(match[7]) <= 12 < int(match[5]):
        return None
    return _iso(f"20{match[8]}-{int(match[7]):02}-{int(match[5]):02}")


def _east_asian(text: str) -> datetime | None:
    """2025年3月14日 09:05, 2025년 3월 14일."""
    match = _EAST_ASIAN.match(text)
    if match is None:
        return None
    time = f" {match[4].replace('：', ':').zfill(5)}" if match[4] and not re.search("午後|下午|오후", text) else ""
    return _iso(f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}{time}")


def _arabic(text: str) -> datetime | None:
    """14 مارس 2025."""
    for match in _ARABIC.finditer(text):
        for number, names in enumerate(_ARABIC_MONTHS, 1):
            if match[2] in names.split("|"):
                return _iso(f"{match[3]}-{number:02}-{int(match[1]):02}")
    return None


def _mail(text: str) -> datetime | None:
    if re.search(r"\d ?[ap]m\b", text, re.I):  # which mail does not know, and leaves out
        return None
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
