"""Whether a question is, or holds, a quotation whose source is wanted."""

from __future__ import annotations

import re
from dataclasses import dataclass

WORDS, UNASKED_WORDS = 4, 7  # the least in a quotation whose source is asked for; in one that stands alone
LONGEST_CHARACTERS = 2000  # characters
_QUOTED = re.compile(r"[“\"„«]([^”\"“»]+)[”\"“»]")
_ASKS_SOURCE = re.compile(
    r"\bwhere\b.*\bfrom\b|\bwho (?:said|says|wrote|told)\b|\bsource of\b|\bwhere (?:did|was|is)\b|"
    r"\b(?:which|what) (?:article|source|newspaper|paper|publisher|story|report)\b|"
    r"\b(?:find|trace) (?:this|the) (?:quote|quotation|sentence)\b",
    re.I,
)
_LEAD = re.compile(r"^(?:where is (?:this|it) from|who said(?: this)?|source)\s*[:?]\s*", re.I)
_ASKS = re.compile(
    r"^(?:what|who|whom|whose|which|when|where|why|how|is|are|was|were|do|does|did|can|has|have)\b", re.I
)


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words whose source is wanted. asked: the question asks for nothing else, so that there is no answer without."""

    text: str
    asked: bool


def quotation_in(question: str) -> Quotation | None:
    """What of a question is a quotation: words in quotation marks beside "where is this from" or "who said", or with
    nothing beside them; or the whole of it, if it is a sentence and asks nothing."""
    quoted = max(_QUOTED.findall(question), key=len, default="")
    if len(quoted.split()) >= WORDS:
        rest = question.replace(quoted, " ")
        if _ASKS_SOURCE.search(rest) or len(re.findall(r"\w+", rest)) < 3:
            return Quotation(quoted[:LONGEST_CHARACTERS], True)
    if lead := _LEAD.match(question):
        words = question[lead.end() :]
        return Quotation(words[:LONGEST_CHARACTERS], True) if len(words.split()) >= WORDS else None
    asks = question.rstrip("”\"’' ").endswith("?") or _ASKS.match(question)
    return (
        Quotation(question[:LONGEST_CHARACTERS], False) if not asks and len(question.split()) >= UNASKED_WORDS else None
    )
