"""What independent articles say of the same: how many say what the best sentence says, and whether some differ.

Independent means another article in other words: a sentence that two articles share word for word came from one desk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.answer.figures import figures
from assistant.english.calendar import dates_in
from assistant.english.numbers import cardinals
from assistant.question.answer_kind import Asks
from assistant.retrieval.evidence import Candidate, Evidence
from assistant.retrieval.features import Asked
from assistant.verify.features import Text
from index.types import Article

SAME_MATTER_LOGITS = 2.0  # logits below the best passage's: beyond it another article is about something else
COVER = 0.6  # of the question's words, that a sentence which differs must hold with its title
ALIKE = 0.5  # of the words of the shorter sentence: below it another date or name is one of something else
OVERLAP = 0.85  # of the words of the shorter sentence: above it two sentences are one, reprinted


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
    if differing := _differing(evidence.asked, best, rivals):
        return Accounts(differing=differing)
    same = [c for c in rivals if _says(c, best) and not _reprinted(c, best)]
    same = [c for c in same if not _denied(evidence.asked, c, best)]
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
    return c.features["answers"] >= best.features["answers"] - SAME_MATTER_LOGITS


def _says(c: Candidate, best: Candidate) -> bool:
    return best.said != "" and not best.features["restates"] and f" {best.said} " in f" {c.words} "


def _reprinted(a: Candidate, b: Candidate) -> bool:
    return len(a.stems & b.stems) > OVERLAP * min(len(a.stems), len(b.stems))


def _differing(asked: Asked, best: Candidate, rivals: Sequence[Candidate]) -> list[Candidate]:
    """The best sentence and the one of another article that answers otherwise, the newest first; [] for none.

    Both must be of the event asked about: they hold most of the question's words, and with their titles its every name.
    Another number then differs where it is of the same unit. Another date or name is often one of something else, so
    there the two sentences must also be alike in their other words; what denies the other must be alike too.
    """
    kind = asked.kind
    if kind not in (Asks.NUMBER, Asks.TIME, Asks.PERSON, Asks.REASON) or not _of_event(asked, best):
        return []
    for c in rivals:
        if not _of_event(asked, c) or _reprinted(c, best):
            continue
        if kind is Asks.REASON:
            if best.said and _says(c, best) and _denied(asked, c, best):
                return _newest_first(best, c)
            continue
        if kind is Asks.NUMBER and not _units(asked, best) & _units(asked, c):
            continue
        if _answers(kind, best) & _told(kind, c) or _answers(kind, c) & _told(kind, best):
            continue
        alike = len(c.stems & best.stems) >= ALIKE * min(len(c.stems), len(best.stems))
        if _answers(kind, best) and _answers(kind, c) and (kind is Asks.NUMBER or alike):
            return _newest_first(best, c)
    return []


def _denied(asked: Asked, a: Candidate, b: Candidate) -> bool:
    """Whether one of two sentences denies something and the other does not: they do not count as agreeing."""
    return Text(a.text, asked.library.stems).denies != Text(b.text, asked.library.stems).denies


def _newest_first(*of: Candidate) -> list[Candidate]:
    return sorted(of, key=lambda one: -(one.article.day.toordinal() if one.article.day else 0))


def _of_event(asked: Asked, c: Candidate) -> bool:
    """Whether a sentence speaks of the event that the question names, and says more of it than the question does."""
    title = frozenset(asked.library.stems(c.article.title))
    stems = c.stems | title
    return asked.cover(stems) >= COVER and not c.features["restates"] and asked.named(stems) == 1.0


def _units(asked: Asked, c: Candidate) -> frozenset[str]:
    """What the numbers taken for the answer count: "%", a currency, the word behind them, "" for people."""
    values = cardinals(c.said)
    found = figures(c.text, asked.text, asked.library.stems, lambda *_: 0.0)
    return frozenset(figure.unit for figure in found if figure.value in values)


def _told(kind: Asks, c: Candidate) -> frozenset[object]:
    """What of a sentence can contradict another: its numbers; its days, months and years; or its words, for a name."""
    if kind is Asks.NUMBER:
        return frozenset(c.numbers)
    return frozenset(c.dates if kind is Asks.TIME else c.words.split())


def _answers(kind: Asks, c: Candidate) -> frozenset[object]:
    """The same of the words taken for the answer alone."""
    if kind is Asks.NUMBER:
        return frozenset(cardinals(c.said))
    return frozenset(dates_in(c.said) if kind is Asks.TIME else c.said.split())
