"""A question that asks two things, or compares two: the questions it is made of, each as it would be asked alone.

"Who won the cup and who scored the last goal?" is two questions; "Which is longer, the bridge or the tram line?" asks
how long each is. Rules over the form only; what does not fit one is a single question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.english.lexicon import PAST_TO_BASE

_WH = r"(?:what|which|who|whom|whose|when|where|why|how)"
_AUX = r"(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|should)"
_TWO = re.compile(
    rf"^(?P<first>.+?)(?:,? (?:and|but) (?P<second>(?:(?:in|at|on|by|for|to|with|from) )?{_WH}\b.+)"
    rf"|, (?:and|but) (?P<third>{_AUX}\b.+))$",
    re.I,
)
_LEADS = re.compile(rf"^(?:(?:and|but|so|in|at|on|by|for|to|with|from) )?(?:{_WH}|{_AUX})\b", re.I)
_OR = re.compile(
    r"^(?P<head>(?:which|who|what|where|when)\b.*?|is there .*?)(?:,|:|\s[-–—]) (?P<one>.+?),? or (?P<other>.+)$", re.I
)
_THAN = re.compile(
    rf"^(?P<aux>{_AUX}) (?P<one>.+?) (?P<more>(?:more|less|fewer) \w+|\w+er|better|worse) than (?P<other>.+)$", re.I
)
_COMPARED = re.compile(
    r"^how (?:does|do|did|is|are) (?P<of>(?:the )?.+?) (?:of|in|at|for) (?P<one>.+?) compared? (?:with|to) "
    r"(?:that (?:of|in) )?(?P<other>.+)$"
    r"|^(?:compare|comparison of|(?:what is the )?difference between) (?P<a>.+?) (?:and|with|to) (?P<b>.+)$",
    re.I,
)
_VERSUS = re.compile(r"^(?P<one>.+?) (?:vs\.?|versus) (?P<other>.+)$", re.I)
_PLACED = "in|at|on|by|of|for|near|from"
_BOTH = re.compile(
    rf"^(?P<head>(?:{_WH}|{_AUX})\b.+?) (?P<prep>{_PLACED}) (?P<one>[^,]+?) and (?:{_PLACED}) (?P<other>.+)$",
    re.I,
)
# What a comparison asks of each of the two.
_MEASURES = {
    "longer": "how long", "shorter": "how long", "larger": "how large", "bigger": "how large", "smaller": "how large",
    "higher": "how high", "lower": "how high", "taller": "how tall", "older": "how old", "younger": "how old",
    "heavier": "how heavy", "faster": "how fast", "slower": "how fast", "deeper": "how deep", "wider": "how wide",
    "hotter": "how hot", "colder": "how cold", "farther": "how far", "further": "how far", "earlier": "when",
    "later": "when", "dearer": "how much does it cost", "cheaper": "how much does it cost", "longest": "how long",
}  # fmt: skip
_HAS = re.compile(
    r"(?:(?P<noun>[\w ]+?) )?(?:has|have|had) (?:a|the)? ?(?:more|less|fewer|most|least|\w+er|\w+est) "
    r"(?P<attribute>[\w ]+)",
    re.I,
)
_DID_MORE = re.compile(r"(?:[\w]+ )?(?P<verb>\w+) (?:the )?(?:more|less|fewer|most|least) (?P<things>[\w ]+)", re.I)
_MORE = re.compile(r"\b(?:more|most|less|fewer|the (?:most|least|more|higher|lower|larger|bigger|smaller))\b", re.I)


@dataclass(frozen=True, slots=True)
class Part:
    """One of two questions in one. about: what it is about, to name it where the articles do not tell it.

    leans: it may speak of the first one's subject ("and what caused it?").
    """

    question: str
    about: str
    leans: bool = False


def parts(question: str) -> tuple[Part, ...]:
    """The two questions in one; () for a single one."""
    text = " ".join(question.split()).rstrip(" ?.!")
    if '"' in text or "“" in text or len(text.split()) > 40:
        return ()
    return _compared(text) or _two(text)


def _two(text: str) -> tuple[Part, ...]:
    m = _TWO.match(text)
    if m and _LEADS.match(m["first"]) and len(m["first"].split()) > 2:
        second = m["second"] or m["third"]
        if len(second.split()) > 2:
            return Part(f"{m['first']}?", m["first"]), Part(f"{second}?", second, leans=True)
    if m := _BOTH.match(text):
        return _each(f"{m['head']} {m['prep']} ", m["one"], m["other"])
    return ()


def _compared(text: str) -> tuple[Part, ...]:
    if m := _OR.match(text):
        return _of_each(m["head"], m["one"], m["other"])
    if (m := _THAN.match(text)) and (measure := _MEASURES.get(m["more"].lower())):
        return _each(f"{measure} {m['aux'].lower()} ", m["one"], m["other"])
    if m := _COMPARED.match(text):
        if m["of"]:
            return _each(f"{m['of']} of ", m["one"], m["other"])
        return Part(m["a"], m["a"]), Part(m["b"], m["b"])
    if (m := _VERSUS.match(text)) and not _LEADS.match(text):
        return Part(m["one"], m["one"]), Part(m["other"], m["other"])
    return ()


def _each(before: str, one: str, other: str) -> tuple[Part, ...]:
    return tuple(Part(f"{before}{side}?", side) for side in (one.strip(), other.strip()))


def _of_each(head: str, one: str, other: str) -> tuple[Part, ...]:
    """What a comparison asks of each: "which is longer" is "how long is the bridge?"."""
    sides = (one.strip(), other.strip())
    noun_and_rest = re.sub(rf"^{_WH}\s+", "", head, flags=re.I)
    measure = next((_MEASURES[word] for word in head.lower().split() if word in _MEASURES), "")
    if measure and re.fullmatch(rf"(?:[\w-]+ )?{_AUX} (?:the )?\w+", noun_and_rest, re.I):
        return _each(f"{measure} {'is' if measure.startswith('how') else 'was'} ", *sides)
    if re.fullmatch(r"(?:[\w ]+ )?costs? (?:the )?(?:more|most|less|least)", noun_and_rest, re.I):
        return tuple(Part(f"how much did {side} cost?", side) for side in sides)
    if m := _HAS.fullmatch(noun_and_rest):
        of = [f"{side} {m['noun'] or ''}" if re.search(r"['’]s?$", side) else side for side in sides]
        return tuple(
            Part(f"what is the {m['attribute']} of {of_it.strip()}?", side)
            for of_it, side in zip(of, sides, strict=True)
        )
    if m := _DID_MORE.fullmatch(noun_and_rest):
        base = PAST_TO_BASE.get(m["verb"].lower(), m["verb"].lower())
        much = "how many" if m["things"].endswith("s") else "how much"
        return tuple(Part(f"{much} {m['things']} did {side} {base}?", side) for side in sides)
    plain = " ".join(word for word in _MORE.sub(" ", noun_and_rest).split() if word.lower() not in _MEASURES)
    return tuple(Part(f"{plain} {side}", side) for side in sides)
