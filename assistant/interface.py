"""Desk: what can be asked and done over a library, wherever it is: the protocol of both desks.

`Assistant` is the desk of this process, `RemoteAssistant` that of another process, through its door. The ways to get an
answer are all made of one stream of pieces: whole or as it is written, with an event loop or without.
"""

from __future__ import annotations

import asyncio
import threading
from abc import abstractmethod
from collections.abc import AsyncGenerator, Callable, Generator, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from assistant.types import Answer, Turn
from index.sources.options import NO_MAPPING, Source
from index.stores.check import CheckReport
from index.stores.exchange import ExportReport
from index.stores.listing import Bar, Listing
from index.stores.versions import Change
from index.stores.visits import Feed
from index.types import AddReport, Article, Filter, Hit, Outcome, Progress

if TYPE_CHECKING:
    from assistant.answer.timeline import Timeline
    from assistant.conversations.types import AnswerChange, RatedAnswer, StandingQuestion
    from assistant.verify.types import Verified

_END = object()


class Desk(Protocol):
    """Questions to one library of articles. Safe to use from several threads; a context manager."""

    @abstractmethod
    def add(
        self,
        source: Source,
        *,
        progress: Callable[[Progress], None] | None = None,
        cancel: threading.Event | None = None,
        jobs: int = 4,
        mapping: Mapping[str, str] = NO_MAPPING,
        since: date | None = None,
        until: date | None = None,
        note: Callable[[Outcome], None] | None = None,
    ) -> AddReport:
        """Add a file, a folder, a data file, an http(s) address, a feed, a sitemap, or Articles."""
        ...

    @abstractmethod
    def follow(self, feed: str, *, progress: Callable[[Progress], None] | None = None) -> AddReport:
        """Add the articles of a feed and remember it: `refresh` brings what is new."""
        ...

    @abstractmethod
    def unfollow(self, feed: str) -> None:
        """Forget a feed; the articles that came from it stay. InvalidValue when it is not followed."""
        ...

    @abstractmethod
    def followed(self) -> list[Feed]:
        """The feeds that are followed."""
        ...

    @abstractmethod
    def refresh(
        self,
        *,
        progress: Callable[[Progress], None] | None = None,
        cancel: threading.Event | None = None,
        jobs: int = 4,
        note: Callable[[Outcome], None] | None = None,
    ) -> dict[str, AddReport]:
        """Bring what is new in the followed feeds: feed to report. What was removed does not come back."""
        ...

    @abstractmethod
    def history(self, article_id: str) -> list[Change]:
        """What each new version of an article changed, the newest first."""
        ...

    @abstractmethod
    def copies(self, article_id: str) -> list[Article]:
        """The articles that are copies of this one, without their texts, oldest first: "also in"."""
        ...

    @abstractmethod
    def check(self, *, deep: bool = False) -> CheckReport:
        """Whether catalogue, vectors and words agree, one to one, and hold what they should: those of a sample of
        articles, or of all for a deep check, which takes as long as `rebuild`."""
        ...

    @abstractmethod
    def repair(self, *, deep: bool = False, progress: Callable[[Progress], None] | None = None) -> None:
        """Mend vectors and words from the catalogue."""
        ...

    @abstractmethod
    def article(self, article_id: str) -> Article:
        """The article with its text; ArticleNotFound (a KeyError) if there is none."""
        ...

    @abstractmethod
    def articles(self) -> list[Article]:
        """Every article without its text, newest first."""
        ...

    @abstractmethod
    def listing(
        self,
        words: str = "",
        where: Filter = Filter(),
        *,
        sort: str = "date",
        descending: bool = True,
        offset: int = 0,
        limit: int = 50,
    ) -> Listing:
        """A page of the articles, without their texts, in the order of "date", "title" or "publisher"."""
        ...

    @abstractmethod
    def histogram(self, words: str = "", where: Filter = Filter()) -> tuple[Bar, ...]:
        """How many articles there are over time: bars of a day, a week, a month or a year, by the span."""
        ...

    @abstractmethod
    def publishers(self) -> tuple[tuple[str, int], ...]:
        """Each publisher with its number of articles, most first."""
        ...

    @abstractmethod
    def remove(self, article_ids: Iterable[str]) -> tuple[str, ...]:
        """Take articles out; ArticleNotFound, and nothing removed, if one of the ids is not there."""
        ...

    @abstractmethod
    def restore(self, article_ids: Iterable[str]) -> tuple[str, ...]:
        """Put back what was removed in the last ten minutes, with earlier versions and copies; the ids put back."""
        ...

    @abstractmethod
    def rebuild(self, encoder: str | None = None, *, progress: Callable[[Progress], None] | None = None) -> None:
        """Make words and vectors anew from the stored articles, with another encoder if one is named."""
        ...

    @abstractmethod
    def vacuum(self) -> int:
        """Leave nothing of removed articles on disk: in no store, log or conversation. How many kept answers were
        deleted because they quoted one."""
        ...

    @abstractmethod
    def back_up(self, into: str | Path) -> None:
        """Copy the library, with its conversations, into a new folder, which opens as one, or into a .tar or .zip.
        InvalidValue: it exists."""
        ...

    @abstractmethod
    def export_articles(self, into: str | Path) -> ExportReport:
        """Write every article with its earlier versions into a new file, a line of JSON each.
        InvalidValue: it exists."""
        ...

    @abstractmethod
    def import_articles(
        self,
        file: str | Path,
        *,
        progress: Callable[[Progress], None] | None = None,
        cancel: threading.Event | None = None,
        note: Callable[[Outcome], None] | None = None,
    ) -> AddReport:
        """Add what `export_articles` wrote, each with its earlier versions, as of the source it once came from: only a
        file that is yours. InvalidValue for one that is no export."""
        ...

    @abstractmethod
    def settle(self) -> None:
        """Return when every article has its vectors: what an earlier process left half way included."""
        ...

    @abstractmethod
    def retrieve(self, question: str, k: int = 8, where: Filter | None = None) -> list[Hit]:
        """The k passages most likely to answer, best first."""
        ...

    @abstractmethod
    def stream(
        self, question: str, turns: Sequence[Turn] = (), where: Filter | None = None
    ) -> Generator[str | Answer, None, None]:
        """The answer's text in pieces as they are made, then the finished Answer."""
        ...

    @abstractmethod
    def verify(
        self, text: str, where: Filter | None = None, *, progress: Callable[[int, int], None] | None = None
    ) -> Verified:
        """What the library makes of each sentence of a draft: borne out, contradicted, partly, or not found here."""
        ...

    @abstractmethod
    def timeline(self, question: str, where: Filter | None = None) -> Timeline:
        """What the articles say about a question over time: a row for each date, each quoted exactly."""
        ...

    @abstractmethod
    def suggestions(self, count: int = 3, where: Filter | None = None) -> tuple[str, ...]:
        """Questions to begin with: about the newest articles that pass the filter."""
        ...

    @abstractmethod
    def follow_ups(self, answer: Answer, count: int = 3) -> tuple[str, ...]:
        """Questions about what the cited articles tell besides, each answered by the library; up to two seconds."""
        ...

    @abstractmethod
    def count(self, where: Filter = Filter()) -> int:
        """How many articles there are, copies not counted."""
        ...

    @abstractmethod
    def close(self) -> None:
        """Let go of the library; other processes can open it now."""
        ...

    @property
    @abstractmethod
    def pending(self) -> int:
        """How many articles are found by their words only so far."""
        ...

    @abstractmethod
    def feedback(self) -> list[RatedAnswer]:
        """The answers that people put a thumb up or down under, the newest first, as rows of an evaluation set."""
        ...

    @abstractmethod
    def watch(self, question: str, where: Filter | None = None, owner: str = "") -> StandingQuestion:
        """Keep a question: it is asked now, and again whenever articles came; `changes` tells what became of it."""
        ...

    @abstractmethod
    def unwatch(self, question_id: str, owner: str = "") -> None:
        """Keep a question no longer, by its id; its changes go too. QuestionNotKept (a KeyError) if it is not there."""
        ...

    @abstractmethod
    def watched(self, owner: str = "") -> list[StandingQuestion]:
        """The standing questions with their last answers, the last kept first."""
        ...

    @abstractmethod
    def ask_watched(self, owner: str | None = None) -> list[AnswerChange]:
        """Ask the standing questions again, of one owner or of all; what changed."""
        ...

    @abstractmethod
    def changes(self, owner: str = "", *, after: int = 0, limit: int = 50) -> list[AnswerChange]:
        """What changed in the answers to standing questions, the newest first. after: the number of one seen before."""
        ...

    def ask(self, question: str, turns: Sequence[Turn] = (), where: Filter | None = None) -> Answer:
        """The answer, every sentence of it cited; turns: the conversation so far, oldest first."""
        *_, answer = self.stream(question, turns, where)
        assert isinstance(answer, Answer)
        return answer

    async def aask(self, question: str, turns: Sequence[Turn] = (), where: Filter | None = None) -> Answer:
        """`ask` for a program with an event loop, which goes on meanwhile. Cancelling it stops a model."""
        answer: str | Answer = ""
        async for piece in self.astream(question, turns, where):
            answer = piece
        assert isinstance(answer, Answer)
        return answer

    async def astream(
        self, question: str, turns: Sequence[Turn] = (), where: Filter | None = None
    ) -> AsyncGenerator[str | Answer, None]:
        """`stream` for a program with an event loop: `async for piece in desk.astream(question)`.

        Each piece is made in a thread. Closing the iterator, or cancelling the task, stops a model that is writing.
        """
        loop, pieces = asyncio.get_running_loop(), self.stream(question, turns, where)
        try:
            while True:
                step = loop.run_in_executor(None, next, pieces, _END)
                try:
                    piece = await asyncio.shield(step)
                except asyncio.CancelledError:
                    with suppress(Exception):  # a generator cannot be closed before it comes to its next yield
                        await step
                    raise
                if piece is _END:
                    return
                assert isinstance(piece, str | Answer)
                yield piece
        finally:
            await loop.run_in_executor(None, pieces.close)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
