"""What a question asks for: a person, a time, a place, a number, a reason, a list, somebody's words, or a thing."""

from __future__ import annotations

import re
from enum import Enum


class Asks(Enum):
    """The kind of answer asked for."""

    PERSON = "person"
    TIME = "time"
    PLACE = "place"
    NUMBER = "number"
    REASON = "reason"
    LIST = "list"
    WORDS = "words"
    THING = "thing"


def _any(words: str) -> str:
    return f"(?:{'|'.join(words.split())})"


_WHICH = r"\b(?:what|which)"
_SPEECH = _any("say said tell told think argue claim warn")
_AMOUNT = _any("percentage percent share number amount sum price age score")
_SIZE = _any("many much old long far big large tall high fast often")
_SPAN = _any("year date day month time season decade")
_SPOT = _any("country city state town place county province region island continent airport river nation")
_ROLE = _any(
    "actor actress singer player politician person star musician author president minister senator governor candidate "
    "king queen coach ceo judge rapper golfer celebrity leader"
)
_ITEMS = _any("conditions demands steps terms measures criteria requirements proposals reasons goals")
_PATTERNS: tuple[tuple[Asks, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.I))
    for kind, pattern in (
        (
            Asks.WORDS,
            rf"\bwhat (?:did|does|do|has|have|had) .{{2,80}}? {_SPEECH}\b|\bhow did .{{2,80}}? (?:react|respond)\b",
        ),
        (Asks.NUMBER, rf"\bhow {_SIZE}\b|{_WHICH} {_AMOUNT}\b"),
        (Asks.REASON, r"\bwhy\b|\bwhat (?:was|is|were|are) the (?:cause|reason)|\bwhat caused\b|\bhow come\b"),
        (Asks.TIME, rf"\bwhen\b|{_WHICH} {_SPAN}\b"),
        (Asks.PLACE, rf"\bwhere\b|{_WHICH} (?:\w+ )?{_SPOT}\b"),
        (Asks.PERSON, rf"\bwho(?:se|m)?\b|{_WHICH} (?:\w+ ){{0,3}}{_ROLE}\b"),
        (
            Asks.LIST,
            r"\bwhat (?:are|were)\b|\bwhich (?:\w+ )?(?:are|were)\b|\b(?:list|name) (?:the|all|two|three|four|five)\b"
            rf"|\b{_ITEMS}\b",
        ),
    )
)


def asks(question: str) -> Asks:
    """The kind of answer a question asks for; THING when nothing says otherwise."""
    return next((kind for kind, pattern in _PATTERNS if pattern.search(question)), Asks.THING)


_YES_NO = re.compile(
    r"(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|should|may|must)\b(?!.*\b(?:or|who|what|when|where|why|how)\b)",
    re.I,
)


def is_yes_no(question: str) -> bool:
    """Whether a question can be answered by yes or no: it begins with an auxiliary verb."""
    return _YES_NO.match(question.strip()) is not None


_LISTED = re.compile(
    rf"\b{_ITEMS[:-1]}|conditions?|points)\b[^.;]{{0,40}}?(?:\b(?:are|were|is|include[sd]?)\b|:)|\b(?:must|demand(?:s|ed)|"
    r"require[sd]?|insist(?:s|ed)|call(?:s|ed) for|want(?:s|ed))\b[^.;]*?(?:,| and )",
    re.I,
)


def lists(sentence: str) -> bool:
    """Whether a sentence sets out conditions, demands, reasons and the like: "The criteria are that …, and …"."""
    return _LISTED.search(sentence) is not None
