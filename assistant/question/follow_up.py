"""A follow-up to a question that stands alone, by rules: no model needed.

"and what did Zelenskyy say about it?" after "what are Putin's ceasefire conditions" becomes "what did Zelenskyy say
about Putin's ceasefire conditions".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.english.names import names
from assistant.question.answer_kind import Asks, asks
from assistant.question.small_talk import reply_to
from assistant.question.topic import topic_of
from assistant.types import Answer, Turn
from index.types import Hit

_LEAD = re.compile(r"^(?:and|but|so|then|also|ok(?:ay)?|well|what about|how about|and what about)\b[\s,]*", re.I)
_THING = re.compile(
    r"\b(?:it|this|that|these|those|them)\b(?!\s+(?:week|month|year|time|day|morning|is|was|the))", re.I
)
_PLACE = re.compile(r"\bthere\b(?!\s+(?:is|are|was|were|be|been|has|have))(?<!is there)(?<!are there)", re.I)
_PERSON = re.compile(r"\b(?:he|she|him|her|his|hers|they|their)\b", re.I)
_ASKING = re.compile(
    r"^(?:what|who|which|when|where|why|how(?: many| much| long| old)?)?\s*"
    r"(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|should)?\s+",
    re.I,
)
_ASKS = re.compile(
    r"(?:what|who|whom|whose|which|when|where|why|how|is|are|was|were|do|does|did|has|have|had|will|would|can|could)\b",
    re.I,
)
_WHO_IS = re.compile(r"(?i:who)(?:['’]s| is| was| are| were) (?:the )?(?:\w+ )?[A-Z]")
_HAPPENED = re.compile(r"^happen(?:ed|s)?\s+(?:to|in|at|with|on|during)\s+", re.I)
LOOKED_BACK_TURNS = 20  # turns: what was said before them is not meant by "it"
KEPT_TURNS = 2  # whose evidence stays among the candidates
SHORT_WORDS = 4  # words: "and the sanctions?" leans on what went before


def stand_alone(question: str, turns: Sequence[Turn]) -> str:
    """The question as it would be asked first; unchanged when it leans on nothing, or there is nothing to lean on."""
    before, last = "", None
    for turn in (turn for turn in turns[-LOOKED_BACK_TURNS:] if not reply_to(turn.question)):
        before, last = _after(turn.question, before, last), turn
    return _after(question, before, last)


def _after(question: str, before: str, last: Turn | None) -> str:
    """The question as it would be asked first, after a turn whose question stands alone as `before`."""
    question = question.strip()
    if last is None:
        return question
    asked = _LEAD.sub("", question)
    led = asked != question
    topic = subject(before)
    if topic and (m := _PERSON.search(asked)) and not names(asked[: m.start()]):
        many = m[0].lower() in ("they", "their", "them")
        if (not many or names(topic)) and (person := _person(before, last)):
            possessive = m[0].lower() in ("his", "their", "hers") or (
                m[0].lower() == "her" and re.match(r"\s+\w", asked[m.end() :]) is not None
            )
            asked = f"{asked[: m.start()]}{person}{'’s' if possessive else ''}{asked[m.end() :]}"
            return asked if len(asked.split()) > SHORT_WORDS + 2 else f"{asked.rstrip(' ?')} ({topic})"
        return f"{asked.rstrip(' ?')} ({topic})"
    if topic and (m := _THING.search(asked) or _PLACE.search(asked)) and not names(asked[m.end() :]):
        place = "" if m[0].lower() != "there" else "in "
        return f"{asked[: m.start()]}{place}{topic}{asked[m.end() :]}"
    if topic and (led or len(asked.split()) <= SHORT_WORDS) and _leans(asked, led):
        return f"{asked.rstrip(' ?')} ({topic})"
    return question


def _leans(asked: str, led: bool) -> bool:
    """A short question, or one that begins with "and", leans on the last one unless it brings its own subject: "Who is
    Sofia Brandt?" stands alone, "and Sofia Brandt?" does not."""
    if names(asked) and _ASKS.match(asked):
        return False
    return len(asked.split()) <= SHORT_WORDS or led


def subject(question: str) -> str:
    """What a question is about: its words without the asking ones in front."""
    if about := topic_of(question):
        return about.text
    bare = _HAPPENED.sub("", _ASKING.sub("", question.strip().rstrip("?. "), count=1).strip())
    return bare or question.strip().rstrip("?. ")


def completed(question: str, turns: Sequence[Turn]) -> str:
    """The question with the last turn's subject behind it, whether it seems to lean on it or not."""
    before = stand_alone(turns[-1].question, turns[:-1])
    topic = subject(before)
    return f"{question.rstrip(' ?.!')} ({topic})" if topic else ""


def _person(question: str, turn: Turn) -> str:
    """The name a "he", "she" or "they" most likely stands for: the one asked for by "who", as it was answered; else the
    last in the question, else the first answered."""
    answer = turn.answer if isinstance(turn.answer, str) else turn.answer.text
    short = "" if isinstance(turn.answer, str) else turn.answer.short
    in_question = names(subject(question))
    answered = [name for name in names(answer) if name != "The"]
    answered.sort(key=lambda name: not (short and (short in name or name in short)))
    if asks(question) is Asks.PERSON and answered and not (in_question and _WHO_IS.match(question)):
        return answered[0]
    return in_question[-1] if in_question else next(iter(answered), "")


def evidence(turns: Sequence[Turn]) -> list[Hit]:
    """The passages that the last answers cite, newest turn first."""
    found: dict[str, Hit] = {}
    for turn in reversed(turns[-KEPT_TURNS:]):
        if isinstance(turn.answer, Answer):
            places = {(c.article.id, c.start) for c in turn.answer.citations}
            for hit in turn.answer.hits:
                spans = (at for article_id, at in places if article_id == hit.article.id)
                if any(hit.passage.start <= at < hit.passage.end for at in spans):
                    found.setdefault(hit.passage.id, hit)
    return list(found.values())
