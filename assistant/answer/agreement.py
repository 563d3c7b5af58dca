"""What independent articles say of the same: how many say what the best sentence says, and whether some differ.

Independent means another article in other words: a sentence that two articles share word for word came from one desk.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.english.wording import normal, numbers
from assistant.question.answer_kind import Asks
from assistant.retrieval.evidence import Candidate, Evidence
from index.types import Article

CLOSE = 2.0  # logits below the best passage's: beyond it another article is about something else
COVER = 0.6  # of the question's words: a sentence that differs must be as much about the question as the best one
ALIKE = 0.5  # of the words of the shorter sentence: below it another date or name is one of something else
OVERLAP = 0.85  # of the words of the shorter sentence: above it two sentences are one, reprinted
_DATES = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|may|june|july|august|september|"
    r"october|november|december|\d{1,4})\b"
)


@dataclass(frozen=True, slots=True)
class Accounts:
    """articles: how many independent articles say what the best sentence says, it included. others: those of them that
    are not quoted. differing: sentences that give different figures for the same, the newest first; else empty."""

    articles: int = 1
    others: Sequence[Article] = ()
    differing: Sequence[Candidate] = field(default_factory=tuple)


def accounts(evidence: Evidence) -> Accounts:
    """What the articles that were read say of the same as the best sentence."""
    ranked = evidence.candidates
    if not ranked:
        return Accounts()
    best = ranked[0]
    rivals = [c for c in _best_of_each(ranked) if c.article.id != best.article.id and _as_relevant(c, best)]
    if differing := _differing(evidence.asked.kind, best, rivals):
        return Accounts(differing=differing)
    same = [c for c in rivals if _says(c, best) and not _reprinted(c, best)]
    independent: list[Candidate] = []
    for c in same:
        if not any(_reprinted(c, other) for other in independent):
            independent.append(c)
    return Accounts(1 + len(independent), tuple(c.article for c in independent))


def _best_of_each(ranked: Sequence[Candidate]) -> list[Candidate]:
    """The best sentence of each article."""
    first: dict[str, Candidate] = {}
    for c in ranked:
        first.setdefault(c.article.id, c)
    return list(first.values())


def _as_relevant(c: Candidate, best: Candidate) -> bool:
    return c.signals["answers"] >= best.signals["answers"] - CLOSE


def _says(c: Candidate, best: Candidate) -> bool:
    return best.said != "" and not best.signals["restates"] and f" {best.said} " in f" {normal(c.text)} "


def _reprinted(a: Candidate, b: Candidate) -> bool:
    return len(a.stems & b.stems) > OVERLAP * min(len(a.stems), len(b.stems))


def _differing(kind: Asks, best: Candidate, rivals: Sequence[Candidate]) -> list[Candidate]:
    """The best sentence and the one of another article that answers otherwise, the newest first; [] for none.

    Another number is enough where both sentences hold most of the question's words. Another date or name is often one
    of something else, so there the two sentences must also be alike in their other words.
    """
    if kind not in (Asks.NUMBER, Asks.TIME, Asks.PERSON) or best.signals["cover"] < COVER or best.signals["restates"]:
        return []
    for c in rivals:
        if c.signals["cover"] < COVER or c.signals["restates"] or _reprinted(c, best):
            continue
        if _values(kind, best.said) & _values(kind, c.text) or _values(kind, c.said) & _values(kind, best.text):
            continue
        alike = len(c.stems & best.stems) >= ALIKE * min(len(c.stems), len(best.stems))
        if _values(kind, best.said) and _values(kind, c.said) and (kind is Asks.NUMBER or alike):
            return sorted((best, c), key=lambda one: -(one.article.day.toordinal() if one.article.day else 0))
    return []


def _values(kind: Asks, text: str) -> frozenset[object]:
    """What of a text can contradict another: its numbers; its days, months and years; or its words, for a name."""
    if kind is Asks.NUMBER:
        return frozenset(numbers(text))
    return frozenset(_DATES.findall(text.lower()) if kind is Asks.TIME else normal(text).split())
