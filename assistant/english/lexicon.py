"""The words that English has once: months, days, number words, units, titles, function words. lexicon.json holds them.

Whatever else needs one of these takes it from here; what is made of them (patterns) stands where it is used.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_KEPT: dict[str, Any] = json.loads((Path(__file__).parent / "lexicon.json").read_text(encoding="utf-8"))

MONTHS: tuple[str, ...] = tuple(_KEPT["months"])
DAYS: tuple[str, ...] = tuple(_KEPT["days"])
SEASONS: tuple[str, ...] = tuple(_KEPT["seasons"])
SHORT_MONTHS = tuple(month[:3].lower() for month in MONTHS)  # "jan" to "dec"
SHORT_DAYS = tuple(day[:3].lower() for day in DAYS)  # "mon" to "sun"

SMALL: tuple[str, ...] = tuple(_KEPT["small"])  # "zero" to "nineteen"
TENS: tuple[str, ...] = tuple(_KEPT["tens"])
ORDINALS: tuple[str, ...] = tuple(_KEPT["ordinals"])
CARDINALS = {w: float(n) for n, w in enumerate(SMALL)} | {w: 10.0 * n for n, w in enumerate(TENS, 2)}
NUMBER_WORDS: dict[str, float] = (
    CARDINALS | {w: float(n) for n, w in enumerate(ORDINALS, 1)} | {w: float(n) for w, n in _KEPT["multiples"].items()}
)
DERIVED: frozenset[str] = frozenset(_KEPT["derived"])  # "half", "twice": of another number
SCALES: dict[str, float] = _KEPT["scales"]  # "hundred" to "trillion"
SHORT_SCALES: dict[str, float] = _KEPT["short_scales"]  # "m", "bn": right behind a figure
ROMAN: dict[str, float] = _KEPT["roman"]

UNITS: dict[str, tuple[str, ...]] = {kind: tuple(units) for kind, units in _KEPT["units"].items()}  # singular
UNIT_KIND: dict[str, str] = {unit: kind for kind, units in UNITS.items() for unit in units}  # "metre": "length"
UNIT_SPELLINGS: dict[str, str] = _KEPT["unit_spellings"]  # "feet", "km", "$" to the unit

HONORIFICS: tuple[str, ...] = tuple(_KEPT["honorifics"])
OFFICES: tuple[str, ...] = tuple(_KEPT["offices"])
TRADES: tuple[str, ...] = tuple(_KEPT["trades"])
ORGANISATIONS: tuple[str, ...] = tuple(_KEPT["organisations"])  # words of a name that is nobody's: "University"
PEOPLES: tuple[str, ...] = tuple(_KEPT["peoples"])
SAME_NAMES: tuple[tuple[str, ...], ...] = tuple(tuple(one) for one in _KEPT["same_names"])  # ways to write one name
FUNCTION_WORDS: frozenset[str] = frozenset(_KEPT["function_words"])
OPENERS: frozenset[str] = frozenset(_KEPT["openers"])  # words that often begin a sentence and are no name: "Most"
AUXILIARIES: frozenset[str] = frozenset(_KEPT["auxiliaries"])
PAST_TO_BASE: dict[str, str] = _KEPT["past_to_base"]  # "rose": "rise"


def any_of(words: Iterable[str]) -> str:
    """A pattern of one of these words, the longest first: "Prime Minister" before "Minister"."""
    return "|".join(sorted(words, key=len, reverse=True))


MONTH = f"(?:{any_of(MONTHS)})"
# "Jan.", "Sept", "march": for patterns that leave case alone.
ANY_MONTH = "(?:" + "|".join(
    rf"{m[:4]}?(?:{m[4:]}|\.)?" if m == "september" else m if len(m) < 4 else rf"{m[:3]}(?:{m[3:]}|\.)?"
    for m in map(str.lower, MONTHS)
) + ")"  # fmt: skip
WEEKDAY = f"(?:{any_of(DAYS)})"
SEASON = f"(?:{any_of(SEASONS)})"
