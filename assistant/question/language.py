"""The language a question is asked in, by its function words: German, French, Spanish, Italian, Dutch, Portuguese.

Function words make up half of a question in any language, so a few of them tell it (Grefenstette 1995). A text of
English words, of names alone or of one word is taken for English.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assistant.english.lexicon import AUXILIARIES, FUNCTION_WORDS

LEAST_SHARE = 0.3  # of the words of a question, that are function words of its language
_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH = FUNCTION_WORDS | AUXILIARIES


@dataclass(frozen=True, slots=True)
class Language:
    """A language with what is said in it. words: its function words. told: that the question is in it and the articles
    are in English. leads: before the articles that the question's names lead to."""

    code: str
    words: frozenset[str]
    told: str
    leads: str


@cache
def _languages() -> tuple[Language, ...]:
    kept = json.loads((Path(__file__).parent / "languages.json").read_text(encoding="utf-8"))
    return tuple(
        Language(code, frozenset(one["words"].split()), one["told"], one["leads"])
        for code, one in kept.items()
        if code != "source"
    )


def language_of(question: str) -> Language | None:
    """The language of a question; None for English, and where nothing tells it."""
    words = [word.lower() for word in _WORD.findall(question)]
    if len(words) < 2:
        return None
    english = sum(word in _ENGLISH for word in words)
    best = max(_languages(), key=lambda one: sum(word in one.words for word in words))
    own = sum(word in best.words for word in words)
    return best if own > english and own >= max(2, LEAST_SHARE * len(words)) else None


def content_words(question: str, language: Language) -> list[str]:
    """The words of a question that are no function words: its names among them."""
    return [word for word in _WORD.findall(question) if word.lower() not in language.words]
