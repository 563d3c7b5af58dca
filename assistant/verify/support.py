"""Is this sentence borne out by that evidence? Numbers, dates, names, quoted words, denial, doers, and meaning."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from assistant.untrusted import orders
from assistant.verify.additions import addition
from assistant.verify.claims import Claims, claims, dates, dates_near, names, numbers, same_words
from assistant.verify.language import same_language
from assistant.verify.negation import contradicts
from assistant.verify.swapped_actors import swapped
from index.encoder.types import Vectors
from index.passages import sentences
from index.stop_words import STOP_WORDS
from index.types import Article, Hit

Stems = Callable[[str], list[str]]
Encode = Callable[[Sequence[str]], Vectors]
MOST = 3  # sentences that may bear out one statement together
# A statement's share of words of weight that stand in the evidence, and its cosine to it: chosen on one half of
# tests/statements.jsonl, see docs/models.md for both halves.
NEAR, COVERED, SUM = 0.45, 0.2, 1.0
FEW, FEW_NEAR = 3, 0.6  # a sentence of so few words of weight needs all of them there, or this cosine
SURE = 0.7  # cosine from which it is not looked at more closely
FOREIGN_NEAR = 0.3  # of a sentence in another language that shares no word with the evidence
_PARTS = re.compile(r"[,;] (?:and|while|but|whereas) |; ")
_CLAUSES = re.compile(r"[,;:—] | (?:and|but|while|after|because) ")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the evidence. passage: the number of its passage, from 1. article: without its text."""

    passage: int
    article: Article
    text: str
    start: int
    end: int
    stems: frozenset[str]
    vector: NDArray[np.float32] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Verdict:
    """problem: why the evidence does not bear a statement out, in words; "" when it does. by: the best sentences."""

    problem: str
    by: tuple[Sentence, ...]
    nearness: float = 0.0  # cosine, -1 to 1
    covered: float = 0.0  # 0 to 1
    foreign: bool = False  # in another language than the evidence: its meaning could not be checked


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
        Sentence(n, hit.article, text, hit.passage.start + a, hit.passage.start + b, weighty(text, stems), vector)
        for (n, hit, a, b), text, vector in zip(spans, texts, vectors, strict=True)
    ]


def weighty(text: str, stems: Stems) -> frozenset[str]:
    """The stems of the words that carry meaning."""
    return frozenset(stem for stem in stems(text) if stem not in STOP_WORDS and len(stem) > 1)


_BASE = dict(
    pair.split("/")
    for pair in "knew/know said/say went/go took/take gave/give rose/rise fell/fall fallen/fall won/win lost/lose "
    "found/find made/make held/hold began/begin broke/break brought/bring built/build bought/buy came/come met/meet "
    "paid/pay ran/run saw/see seen/see sold/sell sent/send spent/spend stood/stand struck/strike stuck/stick told/tell "
    "thought/think wrote/write written/write got/get kept/keep left/leave led/lead chose/choose dead/die died/die "
    "grew/grow hit/hit fought/fight".split()
)
_IRREGULAR = re.compile(rf"\b(?:{'|'.join(_BASE)})\b", re.I)


