"""A question's way to its answer, as a LangChain sequence of three typed steps: understand, retrieve, answer.

    chain = understanding(library, today) | retrieving(library, search) | answering(library)
    chain.invoke(Question("what are Putin's ceasefire conditions"))

Each step is a function from one frozen value to the next, run in the caller's own thread: `Question` to `Understood` to
`Found` to `Answer`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from langchain_core.runnables import Runnable, RunnableLambda

from assistant.answer.confidence import DECLINE_BELOW, confidence
from assistant.answer.extractive import answer_from, refuse
from assistant.answer.overview import leads
from assistant.answer.quotation_answer import answer_of
from assistant.question.follow_up import stand_alone
from assistant.question.understanding import Alone, Question, Understood, understand
from assistant.retrieval.evidence import Evidence
from assistant.retrieval.features import Asked
from assistant.retrieval.quotation_source import Origin, origin
from assistant.types import Answer, Searched
from index.library import Library
from index.types import Filter

HITS = 20  # passages an answer is made from
NOT_FOUND = 0.05  # confidence when the words asked for stand in no article
Search = Callable[[str, int, Filter], Evidence]


@dataclass(frozen=True)
class Found:
    """What was found for a question. origin: the place of the quotation asked about; searched: what was looked in."""

    understood: Understood
    evidence: Evidence
    searched: Searched
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
        if understood.quotation and (source := origin(library, understood.quotation.text, where)):
            # "last week" inside a quotation limits nothing
            searched = Searched(library.count(where), where, library.pending)
            evidence = Evidence(Asked(understood.read_as, library), [source.hit])
            return Found(understood, evidence, searched, source)
        evidence = search(understood.looked_up, HITS, understood.limits.where)
        return Found(understood, evidence, understood.searched)

    return RunnableLambda(step)


def answering(library: Library) -> Runnable[Found, Answer]:
    """The third step: the answer in the articles' own sentences, or that they do not say."""

    def step(found: Found) -> Answer:
        understood, evidence = found.understood, found.evidence
        asked = understood.question.text
        if found.origin:
            return answer_of(asked, found.origin, found.searched)
        topic = understood.topic
        said, sure = leads(library, topic, evidence) if topic else (None, confidence(evidence))
        if understood.quotation and understood.quotation.asked:
            sure = min(sure, NOT_FOUND)  # sentences on the same subject are no answer to "where is this from"
        if sure < DECLINE_BELOW:
            return refuse(asked, sure, evidence.hits, found.searched)
        return answer_from(asked, evidence, said, sure, found.searched, lambda i: library.article(i).text)

    return RunnableLambda(step)
