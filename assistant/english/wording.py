"""Words in one form: how an answer is looked for in a text, and how two numbers are told apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_UNITS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen".split()
_UNITS += "seventeen eighteen nineteen".split()
_TENS = {w: 10 * n for n, w in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "m": 1e6, "bn": 1e9}
_WORDS = {w: float(n) for n, w in enumerate(_UNITS)} | {w: float(n) for w, n in _TENS.items()} | {"dozen": 12.0}
_SPELT, _TEN, _UNIT = "|".join(_WORDS), "|".join(_TENS), "|".join(_UNITS[1:10])
NUMBER = re.compile(
    rf"(?<![\w.])(?:(\d[\d,]*(?:\.\d+)?)|({_TEN})[- ]({_UNIT})|({_SPELT}))"
    rf"(?:[ -]?({'|'.join(_SCALES)}))?(?!\w)(?!\.\d)",
    re.I,
)


def normal(text: str) -> str:
    """Lower-case letters and digits without accents, single spaces: how answers are compared."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w]+|_", " ", plain.lower()).split())


def holds(answers: Sequence[str], text: str) -> bool:
    """Whether any of the answers' words stand in the text, in order."""
    within = f" {normal(text)} "
    return any(f" {normal(answer)} " in within for answer in answers)


def numbers(text: str) -> frozenset[float]:
    """The numbers of a text, in figures or words: "3.5 million" and "nine" are 3500000.0 and 9.0; "3rd" is none."""
    found = set()
    for figure, ten, unit, spelt, scale in NUMBER.findall(text):
        value = float(figure.replace(",", "")) if figure else sum(_WORDS[w.lower()] for w in (ten, unit, spelt) if w)
        found.add(value * (_SCALES[scale.lower()] if scale else 1.0))
    return frozenset(found)
