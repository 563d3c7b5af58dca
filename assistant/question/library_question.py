"""Whether a question is about the library itself: how many articles, which of them, what is new, a summary, a timeline."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum


class Wants(Enum):
    """What is wanted of the library."""

    COUNT = "count"
    LIST = "list"
    CONTENTS = "contents"
    NEWS = "news"
    SUMMARY = "summary"
    TIMELINE = "timeline"


@dataclass(frozen=True, slots=True)
class LibraryQuestion:
    """wants: what of the library. topic: the words that the articles meant are about; "" for all of them."""

    wants: Wants
    topic: str = ""


_ARTICLE = r"(?:articles?|stor(?:y|ies)|reports?|pieces?|documents?|texts?)"
_ABOUT = (
    r"(?:that |which )?(?:(?:are |is )?(?:about|on|regarding|concerning)|mention(?:s|ing|ed)?|cover(?:s|ing)?|discuss(?:es|ing)?|"
    r"(?:talk|tell|report|write|speak)(?:s|ing)? (?:about|of|on)|deal(?:s|ing)? with|(?:have|has) to do with)"
)
_HERE = r"(?:(?:are |is )?(?:there|here|in (?:here|the library|this library|the collection))|do you have|have you got|are stored)"
_TOPIC = r"\s+(?P<topic>.+?)"
_END = r"[\s?.!]*$"
_PLEASE = r"^(?:please |can you |could you |would you )?"
_FORMS: tuple[tuple[Wants, re.Pattern[str]], ...] = tuple(
    (wants, re.compile(pattern + _END, re.I))
    for wants, pattern in (
        (Wants.COUNT, rf"^how many {_ARTICLE}(?: {_HERE})*(?: {_ABOUT}{_TOPIC})?(?: {_HERE})?"),
        (Wants.LIST, rf"^(?:which|what|are there(?: any)?|do you have(?: any)?) (?:of the |other )?{_ARTICLE}(?: {_HERE})? {_ABOUT}{_TOPIC}"),
        (Wants.LIST, rf"{_PLEASE}(?:list|show|find|give|name)(?: me)?(?: all| every| the| any)* (?:{_ARTICLE}|everything|all)(?: {_HERE})?(?: {_ABOUT}{_TOPIC})"),
        (Wants.LIST, rf"^(?:all |every )?(?:{_ARTICLE}|everything) {_ABOUT}{_TOPIC}"),
        (Wants.CONTENTS, rf"{_PLEASE}(?:list|show)(?: me)?(?: all| every| the)* {_ARTICLE}(?: {_HERE})?"),
        (Wants.CONTENTS, r"^what(?:['’]s| is| are)? (?:there )?in (?:here|this library|the library|this collection|the collection|there)"),
        (Wants.CONTENTS, rf"^(?:what|which) (?:{_ARTICLE}|topics|subjects|themes|news) (?:{_HERE}|are covered|does (?:this|the) library (?:have|cover|hold))"),
        (Wants.CONTENTS, r"^what (?:is|are) (?:this|the) (?:library|collection|articles) about"),
        (Wants.NEWS, r"^what(?:['’]s| is| has)? (?:happened|happening|going on|been happening)"),
        (Wants.NEWS, r"^(?:what(?:['’]s| is| are)? (?:the )?|(?:show|give|tell) me (?:the )?|the )?(?:new|latest|(?:latest |newest |top )?(?:news|headlines)|newest (?:articles|stories)|latest (?:articles|stories))"),
        (Wants.TIMELINE, rf"{_PLEASE}(?:give me |show me |make |draw )?(?:a |the )?(?:timeline|chronology|time line) (?:of|for|on|about){_TOPIC}"),
        (Wants.SUMMARY, rf"{_PLEASE}(?:summari[sz]e|sum up|give me a summary of|a summary of|summary of) (?:this|the|that) {_ARTICLE}(?: {_ABOUT}{_TOPIC})?"),
        (Wants.SUMMARY, rf"^what(?:['’]s| is| does) (?:this|the|that) {_ARTICLE}(?: {_ABOUT}{_TOPIC})? (?:about|say|tell)"),
    )
)  # fmt: skip


def library_question(question: str) -> LibraryQuestion | None:
    """What a question wants of the library itself; None for a question that the articles' sentences answer.

    A time of publication that stands in it ("what happened this week?") is to be taken out before.
    """
    text = " ".join(question.split())
    for wants, form in _FORMS:
        if match := form.match(text):
            return LibraryQuestion(wants, (match.groupdict().get("topic") or "").strip(" “”\"'"))
    return None
