"""Whether a question asks for news of something at large ("what is the latest on …"), and of what."""

from __future__ import annotations

import re
from dataclasses import dataclass

_OVERVIEW = re.compile(
    r"^(?:please\s+)?(?:(?:what(?:['’]s| is| are)\s+(?:the\s+)?(?P<new>latest|newest|new|most recent)"
    r"(?:\s+(?:news|developments?|updates?))?|(?P<news>(?:any\s+|the\s+)?(?:latest|recent|new)\s+(?:news|developments?|updates?)|(?:any\s+)?(?:news|updates?))|"
    r"what(?:['’]s| is)\s+(?:happening|going on)|what(?:['’]s| is)\s+known|what do (?:we|you) know|"
    r"tell me(?: more)?|summari[sz]e(?: the news)?|give me (?:a summary|an overview|the news)|overview)"
    r"\s+(?:on|about|of|with|in|at|to|from|for|regarding)\s+|summari[sz]e\s+|(?:the\s+)?latest\s+(?:on|about|from|in)\s+)(?P<topic>.+?)[?.!\s]*$",
    re.I,
)

_NEWS_OF = re.compile(
    r"^(?:the )?(?:latest )?(?P<topic>(?!what|which|who|is|are|any|more|the\b)[\w’'-]+(?: [\w’'-]+){0,3}) news"
    r"[?.!\s]*$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Topic:
    """What such a question is about; newest: it asks for what is new."""

    text: str
    newest: bool


def topic_of(question: str) -> Topic | None:
    """The topic of a question for news at large; None for any other question."""
    if named := _NEWS_OF.match(question):
        return Topic(named["topic"], True)
    match = _OVERVIEW.match(question)
    return Topic(match["topic"], bool(match["new"] or match["news"])) if match else None
