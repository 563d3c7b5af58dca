"""A question's way to its answer, as a LangChain sequence of three typed steps: understand, retrieve, answer.

    chain = understanding(library, today) | retrieving(library, search) | answering(library)
    chain.invoke(Question("what are Putin's ceasefire conditions"))

Each step is a function from one frozen value to the next, run in the caller's own thread: `Question` to `Understood` to
`Found` to `Answer`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from langchain_core.runnables import Runnable, RunnableLambda

from assistant.answer.confidence import DECLINE_BELOW, confidence
from assistant.answer.extractive import answer_from
from assistant.answer.library_answer import OpenTimeline, about_library
from assistant.answer.overview import leads
from assistant.answer.quotation_answer import answer_of
from assistant.answer.refusal import refuse
from assistant.question.event_time import AGAINST, EventTime
from assistant.question.filters import days_in_words
from assistant.question.follow_up import stand_alone
from assistant.question.understanding import Alone, Question, Understood, understand
from assistant.retrieval.evidence import Candidate, Evidence
from assistant.retrieval.features import Asked
from assistant.retrieval.quotation_source import Origin, origin
from assistant.types import Answer, Searched
from index.library import Library
from index.types import Filter

HITS = 20  # passages an answer is made from
NOT_FOUND = 0.05  # confidence when the words asked for stand in no article
UNASKED_LIKENESS = 90.0  # of 100, of words without quotation marks to their place: two words of a long sentence changed
OTHER_TIME = 0.3  # confidence at the most when the best sentence is of another time than the one asked about


class Search(Protocol):
    """Words to evidence: the passages most likely to answer, within a filter."""

    def __call__(
        self, question: str, k: int, where: Filter, time: EventTime | None = None, bound: str = "", /
    ) -> Evidence:
        """As `assistant.retrieval.search.search`, over one library."""


@dataclass(frozen=True)
class Found:
    """What was found for a question. searched: what was looked in. sure: 0 to 1, that the articles answer it.

    said: the sentences to say, where the kind of question settles them already. origin: the place of the quotation
    asked about.
    """

    understood: Understood
    evidence: Evidence
    searched: Searched
    sure: float
    said: Sequence[Candidate] | None = None
    origin: Origin | None = None


def understanding(
    library: Library, today: Callable[[], date], alone: Alone = stand_alone
) -> Runnable[Question, Understood]:
    """The first step. today: the date that "last week" is relative to; alone: makes a follow-up stand alone."""

    def step(question: Question) -> Understood:
        return understand(library, question, today(), alone)

    return RunnableLambda(step)


def retrieving(library: Library, search: Search) -> Runnable[Understood, Found]:
    """The second step: the passages that may answer, or the place that a quotation was taken from."""

    def step(understood: Understood) -> Found:
        where = understood.question.where
        if understood.reply or understood.library:  # answered from the listing; only if that has nothing, by words
            evidence = Evidence(Asked(understood.read_as, library), [])
            if understood.reply or not understood.library or not understood.library.topic:
                return Found(understood, evidence, understood.searched, 0.0)
        if source := quoted(understood, where):
            # "last week" inside a quotation limits nothing
            searched = Searched(articles=library.count(where), where=where, pending=library.pending)
            evidence = Evidence(Asked(understood.read_as, library), [source.hit])
            return Found(understood, evidence, searched, 1.0, origin=source)
        found = within(understood, understood.limits.where)
        if found.sure >= DECLINE_BELOW or not understood.limits.frame or not understood.searched.articles:
            return found
        wider = understood.limits.without_time(where)
        again = within(understood, wider)
        if again.sure < DECLINE_BELOW:
            return found
        days = days_in_words(understood.limits.where)
        note = f"Nothing from “{understood.bound}” ({days}) answers this, so all dates were searched."
        return replace(
            again, searched=Searched(articles=library.count(wider), where=wider, pending=library.pending, note=note)
        )

    def quoted(understood: Understood, where: Filter) -> Origin | None:
        """The place of the quotation asked about; one that is not asked about must be found nearly word for word."""
        if not (quotation := understood.quotation):
            return None
        source = origin(library, quotation.text, where)
        return source if source and (quotation.asked or source.likeness >= UNASKED_LIKENESS) else None

    def within(understood: Understood, where: Filter) -> Found:
        time, bound = understood.limits.told, understood.bound
        evidence = search(understood.looked_up, HITS, where, time, bound)
        searched = replace(understood.searched, pending=library.pending)  # a damaged index is noticed by searching it
        if topic := understood.topic:
            said, sure = leads(library, topic, evidence)
            return Found(understood, evidence, searched, sure, said)
        return Found(understood, evidence, searched, _sure(understood, evidence))

    return RunnableLambda(step)


def _sure(understood: Understood, evidence: Evidence) -> float:
    """The confidence, 0 to 1; hardly any where only sentences on the same subject, or of another time, were found."""
    sure = confidence(evidence)
    if understood.quotation and understood.quotation.asked:
        return min(sure, NOT_FOUND)  # sentences on the same subject are no answer to "where is this from"
    time = understood.limits.told
    if time and evidence.candidates and time.fit(evidence.hits[evidence.candidates[0].rank]) == AGAINST:
        return min(sure, OTHER_TIME)
    return sure


def answering(library: Library, timeline: OpenTimeline) -> Runnable[Found, Answer]:
    """The third step: the answer in the articles' own sentences, or that they do not say.

    timeline: what the articles tell of a topic over time, within a filter.
    """

    def step(found: Found) -> Answer:
        read_as = found.understood.read_as
        answer = answered(found)
        return answer if read_as == answer.question else replace(answer, read_as=read_as)

    def answered(found: Found) -> Answer:
        understood, evidence = found.understood, found.evidence
        asked = understood.question.text
        if understood.reply:
            return Answer(question=asked, text=understood.reply, confidence=1.0, searched=found.searched)
        if understood.library and (
            about := about_library(library, asked, understood.library, found.searched, timeline)
        ):
            return about
        if found.origin:
            return answer_of(asked, found.origin, found.searched)
        if found.sure < DECLINE_BELOW:
            return refuse(library, asked, evidence, found.sure, found.searched, text)
        return answer_from(asked, evidence, found.said, found.sure, found.searched, text)

    def text(article_id: str) -> str:
        return library.article(article_id).text

    return RunnableLambda(step)