@dataclass(frozen=True)
class Checker:
    """Checks statements against evidence; stems_of and encode are the library's own."""

    stems_of: Stems
    encode: Encode

    def stems(self, text: str) -> list[str]:
        """Every word's stem, with irregular verbs in their first form."""
        return self.stems_of(_IRREGULAR.sub(lambda m: _BASE[m[0].lower()], text))

    def check(self, statement: str, evidence: Sequence[Sentence], question: str = "") -> Verdict:
        """Whether these sentences bear the statement out, and which of them do so best.

        question: what was asked; its words are no invention.
        """
        if not evidence:
            return Verdict("nothing that it could rest on", ())
        said = claims(statement)
        vector = self.encode([statement])[0]
        words = weighty(statement, self.stems)
        by = self._best(said, words, vector, evidence)
        near, covered = self._closeness(words, vector, by)
        # A short sentence may lack English's commonest words; one that shares half its words is no foreign one.
        if covered < 0.5 and not same_language(statement, " ".join(s.text for s in by)):
            problem = _figures_missing(statement, evidence) or _words_not_said(said, evidence)
            if not problem and not covered and near < FOREIGN_NEAR:
                problem = "nothing cited is close to it"
            return Verdict(problem, by, near, covered, True)
        context = _context(by, evidence)
        problem = (
            _numbers_missing(said, by)
            or _dates_missing(said, by)
            or _names_missing(said, by, context, self.stems)
            or _words_not_said(said, evidence)
            or self._opposite(statement, by)
            or self._doer(statement, by, evidence)
            or _far(near, covered, len(words))
            or self._added(statement, by, evidence, question)
        )
        return Verdict(problem, by, near, covered)

    def _best(
        self, said: Claims, words: frozenset[str], vector: NDArray[np.float32], evidence: Sequence[Sentence]
    ) -> tuple[Sentence, ...]:
        """The sentence nearest in words and meaning, and up to two more that bear out what it leaves open."""
        wanted = {n.value for n in said.numbers if not n.light}

        def worth(s: Sentence) -> float:
            return float(s.vector @ vector) + len(words & s.stems) / max(1, len(words))

        chosen = [max(evidence, key=worth)]
        while len(chosen) < MOST:
            have = frozenset[str]().union(*(s.stems for s in chosen))
            values = {n.value for s in chosen for n in numbers(s.text)}
            left, open_numbers = words - have, wanted - values

            def gain(s: Sentence, left: frozenset[str] = left, open_: set[float] = open_numbers) -> float:
                return len(left & s.stems) + 2 * len(open_ & {n.value for n in numbers(s.text)})

            rest = [s for s in evidence if s not in chosen and float(s.vector @ vector) > 0.25]
            best = max(rest, key=lambda s: gain(s) + float(s.vector @ vector), default=None)
            if best is None or gain(best) < 2:
                break
            chosen.append(best)
        return tuple(chosen)

    def _closeness(
        self, words: frozenset[str], vector: NDArray[np.float32], by: Sequence[Sentence]
    ) -> tuple[float, float]:
        have = frozenset[str]().union(*(s.stems for s in by), weighty(by[0].article.title, self.stems))
        covered = len(words & have) / max(1, len(words))
        near = max(float(s.vector @ vector) for s in by)
        if near < SURE:  # a statement may take up one clause of a long sentence, or the whole of several
            pieces = [piece for s in by for piece in _CLAUSES.split(s.text) if len(piece.split()) > 3]
            near = max(near, float((self.encode([" ".join(s.text for s in by), *pieces]) @ vector).max()))
        return near, covered

    def _opposite(self, statement: str, by: Sequence[Sentence]) -> str:
        word = contradicts(statement, by[0].text, self.stems)
        return f"the article says the opposite (“{word}”)" if word else ""

    def _doer(self, statement: str, by: Sequence[Sentence], evidence: Sequence[Sentence]) -> str:
        for part in _PARTS.split(statement):
            words = weighty(part, self.stems)
            told = words - weighty(" ".join(names(part)), self.stems)  # what is said of them finds the sentence
            source = max(by, key=lambda s: len(told & s.stems))
            article = [s for s in evidence if s.article.id == source.article.id]
            before = _context([source], [s for s in article if s.start < source.start])
            whole = " ".join(s.text for s in article)
            if len(words) > 2 and (who := swapped(part, source.text, before, whole, self.stems)):
                return f"it is not “{who}” of whom the article says so"
        return ""

    def _added(self, statement: str, by: Sequence[Sentence], evidence: Sequence[Sentence], question: str) -> str:
        articles = {s.article.id: s.article for s in by}
        own = [(s.text, s.vector) for s in evidence if s.article.id in articles]
        known = " ".join(f"{a.title} {a.publisher or ''} {' '.join(a.authors)}" for a in articles.values())
        phrase = addition(statement, own, f"{known} {question}", self.stems, self.encode)
        return f"nothing cited speaks of “{phrase}”" if phrase else ""


