"""What was found and read for one question: its passages with what speaks for each, and their sentences."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from assistant.english.calendar import dates_in
from assistant.english.numbers import cardinals
from assistant.english.wording import normal
from assistant.question.answer_kind import Asks, is_yes_no, lists
from assistant.retrieval.features import Asked, Features, sentence_features, weigh
from assistant.retrieval.reader import Reading, Span
from assistant.untrusted import role_markers
from index.passages import sentences
from index.types import Article, Hit

SAID_FROM = 12  # passages whose sentences may be said
LISTS = 3.0  # added where a list is asked for and a sentence sets one out: too rare in quizzes to be fitted
SETTLES = 4.0  # added, times the share of what is asked that it holds, to what may settle a yes or no question: the
# reader was taught by questions with a question word, whose answer is no part of the question
TOLD, SAME_ANSWER = 1.0, 3.0  # taken from a sentence that was just told, and from one whose answer is the one just told
TIMELY = 1.5  # added to a sentence of a passage that fits the time asked about
LEAST_WORDS = 4  # in a sentence that may be said
_REFERS = re.compile(
    r"\W*(?:(?:(?:read|learn|see|hear|watch) )?more|read|watch|listen|(?:see|read) also|also read|must read|"
    r"required reading|related(?: \w+)?|you may (?:also )?like|recommended|don['’]t miss|for subscribers|contributing|"
    r"mehr(?: zum thema)?|lesen sie auch)\s?:",
    re.IGNORECASE,
)  # what announces the headline of another article, or who helped: of the labels that begin news-train's lines
LONGEST_SPAN = 12  # words of what a sentence says: more is no answer that others could repeat


@dataclass(frozen=True)
class Candidate:
    """A sentence that might be said.

    start, end: its place in the article. rank: of its passage among the hits, from 0. place: among the sentences of its
    passage, from 0. short: the place in the article of the words taken for the answer itself, None for none or too
    many. said: these in their normal form, "" for none. score: how much speaks for it, comparable within one question
    only.
    """

    article: Article
    text: str
    start: int
    end: int
    rank: int
    place: int
    stems: frozenset[str]
    said: str = ""
    score: float = 0.0
    features: Features = field(default_factory=dict)
    short: tuple[int, int] | None = None

    @cached_property
    def words(self) -> str:
        """Its words in their normal form."""
        return normal(self.text)

    @cached_property
    def numbers(self) -> frozenset[float]:
        """The numbers in it that count something."""
        return cardinals(self.text)

    @cached_property
    def dates(self) -> frozenset[str]:
        """The days, months and years in it, lower case."""
        return dates_in(self.text)


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence told before: its article and place, and the words that answered, in their normal form."""

    article_id: str
    start: int
    short: str


@dataclass(frozen=True)
class Evidence:
    """Hits, best first; for those that were read, by passage id, what the reader made of them and what speaks for
    them."""

    asked: Asked
    hits: Sequence[Hit]
    readings: Mapping[str, Reading] = field(default_factory=dict)
    features: Mapping[str, Features] = field(default_factory=dict)
    told: tuple[Told, ...] = ()

    @cached_property
    def candidates(self) -> list[Candidate]:
        """The sentences of the best passages that were read, best first."""
        read = [(rank, hit) for rank, hit in enumerate(self.hits[:SAID_FROM]) if hit.passage.id in self.readings]
        found = [c for rank, hit in read for c in self.sentences_of(rank, hit)]
        times = {rank: TIMELY * self.asked.time.fit(hit) if self.asked.time else 0.0 for rank, hit in read}
        yes_no = is_yes_no(self.asked.text)
        weighed = (
            replace(
                c,
                score=weigh("sentence", c.features)
                + LISTS * c.features["lists"]
                + times[c.rank]
                + (SETTLES * self._settles(c) if yes_no else 0.0)
                - self._told_before(c),
            )
            for c in found
        )
        return sorted(weighed, key=lambda c: -c.score)

    def _settles(self, c: Candidate) -> float:
        """The share of what a question asks of its subject, which the article's title names, that a sentence holds."""
        title = frozenset(self.asked.library.stems(c.article.title))
        asked = {stem: weight for stem, weight in self.asked.terms.items() if stem not in title} or self.asked.terms
        return sum(weight for stem, weight in asked.items() if stem in c.stems) / max(1e-9, sum(asked.values()))

    def _told_before(self, c: Candidate) -> float:
        """What is taken from a sentence that, or whose answer, was told just before: a question that leans on that one
        asks for something else."""
        same = any((c.article.id, c.start) == (one.article_id, one.start) for one in self.told)
        answer = any(c.said and c.said == one.short for one in self.told)
        return SAME_ANSWER if answer else TOLD if same else 0.0

    @cached_property
    def unnamed(self) -> bool:
        """Whether the question names something of which no word stands in any of the passages that were read."""
        stems = self.asked.library.stems
        read = (hit for hit in self.hits if hit.passage.id in self.readings)
        held = frozenset(stem for h in read for stem in stems(f"{h.article.title} {h.passage.text}"))
        return any(not name & held for name in self.asked.names)

    def sentences_of(self, rank: int, hit: Hit) -> list[Candidate]:
        """The sentences of one passage that were read, in order, not weighed yet."""
        reading, passage, text = self.readings[hit.passage.id], self.features[hit.passage.id], hit.passage.text
        found = []
        for place, (start, end) in enumerate(sentences(text)):
            if not _states(text[start:end]) or not reading.reaches(start, end):
                continue
            stems = frozenset(self.asked.library.stems(text[start:end]))
            words = whole_words(text, reading.span_in(start, end))
            said = normal(text[slice(*words)]) if words else ""
            features = sentence_features(self.asked, stems, place, passage, rank) | {
                "word": reading.best_in(start, end),
                "echo": self.echo(said, hit.article.id),
                "lists": float(self.asked.kind is Asks.LIST and lists(text[start:end])),
                "restates": float(not said or set(said.split()) <= self._question_words),
            }
            at = hit.passage.start
            short = (at + words[0], at + words[1]) if words else None
            found.append(
                Candidate(
                    hit.article, text[start:end], at + start, at + end, rank, place, stems, said, 0.0, features, short
                )
            )
        return found

    def echo(self, said: str, article_id: str) -> float:
        """How many other articles that were read say it too: 0 to 3."""
        if not said or set(said.split()) <= self._question_words:
            return 0.0
        wanted = f" {said} "
        return float(min(3, len({other for other, text in self._texts if other != article_id and wanted in text})))

    @cached_property
    def _texts(self) -> list[tuple[str, str]]:
        return [(h.article.id, f" {normal(h.passage.text)} ") for h in self.hits if h.passage.id in self.readings]

    @cached_property
    def _question_words(self) -> frozenset[str]:
        return frozenset(normal(self.asked.text).split())


def whole_words(text: str, span: Span | None) -> tuple[int, int] | None:
    """The words a span touches, whole; None for none, or too many to be an answer."""
    if span is None:
        return None
    start, end = span.start, span.end
    while start > 0 and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum():
        end += 1
    return (start, end) if 0 < len(normal(text[start:end]).split()) <= LONGEST_SPAN else None


def _states(sentence: str) -> bool:
    """Whether a sentence may be said: a heading of a word or two, a byline or a question answers nothing."""
    return len(sentence.split()) >= LEAST_WORDS and not sentence.rstrip().endswith("?") and not role_markers(sentence)


def refers(sentence: str) -> bool:
    """Whether it is another article's headline ("Read more: …"): a sign of what the library holds, but not this
    article's word."""
    return bool(_REFERS.match(sentence))
