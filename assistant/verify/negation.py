"""Yes or no: what a sentence denies, and whether another one says the opposite.

Not a parser: a word of denial reaches over the next few words of its clause, and pairs of opposites are listed. Both
were set on one half of tests/statements.jsonl.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.verify.claims import numbers
from index.stop_words import STOP_WORDS

REACH = 3  # words of weight after "not" that it denies
_CLAUSE = re.compile(r"[,;:—–()“”\"]|\b(?:and|but|while|which|who|because|although|though|since|so that)\b", re.I)
_TOKEN = re.compile(r"[^\W_]+(?:[’'][^\W_]+)?")
_DENIES = re.compile(
    r"\b(?:not|no(?! (?:fewer|less|more|later|earlier) than)|nobody|none|never|neither|nor|"
    r"nothing(?! but)|nowhere|without|cannot|unable|den(?:y|ies|ied|ying)|"
    r"refus(?:e|es|ed|ing)|reject(?:s|ed|ing)?|fail(?:s|ed|ing)? to|hardly)\b|n[’']t\b",
    re.I,
)
# Words that keep a sentence from being a plain yes, without reaching over particular ones.
_QUALIFIES = re.compile(
    r"\b(?:only|unless|against|ban(?:s|ned)?|forb\w+|prohibit\w*|instead|impossible|unchanged|unlike|out of|withdrew|"
    r"lack\w*|avoid\w*|prevent\w*|stop(?:s|ped)?|keep \w+ from|no longer|drop|un\w{5,}ed|nothing but)\b",
    re.I,
)
_LIGHT = STOP_WORDS | frozenset("yet any even still also however ever been anyone".split())
_OPPOSITES: tuple[tuple[str, str], ...] = (
    ("allow permit may", "forbid forbidden ban banned prohibit"),
    ("rise rose risen raise raised gain gained climb climbed increase increased grow grew higher",
     "fall fell fallen lower lowered cut drop dropped decrease decreased decline declined lose lost reduce reduced"),
    ("accept accepted agree agreed ready welcome", "reject rejects rejected refuse refuses refused"),
    ("confirm confirmed admit admitted concede", "deny denied denies"),
    ("convict convicted guilty", "clear cleared acquit acquitted innocent"),
    ("above over exceeded", "below under beneath"),
    ("alive unharmed survived safe", "dead killed died"),
    ("win won wins beat", "lose lost loses"),
    ("open opened reopened", "closed shut close"),
    ("possible able can", "impossible unable cannot"),
    ("support supports supported back backs backed approve approved for favour", "against oppose opposed opposes"),
    ("save saved rescued survived", "destroyed lost ruined"),
    ("all every everyone everybody always", "none nobody never"),
    ("strong stronger better good", "weak weaker worse bad poor"),
    ("before until ahead", "after since"),
    ("arrested jailed convicted", "freed released acquitted"),
    ("begin began begins start starts started", "end ended ends finish finished"),
    ("more most", "fewer less least"),
    ("first", "last"),
    ("false", "true"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Polarity:
    """stems: every stem of weight. denied: those a denial reaches. plain: no word of denial or reserve anywhere."""

    stems: frozenset[str]
    denied: frozenset[str]
    plain: bool
    words: frozenset[str]  # of clauses without denial, as written


def polarity(text: str, stems: Callable[[str], list[str]]) -> Polarity:
    """What is denied in a text."""
    denied: set[str] = set()
    every: set[str] = set()
    words: set[str] = set()
    for clause in _clauses(text):
        tokens = [m for m in _TOKEN.finditer(clause) if m[0].lower() not in _LIGHT]
        every.update(stem for token in tokens for stem in stems(token[0]))
        if not _DENIES.search(clause):
            words.update(w[0].lower() for w in _TOKEN.finditer(clause))
        for denial in _DENIES.finditer(clause):
            reached = [t for t in tokens if t.start() >= denial.end()][:REACH]
            denied.update(stem for t in reached if not numbers(t[0]) for stem in stems(t[0]))
    plain = not _DENIES.search(text) and not _QUALIFIES.search(text)
    return Polarity(frozenset(every), frozenset(denied), plain, frozenset(words))


def _clauses(text: str) -> list[str]:
    clauses, at = [], 0
    for cut in _CLAUSE.finditer(text):
        clauses.append(text[at : cut.start()])
        at = cut.start()
    return [*clauses, text[at:]]


def contradicts(said: str, evidence: str, stems: Callable[[str], list[str]]) -> str:
    """The word in which a sentence says the opposite of the evidence; "" when it does not."""
    a, b = polarity(said, stems), polarity(evidence, stems)
    if b.plain and (only_said := (a.denied & b.stems) - b.denied):
        return min(only_said)
    if a.plain and (only_there := (b.denied & a.stems) - a.denied):
        return min(only_there)
    for yes, no in _OPPOSITES:
        one, other = _sides(a, yes.split(), no.split()), _sides(b, yes.split(), no.split())
        if one and other and one != other:
            return next(w for w in (*yes.split(), *no.split()) if w in a.words)
    return ""


def _sides(text: Polarity, yes: Sequence[str], no: Sequence[str]) -> int:
    """1 when a text is on the side of the first words, -1 on that of their opposites, 0 on neither or on both."""
    on_yes, on_no = text.words.intersection(yes), text.words.intersection(no)
    if bool(on_yes) == bool(on_no):
        return 0
    return 1 if on_yes else -1
