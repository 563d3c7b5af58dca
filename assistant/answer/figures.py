"""The figure that a sentence gives for what a question asks for: its value and unit, so that it can be drawn."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.english.lexicon import MONTH, SCALES, UNITS, any_of
from assistant.english.numbers import Number, numbers
from assistant.question.answer_kind import Asks, asks
from index.stop_words import STOP_WORDS

PERCENT = "%"
NEAR_WORDS = 6  # words on either side of a number that tell what it is a number of
_CURRENCY = re.compile(r"(?P<sign>[$€£¥₹]|\b(?:US|A|C)\$)\s?$")
_MONEY = re.compile(
    rf"^(?:\s|-)?(?:{any_of(SCALES)}|m|bn)?\s?(?P<name>(?:{any_of(UNITS['money'])})s?|kronor|kroner)\b",
    re.I,
)
_FIGURE = re.compile(
    r"\b(?:tolls?|prices?|costs?|scores?|rates?|number|counts?|shares?|figures?|totals?|sum|casualties|turnout|"
    r"inflation|unemployment|temperatures?|magnitude|population|percentage|percent|odds|deaths?)\b",
    re.I,
)
_SCORE = re.compile(r"\b\d{1,3}\s?[-–:]\s?\d{1,3}\b")
_WORD = re.compile(r"[^\W\d_]+")
_MONTHS = re.compile(rf"^\s*(?:of )?{MONTH}\b")
_CLOCK = re.compile(r"^(?:\d*[:.]\d\d)?\s?(?:[ap]\.?m\b|o['’]clock|GMT|CET)", re.I)
# Words that count time, or that a number only stands in: an answer to "how many" is none of them unless asked for.
_TIMES = frozenset((*UNITS["time"], "am", "pm"))
# "the dead" and "people" are counted by the same figure: what a sentence calls those it counts is not the unit.
_PEOPLE = frozenset(
    "people person persons dead deaths death killed died bodies body victims victim others residents passengers "
    "civilians soldiers men women children injured wounded missing hurt lives fatalities more have had were are was "
    "campers cases patients inmates workers miners".split()
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a sentence. unit: "%", a sign or name of money, or the word counted ("" for people, or for none).

    start, end: where it stands in the sentence. fit: how well it answers, comparable within one question only.
    """

    value: float
    unit: str
    start: int
    end: int
    fit: float


def wants_figure(question: str) -> bool:
    """Whether a question asks for a number, or for something that is told as one: a toll, a price, a score."""
    return asks(question) is Asks.NUMBER or (_FIGURE.search(question) is not None and asks(question) is not Asks.REASON)


_SHARES = re.compile(
    r"\b(?:per ?cent(?:age)?|inflation|unemployment|turnout|odds|(?:interest|jobless|key) rate)\b", re.I
)
_COUNTS = re.compile(
    r"\b(?:how many (?P<counted>[^\W\d_]+)|tolls?|deaths?|casualties|fatalities|killed|died|dead)\b", re.I
)
_PRICES = re.compile(r"\b(?:how (?:much|expensive)|prices?|costs?|fines?|salar(?:y|ies)|debts?|budget)\b", re.I)


def _fits(unit: str, question: str, stems: Callable[[str], list[str]]) -> bool:
    """Whether a unit can be that of what is asked for; any can where the question does not tell."""
    if _SHARES.search(question):
        return unit == PERCENT
    if match := _COUNTS.search(question):
        counted = (match["counted"] or "").lower()
        return unit == "" or (counted != "" and stems(unit) == stems(counted))
    return _is_money(unit) if _PRICES.search(question) else True


def _is_money(unit: str) -> bool:
    return (unit != PERCENT and not unit.isalpha() and unit != "") or _MONEY.match(f" {unit}") is not None


