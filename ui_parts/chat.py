"""What the chat's events do. Holds no conversation: each browser's are kept by the desk, under their owner."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from assistant import Answer, Article, Assistant, Filter, NewsdeskError
from assistant.conversations.types import Conversation, Exchange
from assistant.samples import folder as samples_folder
from assistant.server.access import Scope
from ui_parts import answers, draft_view, filters, source, standing_view, timeline_view, welcome
from ui_parts.panel import panel
from ui_parts.visitors import PageVisitor

LISTED = 40  # conversations in the panel
QUOTE = 4000  # characters of a quote that the page may send back


@dataclass(frozen=True, slots=True)
class TabState:
    """The state of a browser tab: its conversation ("" before the first question) and the filter its questions have."""

    conversation: str = ""
    where: Filter = Filter()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to be asked. exchange: whose answer or, with edit, whose question and what follows it is replaced."""

    question: str = ""
    exchange: str = ""
    edit: bool = False


@dataclass(frozen=True, slots=True)
class PageUpdate:
    """The parts of the page that an event changes; None leaves one as it is."""

    shown: str | None = None
    writing: str | None = None
    next: str | None = None
    panel: str | None = None
    filters: str | None = None
    place: TabState | None = None


class Chat:
    """The chat over one desk. Every method takes the visitor it acts for."""

    def __init__(self, desk: Assistant) -> None:
        self.desk = desk

    # where a tab is

    def start(self, search: str, visitor: PageVisitor) -> PageUpdate:
        """The page as its address says: a conversation, a shared answer, or the welcome."""
        where, named = filters.from_address(search)
        if "answer" in named:
            return self._shared(named["answer"], visitor)
        if "c" in named:
            return self.open(named["c"], visitor)
        return self._view(TabState("", where), visitor)

    def open(self, conversation_id: str, visitor: PageVisitor) -> PageUpdate:
        """A conversation of the visitor's."""
        try:
            kept = self.desk.conversations.get(visitor.owner, conversation_id)
        except KeyError:
            return self._view(TabState(), visitor, visitor.say("conversation_gone"))
        return self._view(TabState(kept.id, kept.where), visitor)

    def new(self, place: TabState, visitor: PageVisitor) -> PageUpdate:
        """The welcome again; the filter stays."""
        return self._view(TabState("", place.where), visitor)

    def _shared(self, exchange_id: str, visitor: PageVisitor) -> PageUpdate:
        say = visitor.say
        try:
            exchange = self.desk.conversations.shared(exchange_id)
        except KeyError:
            return self._view(TabState(), visitor, say("shared_gone"))
        shown = answers.exchanges([self._shown(exchange, mine=False)], say)
        query = f"?answer={exchange.id}"
        bar = filters.bar(Filter(), self.desk.publishers(), self._title, query, say)
        return PageUpdate(
            answers.shared_note(exchange, say) + shown, "", "", self.panel(TabState(), visitor), bar, TabState()
        )

    def _view(self, place: TabState, visitor: PageVisitor, note: str = "") -> PageUpdate:
        shown = self.shown(place, visitor, note)
        return PageUpdate(shown, "", "", self.panel(place, visitor), self.bar(place, visitor), place)

    def shown(self, place: TabState, visitor: PageVisitor, note: str = "") -> str:
        """The conversation as it stands, or the welcome."""
        kept = self._conversation(place, visitor)
        if kept and kept.exchanges:
            return self._exchanges(kept.exchanges, visitor, kept.where)
        count = self.desk.count()
        if not count:
            return welcome.empty(visitor.say, visitor.may(Scope.WRITE))
        return welcome.welcome(count, visitor.say, note)

    def next(self, place: TabState, visitor: PageVisitor) -> str:
        """Questions to ask next: follow-ups of the last answer, or some to begin with. Takes seconds: each is tried."""
        kept = self._conversation(place, visitor)
        try:
            if kept and kept.exchanges:
                return answers.suggestions(self.desk.follow_ups(kept.exchanges[-1].answer), visitor.say("follow_ups"))
            return answers.suggestions(self.desk.suggestions(where=place.where), visitor.say("welcome_try"))
        except NewsdeskError:
            return ""  # an offer that could not be made, such as while the library closes, is none

    def _conversation(self, place: TabState, visitor: PageVisitor) -> Conversation | None:
        try:
            return self.desk.conversations.get(visitor.owner, place.conversation) if place.conversation else None
        except KeyError:
            return None  # deleted in another tab

    def _exchanges(self, exchanges: tuple[Exchange, ...], visitor: PageVisitor, where: Filter) -> str:
        standing = {one.question for one in self.desk.watched(visitor.person.name) if one.where == where}
        shown = [self._shown(exchange, kept=_alone(exchange) in standing) for exchange in exchanges]
        return answers.exchanges(shown, visitor.say)

    def _shown(self, exchange: Exchange, mine: bool = True, kept: bool = False) -> answers.Shown:
        cited = {c.article.id for c in exchange.answer.citations}
        return answers.Shown(exchange, {article_id: self._copies(article_id) for article_id in cited}, mine, kept)

    def _copies(self, article_id: str) -> list[Article]:
        try:
            return self.desk.copies(article_id)
        except KeyError:
            return []  # removed since it was quoted

    # asking

    def ask(self, asked: Asked, place: TabState, visitor: PageVisitor) -> Iterator[PageUpdate]:
        """The answer being written, then the conversation with it. Nothing is kept of one that is stopped."""
        question = asked.question.strip()
        if not question:
            return
        kept, say = self._conversation(place, visitor), visitor.say
        before = kept.exchanges if kept else ()
        if asked.exchange:
            ids = [exchange.id for exchange in before]
            before = before[: ids.index(asked.exchange)] if asked.exchange in ids else before
        turns = kept.turns[: len(before)] if kept else ()
        yield PageUpdate(self._exchanges(before, visitor, place.where), answers.writing(question, "", say), "")
        written, answer = "", None
        try:
            for piece in self.desk.stream(question, turns, place.where):
                if isinstance(piece, Answer):
                    answer = piece
                else:
                    written += piece
                    yield PageUpdate(writing=answers.writing(question, written, say))
            if answer:
                place = self._kept(answer, asked, before, kept, place, visitor)
        except NewsdeskError as error:
            shown = self.shown(place, visitor) if before or place.conversation else ""
            yield PageUpdate(shown, answers.problem(str(error), question))
            return
        yield self._view(place, visitor)

    def _kept(
        self, answer: Answer, asked: Asked, before: tuple[Exchange, ...], kept: Conversation | None, place: TabState,
        visitor: PageVisitor,
    ) -> TabState:  # fmt: skip
        """Keep an answer: at the end, in the place of another, or, for an edited question, instead of what followed."""
        conversations, owner = self.desk.conversations, visitor.owner
        if kept is None:
            place = replace(place, conversation=conversations.start(owner, place.where).id)
        elif asked.edit:
            conversations.truncate(owner, kept.id, before[-1].id if before else "")
        elif asked.exchange:
            conversations.replace(owner, asked.exchange, answer)
            return place
        conversations.record(owner, place.conversation, answer)
        return place

    def stopped(self, place: TabState, visitor: PageVisitor) -> PageUpdate:
        """The conversation without the answer that was stopped."""
        return PageUpdate(self.shown(place, visitor), "")

    def question_of(self, exchange_id: str) -> str:
        """The question of an exchange, to be asked again; "" when it is gone."""
        try:
            return self.desk.conversations.shared(exchange_id).question
        except KeyError:
            return ""

    def rate(self, wish: Mapping[str, Any], place: TabState, visitor: PageVisitor) -> PageUpdate:
        """A thumb under an answer, or taken back: {"exchange", "thumb"}."""
        self.desk.conversations.rate(visitor.owner, str(wish.get("exchange")), int(wish.get("thumb", 0)))
        return PageUpdate(self.shown(place, visitor))

    # the panel

    def panel(self, place: TabState, visitor: PageVisitor, words: str = "") -> str:
        """The visitor's conversations."""
        found, total = self.desk.conversations.list(visitor.owner, words, limit=LISTED)
        return panel(found, total, place.conversation, visitor.say, words)

    def tidy(self, wish: Mapping[str, Any], place: TabState, visitor: PageVisitor) -> PageUpdate:
        """What the panel asks for: {"search": words}, {"rename": id, "title"} or {"delete": id}."""
        words = str(wish.get("search", ""))
        if "rename" in wish:
            self.desk.conversations.rename(visitor.owner, str(wish["rename"]), str(wish.get("title", "")))
        if "delete" in wish:
            self.desk.conversations.delete(visitor.owner, str(wish["delete"]))
            if wish["delete"] == place.conversation:
                return self._view(TabState("", place.where), visitor)
        return PageUpdate(panel=self.panel(place, visitor, words))

    # the filter

    def bar(self, place: TabState, visitor: PageVisitor, problem: str = "") -> str:
        """The filter as chips, its form, and the page's address. problem: why what the form sent was refused."""
        query = filters.address(place.where, place.conversation)
        return filters.bar(place.where, self.desk.publishers(), self._title, query, visitor.say, problem)

    def filter(self, wish: Mapping[str, Any], place: TabState, visitor: PageVisitor) -> PageUpdate:
        """Change the filter; it is kept for the conversation."""
        try:
            place = replace(place, where=filters.changed(place.where, wish))
        except NewsdeskError:  # the page tells it before it sends anything; this is for who sends it all the same
            return PageUpdate(filters=self.bar(place, visitor, visitor.say("days_turned")))
        if place.conversation:
            self.desk.conversations.filter(visitor.owner, place.conversation, place.where)
        return PageUpdate(filters=self.bar(place, visitor), place=place)

    def _title(self, article_id: str) -> str:
        try:
            return self.desk.article(article_id).title or article_id
        except KeyError:
            return article_id

    # sources, timeline, samples

    def read(self, wish: Mapping[str, Any], visitor: PageVisitor) -> str:
        """An article beside the chat: {"article", "start", "end", "quote", "spans", "serial"}."""
        here = _span([wish.get("start"), wish.get("end")])
        spans = tuple(span for given in list(wish.get("spans") or ())[:100] if (span := _span(given)))
        quoted = source.Quoted(here, spans, str(wish.get("quote") or "")[:QUOTE])
        article_id = str(wish.get("article"))
        try:
            found = self.desk.article(article_id)
            body = source.article(
                found, quoted, visitor.say, self.desk.copies(article_id), self.desk.history(article_id)
            )
        except KeyError:
            body = source.gone(quoted.quote, visitor.say)
        return source.frame(body, str(wish.get("serial", "")), visitor.say)

    def timeline(self, question: str, place: TabState, visitor: PageVisitor) -> str:
        """What the articles say about a question over time."""
        try:
            found = self.desk.timeline(question, place.where)
        except NewsdeskError as error:
            return answers.problem(str(error))
        return timeline_view.timeline(found, visitor.say)

    # standing questions

    def standing(self, visitor: PageVisitor, note: str = "") -> str:
        """The visitor's standing questions with what changed; without a login there is one list for everybody."""
        owner = visitor.person.name
        return standing_view.standing(self.desk.watched(owner), self.desk.changes(owner), visitor.say, note)

    def keep(self, exchange_id: str, place: TabState, visitor: PageVisitor) -> PageUpdate:
        """Keep the question of an exchange, as it stands alone, or keep it no longer."""
        owner, kept = visitor.person.name, self._conversation(place, visitor)
        exchange = next((one for one in kept.exchanges if one.id == exchange_id), None) if kept else None
        if kept and exchange:
            question = _alone(exchange)
            standing = [one for one in self.desk.watched(owner) if (one.question, one.where) == (question, kept.where)]
            for one in standing:
                self.desk.unwatch(one.id, owner)
            if not standing:
                self.desk.watch(question, kept.where, owner)
        return PageUpdate(self.shown(place, visitor))

    def watch(self, wish: Mapping[str, Any], visitor: PageVisitor) -> Iterator[str]:
        """The list after {"stop": id} or {"check": true}, which asks all of them again, or as it stands."""
        owner, say, note = visitor.person.name, visitor.say, ""
        if wish.get("stop"):
            with suppress(KeyError):  # stopped in another tab
                self.desk.unwatch(str(wish["stop"]), owner)
        if wish.get("check"):
            yield self.standing(visitor, say("standing_checking"))
            changed = len(self.desk.ask_watched(owner))
            note = say("standing_changed", count=changed) if changed else say("standing_same")
        yield self.standing(visitor, note)

    def draft(self, text: str, place: TabState, visitor: PageVisitor) -> Iterator[str]:
        """A draft, held against the articles that the filter admits."""
        yield draft_view.checking(visitor.say)
        try:
            report = self.desk.verify(text, place.where)
        except NewsdeskError as error:
            yield answers.problem(str(error))
        else:
            yield draft_view.checked(report, visitor.say)

    def samples(self, place: TabState, visitor: PageVisitor) -> Iterator[PageUpdate]:
        """Add the sample articles, of which there are few."""
        visitor.must(Scope.WRITE)
        yield PageUpdate(welcome.filling(visitor.say), "", "")
        self.desk.add(samples_folder())
        yield self._view(place, visitor)


def _alone(exchange: Exchange) -> str:
    """A question as it stands alone: a follow-up with its subject filled in."""
    return " ".join((exchange.answer.read_as or exchange.question).split())


def _span(given: Any) -> tuple[int, int] | None:
    """(start, end) out of what a browser sent; None when it is no span."""
    try:
        start, end = (int(value) for value in given)
    except (TypeError, ValueError):
        return None
    return (start, end) if 0 <= start < end else None
