"""Is this claim borne out by that evidence? Plain features and a trained verifier, and what is certain by itself."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.untrusted import orders
from assistant.verify.certain import conflicts, look_alikes, misquotes
from assistant.verify.features import Features, Stems, Text, covered, features, rarity
from assistant.verify.language import same_language
from assistant.verify.verifier import Judgement, Span, Verifier
from index.encoder.types import Vectors
from index.passages import sentences
from index.stop_words import STOP_WORDS
from index.types import Article, Hit

Encode = Callable[[Sequence[str]], Vectors]
MOST_SENTENCES = 3  # sentences that may bear a claim out together
MOST_SENTENCES, MOST_CHARACTERS = 6, 900  # that the verifier is given, as in training
FEW = 3  # sentences that the verifier reads together, beside the best one and all
LEAST_SUPPORT = 0.5  # true and false weigh the same in the fit
LEAST_LOGIT, MOST_LOGIT = -1.0, 4.0  # what the verifier can add or take away, at most
ARTICLES = 1  # that the verifier reads for a claim: the one that says most of it; two take twice the time
ADDS = 0.15  # share of a claim's words that a second sentence must add to be cited beside the first
FEWEST_WORDS = 3  # fewer claim nothing: a name, a number, "yes"
LEAST_CLOSE = 0.95  # share of words and cosine together: 2 % of the true statements that were tuned on are below it
FEW_WORDS, FEW_NEAR = 3, 0.6  # a claim of so few words of weight needs all of them there, or this cosine
SAME_WORDS = 0.8  # share of a denial's words in one sentence from which it is that sentence denied
FOREIGN_NEAR = 0.3  # cosine of a sentence in another language that shares no word with the evidence
CLOSE_WORDS, CLOSE = 0.5, 0.55  # share of words, or cosine, from which the evidence speaks of the same


@dataclass(frozen=True)
class Sentence:
    """A sentence of the evidence. passage: the number of its passage, from 1. article: without its text."""

    passage: int
    article: Article
    text: str
    start: int
    end: int
    words: Text = field(compare=False)
    vector: NDArray[np.float32] = field(compare=False)

    @property
    def day(self) -> date | None:
        """The day its article is of."""
        return self.article.day


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the evidence bears a claim out. problem: why not, in words; "" when it does. by: the sentences it rests
    on, or those nearest to it.

    support: 0 to 1. wrong: spans of the claim that are not borne out. opposed: the evidence says otherwise. close: it
    speaks of the same. right: the claim with the right number, where only a number is wrong. foreign: in another
    language than the evidence, so that its meaning could not be checked.
    """

    problem: str
    by: tuple[Sentence, ...] = ()
    support: float = 0.0
    wrong: tuple[Span, ...] = ()
    opposed: bool = False
    close: bool = False
    right: str = ""
    foreign: bool = False
    certain: bool = False  # the problem is one of those that are certain by themselves: bench/claims.py ranks by it


@dataclass(frozen=True)
class ClaimEvidence:
    """A claim over the sentences of one article that it is held against."""

    claim: Text
    vector: NDArray[np.float32]
    sentences: tuple[Sentence, ...]
    heading: Text

    @cached_property
    def near(self) -> float:
        """The highest cosine of a sentence to the claim."""
        return max(float(s.vector @ self.vector) for s in self.sentences)

    @cached_property
    def features(self) -> Features:
        """The plain features of the claim."""
        return features(self.claim, self.heading, [s.words for s in self.sentences], self.near)

    @cached_property
    def best(self) -> list[Sentence]:
        """Its sentences, those that say most of the claim first."""
        return sorted(self.sentences, key=lambda s: -covered(self.claim, s.words.words) - float(s.vector @ self.vector))

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """(claim, evidence) for the verifier: its best sentence, its best few and all of them, each under the title.

        Without publisher and day: it was trained on headlines without them and on extracts with them, and took them for
        a sign that every word must stand there (AUROC of the statements tuned on .33 with, .62 without).
        """
        few = self.best[:FEW]
        some = (self.best[:1], [s for s in self.sentences if s in few], self.sentences)
        title = self.heading.text
        told = [f"{title}\n{' '.join(' '.join(s.text.split()) for s in of)}" for of in some]
        return [(self.claim.text, evidence) for evidence in dict.fromkeys(told)]


