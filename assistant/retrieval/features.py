"""Features of a passage, a sentence and an answer, and their fitted weights: how candidates are scored.

`training/fit_weights.py` fits them and the code that answers adds them up, both through this file, so that they mean
the same in both. Word covers weigh a word by its rarity (inverse document frequency).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from pathlib import Path

from assistant.english.names import names
from assistant.question.answer_kind import Asks, asks
from assistant.question.event_time import EventTime
from assistant.retrieval.reader import Reading
from index.library import Library
from index.types import Hit

Features = dict[str, float]
PARAGRAPH = 300  # characters: the unit of how deep in its article a passage stands; news comes first, background behind
NO_COSINE = 0.4  # stands for the cosine of a passage without a vector: what a middling one gets
UNRELATED = 0.1  # cosine of a question and a text on something else
NEIGHBOURS = 10  # articles that the nearest is compared with
FEW_PASSAGES = 20  # fewer found: the library has no more
UNREAD_LOGIT = -8.0  # stands for the logits of a passage that was not read: what a poor one gets


@dataclass(frozen=True)
class Asked:
    """A question with what is looked for in a text: its rare words, its names, its kind.

    time: of what it asks about; its words need not stand in a passage, whose day can say them. bound: the words of a
    time of publication, which need not either.
    """

    text: str
    library: Library
    time: EventTime | None = None
    bound: str = ""

    @cached_property
    def kind(self) -> Asks:
        """The kind of answer it asks for."""
        return asks(self.text)

    @cached_property
    def terms(self) -> dict[str, float]:
        """Its stems with their weights."""
        found = self.library.terms(self.text)
        dated = {stem for phrase in self._phrases for stem in self.library.stems(phrase)}
        return {stem: weight for stem, weight in found.items() if stem not in dated} or found

    @property
    def _phrases(self) -> list[str]:
        return [phrase for phrase in (self.time.phrase if self.time else "", self.bound) if phrase]

    @cached_property
    def names(self) -> list[frozenset[str]]:
        """The stems of each name in it."""
        text = self.text
        for phrase in self._phrases:
            text = text.replace(phrase, " ")
        return [stems for name in names(text) if (stems := frozenset(self.library.stems(name)))]

    @cached_property
    def newest(self) -> date | None:
        """The day of the newest article: age is counted from it."""
        return self.library.newest()

    def cover(self, stems: frozenset[str]) -> float:
        """The share of its words that stand among these, rare ones counting more: 0 to 1."""
        total = sum(self.terms.values())
        return sum(weight for stem, weight in self.terms.items() if stem in stems) / total if total else 0.0

    def named(self, stems: frozenset[str]) -> float:
        """The share of its names whose every word stands among these; 1 when it has none."""
        return sum(name <= stems for name in self.names) / len(self.names) if self.names else 1.0

    def newness(self, day: date | None) -> float:
        """1 for the newest article, 0.94 for one three months older, 0.5 for a year, 0.2 for two.

        Level at first, so that it does not decide between articles of the same weeks. 1 for no date: that an article
        is undated says nothing against it."""
        if day is None or self.newest is None:
            return 1.0
        return 1 / (1 + (max(0, (self.newest - day).days) / 365) ** 2)


def passage_features(asked: Asked, hit: Hit, cosine: float | None) -> Features:
    """Features of a passage before it is read. hit.score: of the fusion. cosine: to the question's vector."""
    body, title = (frozenset(asked.library.stems(text)) for text in (hit.passage.text, hit.article.title))
    return {
        "fused": 60 * hit.score,  # the first of two rankings gets 2
        "cosine": NO_COSINE if cosine is None else cosine,
        "title_cover": asked.cover(title),
        "whole_cover": asked.cover(body | title),
        "named": asked.named(body | title),
        "newness": asked.newness(hit.article.day),
        "depth": math.log1p(hit.passage.start / PARAGRAPH),
    }


def reading_features(reading: Reading | None) -> Features:
    """What the reader says for a passage; None: it was not read."""
    return {"answers": reading.answers if reading else UNREAD_LOGIT, "word": reading.best if reading else UNREAD_LOGIT}


def sentence_features(asked: Asked, stems: frozenset[str], place: int, passage: Features, rank: int) -> Features:
    """Features of a sentence, but for what was read in it. place: in its passage, rank: of its passage, from 0."""
    return {
        "cover": asked.cover(stems),
        "early": 1 / (1 + place),
        "rank": 1 / (1 + rank),
        "answers": passage["answers"],
        "title_cover": passage["title_cover"],
        "whole_cover": passage["whole_cover"],
        "newness": passage["newness"],
    }


def answer_features(
    passages: Sequence[Features], articles: Sequence[str], sentence_scores: Sequence[float]
) -> Features:
    """Features of confidence that the library holds the answer: of passages and sentences, both best first.

    articles: the id of each passage's article.
    """
    first = passages[:8]
    return {
        "sentence": sentence_scores[0] if len(sentence_scores) else 0.0,
        "whole_cover": max((p["whole_cover"] for p in first), default=0.0),
        "named": max((p["named"] for p in first), default=0.0),
        "cosine": passages[0]["cosine"] if passages else UNRELATED,
        "stands_out": stands_out(passages, articles),
    }


def stands_out(passages: Sequence[Features], articles: Sequence[str]) -> float:
    """By how much the nearest article is nearer to the question than the tenth: the cosine of each one's best passage.

    About what the library tells, few articles are near; about anything else, many are equally far. Where there are
    fewer than ten, the tenth is taken to be as far as an unrelated one in a small library, else as the last passage.
    """
    best: dict[str, float] = {}
    for article, features in zip(articles, passages, strict=True):
        best[article] = max(best.get(article, -1.0), features["cosine"])
    near = sorted(best.values(), reverse=True)
    if not near:
        return 0.0
    last = UNRELATED if len(passages) < FEW_PASSAGES else min(features["cosine"] for features in passages)
    return near[0] - (near[NEIGHBOURS - 1] if len(near) >= NEIGHBOURS else last)


@cache
def weights(part: str) -> Mapping[str, float]:
    """The fitted weights of "passage", "sentence" or "answer"; "answer" has a "bias"."""
    kept = json.loads((Path(__file__).parent / "weights.json").read_text(encoding="utf-8"))
    fitted: dict[str, float] = kept[part]
    return fitted


def weigh(part: str, features: Features) -> float:
    """The sum of features by their weights; a feature without a weight counts nothing."""
    fitted = weights(part)
    return sum(weight * features[name] for name, weight in fitted.items() if name != "bias") + fitted.get("bias", 0.0)
