"""Numbers with their unit and what they count: whether a claim's are the evidence's, or another one stands there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from assistant.english.lexicon import SCALES, UNIT_KIND, UNIT_SPELLINGS, any_of
from assistant.english.numbers import Number, numbers
from index.stop_words import STOP_WORDS

UNNUMBERED_ITEMS = 12  # up to it a number may count what a text lists without a number, so its absence proves nothing
ABOUT_SHARE = 0.1  # "about", "nearly": as a share of the number
ROOM = 2.0  # "more than 70" is not said of 140 and more
_BOUNDS = {
    "about": "about around roughly approximately some nearly almost circa",
    "over": "more_than over at_least above exceeding upwards_of no_fewer_than no_less_than",
    "under": "less_than under below fewer_than at_most up_to no_more_than",
}
_BOUND = {word.replace("_", " "): bound for bound, words in _BOUNDS.items() for word in words.split()}
_BEFORE = re.compile(rf"\b({'|'.join(sorted(_BOUND, key=len, reverse=True))})\s+(?:US|A|C)?[$€£¥₹]?$", re.I)
_SIGN = re.compile(r"(?:US|A|C)?([$€£¥₹])\s?$")
_PHRASE = re.compile(
    r"(?:\d+(?:[,.:]\d+)*(?:st|nd|rd|th)?|[A-Za-z]+(?:-[a-z]+)?)"
    rf"(?P<scale>(?:m|bn)\b|[\s-]+(?:{any_of(SCALES)})\b)?",
    re.I,
)


class Match(Enum):
    """What evidence makes of a claim's number."""

    AGREES = "agrees"
    UNKNOWN = "unknown"  # it may follow from what stands there
    ABSENT = "absent"
    OTHER = "other"  # the same thing is counted by another number, or the number has another unit


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of a text. unit: singular, as "euro" or "minute", "" for none. counted: the word after it, singular.

    bound: "about", "over", "under" or "". start, end: the characters of the number with its scale.
    """

    value: float
    unit: str
    counted: str
    bound: str
    start: int
    end: int
    plain: bool = True  # no "half", "twice", "first": those follow from others too easily

    @property
    def kind(self) -> str:
        """What its unit measures, "" where it has none."""
        return UNIT_KIND.get(self.unit, "")


def quantities(text: str) -> list[Quantity]:
    """The numbers of a text with units."""
    return [_quantity(text, number) for number in numbers(text)]


def _quantity(text: str, number: Number) -> Quantity:
    phrase = _PHRASE.match(text, number.start)
    end = phrase.end() if phrase else number.start + 1
    value = number.value
    if half := re.match(r" and a half\b", text[end:]):
        value, end = value + 0.5, end + half.end()
    before = text[: number.start]
    after = re.match(r"[\s-]*(%|[^\W\d_]+)(?:[\s-]+([^\W\d_]+))?", text[end:])
    word = _singular(after[1]) if after else ""
    if word in ("per", "percentage"):
        word = "percent"
    if word == "light" and after and _singular(after[2] or "") == "year":
        word = "light-year"
    sign = _SIGN.search(before)
    unit = UNIT_SPELLINGS[sign[1]] if sign else word if word in UNIT_KIND else ""
    bound = _BEFORE.search(before)
    counted = "" if number.counted == "percent" or numbers(number.counted) else number.counted
    plain = not (
        number.light
        or number.derived
        or re.fullmatch(r"[a-z]*(?:th|st|nd|rd)|third|first|second", text[number.start : end])
    )
    what = _singular(counted) if counted not in STOP_WORDS else ""
    return Quantity(value, unit, what, _BOUND[bound[1].lower()] if bound else "", number.start, end, plain)


def _singular(word: str) -> str:
    low = word.lower()
    low = UNIT_SPELLINGS.get(low, low)
    return low if low in UNIT_KIND or len(low) < 4 else UNIT_SPELLINGS.get(low.removesuffix("s"), low.removesuffix("s"))


def same_value(said: Quantity, there: Quantity) -> bool:
    """Whether a claim's number is true of the evidence's: "about 2,000" of 1,987, "more than 70" of 73."""
    one, other = said.value, there.value
    if abs(one - other) < 1e-9 * max(1.0, abs(one)):
        return True
    if said.bound == "about" or there.bound == "about":
        return abs(one - other) <= ABOUT_SHARE * max(abs(one), abs(other))
    if said.bound == "over":
        return one <= other < ROOM * one
    if said.bound == "under":
        return one / ROOM < other <= one
    return False


def match(said: Quantity, bearing: Sequence[Quantity], everywhere: Sequence[Quantity]) -> tuple[Match, Quantity | None]:
    """What the evidence makes of one number of a claim, and the number that stands in its place.

    bearing: the numbers of the sentence that bears the claim. everywhere: those of all the evidence.
    """
    if not said.plain:
        return Match.UNKNOWN, None
    same = [q for q in everywhere if same_value(said, q)]
    fitting = [q for q in same if not said.unit or not q.unit or said.unit == q.unit]
    if any(q in bearing and (not said.counted or not q.counted or said.counted == q.counted) for q in fitting):
        return Match.AGREES, None
    if rival := _rival(said, bearing, everywhere):
        return Match.OTHER, rival
    if same:  # of another unit, or counting what may be the same by another word
        return (Match.AGREES, None) if fitting else (Match.OTHER, same[0])
    if (said.value <= UNNUMBERED_ITEMS and not said.unit) or _follows(said.value, [q.value for q in bearing]):
        return Match.UNKNOWN, None
    return Match.ABSENT, None


def _rival(said: Quantity, bearing: Sequence[Quantity], everywhere: Sequence[Quantity]) -> Quantity | None:
    """The one number in the bearing sentence that counts the same in the place of the claim's."""
    if any(same_value(said, q) and _alike(said, q) for q in everywhere):
        return None
    rivals = [q for q in bearing if q.plain and _alike(said, q)]
    return rivals[0] if len({q.value for q in rivals}) == 1 else None


def _alike(said: Quantity, there: Quantity) -> bool:
    """Whether both count the same: the same unit, or the same word."""
    if said.unit or there.unit:
        return said.unit == there.unit
    return len(said.counted) > 3 and said.counted == there.counted


def _follows(value: float, values: Sequence[float]) -> bool:
    """Whether a number is the sum or the difference of two."""
    return any(abs(a + b - value) < 1e-6 or abs(a - b - value) < 1e-6 for a in values for b in values)