def read_evidence(hits: Sequence[Hit], stems: Stems, encode: Encode) -> list[Sentence]:
    """Every sentence of the passages that gives no orders, with its stems and vector."""
    spans = [
        (n, hit, a, b)
        for n, hit in enumerate(hits, 1)
        for a, b in sentences(hit.passage.text)
        if not orders(hit.passage.text[a:b])
    ]
    texts = [hit.passage.text[a:b] for _, hit, a, b in spans]
    vectors = encode(texts) if texts else np.zeros((0, 1), np.float32)
    return [
        Sentence(n, hit.article, text, hit.passage.start + a, hit.passage.start + b, Text(text, stems), vector)
        for (n, hit, a, b), text, vector in zip(spans, texts, vectors, strict=True)
    ]


@dataclass(frozen=True)
class Checker:
    """Checks claims against evidence; stems_of and encode are the library's own."""

    stems_of: Stems
    encode: Encode
    verifier: Verifier

    def stems(self, text: str) -> list[str]:
        """Every word's stem."""
        return self.stems_of(text)

    def check(self, claim: str, evidence: Sequence[Sentence]) -> Verdict:
        """Whether these sentences bear the claim out."""
        return self.check_all([claim], [evidence])[0]

    def check_all(self, claims: Sequence[str], evidence: Sequence[Sequence[Sentence]]) -> list[Verdict]:
        """Whether each claim is borne out by its own sentences; the verifier is asked once for all."""
        vectors = self.encode(list(claims)) if claims else np.zeros((0, 1), np.float32)
        windows = [
            self.windows(Text(claim, self.stems), vector, told)
            for claim, vector, told in zip(claims, vectors, evidence, strict=True)
        ]
        flat = [window for some in windows for window in some]
        judged = iter(self.judge(flat))
        return [
            self._verdict(claim, [(w, *next(judged)) for w in some], told)
            for claim, some, told in zip(claims, windows, evidence, strict=True)
        ]

    def judge(self, windows: Sequence[ClaimEvidence]) -> list[tuple[Features, Judgement]]:
        """Features of each claim in its evidence, the verifier's logits among them, and its judgement."""
        pairs = [window.pairs for window in windows]
        judged = iter(self.verifier.judge([pair for some in pairs for pair in some]))
        found = []
        for window, some in zip(windows, pairs, strict=True):
            best = max((next(judged) for _ in some), key=lambda one: one.logit)
            found.append(({**window.features, "verifier": min(max(best.logit, LEAST_LOGIT), MOST_LOGIT)}, best))
        return found

    def windows(self, claim: Text, vector: NDArray[np.float32], told: Sequence[Sentence]) -> list[ClaimEvidence]:
        """The articles that say most of a claim, each with the sentences that do."""
        articles: dict[str, list[Sentence]] = {}
        for s in told:
            articles.setdefault(s.article.id, []).append(s)
        made = []
        for of in articles.values():
            own = chosen(claim, vector, sorted({(s.start, s.end): s for s in of}.values(), key=lambda s: s.start))
            made.append(ClaimEvidence(claim, vector, own, Text(own[0].article.title, self.stems)))
        made.sort(key=lambda w: -(w.near + w.features["words_all"]))
        return made[:ARTICLES]

    def _verdict(
        self, claim: str, judged: Sequence[tuple[ClaimEvidence, Features, Judgement]], told: Sequence[Sentence]
    ) -> Verdict:
        if not judged:
            return Verdict("nothing that it could rest on")
        scored = [(self._support(given, judgement), window, judgement) for window, given, judgement in judged]
        support, window, judgement = max(scored, key=lambda one: one[0])
        by = cited(window)
        own = window.features
        if odd := look_alikes(claim, told):
            return Verdict(odd[0].problem, by, support, tuple((c.start, c.end) for c in odd), certain=True)
        if own["words_all"] < 0.5 and not same_language(claim, " ".join(s.text for s in told)):
            return self._foreign(claim, window, by, told)
        close = own["words_all"] >= CLOSE_WORDS or window.near >= CLOSE
        found = conflicts(claim, by[0], [s for s in told if s.article.id == by[0].article.id])
        if found:
            wrong = tuple((c.start, c.end) for c in found)
            right = found[0].right if len(found) == 1 else ""
            return Verdict(
                found[0].problem,
                by,
                support,
                wrong,
                any(c.opposed for c in found) and close,
                close,
                right,
                certain=True,
            )
        if len(window.claim.stems) < FEWEST_WORDS:
            return Verdict("it says too little to be checked", by, support, close=close)
        if opposite := _denied(window):
            return Verdict(opposite, by, support, (), True, close, certain=True)
        if far := _far(window):
            return Verdict(far, by, support, (), False, close)
        if support >= LEAST_SUPPORT:
            return Verdict("", by, support, (), False, close)
        return Verdict(_why(claim, judgement, close), by, support, judgement.wrong, False, close)

    def _support(self, given: Features, judgement: Judgement) -> float:
        if not self.verifier.own:
            return _sigmoid(judgement.logit)
        fitted = weights()
        return _sigmoid(fitted["bias"] + sum(weight * given[name] for name, weight in fitted.items() if name in given))

    @staticmethod
    def _foreign(claim: str, window: ClaimEvidence, by: tuple[Sentence, ...], told: Sequence[Sentence]) -> Verdict:
        """A claim in another language: only its figures and quotations can be checked."""
        problem = figures_missing(claim, told) or (
            "its quotation does not stand there" if misquotes(claim, told) else ""
        )
        if not problem and not window.features["words_all"] and window.near < FOREIGN_NEAR:
            problem = "nothing cited is close to it"
        return Verdict(problem, by, window.near, foreign=True)


