"""Names in a text: words in capitals that stand for somebody or something."""

from __future__ import annotations

import re

from assistant.english.calendar import is_calendar_word
from assistant.english.lexicon import AUXILIARIES, FUNCTION_WORDS, HONORIFICS, NUMBER_WORDS, OFFICES, OPENERS, ROMAN

_NAME = re.compile(r"\b[A-Z][\w'’-]*(?:\s+(?:(?:of|the|de|der|den|da|di|du|la|van|von|al|bin)\s+)*[A-Z][\w'’-]*)*")
_CAPITAL = re.compile(r"\b(?:[A-Z]\.(?:[A-Z]\.)+|[A-ZÀ-ÖØ-Þ][^\W_]*(?:[’'-][^\W_]+)*)")
_ASK_OR_JOIN = (FUNCTION_WORDS - {"the"}) | AUXILIARIES  # they begin a sentence and are no name; "The Hague" is one
_BEGIN = FUNCTION_WORDS | OPENERS
_TITLES = frozenset(word.lower() for title in (*HONORIFICS, *OFFICES) for word in title.split())


def names(text: str) -> list[str]:
    """The capitalised names in a text, without the words before them that only begin a sentence: "Sofia Brandt"."""
    found = []
    for match in _NAME.finditer(text):
        words = match[0].split()
        begins = not re.search(r"[\w,]\s*$", text[: match.start()])
        while words and (words[0].islower() or (words[0].lower() in _ASK_OR_JOIN and not _is_name(words[0], begins))):
            del words[0]
        if words:
            found.append(re.sub(r"['’]s$", "", " ".join(words)))
    return found


def _is_name(word: str, begins: bool) -> bool:
    """Whether a word of those that are no names is one here: WHO and IT are, and Will where it begins no sentence."""
    return (len(word) > 1 and word.isupper()) or (word == "Will" and not begins)


def name_words(text: str) -> list[str]:
    """The single words of names, without 's, numbers, titles and dates, in order, each once: "Sofia", "Brandt"."""
    found: dict[str, None] = {}
    starts = _sentence_starts(text)
    matches = list(_CAPITAL.finditer(text))
    for place, m in enumerate(matches):
        word = re.sub(r"[’']s?$", "", m[0])
        low = word.lower().rstrip(".")
        if low in NUMBER_WORDS or low in _TITLES or word in ROMAN or is_calendar_word(word):
            continue
        if m.start() in starts:
            follower = matches[place + 1] if place + 1 < len(matches) else None
            joined = follower is not None and text[m.end() : follower.start()] == " "
            if low in _BEGIN or (not joined and not re.match(r"[’']s\b", text[m.end() - 2 :])):
                continue
        elif low in _BEGIN:
            continue
        found.setdefault(word)
    return list(found)


def _sentence_starts(text: str) -> set[int]:
    starts = {m.end() for m in re.finditer(r"(?:^|[.!?:]\s+|[“\"‘(])[“\"‘(]*", text)}
    return starts | {0}
