"""A question's way to its answer, as a LangChain sequence of three typed steps: understand, retrieve, answer.

    chain = understanding(library, today) | retrieving(library, search) | answering(library)
    chain.invoke(Question("what are Putin's ceasefire conditions"))

Each step is a function from one frozen value to the next, run in the caller's own thread: `Question` to `Understood` to
`Found` to `Answer`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from langchain_core.runnables import Runnable, RunnableLambda

from assistant.answer.confidence import DECLINE_BELOW
from assistant.answer.extractive import answer_from
from assistant.answer.finding import Finder, Found, Search
from assistant.answer.library_answer import OpenTimeline, about_library
from assistant.answer.parts_answer import of_parts
from assistant.answer.quotation_answer import answer_of
from assistant.answer.refusal import in_other_language, refuse
from assistant.question.follow_up import stand_alone
from assistant.question.understanding import Alone, Question, Understood, understand
from assistant.types import Answer
from index.library import Library


def understanding(
    library: Library, today: Callable[[], date], alone: Alone = stand_alone
) -> Runnable[Question, Understood]:
    """The first step. today: the date that "last week" is relative to; alone: makes a follow-up stand alone."""

    def step(question: Question) -> Understood:
        return understand(library, question, today(), alone)

    return RunnableLambda(step)


def retrieving(library: Library, search: Search) -> Runnable[Understood, Found]:
    """The second step: the passages that may answer, or the place that a quotation was taken from."""
    return RunnableLambda(Finder(library, search).find)


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
        if found.foreign and understood.language:
            return in_other_language(asked, understood.language, evidence, found.searched, text)
        if found.parts:
            told = [(about, answered(part)) for (about, _), part in zip(understood.parts, found.parts, strict=True)]
            return of_parts(asked, told, found.sure, found.searched)
        if found.origin:
            return answer_of(asked, found.origin, found.searched)
        if found.sure < DECLINE_BELOW:
            return refuse(library, asked, evidence, found.sure, found.searched, text, found.lacking)
        return answer_from(asked, evidence, found.said, found.sure, found.searched, text)

    def text(article_id: str) -> str:
        return library.article(article_id).text

    return RunnableLambda(step)
