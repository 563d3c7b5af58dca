"""What can be told for certain: a number, a date or a quotation that is not the article's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from assistant.english.calendar import calendar_words, days_meant
from assistant.english.lexicon import DAYS, MONTHS, SEASONS, SHORT_MONTHS, UNITS, any_of
from assistant.english.numbers import numbers
from assistant.verify.claims import quoted, same_words
from assistant.verify.language import mixed_alphabets
from assistant.verify.quantities import Match, Quantity, match, quantities

_NAMES = rf"(?:{any_of(month[:3] for month in MONTHS)})[a-z]*"
_DATE = re.compile(rf"\b(?P<day>\d{{1,2}}) (?P<one>{_NAMES})|\b(?P<other>{_NAMES})\.? (?P<number>\d{{1,2}})\b")
_TIMES = frozenset((*UNITS["time"], *SEASONS))


class DatedSentence(Protocol):
    """A sentence of an article and the day that the article is of."""

    @property
    def text(self) -> str:
        """The sentence."""

    @property
    def day(self) -> date | None:
        """The day."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """What a claim says wrong. problem: in words. opposed: the evidence says another thing in its place.

    right: the claim with the evidence's number in the place of its own; "" where it is not a number that is wrong.
    """

    problem: str
    opposed: bool
    start: int
    end: int
    right: str = ""


_CALENDAR = re.compile(any_of(name[:3] for name in (*DAYS, *MONTHS)))


def conflicts(claim: str, bearing: DatedSentence, evidence: Sequence[DatedSentence]) -> list[Conflict]:
    """What in a claim is certainly not the evidence's. bearing: the sentence that bears it, if any does."""
    found = [*_quotations(claim, evidence), *_numbers(claim, bearing, evidence), *_dates(claim, bearing, evidence)]
    return [*found, *_names(claim, evidence)]


def look_alikes(claim: str, evidence: Sequence[DatedSentence]) -> list[Conflict]:
    """The claim's words in letters of two alphabets that do not stand so in the evidence."""
    return [
        Conflict(f"the word {m[0]} mixes two alphabets", False, m.start(), m.end())
        for m in mixed_alphabets(claim)
        if not any(m[0] in s.text for s in evidence)
    ]


def _names(claim: str, evidence: Sequence[DatedSentence]) -> list[Conflict]:
    """The capitalised words within a claim of which no word of the evidence has the beginning: "Pope" where nobody is
    called so. Acronyms and the names of days and months are left to others."""
    words = {w.casefold()[:4] for s in evidence for w in re.findall(r"[^\W\d_]+", s.text)}
    return [
        Conflict(f"the name {m[0]} does not stand there", False, m.start(), m.end())
        for m in re.finditer(r"(?<=[a-z,;:] )[A-Z][a-z]{2,}", claim)
        if m[0].casefold()[:4] not in words and not _CALENDAR.match(m[0])
    ]


def _quotations(claim: str, evidence: Sequence[DatedSentence]) -> list[Conflict]:
    everything = same_words(" ".join(s.text for s in evidence))
    return [
        Conflict(f"the words “{words}” do not stand there", False, at, at + len(words))
        for words in quoted(claim)
        if same_words(words) not in everything and (at := claim.find(words)) >= 0
    ]


def misquotes(text: str, evidence: Sequence[DatedSentence]) -> bool:
    """Whether words in quotation marks stand in none of these sentences."""
    return bool(_quotations(text, evidence))


def _numbers(claim: str, bearing: DatedSentence, evidence: Sequence[DatedSentence]) -> list[Conflict]:
    own = quantities(bearing.text)
    everywhere = [q for s in evidence for q in quantities(s.text)]
    days = {value for s in evidence for value in days_meant(s.day, s.text)[1]}
    dated = {n.start for n in numbers(claim) if n.dated and "," not in claim[n.start : n.start + 3]}
    found = []
    for said in quantities(claim):
        if said.start in dated and not (said.unit or said.bound):
            if said.value not in days and said.value not in {q.value for q in everywhere}:
                found.append(
                    Conflict(f"the date {_words(claim, said)} is not the article’s", False, said.start, said.end)
                )
            continue
        kind, other = match(said, own, everywhere)
        if kind is Match.ABSENT:
            found.append(
                Conflict(f"the number {_words(claim, said)} is not the article’s", False, said.start, said.end)
            )
        elif kind is Match.OTHER and other:
            found.append(_other(claim, said, other, bearing.text, own))
    return found


def _words(text: str, quantity: Quantity) -> str:
    return text[quantity.start : quantity.end]


def _other(claim: str, said: Quantity, other: Quantity, bearing: str, own: Sequence[Quantity]) -> Conflict:
    if said.unit != other.unit:
        units = f"{other.unit or other.counted}s, not {said.unit or said.counted}s"
        problem = f"the {_words(claim, said)} are {units} in the article"
        return Conflict(problem, True, said.start, said.end)
    written = _words(bearing, other) if other in own else ""
    right = claim[: said.start] + written + claim[said.end :] if written and not said.bound else ""
    return Conflict(f"it is {written} in the article, not {_words(claim, said)}", True, said.start, said.end, right)


def _weekdays(told: DatedSentence) -> frozenset[str]:
    """The days of the week that its dates fall on, in the year of its article: "8 October" is a Tuesday."""
    if told.day is None:
        return frozenset()
    found = set()
    for m in _DATE.finditer(told.text):
        try:
            day = date(
                told.day.year,
                SHORT_MONTHS.index((m["one"] or m["other"])[:3].lower()) + 1,
                int(m["day"] or m["number"]),
            )
        except ValueError:  # 31 June
            continue
        found.add(f"{day:%A}".lower())
    return frozenset(found)


def _dates(claim: str, bearing: DatedSentence, evidence: Sequence[DatedSentence]) -> list[Conflict]:
    said = calendar_words(claim) - _TIMES
    there = frozenset[str]().union(
        *(calendar_words(s.text) | days_meant(s.day, s.text)[0] | _weekdays(s) for s in evidence)
    )
    rivals = calendar_words(bearing.text) - _TIMES
    found = []
    for name in sorted(said - there):
        place = re.search(rf"\b{name}\b", claim, re.I)
        start, end = place.span() if place else (0, len(claim))
        found.append(Conflict(f"“{claim[start:end]}” is not the article’s", bool(rivals), start, end))
    return found
