"""Assistant: the public face, where the parts are put together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, Unpack

from assistant.arguments import MOST_PASSAGES, count_of, filter_of, ids_of, question_of, turns_of
from assistant.interface import Desk
from assistant.options import SECOND_OPINION, DeskOptions, Given
from assistant.types import Answer, Searched, Turn
from index.errors import InvalidValue
from index.library import Library, Opening
from index.sources.loading import count, load
from index.sources.options import NO_MAPPING, Options, Source
from index.stores.check import CheckReport
from index.stores.exchange import ExportReport, exported
from index.stores.listing import Bar, Listing
from index.stores.preview import Preview
from index.stores.versions import Change
from index.stores.visits import Feed
from index.types import AddReport, Article, Filter, Hit, Outcome, Progress

if TYPE_CHECKING:
    from langchain_core.retrievers import BaseRetriever
    from langchain_core.runnables import Runnable
    from langchain_core.tools import StructuredTool

    from assistant.answer.finding import Found
    from assistant.answer.timeline import Timeline
    from assistant.conversations.store import Conversations
    from assistant.conversations.types import AnswerChange, RatedAnswer, StandingQuestion
    from assistant.language_model.writer import Writer
    from assistant.question.event_time import EventTime
    from assistant.question.understanding import Question, Understood
    from assistant.retrieval.evidence import Evidence
    from assistant.retrieval.reader import Reader
    from assistant.verify.support import Checker
    from assistant.verify.types import Verified
    from index.encoder.types import Vectors
    from index.sources.web import Web


def _never() -> bool:
    return False


class Assistant(Desk):
    """Questions to one library of articles. Safe to use from several threads; a context manager.

    with Assistant.open("library") as desk:
        desk.add("articles/")
        print(desk.ask("what are Putin's ceasefire conditions").text)
    """

    def __init__(self, library: Library, options: DeskOptions = DeskOptions()) -> None:
        self._library = library
        self._options = options
        self._model = options.language_model
        self._suggested: tuple[object, tuple[str, ...]] | None = None

    @classmethod
    def open(
        cls, library: str | Path = "library", options: DeskOptions = DeskOptions(), **given: Unpack[Given]
    ) -> Self:
        """Open the library in a folder, making it if it is missing.

        given: single options by name, `Assistant.open("library", model="ollama:qwen3")`; DeskOptions tells them all.
        Raises LibraryLocked, WrongModel, DamagedLibrary, MissingPart, Unreachable.
        """
        options = options.but(**given)
        _ = options.language_model  # what cannot be is told before anything is opened
        opening = Opening.READ if options.read_only else Opening.USE
        opened = Library(library, encoder=options.encoder, wait=options.wait, opening=opening, server=options.server)
        opened.resume()
        return cls(opened, options)

    @classmethod
    def open_to_rebuild(
        cls, library: str | Path = "library", options: DeskOptions = DeskOptions(), **given: Unpack[Given]
    ) -> Self:
        """Open a library whatever model it was made with, to call `rebuild` next, into the folder or its server."""
        options = options.but(**given)
        return cls(Library(library, wait=options.wait, opening=Opening.REBUILD, server=options.server), options)

    @classmethod
    def open_to_check(
        cls, library: str | Path = "library", options: DeskOptions = DeskOptions(), **given: Unpack[Given]
    ) -> Self:
        """Open a library with its stores as they are found, to call `check` next; `open` mends some of it at once."""
        options = options.but(**given)
        return cls(Library(library, wait=options.wait, opening=Opening.CHECK, server=options.server), options)

    # articles

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
        """Add a file, a folder, a data file, an http(s) address, a feed, a sitemap, or Articles.

        Returns when all of it can be found. What fails is in the report with its reason and stops nothing else. Adding
        the same again changes nothing; an article with the id or address of one that is there replaces it, and the old
        one is kept as a version. docs/articles.md tells all forms and limits.

        cancel: set it from another thread to stop; what was stored stays. jobs: files and pages read at a time.
        mapping: {"title": "headline"} for data files with other names. since, until: the days of a feed's or sitemap's
        pages. note: told of each article as soon as it is stored.
        """
        tell = progress or (lambda _: None)
        stop = cancel.is_set if cancel else _never
        options = self._sourcing(mapping=mapping, since=since, until=until, jobs=jobs, stop=stop)
        report = self._library.add(load(source, options), tell, count(source), stop, note)
        self._came(report)
        return report

    def _sourcing(self, **given: Any) -> Options:
        return Options(known=self._library.visits.known, web=self._web, **given)

    @cached_property
    def _web(self) -> Web:
        """What reads addresses; made when first needed, so that nothing else pays for it."""
        from index.sources.fetching import Fetcher
        from index.sources.web import Web

        return Web(Fetcher(self._options.allow_hosts, robots=self._options.robots), self._library.visits.visit)

    def follow(self, feed: str, *, progress: Callable[[Progress], None] | None = None) -> AddReport:
        """Add the articles of a feed and remember it: `refresh` brings what is new."""
        from index.following import follow

        report = follow(self._library, self._web, feed, self._sourcing(jobs=4), progress or (lambda _: None))
        self._came(report)
        return report

    def unfollow(self, feed: str) -> None:
        """Forget a feed; the articles that came from it stay. InvalidValue when it is not followed."""
        self._library.visits.unfollow(feed)

    def followed(self) -> list[Feed]:
        """The feeds that are followed."""
        return self._library.visits.feeds()

    def refresh(
        self,
        *,
        progress: Callable[[Progress], None] | None = None,
        cancel: threading.Event | None = None,
        jobs: int = 4,
        note: Callable[[Outcome], None] | None = None,
    ) -> dict[str, AddReport]:
        """Bring what is new in the followed feeds: feed to report. What was removed does not come back."""
        from index.following import refresh

        options = self._sourcing(jobs=jobs, stop=cancel.is_set if cancel else _never)
        reports = refresh(self._library, self._web, options, progress or (lambda _: None), note)
        self._came(*reports.values())
        return reports

    def history(self, article_id: str) -> list[Change]:
        """What each new version of an article changed, the newest first."""
        return self._library.history(article_id)

    def copies(self, article_id: str) -> list[Article]:
        """The articles that are copies of this one, without their texts, oldest first: "also in"."""
        return self._library.copies(article_id)

    def check(self, *, deep: bool = False) -> CheckReport:
        """Whether catalogue, vectors and words agree, one to one, and hold what they should: those of a sample of
        articles, or of all for a deep check, which takes as long as `rebuild`."""
        return self._library.check(deep=deep)

    def repair(self, *, deep: bool = False, progress: Callable[[Progress], None] | None = None) -> None:
        """Mend vectors and words from the catalogue."""
        self._library.repair(progress or (lambda _: None), deep=deep)

    def article(self, article_id: str) -> Article:
        """The article with its text; ArticleNotFound (a KeyError) if there is none."""
        return self._library.article(article_id)

    def articles(self) -> list[Article]:
        """Every article without its text, newest first."""
        return self._library.articles()

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
        """A page of the articles, without their texts, in the order of "date", "title" or "publisher".

        words: all of which the title and publisher must hold, as parts of words, or the text, as whole words. A page
        has 1,000 rows at most; it costs the same however many articles there are.
        """
        return self._library.listing(words, filter_of(where), sort, descending, offset, limit)

    def histogram(self, words: str = "", where: Filter = Filter()) -> tuple[Bar, ...]:
        """How many articles there are over time: bars of a day, a week, a month or a year, by the span."""
        return self._library.histogram(words, filter_of(where))

    def publishers(self) -> tuple[tuple[str, int], ...]:
        """Each publisher with its number of articles, most first."""
        return tuple(self._library.catalogue.publishers())

    def preview(self, source: Source, *, most: int = 20) -> list[Preview]:
        """What adding a source would do, for its first articles: what was extracted and what may be wrong; nothing is
        added."""
        from index.sources.web import Web

        options = Options(web=Web(self._web.fetcher, lambda _: None))  # what was read before is read anew
        return self._library.preview(load(source, options), most)

    def remove(self, article_ids: Iterable[str]) -> tuple[str, ...]:
        """Take articles out; ArticleNotFound, and nothing removed, if one of the ids is not there.

        `restore` can put them back for ten minutes, while this desk is open. What files still hold of them, `vacuum`
        clears.
        """
        return self._library.remove(ids_of("remove", article_ids))

    def restore(self, article_ids: Iterable[str]) -> tuple[str, ...]:
        """Put back what was removed in the last ten minutes, with earlier versions and copies; the ids put back.

        What has come in again since stays as it is. InvalidValue, and nothing put back, if one is not kept any more.
        """
        return self._library.restore(ids_of("restore", article_ids))

    def rebuild(self, encoder: str | None = None, *, progress: Callable[[Progress], None] | None = None) -> None:
        """Make words and vectors anew from the stored articles, with another encoder if one is named."""
        self._library.rebuild(encoder, progress or (lambda _: None))

    def vacuum(self) -> int:
        """Leave nothing of removed articles on disk: in no store, log or conversation. How many kept answers were
        deleted because they quoted one."""
        self._library.vacuum()
        return self.conversations.vacuum({article.id for article in self._library.articles()})

    def back_up(self, into: str | Path) -> None:
        """Copy the library, with its conversations, into a new folder, which opens as one, or into a .tar or .zip.
        InvalidValue: it exists."""
        self._library.back_up(into)

    def export_articles(self, into: str | Path) -> ExportReport:
        """Write every article with its earlier versions into a new file, a line of JSON each.
        InvalidValue: it exists."""
        return self._library.export(into)

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
        stop = cancel.is_set if cancel else _never
        items = exported(Path(file).expanduser())
        report = self._library.add(items, progress or (lambda _: None), None, stop, note)
        self._came(report)
        return report

    def settle(self) -> None:
        """Return when every article has its vectors: what an earlier process left half way included."""
        self._library.embed_waiting()

    # questions

    def retrieve(self, question: str, k: int = 8, where: Filter | None = None) -> list[Hit]:
        """The k passages most likely to answer, best first."""
        k = count_of("k", k, MOST_PASSAGES)
        from assistant.question.quotation import quotation_in
        from assistant.retrieval.quotation_source import origin
        from assistant.retrieval.search import around_origin

        asked, within = question_of(question), self._bounded(where)
        if (quotation := quotation_in(asked)) and (source := origin(self._library, quotation.text, within)):
            return around_origin(self._library, source.hit, asked, k, within)
        return list(self._search(asked, k, within).hits)

    def stream(
        self, question: str, turns: Sequence[Turn] = (), where: Filter | None = None
    ) -> Generator[str | Answer, None, None]:
        """The answer's text in pieces as they are made, then the finished Answer.

        Without a model the pieces add up to the Answer's text. With one they are what it writes, before the check: the
        Answer's text may hold other numbers and marks, or be another text altogether. Closing the iterator stops the
        model.
        """
        from assistant.language_model.writer import told
        from assistant.question.understanding import Question

        asked = Question(question_of(question), turns_of(turns), self._bounded(where))
        found = (self._understanding | self._retrieving).invoke(asked)
        answer = self._answering.invoke(found)
        yield from self._writer.stream(found, answer) if self._writer else told(answer)

    @cached_property
    def _writer(self) -> Writer | None:
        """What writes the answers, or None where no model is configured."""
        from assistant.language_model.writer import Writer

        if self._model is None:
            return None
        second = self._options.verifier == SECOND_OPINION
        return Writer(self._model, self._library, self._checker, strict=self._options.strict, second=second)

    @cached_property
    def _checker(self) -> Checker:
        """What holds sentences against articles; loaded when first needed."""
        from functools import lru_cache

        from assistant.verify.support import Checker
        from assistant.verify.verifier import open_verifier

        stems = lru_cache(maxsize=20_000)(self._library.stems)
        verifier = open_verifier(None if self._options.verifier == SECOND_OPINION else self._options.verifier)
        return Checker(lambda text: list(stems(text)), self._encoded, verifier)

    def _encoded(self, texts: Sequence[str]) -> Vectors:
        return self._library.encoder.encode(texts)  # looked up each time: rebuilding changes it

    def verify(
        self, text: str, where: Filter | None = None, *, progress: Callable[[int, int], None] | None = None
    ) -> Verified:
        """What the library makes of each sentence of a draft: borne out, contradicted, partly, or not found here.

        progress: told how many of how many sentences are done. InvalidValue for a draft that is empty or too long.
        """
        from assistant.retrieval.quotation_source import origin
        from assistant.retrieval.search import DEPTH_PASSAGES, fused
        from assistant.verify.draft import verify

        within = self._bounded(where)
        searched = Searched(articles=self._library.count(within), where=within, pending=self._library.pending)
        return verify(
            text,
            lambda query, most: fused(self._library, query, DEPTH_PASSAGES, within, most),
            lambda words: source.hit if (source := origin(self._library, words, within)) else None,
            self._checker,
            searched,
            progress or (lambda *_: None),
        )

    def as_retriever(self, k: int = 8, where: Filter | None = None) -> BaseRetriever:
        """A langchain_core BaseRetriever over this library."""
        from assistant.integrations.langchain_retriever import PassageRetriever

        return PassageRetriever(retrieve=self.retrieve, k=count_of("k", k, MOST_PASSAGES), where=filter_of(where))

    def as_tool(self, where: Filter | None = None) -> StructuredTool:
        """A langchain_core StructuredTool that answers from this library; where: what a model cannot reach beyond.

        The artifact of its message is the answer as `newsdesk ask --json` prints it.
        """
        from assistant.integrations.langchain_tool import ask_tool

        return ask_tool(lambda question, within: self.ask(question, where=within), self._publishers, filter_of(where))

    def _publishers(self) -> list[str]:
        return self._library.publishers()

    @cached_property
    def _reader(self) -> Reader:
        from assistant.retrieval.reader import open_reader

        return open_reader(self._options.reader)

    def _search(
        self, question: str, k: int, where: Filter, time: EventTime | None = None, bound: str = "", /
    ) -> Evidence:
        from assistant.retrieval.search import search

        return search(self._library, self._reader, question, k, where, time, bound)

    @property
    def chain(self) -> Runnable[Question, Answer]:
        """A question's way as a LangChain sequence, without a language model: understand | retrieve | answer."""
        return self._understanding | self._retrieving | self._answering

    @cached_property
    def _understanding(self) -> Runnable[Question, Understood]:
        from assistant.answer.pipeline import understanding
        from assistant.question.follow_up import stand_alone

        return understanding(self._library, self._today, self._writer.stand_alone if self._writer else stand_alone)

    @cached_property
    def _retrieving(self) -> Runnable[Understood, Found]:
        from assistant.answer.pipeline import retrieving

        return retrieving(self._library, self._search)

    @cached_property
    def _answering(self) -> Runnable[Found, Answer]:
        from assistant.answer.pipeline import answering

        return answering(self._library, self._rows)

    def _rows(self, topic: str, where: Filter) -> Timeline:
        from assistant.answer.timeline import timeline

        return timeline(self._library, self._reader, topic, Searched(articles=self._library.count(where), where=where))

    def _today(self) -> date:
        return self._options.as_of or datetime.now().astimezone().date()

    def timeline(self, question: str, where: Filter | None = None) -> Timeline:
        """What the articles say about a question over time: a row for each date, the oldest first, each quoted exactly.

        A row has a value where its sentence gives the figure asked for. There are none where no article answers.
        """
        from assistant.answer.timeline import timeline
        from assistant.question.understanding import limited

        question = question_of(question)
        limits, searched = limited(self._library, question, self._bounded(where), self._today())
        phrase = limits.frame.phrase if limits.frame else ""
        return timeline(self._library, self._reader, question, searched, phrase)

    def suggestions(self, count: int = 3, where: Filter | None = None) -> tuple[str, ...]:
        """Questions to begin with: about the newest articles that pass the filter, each of which the library answers.

        Takes up to four seconds the first time; kept until articles come or go.
        """
        from assistant.answer.suggestions import first_questions

        where = self._bounded(where)
        asked = (count, where, self._library.count(where), self._library.newest())
        if self._suggested is None or self._suggested[0] != asked:
            self._suggested = (asked, first_questions(self._library, self._search, where, count))
        return self._suggested[1]

    def follow_ups(self, answer: Answer, count: int = 3) -> tuple[str, ...]:
        """Questions about what the cited articles tell besides, each answered by the library; up to two seconds."""
        from assistant.answer.suggestions import following_questions

        return following_questions(self._library, self._search, answer, count)

    def _bounded(self, where: Filter | None) -> Filter:
        """The filter, its publishers as the library writes them, ending at the as-of date at the latest."""
        where = filter_of(where)
        if where.publishers:
            from assistant.question.filters import as_known

            where = replace(where, publishers=as_known(where.publishers, self._library.publishers()))
        if self._options.as_of is None:
            return where
        until = min(where.until, self._options.as_of) if where.until else self._options.as_of
        since = where.since
        if since and since > until:
            raise InvalidValue(f"nothing can be found: the filter begins on {since}, after the as-of date {until}")
        undated = where.undated or where.until is None  # the as-of date alone keeps no undated article out
        return Filter(since, until, where.publishers, where.article_ids, undated)

    # conversations

    @cached_property
    def conversations(self) -> Conversations:
        """The conversations that are kept beside the articles; the file is made when first needed."""
        from assistant.conversations.store import Conversations

        return Conversations(self._keeps_conversations)

    @property
    def _keeps_conversations(self) -> Path:
        return self._library.folder / "conversations.sqlite3"

    def feedback(self) -> list[RatedAnswer]:
        """The answers that people put a thumb up or down under, as rows of an evaluation set."""
        return list(self.conversations.feedback())

    # standing questions

    def watch(self, question: str, where: Filter | None = None, owner: str = "") -> StandingQuestion:
        """Keep a question: it is asked now, and again whenever articles came; `changes` tells what became of it.

        It is answered in the articles' own sentences, with a language model or without: so its answers compare, and
        what comes by night costs nothing. owner: as of a conversation, "" for commands. InvalidValue: too many.
        """
        question, where = question_of(question), filter_of(where)
        return self.conversations.standing.keep(owner, question, where, self._without_model.ask(question, where=where))

    def unwatch(self, question_id: str, owner: str = "") -> None:
        """Keep a question no longer, by its id; its changes go too. QuestionNotKept (a KeyError) if it is not there."""
        self.conversations.standing.stop(owner, question_id)

    def watched(self, owner: str = "") -> list[StandingQuestion]:
        """The standing questions with their last answers, the last kept first."""
        return self.conversations.standing.of(owner) if self._keeps_conversations.exists() else []

    def ask_watched(self, owner: str | None = None) -> list[AnswerChange]:
        """Ask the standing questions again, of one owner or of all; what changed.

        `add`, `follow` and `refresh` do it by themselves when they brought something.
        """
        from assistant.conversations.standing import ask_again

        if not self._keeps_conversations.exists():
            return []
        ask = self._without_model.ask
        return ask_again(self.conversations.standing, lambda question, where: ask(question, where=where), owner)

    def changes(self, owner: str = "", *, after: int = 0, limit: int = 50) -> list[AnswerChange]:
        """What changed in the answers to standing questions, the newest first. after: the number of one seen before."""
        if not self._keeps_conversations.exists():
            return []
        return self.conversations.standing.changes(owner, after, limit)

    def _came(self, *reports: AddReport) -> None:
        """Ask the standing questions again when articles came; a library that keeps none pays nothing for it."""
        brought = any(report.counts[kind] for report in reports for kind in ("added", "updated"))
        if brought and not any(report.stopped for report in reports):
            self.ask_watched()

    @property
    def _without_model(self) -> Self:
        if self._model is None:
            return self
        return self.like(replace(self._options, model=None, base_url=None, api_key=None))

    # serving others

    def on(self, as_of: date) -> Self:
        """The same desk on another day: it shares everything with this one, which stays the one to close."""
        _ = self._reader, self._writer  # loaded once, for both
        other = copy(self)
        day = min(as_of, self._options.as_of) if self._options.as_of else as_of
        other._options = replace(self._options, as_of=day)
        other.__dict__.pop("_understanding", None)
        return other

    def like(self, options: DeskOptions) -> Self:
        """A desk that answers by other options over the same library, which stays this one's to close."""
        _ = self._reader
        other = copy(self)
        other._options = options.over(self._options)
        other._model = options.language_model
        checks = ["_checker"] if options.verifier != self._options.verifier else []
        for made in ("_understanding", "_writer", "_web", *checks):
            other.__dict__.pop(made, None)
        return other

    def count(self, where: Filter = Filter()) -> int:
        """How many articles there are, copies not counted."""
        return self._library.count(filter_of(where))

    @property
    def pending(self) -> int:
        """How many articles are found by their words only so far."""
        return self._library.pending

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many tokens of the embedding model each text has."""
        return [int(count) for count in self._library.encoder.count_tokens(texts)]

    def warm(self) -> None:
        """Load what the first question would have to wait for: encoder, indexes, reader."""
        self._library.warm()
        _ = self._reader

    def announce(self, address: str, secret: str) -> None:
        """Let commands of the same user on this machine know that the library is served here, and the owner's key."""
        self._library.announce(address, secret)

    # the end

    def close(self) -> None:
        """Let go of the library; other processes can open it now."""
        if "conversations" in self.__dict__:
            self.conversations.close()
        self._library.close()
