"""Whether a question is about the library itself: how many articles, which of them, what is new, a summary, a timeline."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from assistant.question.reporting import about


class Wants(Enum):
    """What is wanted of the library."""

    COUNT = "count"
    LIST = "list"
    CONTENTS = "contents"
    NEWS = "news"
    SUMMARY = "summary"
    TIMELINE = "timeline"
    PUBLISHERS = "publishers"
    OLDEST = "oldest"
    NEWEST = "newest"


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
_PRESS = r"(?:(?:news)?papers?|press|media|articles?|stories|reports?)"
_PAPERS = r"(?:publishers|(?:news)?papers|sources|outlets)"
_TOPIC = r"\s+(?P<topic>.+?)"
_END = r"[\s?.!]*$"
_PLEASE = r"^(?:please |can you |could you |would you )?"
_FORMS: tuple[tuple[Wants, re.Pattern[str]], ...] = tuple(
    (wants, re.compile(pattern + _END, re.I))
    for wants, pattern in (
        (Wants.PUBLISHERS, rf"^(?:how many|which|what|who are the|list (?:the|all)) (?:different )?{_PAPERS}(?: {_HERE})?"),
        (Wants.OLDEST, rf"^(?:what|which)(?:['’]s| is) (?:the|your) (?:oldest|earliest|first) {_ARTICLE}(?: {_HERE})?"),
        (Wants.NEWEST, rf"^(?:what|which)(?:['’]s| is) (?:the|your) (?:newest|latest|most recent|last) {_ARTICLE}(?: {_HERE})?"),
        (Wants.LIST, rf"^(?:do|does|have) (?:you|we|the library|the articles)(?: have| got| hold)*(?: any| some)? (?:anything|something|{_ARTICLE}|news) (?:about|on|regarding){_TOPIC}"),
        (Wants.LIST, rf"^(?:is there |are there )?(?:anything|any {_ARTICLE}|any news) (?:about|on|regarding){_TOPIC}"),
        (Wants.LIST, rf"^what (?:have you got|do you have|have we got|is there)(?: here)? (?:about|on|regarding){_TOPIC}"),
        (Wants.NEWS, rf"^what (?:did|do|does|has|have) (?:the )?{_PRESS} (?:report|publish|write|written|say|said|cover|carry|carried|print)(?:ed)?(?: (?:in|on|from|of|for|during|about))?"),
        (Wants.NEWS, r"^what(?: else)? (?:was|is|were|has been|have been) (?:in|on) (?:the )?(?:news|(?:news)?papers?|press|headlines)"),
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


# With a time that bounds the search, what happened somewhere is what was reported of it then.
_HAPPENED = re.compile(rf"^what(?:['’]s| is| has| was)? (?:happened|happening|going on|been happening|new) (?:in|at|to|with|around|on){_TOPIC}{_END}", re.I)  # fmt: skip


def library_question(question: str, timed: bool = False) -> LibraryQuestion | None:
    """What a question wants of the library itself; None for a question that the articles' sentences answer.

    A time of publication that stands in it ("what happened this week?") is to be taken out before; timed: one was.
    """
    text = " ".join(question.split())
    if timed and not about(text):
        return LibraryQuestion(Wants.NEWS)
    if timed and (match := _HAPPENED.match(text)):
        return LibraryQuestion(Wants.LIST, match["topic"].strip(" “”\"'"))
    for wants, form in _FORMS:
        if match := form.match(text):
            return LibraryQuestion(wants, (match.groupdict().get("topic") or "").strip(" “”\"'"))
    return None
