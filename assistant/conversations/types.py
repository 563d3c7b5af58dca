"""What is kept of questions: Exchange, Summary, Conversation, RatedAnswer, StandingQuestion, AnswerChange. Frozen
values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from assistant.types import Answer, Turn
from index.types import Filter


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A question and its answer. asked: when, UTC. thumb: 1 up, -1 down, 0 neither."""

    id: str
    question: str
    answer: Answer
    asked: datetime
    thumb: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A conversation in a list. questions: how many it holds."""

    id: str
    title: str
    created: datetime
    changed: datetime
    questions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A conversation: title is its first question, shortened, or the name it was given; where: its filter."""

    id: str
    title: str
    created: datetime
    changed: datetime
    where: Filter = Filter()
    exchanges: tuple[Exchange, ...] = ()

    @property
    def turns(self) -> tuple[Turn, ...]:
        """Its questions and answers as `Assistant.ask` takes them."""
        return tuple(Turn(exchange.question, exchange.answer) for exchange in self.exchanges)


@dataclass(frozen=True, slots=True, kw_only=True)
class RatedAnswer:
    """An answer with a thumb as a row of an evaluation set, which `newsdesk evaluate` reads.

    question: as it stands alone; asked: as it was asked. kind, gold_articles, wrong: what a right answer is, as that
    thumb says. since to undated: the filter. said, confidence, model, evidence: the answer, and what it cited: article,
    title, publisher, published, url, quote, start, end.
    """

    id: str
    question: str
    kind: str
    gold_articles: tuple[str, ...]
    wrong: tuple[str, ...]
    since: date | None
    until: date | None
    publishers: tuple[str, ...]
    article_ids: tuple[str, ...]
    undated: bool
    asked: str
    when: datetime
    thumb: int
    said: str
    confidence: float
    model: str
    evidence: tuple[dict[str, str | int | None], ...]


@dataclass(frozen=True, slots=True)
class StandingQuestion:
    """A question that is asked again whenever articles came. where: its filter; kept, asked: when, UTC.

    answer: the last one, without its hits; None before it was asked, or when `vacuum` deleted the answer.
    """

    id: str
    question: str
    where: Filter
    kept: datetime
    asked: datetime | None = None
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """What became of the answer to a standing question: what was said before, and what is said now, with their sources.

    number: from 1 up over all changes of the library, later ones have higher numbers. standing: the id of the question.
    when: UTC. new: the sentences of the answer now that tell what the one before did not.
    """

    number: int
    standing: str
    question: str
    when: datetime
    before: Answer
    after: Answer
    new: tuple[str, ...] = ()
