"""What a sentence claims: its numbers, dates, names and quoted words, each in one form, with where it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
_VALUES: dict[str, float] = {
    **{word: float(n) for n, word in enumerate(_SMALL)},
    **{word: 10.0 * n for n, word in enumerate(_TENS, 2)},
    **{word: float(n) for n, word in enumerate(_ORDINALS, 1)},
    **dict.fromkeys("both pair twice double doubled".split(), 2.0),
    **dict.fromkeys("thrice triple".split(), 3.0),
    "dozen": 12.0,
    "half": 0.5,
    "quarter": 0.25,
}
_DERIVED = frozenset("double doubled twice half quarter triple".split())
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "m": 1e6, "billion": 1e9, "bn": 1e9, "trillion": 1e12}
_ROMAN = {"I": 1.0, "II": 2.0, "III": 3.0, "IV": 4.0, "V": 5.0, "VI": 6.0}
_LIGHT = frozenset((0.0, 1.0))  # "one of them", "the first time": said too freely to be held against a sentence
_NUMBER = re.compile(
    r"(?<![\w.])(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.:]\d+)?)(?P<ordinal>st|nd|rd|th)?(?P<short>m|bn)?(?![\d])"
    rf"|\b(?P<tens>(?i:{'|'.join(_TENS)}))-(?P<ones>{'|'.join(_SMALL[1:10])})\b|(?P<word>\b[A-Za-z]+)",
)
_WORD = re.compile(r"[^\W_]+(?:[’'.-][^\W_]+)*")
_MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_SEASONS = "spring summer autumn fall winter".split()
_BESIDE = re.compile(rf"(?:st|nd|rd|th)? (?:of )?(?:{'|'.join(_MONTHS)})\\b")
_BEFORE = re.compile(rf"\\b(?:{'|'.join(_MONTHS)}) $")
_CALENDAR = re.compile(rf"\b(?:{'|'.join(_MONTHS + _DAYS)})\b|\b(?:spring|summer|autumn|winter)\b", re.I)
_UNITS = re.compile(r"\b(second|minute|hour|day|week|month|year|decade|century|centurie)s?\b(?!-)", re.I)
_QUOTED = re.compile(r"[“\"„«]([^”\"“„«»]+)[”\"“»]")
_TITLES = frozenset(
    "mr mrs ms dr prof sir gov governor president prime minister mayor judge king queen senator general chief captain "
    "director professor doctor minister chancellor police council".split()
)
# Words that begin a sentence with a capital letter and are nobody's name.
_OPENERS = frozenset(
    "the a an this that these those it he she they we i you his her their its our some any all every each no none "
    "nobody not only there here then when where while if as at in on of to for from by with without after before "
    "since during under over about around according because although though but and or so yet both two one what who "
    "which how why more most many much few several other another such once later earlier today yesterday among inside "
    "outside despite however moreover also meanwhile between until within near up down out off per than into onto "
    "nothing something anyone everyone someone shares people police soldiers households construction building".split()
)
_CAPITAL = re.compile(r"\b(?:[A-Z]\.(?:[A-Z]\.)+|[A-ZÀ-ÖØ-Þ][^\W_]*(?:[’'-][^\W_]+)*)")


@dataclass(frozen=True, slots=True)
class Number:
    """A number: its value, the word counted ("passengers"; "" for none), and where it stands."""

    value: float
    counted: str
    start: int
    light: bool = False  # "one" and "first": supports others, is not asked for itself
    dated: bool = False  # beside the name of a month, or a year
    derived: bool = False  # "half", "double": may come from two other numbers


@dataclass(frozen=True, slots=True)
class Claims:
    """What can be looked up in a sentence."""

    numbers: tuple[Number, ...]
    dates: frozenset[str]  # months, days of the week, seasons, units of time: lower case, singular
    names: tuple[str, ...]  # single capitalised words, as written, without 's
    quoted: tuple[str, ...]  # words in quotation marks


def claims(text: str) -> Claims:
    """What this sentence claims."""
    return Claims(tuple(numbers(text)), dates(text), tuple(names(text)), tuple(quoted(text)))


def numbers(text: str) -> list[Number]:
    """Every number, in figures or words: "$1.2bn" is 1.2e9, "a third" and "third" are 3 and "half" is 0.5."""
    found: list[Number] = []
    matches = list(_NUMBER.finditer(text))
    for place, m in enumerate(matches):
        value = _value(m, text)
        if value is None:
            continue
        end = m.end()
        follower = matches[place + 1] if place + 1 < len(matches) else None
        scale = (follower["word"] or "").lower() if follower else ""
        if m["short"]:
            value *= _SCALES[m["short"]]
        elif follower and scale in _SCALES and len(scale) > 2 and text[end : follower.start()].strip(" -") == "":
            value, end = value * _SCALES[scale], follower.end()
        light = value in _LIGHT and not m["digits"]
        dated = 1900 <= value < 2100 or bool(_BESIDE.match(text, end) or _BEFORE.search(text[: m.start()]))
        derived = (m["word"] or "").lower() in _DERIVED
        found.append(Number(value, _counted(text, end), m.start(), light, dated, derived))
    return found


def _value(m: re.Match[str], text: str) -> float | None:
    if m["digits"]:
        hours, colon, minutes = m["digits"].partition(":")
        return float(f"{hours}.{minutes}") if colon else float(m["digits"].replace(",", ""))
    if m["tens"]:
        return _VALUES[m["tens"].lower()] + _VALUES[m["ones"].lower()]
    word = m["word"]
    if word in _ROMAN and re.search(r"[A-Z]\w+ $", text[: m.start()]) and (word != "I" or "War " in text):
        return _ROMAN[word]
    return _VALUES.get(word.lower())


def _counted(text: str, end: int) -> str:
    """The word right after a number: what it counts."""
    m = re.match(r"[\s-]+(?:more |other |last |new |of (?:the |them )?)?([^\W\d_]+)", text[end:])
    word = m[1].lower() if m else ("percent" if text[end : end + 1] == "%" else "")
    return "percent" if word in ("per", "percent", "pc") else word


def dates(text: str) -> frozenset[str]:
    """The names of months and days, the seasons and the units of time in it."""
    plain = re.sub(r"\bsecond\b(?! (?:later|ahead|before|after))", " ", text)  # "a second attack" is no unit
    named = {m[0].lower() for m in _CALENDAR.finditer(plain) if m[0][0].isupper() or m[0].lower() in _SEASONS}
    return frozenset(named | {m[1].lower().replace("centurie", "century") for m in _UNITS.finditer(plain)})


def dates_near(published: date | None, text: str) -> tuple[frozenset[str], frozenset[float]]:
    """The dates a sentence published that day stands for: its "Tuesday" has a day, a month and a year.

    Names of days and months, and day numbers and years.
    """
    if published is None:
        return frozenset(), frozenset()
    days = [published]
    named = [n for n, day in enumerate(_DAYS) if re.search(rf"\b{day}\b", text)]
    if named:  # the latest such day up to the publication, and the next one
        days = [published - timedelta((published.weekday() - n) % 7) for n in named]
        days += [day + timedelta(7) for day in days]
    words = {_MONTHS[d.month - 1].lower() for d in days}
    if not named and not _CALENDAR.search(text):
        words.add(_DAYS[published.weekday()].lower())
    return frozenset(words), frozenset(float(n) for d in days for n in (d.day, d.year))


def names(text: str) -> list[str]:
    """The capitalised words that stand for somebody or something, in order, each once."""
    found: dict[str, None] = {}
    starts = _sentence_starts(text)
    matches = list(_CAPITAL.finditer(text))
    for place, m in enumerate(matches):
        word = re.sub(r"[’']s?$", "", m[0])
        low = word.lower().rstrip(".")
        if low in _VALUES or low in _TITLES or word in _ROMAN or _CALENDAR.fullmatch(word):
            continue
        if m.start() in starts:
            follower = matches[place + 1] if place + 1 < len(matches) else None
            joined = follower is not None and text[m.end() : follower.start()] == " "
            if low in _OPENERS or (not joined and not re.match(r"[’']s\b", text[m.end() - 2 :])):
                continue
        elif low in _OPENERS:
            continue
        found.setdefault(word)
    return list(found)


def _sentence_starts(text: str) -> set[int]:
    starts = {m.end() for m in re.finditer(r"(?:^|[.!?:]\s+|[“\"‘(])[“\"‘(]*", text)}
    return starts | {0}


def quoted(text: str) -> list[str]:
    """The words in quotation marks, without a comma or stop at their end."""
    return [words for m in _QUOTED.finditer(text) if (words := m[1].strip(" ,.;:!?…"))]


def same_words(text: str) -> str:
    """A text in the one form in which quotations are compared: white space, marks and case do not count."""
    table = str.maketrans("“”„«»‘’‚`–—", '"""""\'\'\'\'--')
    return " ".join(text.translate(table).lower().split())


def words_of(text: str) -> Sequence[re.Match[str]]:
    """The words of a text with their places."""
    return list(_WORD.finditer(text))
