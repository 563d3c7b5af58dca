"""The words that answer: those the reader takes for the answer in the first sentence that is said."""

from __future__ import annotations

from assistant.question.answer_kind import Asks
from assistant.retrieval.evidence import Candidate

LONG = (Asks.REASON, Asks.LIST, Asks.WORDS)  # kinds of question that no few words answer


def short_of(kind: Asks, first: Candidate, text: str) -> str:
    """The words that answer, as they stand in the article's text; "" for kinds of question that need a whole sentence,
    and where the reader takes none but the question's own."""
    if kind in LONG or not first.short or first.features["restates"]:
        return ""
    return text[slice(*first.short)]
