"""Numbers in a text, in figures or words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.english.lexicon import (
    CARDINALS,
    DERIVED,
    MONTH,
    NUMBER_WORDS,
    ROMAN,
    SCALES,
    SHORT_SCALES,
    SMALL,
    TENS,
    any_of,
)

_TEN, _ONE = any_of(TENS), any_of(SMALL[1:10])
_LIGHT = frozenset((0.0, 1.0))  # "one of them", "the first time": said too freely to be held against a sentence
_NUMBER = re.compile(
    r"(?<![\w.])(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.:]\d+)?)(?P<ordinal>st|nd|rd|th)?"
    rf"(?P<short>{any_of(SHORT_SCALES)})?(?![\d])"
    rf"|\b(?P<tens>(?i:{_TEN}))-(?P<ones>{_ONE})\b|(?P<word>\b[A-Za-z]+)",
)
_BESIDE = re.compile(rf"(?:st|nd|rd|th)? (?:of )?{MONTH}\b")
_BEFORE = re.compile(rf"\b{MONTH} $")
_EVERY_SCALE = SCALES | SHORT_SCALES
CARDINAL = re.compile(
    rf"(?<![\w.])(?:(\d[\d,]*(?:\.\d+)?)|({_TEN})[- ]({_ONE})|({any_of([*CARDINALS, 'dozen'])}))"
    rf"(?:[ -]?({any_of(_EVERY_SCALE)}))?(?!\w)(?!\.\d)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number: its value, the word counted ("passengers"; "" for none), and where it stands."""

    value: float
    counted: str
    start: int
    light: bool = False  # "one" and "first": supports others, is not asked for itself
    dated: bool = False  # beside the name of a month, or a year
    derived: bool = False  # "half", "double": may come from two other numbers


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
            value *= SHORT_SCALES[m["short"]]
        elif follower and scale in SCALES and text[end : follower.start()].strip(" -") == "":
            value, end = value * SCALES[scale], follower.end()
        light = value in _LIGHT and not m["digits"]
        dated = 1900 <= value < 2100 or bool(_BESIDE.match(text, end) or _BEFORE.search(text[: m.start()]))
        derived = (m["word"] or "").lower() in DERIVED
        found.append(Number(value, _counted(text, end), m.start(), light, dated, derived))
    return found


def _value(m: re.Match[str], text: str) -> float | None:
    if m["digits"]:
        hours, colon, minutes = m["digits"].partition(":")
        return float(f"{hours}.{minutes}") if colon else float(m["digits"].replace(",", ""))
    if m["tens"]:
        return NUMBER_WORDS[m["tens"].lower()] + NUMBER_WORDS[m["ones"].lower()]
    word = m["word"]
    if word in ROMAN and re.search(r"[A-Z]\w+ $", text[: m.start()]) and (word != "I" or "War " in text):
        return ROMAN[word]
    return NUMBER_WORDS.get(word.lower())


def _counted(text: str, end: int) -> str:
    """The word right after a number: what it counts."""
    m = re.match(r"[\s-]+(?:more |other |last |new |of (?:the |them )?)?([^\W\d_]+)", text[end:])
    word = m[1].lower() if m else ("percent" if text[end : end + 1] == "%" else "")
    return "percent" if word in ("per", "percent", "pc") else word


def cardinals(text: str) -> frozenset[float]:
    """The numbers of a text that count: "3.5 million" and "nine" are 3500000.0 and 9.0; "3rd" and "half" are none."""
    found = set()
    for figure, ten, one, spelt, scale in CARDINAL.findall(text):
        words = [word.lower() for word in (ten, one, spelt) if word]
        value = float(figure.replace(",", "")) if figure else sum(NUMBER_WORDS[word] for word in words)
        found.add(value * (_EVERY_SCALE[scale.lower()] if scale else 1.0))
    return frozenset(found)
