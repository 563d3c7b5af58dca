"""The retrieval chain, composed with LangChain's core: a question to its limits, to passages, to an answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from langchain_core.runnables import Runnable, RunnableLambda, RunnablePassthrough

from assistant.answer.confidence import DECLINE_BELOW, confidence
from assistant.answer.extractive import answer_from, refuse
from assistant.answer.overview import leads, topic_of
from assistant.answer.quotation_answer import Origin, answer_of, origin, quotation_in
from assistant.question.event_dates import LOOKED_AT, Event, day_of
from assistant.question.filters import Limits, limits_of, window
from assistant.question.follow_up import stand_alone
from assistant.retrieval.evidence import Evidence
from assistant.retrieval.features import Asked
from assistant.types import Answer, Searched, Turn
from index.library import Library
from index.types import Filter

HITS = 20  # passages an answer is made from
NOT_FOUND = 0.05  # confidence when the words asked for stand in no article
Search = Callable[[str, int, Filter], Evidence]
Alone = Callable[[str, Sequence[Turn]], str]


def retrieval_chain(
    library: Library, search: Search, today: Callable[[], date], alone: Alone = stand_alone
) -> Runnable[dict[str, Any], dict[str, Any]]:
    """A runnable from {"question", "turns", "where"} to the same with "asked", "origin", "limits", "found", "answer".

    today: the date that "last week" is relative to. alone: a follow-up to a question that stands alone.
    """

    def asked(given: dict[str, Any]) -> str:
        return alone(given["question"], given["turns"])

    def source(given: dict[str, Any]) -> Origin | None:
        quotation = quotation_in(given["question"])
        return origin(library, quotation.text, given["where"]) if quotation else None

    def limits(given: dict[str, Any]) -> tuple[Limits, Searched]:
        if given["origin"]:  # "last week" inside a quotation limits nothing
            return Limits(given["where"]), Searched(library.count(given["where"]), given["where"], library.pending)
        return limited(library, given["asked"], given["where"], today())

    def found(given: dict[str, Any]) -> Evidence:
        if given["origin"]:
            return Evidence(Asked(given["asked"], library), [given["origin"].hit])
        topic = topic_of(given["asked"])
        return search(topic.text if topic else given["asked"], HITS, given["limits"][0].where)

    def answer(given: dict[str, Any]) -> Answer:
        searched: Searched = given["limits"][1]
        if given["origin"]:
            return answer_of(given["question"], given["origin"], searched)
        found: Evidence = given["found"]
        topic = topic_of(given["asked"])
        said, sure = leads(library, topic, found) if topic else (None, confidence(found))
        if (quotation := quotation_in(given["question"])) and quotation.asked:
            sure = min(sure, NOT_FOUND)  # sentences on the same subject are no answer to "where is this from"
        if sure < DECLINE_BELOW:
            return refuse(given["question"], sure, found.hits, searched)
        return answer_from(given["question"], found, said, sure, searched, lambda i: library.article(i).text)

    return (
        RunnablePassthrough.assign(asked=RunnableLambda(asked))
        | RunnablePassthrough.assign(origin=RunnableLambda(source))
        | RunnablePassthrough.assign(limits=RunnableLambda(limits))
        | RunnablePassthrough.assign(found=RunnableLambda(found))
        | RunnablePassthrough.assign(answer=RunnableLambda(answer))
    )


def limited(library: Library, question: str, asked: Filter, today: date) -> tuple[Limits, Searched]:
    """What the question limits itself to, and what there is within it.

    A time that only means something today ("this week") cannot be meant of a library that ends before it: it is then
    left out, and said so. A time that names its days stays, even when nothing is from then.
    """

    def dated(event: Event) -> date | None:
        return day_of(event, lambda name: library.by_words(name, LOOKED_AT, asked))

    limits = limits_of(question, asked, today, library.publishers(), dated)
    frame = limits.frame
    count, note = library.count(limits.where), _of_event(limits)
    if frame and not count:
        days, newest = window(limits.where), library.newest()
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
    return limits, Searched(count, limits.where, library.pending, note)


def _of_event(limits: Limits) -> str:
    """What a person should know of an event that was named as a time."""
    if limits.event is None:
        return ""
    if limits.frame is None:
        return f"The articles do not agree on the day of “{limits.event.name}”, so all dates were searched."
    return f"“{limits.event.phrase}” is taken by the day that the articles give: {window(limits.where)}."
