"""The retrieval chain, composed with LangChain's core: a question to hits to an answer."""

from __future__ import annotations

from typing import Any

from langchain_core.runnables import Runnable, RunnableLambda, RunnablePassthrough

from assistant.answerability import DECLINE_BELOW, confidence
from assistant.conversation import stand_alone
from assistant.extractive import choose, compose, refuse, scored
from assistant.questions import asks
from assistant.retrieval import Retrieve
from assistant.types import Answer, Searched
from index.library import Library

HITS = 20  # passages an answer is made from


def retrieval_chain(library: Library, retrieve: Retrieve) -> Runnable[dict[str, Any], dict[str, Any]]:
    """A runnable from {"question", "turns", "where"} to the same with "asked", "hits" and "answer" beside them."""

    def asked(given: dict[str, Any]) -> str:
        return stand_alone(given["question"], given["turns"])

    def hits(given: dict[str, Any]) -> Any:
        return retrieve(given["asked"], HITS, given["where"])

    def answer(given: dict[str, Any]) -> Answer:
        where = given["where"]
        searched = Searched(library.count(where), where, library.pending)
        ranked = scored(library, given["asked"], given["hits"]) if given["hits"] else []
        sure = confidence(library, given["asked"], given["hits"], ranked)
        if sure < DECLINE_BELOW:
            return refuse(given["question"], sure, given["hits"], searched)
        chosen = choose(asks(given["asked"]), ranked)
        return compose(given["question"], chosen, sure, given["hits"], searched)

    return (
        RunnablePassthrough.assign(asked=RunnableLambda(asked))
        | RunnablePassthrough.assign(hits=RunnableLambda(hits))
        | RunnablePassthrough.assign(answer=RunnableLambda(answer))
    )
