"""Whom a leading "He" or "She" stands for: the name in the sentences before it; and which sentences lean on another.

Rules, on purpose timid: a wrong name in brackets is worse than none. A name counts as a person's when it is introduced
by a title or followed by a verb of speech, or when its last word stands alone elsewhere in the article, as the
names of people do in news ("Ines Marlow … Marlow said").
"""

from __future__ import annotations

import re

from assistant.english.lexicon import (
    DAYS,
    FUNCTION_WORDS,
    HONORIFICS,
    MONTHS,
    OFFICES,
    OPENERS,
    ORGANISATIONS,
    PEOPLES,
    TRADES,
    any_of,
)
from index.passages import sentences
from index.stop_words import STOP_WORDS

BACK_CHARACTERS = 1200  # characters read before the sentence
SENTENCES_BACK = 3
_PRONOUN = re.compile(r"^(?:He|She|His|Her)\b(?!\s+(?:who|Majesty|Royal|Honou?r))")
_LEANS = re.compile(
    r"^[“\"]?(?:It|They|This|That|These|Those|Their|Its|Both|Such)\b(?!\s+(?:is|was) (?:not )?(?:clear|unclear|"
    r"unknown|possible|likely|unlikely|expected|time|raining))"
)
_WORD = r"[A-Z][\w'’-]*[a-z][\w'’-]*"
_NAME = re.compile(rf"\b{_WORD}(?: (?:[A-Z]\. |(?:de|van|von|bin|al|el|da|di|le|la) )?{_WORD}){{1,3}}")
_TITLE = rf"(?:{any_of((*HONORIFICS, *OFFICES, *TRADES))})\.?"
_TITLED = re.compile(rf"\b{_TITLE} ?$")
_LEADING_TITLE = re.compile(rf"^(?:(?:U\.?S\.?|Vice|Former|Deputy|Acting|Foreign|{_TITLE}) )+")
_SPEAKS = re.compile(r"^(?:,? (?:who|said|says|told|added|wrote|announced)\b|, \d\d\b)")
# Words that a person's name does not hold.
_NO_PERSON = frozenset(
    (*ORGANISATIONS, *PEOPLES, *MONTHS, *DAYS, "Former", "New", "Week", "Year", "Des", "Los", "Las")
) | {word.capitalize() for word in FUNCTION_WORDS | OPENERS}


def leans(sentence: str) -> bool:
    """Whether a sentence begins with a word that only the sentence before it explains: "It", "They", "This"."""
    return _LEANS.match(sentence) is not None


def name_for(text: str, start: int, sentence: str) -> str | None:
    """The full name that the "He", "She", "His" or "Her" at the beginning of the sentence at `start` stands for; None
    when it begins otherwise, or the sentences before it leave a doubt."""
    if not _PRONOUN.match(sentence):
        return None
    begin = max(0, start - BACK_CHARACTERS)
    before = text[begin:start]
    people = _people(text)
    for a, b in reversed(sentences(before)[-SENTENCES_BACK:]):
        said = before[a:b]
        found = [(m.start(), full) for m in re.finditer(rf"\b{_WORD}", said) if (full := people.get(m[0]))]
        named = list(dict.fromkeys(full for _, full in found))
        if len(named) == 1:
            return named[0]
        if named:  # of several, only the one that the sentence is about, at its beginning
            return found[0][1] if found[0][0] <= 25 else None
        if not re.search(r"\b(?:[Hh]e|[Ss]he|[Hh]is|[Hh]er)\b", said):
            return None  # it is about something else: the thread is lost
    return None


def _people(text: str) -> dict[str, str]:
    """The last word of each person's name in a text to the full name; a last word that two people share is left out."""
    found: dict[str, set[str]] = {}
    for match in _NAME.finditer(text):
        full = _LEADING_TITLE.sub("", match[0])
        words = re.sub(r"['’]s$", "", full).split()
        if len(words) < 2 or _NO_PERSON & set(words) or words[0].lower() in STOP_WORDS:
            continue
        last = words[-1]
        titled = full != match[0] or _TITLED.search(text[max(0, match.start() - 20) : match.start()])
        alone = rf"(?:(?<=[a-z,;:”\"] )|(?<=[.!?] )|(?<=\n)|(?<=[“\"])){re.escape(last)}(?:['’]s)? [a-z]"
        if titled or _SPEAKS.match(text[match.end() : match.end() + 14]) or re.search(alone, text):
            found.setdefault(last, set()).add(" ".join(words))
    return {last: min(names, key=len) for last, names in found.items() if len({n.split()[0] for n in names}) == 1}