def _context(by: Sequence[Sentence], evidence: Sequence[Sentence]) -> str:
    """The title and the two sentences before each chosen one: where a pronoun's name stands."""
    parts = [by[0].article.title]
    for s in by:
        same = [e for e in evidence if e.article.id == s.article.id and e.start <= s.start]
        parts += [e.text for e in sorted(same, key=lambda e: e.start)[-3:]]
    return " ".join(parts)


def _numbers_missing(said: Claims, by: Sequence[Sentence]) -> str:
    there = [n for s in by for n in numbers(s.text)]
    values = {n.value for n in there}
    day_numbers = {v for s in by for v in dates_near(s.article.day, s.text)[1]}
    for n in said.numbers:
        counted = {m.value for m in there if len(n.counted) > 3 and _same(m.counted, n.counted)}
        if n.value in values:
            if counted and n.value not in counted:  # "14 passengers" where 186 are
                return f"the article does not count {_written(n.value)} {n.counted}"
        elif not (n.light or (n.dated and n.value in day_numbers) or (n.derived and _follows(n.value, values))):
            return f"the number {_written(n.value)} is not the article’s"
    return ""


def _follows(value: float, values: set[float]) -> bool:
    """Whether "double" or "half a point" follows from two numbers: a ratio to a tenth, or a difference."""
    return any(abs(a - b - value) < 1e-6 or (b and abs(a / b - value) < 0.1 * value) for a in values for b in values)


def _figures_missing(statement: str, evidence: Sequence[Sentence]) -> str:
    """Of a sentence in another language: its figures, whichever way it writes thousands and decimals."""
    values = {n.value for s in evidence for n in numbers(s.text)}
    values |= {v for s in evidence for v in dates_near(s.article.day, s.text)[1]}
    for figure in re.findall(r"\d+(?:[.,:]\d+)*", statement):
        whole, decimal = re.sub(r"\D", "", figure), re.sub(r"[,:]", ".", figure)
        read = {float(whole), *([float(decimal)] if decimal.count(".") <= 1 else [])}
        scaled = {value * scale for value in read for scale in (1.0, 1e3, 1e6, 1e9)}
        if not scaled & values:
            return f"the number {figure} is not the article’s"
    return ""


def _same(one: str, other: str) -> bool:
    return bool(one) and one.rstrip("s") == other.rstrip("s")


def _written(value: float) -> str:
    return f"{value:,.10g}"


def _dates_missing(said: Claims, by: Sequence[Sentence]) -> str:
    there = frozenset[str]().union(*(dates(s.text) for s in by), *(dates_near(s.article.day, s.text)[0] for s in by))
    missing = sorted(d for d in said.dates if d not in there)
    return f"“{missing[0]}” is not the article’s" if missing else ""


def _names_missing(said: Claims, by: Sequence[Sentence], context: str, stems: Stems) -> str:
    first = by[0].article
    about = f"{context} {' '.join(s.text for s in by)} {first.publisher or ''} {' '.join(first.authors)}"
    known = set(stems(about))
    for name in said.names:
        wanted = stems(name)
        if not all(stem in known or _kin(stem, known) for stem in wanted):
            return f"the name {name} does not stand there"
    return ""


_ALSO = {"american": "us", "america": "us", "united": "us", "states": "us", "britain": "british", "uk": "british",
         "ukrain": "kyiv", "russian": "moscow", "russia": "moscow", "kremlin": "moscow",
         "moscow": "russia"}  # fmt: skip


def _kin(stem: str, known: set[str]) -> bool:
    """Whether a name's other form is known: "Britain" beside "British", "American" beside "U.S."."""
    return _ALSO.get(stem, "") in known or (len(stem) >= 5 and any(k[:5] == stem[:5] for k in known if len(k) >= 5))


def _words_not_said(said: Claims, evidence: Sequence[Sentence]) -> str:
    everything = same_words(" ".join(s.text for s in evidence))
    for words in said.quoted:
        if same_words(words) not in everything:
            return f"the words “{words}” do not stand there"
    return ""


def _far(near: float, covered: float, words: int) -> str:
    few = words <= FEW and covered < 1 and near < FEW_NEAR
    if not few and near >= NEAR and covered >= COVERED and near + covered >= SUM:
        return ""
    return "nothing cited is close to it in meaning"
