"""Whether a question asks for news of something at large ("what is the latest on …"), and of what."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.question.reporting import about

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
_REPORTED = re.compile(
    r"^what (?:did|do|does|has|have) (?:the |these |those |your )?"
    r"(?:(?:news)?papers?|press|media|articles?|stories|reports?)"
    r"(?: (?:published|written|printed|from|in|of|have|has))* "
    r"(?:say|said|report(?:ed)?|writ(?:e|ten)|tell|told|know|publish(?:ed)?)(?: anything)? "
    r"(?:about|on|of)\s+(?P<topic>.+?)[?.!\s]*$",
    re.I,
)
# How something was covered, in whichever words: what it is about is left when those are taken out.
_COVERAGE = re.compile(
    r"\b(?:the (?:news)?papers?|the (?:press|media)|coverage|covered (?:in|by|on)|was (?:reported|written|published)|"
    r"were (?:reported|written|published)|(?:reported|written|published) (?:about|on))\b",
    re.I,
)
_ASKS_ONE_THING = re.compile(
    r"\b(?:who|whom|whose|when|where|why|how (?:many|much|long|old|far|big|large|high))\b", re.I
)


@dataclass(frozen=True, slots=True)
class Topic:
    """What such a question is about. newest: it asks for what is new. reported: it asks what the papers say of it,
    which one sentence may tell."""

    text: str
    newest: bool
    reported: bool = False


def topic_of(question: str) -> Topic | None:
    """The topic of a question for news at large; None for any other question."""
    if named := _NEWS_OF.match(question):
        return Topic(named["topic"], True)
    if said := _REPORTED.match(question):
        return Topic(said["topic"], False, reported=True)
    if match := _OVERVIEW.match(question):
        return Topic(match["topic"], bool(match["new"] or match["news"]))
    if _COVERAGE.search(question) and not _ASKS_ONE_THING.search(question) and (words := about(question)):
        return Topic(" ".join(words), False, reported=True)
    return None
