"""A question to what is to be looked for: read so that it stands alone, with its kind, its limits, its quotation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.english.names import names
from assistant.question.event_dates import EVENT_PASSAGES, Event, day_of
from assistant.question.filters import Limits, days_in_words, impersonal, limits_of, unknown_publisher
from assistant.question.follow_up import completed, subject
from assistant.question.language import Language, language_of
from assistant.question.library_question import LibraryQuestion, library_question
from assistant.question.parts import parts
from assistant.question.quotation import Quotation, quotation_in
from assistant.question.small_talk import reply_to
from assistant.question.spelling import corrected
from assistant.question.topic import Topic, topic_of
from assistant.types import Searched, Turn
from index.library import Library
from index.types import Filter

Alone = Callable[[str, Sequence[Turn]], str]  # a follow-up to a question that stands alone


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asks. turns: the conversation so far, oldest first. where: the filter that they ask within."""

    text: str
    turns: tuple[Turn, ...] = ()
    where: Filter = Filter()


@dataclass(frozen=True)
class Understood:
    """A question with what is to be looked for.

    read_as: the question as it would be asked first. topic: where it asks for news of something at large.
    quotation: where the source of words is wanted. library: where it asks about the library itself. reply: to what is
    no question of the articles ("thanks"), "" otherwise. limits: the filter to search with. searched: what it holds.
    language: that it is asked in, where it is not English. parts: the questions that it is made of, each with what it
    is about; () for a single one. or_as: the question completed by the last turn's subject, where it seems to stand
    alone but may lean on it; "" otherwise.
    """

    question: Question
    read_as: str
    topic: Topic | None
    quotation: Quotation | None
    limits: Limits
    searched: Searched
    library: LibraryQuestion | None = None
    reply: str = ""
    language: Language | None = None
    parts: tuple[tuple[str, Understood], ...] = ()
    or_as: str = ""

    @property
    def bound(self) -> str:
        """The question's words for a time of publication; "" for none."""
        return self.limits.frame.phrase if self.limits.frame else ""

    @property
    def looked_up(self) -> str:
        """The words that passages are searched by and read with. A day of what is told is left out: the article's own
        day says it; a year stands in the text."""
        if self.topic:
            return self.topic.text
        text = self.read_as
        if not self.question.where.publishers and self.limits.where.publishers:
            text = impersonal(text, self.limits.where.publishers).strip(" ,")
        told = self.limits.told
        if told and not told.yearlong:
            text = " ".join(text.replace(told.phrase, " ").split())
        return text


def understand(library: Library, question: Question, today: date, alone: Alone) -> Understood:
    """What a question asks for. today: the date that "last week" is relative to."""
    reply, language = reply_to(question.text), language_of(question.text)
    plain = reply or language
    read_as = question.text if plain else corrected(library, alone(question.text, question.turns))
    limits, searched = limited(library, read_as, question.where, today)
    bare = " ".join(read_as.replace(limits.frame.phrase, " ").split()) if limits.frame else read_as
    if not question.where.publishers:
        bare = impersonal(bare, limits.where.publishers)
    narrowed = limits.frame is not None or limits.where.publishers != question.where.publishers
    about = library_question(bare, narrowed)
    quotation = None if about or reply else quotation_in(question.text)
    single = plain or about or quotation or topic_of(bare)
    asked = () if single else _parts(library, replace(question, text=read_as), today, alone)
    leans = not single and not asked and question.turns and read_as == question.text and not names(read_as)
    or_as = completed(read_as, question.turns) if leans else ""
    return Understood(
        question, read_as, topic_of(bare), quotation, limits, searched, about, reply, language, asked, or_as
    )


def _parts(library: Library, question: Question, today: date, alone: Alone) -> tuple[tuple[str, Understood], ...]:
    """The questions that one is made of, each understood; the second may lean on the first."""
    found = parts(question.text)
    understood = []
    for part in found:
        text = part.question
        if part.leans:
            text = alone(text, (Turn(found[0].question, ""),))
            if text == part.question and not names(text):
                text = f"{text.rstrip(' ?')} ({subject(found[0].question)})"
        understood.append((part.about, understand(library, Question(text, (), question.where), today, alone)))
    return tuple(understood)


def limited(library: Library, question: str, asked: Filter, today: date) -> tuple[Limits, Searched]:
    """What the question limits itself to, and what there is within it.

    A time that only means something today ("this week") cannot be meant of a library that ends before it: it is then
    left out, and said so. A time that names its days stays, even when nothing is from then.
    """

    def dated(event: Event) -> date | None:
        return day_of(event, lambda name: library.by_words(name, EVENT_PASSAGES, asked))

    limits = limits_of(question, asked, today, library.publishers(), dated)
    frame = limits.frame
    count, note = library.count(limits.where), _of_event(limits)
    if frame and not count:
        days, newest = days_in_words(limits.where), library.newest()
        if frame.relative and newest and frame.since and newest < frame.since:
            limits = Limits(limits.without_time(asked))
            count = library.count(limits.where)
            note = (
                f"Nothing here is from “{frame.phrase}” ({days}); the newest article is of {newest:%-d %B %Y}, so all "
                "dates were searched."
            )
        else:
            total = library.count(limits.without_time(asked))
            note = f"No article here is from {days}. Ask without the time to search all {total}."
    if not count and (problem := unknown_publisher(asked.publishers, library.publishers())):
        note = problem
    return limits, Searched(articles=count, where=limits.where, pending=library.pending, note=note)


def _of_event(limits: Limits) -> str:
    """What a person should know of an event that was named as a time."""
    if limits.event is None:
        return ""
    if limits.frame is None:
        return f"The articles do not agree on the day of “{limits.event.name}”, so all dates were searched."
    return f"“{limits.event.phrase}” is taken by the day that the articles give: {days_in_words(limits.where)}."
