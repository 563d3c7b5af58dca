"""What a question gives: Citation, Statement, Answer, Turn. Frozen values, checked once when made."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.errors import InvalidValue
from index.types import Article, Filter, Hit

REFUSAL = "The articles in this library do not say."  # how every answer begins that gives none
NOT_SUPPORTED = "[not supported]"  # stands behind a sentence that the articles do not bear out


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A quotation with its place: `article.text[start:end] == quote`, to the character, always.

    number: the n of [n] in the answer's text, from 1 up. article: without its text.
    """

    number: int
    article: Article
    quote: str
    start: int
    end: int

    def __post_init__(self) -> None:
        if self.number < 1 or self.end - self.start != len(self.quote) or not self.quote.strip():
            raise InvalidValue(f"citation {self.number} of {self.start} to {self.end} does not fit its quote")

    @property
    def page(self) -> int | None:
        """The page of a paged document (PDF) on which the quotation begins, from 1 up; None for everything else."""
        return self.article.page_at(self.start)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One sentence of an answer, the numbers of the citations it rests on, and whether they support it.

    problem: why not, in words; "" when they do.
    """

    text: str
    citations: tuple[int, ...] = ()
    supported: bool = True
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """What an answer was looked for in: how many articles, and through which filter.

    pending: articles whose vectors are still being made; until then they are found by their words only.
    note: what a person should know of the search, such as a time in the question that the library does not reach.
    """

    articles: int
    where: Filter = Filter()
    pending: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What independent articles say of the same.

    articles: how many say what the answer's first sentence says, the quoted one included; 1 is that one alone.
    others: those of them that are not quoted, without their texts. differ: the sentences of the answer contradict
    each other, and stand newest first.
    """

    articles: int = 1
    others: tuple[Article, ...] = ()
    differ: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer whose every sentence can be looked up.

    text: with [n] markers. abstained: True when the articles do not say; then citations is empty, and text starts with
    the one fixed refusal, or tells in the question's own language that the articles are in another.
    confidence: 0 to 1, how likely the library really holds the answer.
    hits: the passages it was made from, best first; when abstained, the nearest there are.
    model: "provider:model" that wrote it; "" when it is made of the articles' own sentences. note: in one line, why a
    configured model did not write it, or what is odd about what it wrote.
    agreement: what other articles say of the same. read_as: the question as it was understood, where that differs from
    what was asked: a follow-up with its subject filled in, say; "" otherwise. short: the words that answer, a part of
    the first citation's quote; "" where no few words do (a reason, a list, an overview). closest: when abstained, the
    sentences nearest to an answer, quoted exactly; it is not certain that they answer. unmentioned: what of the
    question the articles do not tell: names that no article searched mentions, or one of the two things asked.
    """

    question: str
    text: str
    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()
    abstained: bool = False
    confidence: float = 0.0
    searched: Searched = Searched(articles=0)
    hits: tuple[Hit, ...] = ()
    model: str = ""
    note: str = ""
    agreement: Agreement = Agreement()
    read_as: str = ""
    short: str = ""
    closest: tuple[Citation, ...] = ()
    unmentioned: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0.0 <= self.confidence <= 1.0:
            raise InvalidValue(f"confidence {self.confidence} is not between 0 and 1")
        if self.abstained and self.citations:
            raise InvalidValue("an answer that abstains cites nothing")
        if self.closest and not self.abstained:
            raise InvalidValue("only an answer that abstains offers what is closest")
        if self.short and not (self.citations and self.short in self.citations[0].quote):
            raise InvalidValue(f"the first citation does not hold the words that answer, {self.short!r}")


def around(text: str, words: str) -> tuple[str, str, str]:
    """A text on one line, parted before and behind the words that answer: (before, words, after).

    The words are "" where the text does not hold them as whole words."""
    text = " ".join(text.split())
    spaced = r"\s+".join(map(re.escape, words.split()))
    found = re.search(rf"(?<!\w){spaced}(?!\w)", text) if spaced else None
    return (text[: found.start()], found[0], text[found.end() :]) if found else (text, "", "")


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question and its answer, so that a follow-up can be understood."""

    question: str
    answer: str | Answer = ""
