"""An answer without a language model: the articles' own sentences, chosen, ordered and cited."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from assistant.prompts import REFUSAL
from assistant.questions import Asks, asks, could_answer
from assistant.retrieval import Found
from assistant.types import Answer, Citation, Searched, Statement
from index.library import Library
from index.passages import sentences
from index.types import Article, Hit

READ = 8  # passages whose sentences are read
ENCODED = 32  # sentences given to the encoder: 32 of 30 tokens take it some 60 ms
WORDS, MORE_WORDS = 60, 130  # the length of an answer; the second for lists, reasons and somebody's words
SENTENCES = 5
# A sentence's score: its best word for the reader, and shares of the passage's logit and of the words in common;
# chosen on news-train: training/fit_weights.py
PAIR_SHARE, QUICK_SHARE = 0.5, 2.0
# How a sentence begins that goes on with the list, the reason or the speech of the one before it.
_GOES_ON = re.compile(
    r"^[“\"]?(?:Moreover|Also|In addition|Furthermore|Besides|Additionally|Finally|Lastly|First|Second|Third|Next|"
    r"Another|(?:He|She|It|They) (?:also|further|then|added|said|wants?|demands?|must|would)|They are|Among|"
    r"These (?:are|include)|The (?:first|second|third|other|last|criteria|conditions|demands|terms|reasons|steps|"
    r"measures|list|goals|points)\b)"
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that might be said: where it stands, and how much speaks for it."""

    article: Article
    text: str
    start: int
    end: int
    rank: int  # of its passage among the hits, from 0
    place: int  # among the sentences of its passage, from 0
    stems: frozenset[str]
    score: float = 0.0
    vector: NDArray[np.float32] | None = None


def candidates(hits: Sequence[Hit], stems: Callable[[str], list[str]]) -> list[Candidate]:
    """Every sentence of the best passages."""
    return [
        Candidate(
            hit.article,
            hit.passage.text[start:end],
            hit.passage.start + start,
            hit.passage.start + end,
            rank,
            place,
            frozenset(stems(hit.passage.text[start:end])),
        )
        for rank, hit in enumerate(hits[:READ])
        for place, (start, end) in enumerate(sentences(hit.passage.text))
    ]


def _cover(stems: frozenset[str], weights: dict[str, float]) -> float:
    """The share of the question's words that the sentence has, rare words counting more: 0 to 1."""
    total = sum(weights.values())
    return sum(weight for stem, weight in weights.items() if stem in stems) / total if total else 0.0


def scored(library: Library, question: str, found: Found) -> list[Candidate]:
    """The candidates with their scores, best first."""
    kind = asks(question)
    terms = library.terms(question)
    hits = found.hits
    every = candidates(hits, library.stems)
    titles = {hit.article.id: frozenset(library.stems(hit.article.title)) for hit in hits}
    quick = [
        _cover(c.stems, terms) + 0.3 * _cover(titles[c.article.id], terms) + 0.15 * could_answer(kind, c.text)
        - 0.03 * c.rank
        for c in every
    ]  # fmt: skip
    if found.readings:
        return _by_reading(every, quick, found)
    best = sorted(range(len(every)), key=lambda i: -quick[i])[:ENCODED]
    rest = sorted(set(range(len(every))) - set(best))
    vectors = library.encoder.encode([question, *(every[i].text for i in best)])
    nearness = vectors[1:] @ vectors[0]
    out = [
        replace(every[i], score=quick[i] + 1.2 * float(nearness[row]), vector=vectors[1 + row])
        for row, i in enumerate(best)
    ]
    return [*sorted(out, key=lambda c: -c.score), *(every[i] for i in rest)]


def _by_reading(every: Sequence[Candidate], quick: Sequence[float], found: Found) -> list[Candidate]:
    """The candidates by what the reader made of their words, best first; passages it did not read come last."""
    out = []
    for c, q in zip(every, quick, strict=True):
        hit = found.hits[c.rank]
        reading = found.readings.get(hit.passage.id)
        if reading is None:
            out.append(c)
            continue
        word = reading.best_in(c.start - hit.passage.start, c.end - hit.passage.start)
        out.append(replace(c, score=word + PAIR_SHARE * reading.answers + QUICK_SHARE * q))
    read = sorted((c for c in out if c.score), key=lambda c: -c.score)
    return [*read, *(c for c in out if not c.score)]


def choose(kind: Asks, ranked: Sequence[Candidate]) -> list[Candidate]:
    """Sentences to say: the best, and others while they add something and fit the length.

    A list or a reason that goes on in the sentences after the best one is kept whole, and nothing is added to it.
    """
    longer = kind in (Asks.LIST, Asks.REASON, Asks.WORDS)
    room = MORE_WORDS if longer else WORDS
    if longer and ranked and (more := _going_on(ranked[0], ranked, room)):
        return [ranked[0], *more]
    chosen: list[Candidate] = []
    used = 0
    for c in ranked:
        length = len(c.text.split())
        if len(chosen) == SENTENCES or (chosen and c.score < 0.6 * chosen[0].score) or (not chosen and not c.score):
            break
        if chosen and (used + length > room or any(_repeats(c, other) for other in chosen)):
            continue
        chosen.append(c)
        used += length
    return chosen


def _going_on(first: Candidate, found: Sequence[Candidate], room: int) -> list[Candidate]:
    """The sentences right after this one in its passage that go on with what it says."""
    after = {c.place: c for c in found if c.article.id == first.article.id and c.rank == first.rank}
    used, more = len(first.text.split()), list[Candidate]()
    while len(more) < SENTENCES - 1 and (c := after.get(first.place + len(more) + 1)) and _GOES_ON.match(c.text):
        used += len(c.text.split())
        if used > room:
            break
        more.append(c)
    return more


def _repeats(a: Candidate, b: Candidate) -> bool:
    if a.article.id == b.article.id and a.start < b.end and b.start < a.end:
        return True
    shared = len(a.stems & b.stems) / max(1, min(len(a.stems), len(b.stems)))
    near = float(a.vector @ b.vector) if a.vector is not None and b.vector is not None else 0.0
    return shared > 0.75 or near > 0.92


def compose(
    question: str, chosen: Sequence[Candidate], confidence: float, hits: Sequence[Hit], searched: Searched
) -> Answer:
    """The answer that says these sentences in this order, each with its number."""
    citations = tuple(
        Citation(number, c.article.without_text(), c.text, c.start, c.end) for number, c in enumerate(chosen, 1)
    )
    statements = tuple(Statement(c.text, (number,)) for number, c in enumerate(chosen, 1))
    text = " ".join(f"{' '.join(s.text.split())} [{s.citations[0]}]" for s in statements)
    return Answer(question, text, statements, citations, False, confidence, searched, tuple(hits))


def refuse(question: str, confidence: float, hits: Sequence[Hit], searched: Searched) -> Answer:
    """The answer that the articles do not say, with the nearest articles."""
    nearest = list(dict.fromkeys(hit.article.title or hit.article.id for hit in hits))[:3]
    offer = " Nearest: " + "; ".join(f"“{title}”" for title in nearest) + "." if nearest else ""
    return Answer(question, REFUSAL + offer, (), (), True, confidence, searched, tuple(hits))
