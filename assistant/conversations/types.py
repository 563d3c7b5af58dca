"""A conversation as it is kept: Exchange, Summary, Conversation. Frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from assistant.types import Answer, Turn
from index.types import Filter


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and its answer. asked: when, UTC. thumb: 1 up, -1 down, 0 neither."""

    id: str
    question: str
    answer: Answer
    asked: datetime
    thumb: int = 0


@dataclass(frozen=True, slots=True)
class Summary:
    """A conversation in a list. questions: how many it holds."""

    id: str
    title: str
    created: datetime
    changed: datetime
    questions: int


@dataclass(frozen=True, slots=True)
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