def chosen(claim: Text, vector: NDArray[np.float32], told: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """The sentences of one article that say most of a claim or come nearest to it, with neighbours, in order."""
    left = set(claim.words)
    picked: list[int] = []
    for _ in range(MOST_SENTENCES):
        rest = [i for i in range(len(told)) if i not in picked]
        best = max(rest, key=lambda i: sum(rarity(stem) for stem in left & told[i].words.words), default=None)
        if best is None:
            break
        picked.append(best)
        left -= told[best].words.words
    nearest = max(range(len(told)), key=lambda i: float(told[i].vector @ vector))
    around = [i + d for i in (nearest, *picked) for d in (-1, 1) if 0 <= i + d < len(told)]
    kept: list[int] = []
    size = 0
    for i in dict.fromkeys([nearest, *picked, *around]):
        size += len(told[i].text)
        if len(kept) >= MOST_SENTENCES or (kept and size > MOST_CHARACTERS):
            break
        kept.append(i)
    return tuple(told[i] for i in sorted(kept))


def cited(window: ClaimEvidence) -> tuple[Sentence, ...]:
    """The sentence that bears a claim best, and up to two more that say what it leaves out."""
    by = window.best[:1]
    for s in window.best:
        have = by[0].words.words.union(*(one.words.words for one in by))
        if (
            s not in by
            and len(by) < MOST_SENTENCES
            and covered(window.claim, have | s.words.words) - covered(window.claim, have) > ADDS
        ):
            by.append(s)
    return tuple(by)


def _denied(window: ClaimEvidence) -> str:
    """Why a claim is the opposite: it says nearly what a sentence says, but denies it."""
    best = window.best[0].words
    if window.claim.denies and not best.denies and covered(window.claim, best.words) >= SAME_WORDS:
        return "the article says so without denying it"
    return ""


def _far(window: ClaimEvidence) -> str:
    """Why a claim is too far from all that is cited for its meaning to be weighed."""
    near, words = window.near, window.features["words_all"]
    content = window.claim.words - STOP_WORDS
    few = len(content) <= FEW_WORDS and not content <= window.heading.words.union(
        *(s.words.words for s in window.sentences)
    )
    if near + words < LEAST_CLOSE or (few and near < FEW_NEAR):
        return "nothing cited is close to it in meaning"
    return ""


def _why(claim: str, judgement: Judgement, close: bool) -> str:
    if not close:
        return "nothing cited is close to it in meaning"
    words = [claim[start:end] for start, end in judgement.wrong]
    if words and sum(map(len, words)) < 0.6 * len(claim):
        return f"nothing cited bears out “{' … '.join(words)}”"
    return "what is cited does not bear it out"


def figures_missing(claim: str, evidence: Sequence[Sentence]) -> str:
    """Of a claim in another language: its figures, whichever way it writes thousands and decimals."""
    import re

    from assistant.english.calendar import days_meant
    from assistant.english.numbers import numbers

    values = {n.value for s in evidence for n in numbers(s.text)}
    values |= {v for s in evidence for v in days_meant(s.day, s.text)[1]}
    for figure in re.findall(r"\d+(?:[.,:]\d+)*", claim):
        whole, decimal = re.sub(r"\D", "", figure), re.sub(r"[,:]", ".", figure)
        read = {float(whole), *([float(decimal)] if decimal.count(".") <= 1 else [])}
        if not {value * scale for value in read for scale in (1.0, 1e3, 1e6, 1e9)} & values:
            return f"the number {figure} is not the article’s"
    return ""


@cache
def _fitted() -> dict[str, dict[str, float]]:
    kept: dict[str, dict[str, float]] = json.loads((Path(__file__).parent / "weights.json").read_text(encoding="utf-8"))
    return kept


def weights() -> dict[str, float]:
    """The fitted weights of the features and of the verifier's logit, with a "bias"."""
    return _fitted()["support"]


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))