def figures(
    sentence: str, question: str, stems: Callable[[str], list[str]], read: Callable[[int, int], float]
) -> list[Figure]:
    """The numbers of a sentence that may be what is asked for, the likeliest first.

    stems: a text's words in their one form. read: the reader's logit for the words between two places of the sentence.
    Dates, times of day and results like 3-1 are no figures.
    """
    asked = frozenset(stems(question))
    results = [m.span() for m in _SCORE.finditer(sentence)]
    found = []
    for number in numbers(sentence):
        end = _end(sentence, number.start)
        if number.light or number.derived or _dated(sentence, number, end):
            continue
        if any(a <= number.start < b for a, b in results):
            continue
        unit = _unit(sentence, number, end)
        timed = unit in _TIMES and not any(stem in asked for stem in stems(unit))
        if timed or not _fits(unit, question, stems):
            continue
        added = _ADDED.match(sentence[end:]) and not _ADDED.search(f" {question}")  # "five more bodies" is no toll
        if added or _another_fate(sentence, number.start, end, question):
            continue
        fit = read(number.start, end) + 2.0 * _beside(sentence, number.start, end, asked, stems)
        found.append(Figure(number.value, unit, number.start, end, fit))
    return sorted(found, key=lambda figure: -figure.fit)


_ADDED = re.compile(r"\s+(?:more|further|additional|others?)\b", re.I)
_FATES = tuple(
    re.compile(rf"\b(?:{words})\b", re.I)
    for words in (
        r"die[ds]?|dead|deaths?|kill\w*|tolls?|fatalit\w+|bodies",
        r"hurt|injur\w*|wound\w*",
        r"missing|unaccounted",
    )
)


def _another_fate(sentence: str, start: int, end: int, question: str) -> bool:
    """Whether a number counts the hurt or the missing where the dead are asked for, or the other way round."""
    asked = {n for n, fate in enumerate(_FATES) if fate.search(question)}
    before, after = " ".join(sentence[:start].split()[-5:]), re.split(r"[,;:.]|\band\b", sentence[end:])[0]
    behind = {n for n, fate in enumerate(_FATES) if fate.search(after)}
    told = behind or {n for n, fate in enumerate(_FATES) if fate.search(before)}
    return bool(asked and told) and not asked & told


def _end(sentence: str, start: int) -> int:
    match = re.compile(r"[\w.,]*[\w]|\S").match(sentence, start)
    return match.end() if match else start + 1


def _dated(sentence: str, number: Number, end: int) -> bool:
    """Whether it is the day or the year of a date, or a time of day."""
    after, before = sentence[end:], sentence[: number.start]
    if _CLOCK.match(after) or _MONTHS.match(after):
        return True
    year = 1900 <= number.value < 2100 and number.value == int(number.value) and "," not in sentence[number.start : end]
    return number.dated and (year or re.search(r"[A-Z][a-z]+ $", before) is not None)


def _unit(sentence: str, number: Number, end: int) -> str:
    if sign := _CURRENCY.search(sentence[: number.start]):
        return sign["sign"]
    after = sentence[end:]
    if number.counted == "percent" or re.match(r"\s?(?:%|per ?cent\b|percentage points?\b)", after):
        return PERCENT
    if money := _MONEY.match(after):
        name = money["name"].lower()
        return name if name.endswith("s") or name in ("yen", "yuan", "kronor", "kroner") else f"{name}s"
    counted = number.counted
    if counted in ("million", "billion", "thousand", "hundred", "m", "bn"):  # of what stands after the scale
        follows = re.match(r"\s*(?:hundred|thousand|million|billion|m|bn)\s+([^\W\d_]+)", after)
        counted = follows[1].lower() if follows else ""
    if counted in _PEOPLE or counted in STOP_WORDS:
        return ""
    return counted[:-1] if counted.endswith("s") and counted[:-1] in _TIMES else counted


def _beside(sentence: str, start: int, end: int, asked: frozenset[str], stems: Callable[[str], list[str]]) -> float:
    """The share of the question's words that stand near a number: 0 to 1."""
    before = " ".join(_WORD.findall(sentence[:start])[-NEAR_WORDS:])
    after = " ".join(_WORD.findall(sentence[end:])[:NEAR_WORDS])
    return len(asked & frozenset(stems(f"{before} {after}"))) / max(1, len(asked))


def of_one_kind(rows: Sequence[Sequence[Figure]]) -> tuple[list[Figure | None], str]:
    """For each row the likeliest of its figures that is of the unit most rows have, and that unit.

    A figure of another unit is none: a toll is not drawn on one line with a cost.
    """
    firsts = Counter(row[0].unit for row in rows if row)
    if not firsts:
        return [None] * len(rows), ""
    unit = max(firsts, key=lambda u: (firsts[u], -next(n for n, row in enumerate(rows) if row and row[0].unit == u)))
    return [next((figure for figure in row if figure.unit == unit), None) for row in rows], unit
