"""Whether two texts are in one language, as far as English tells: by the share of its commonest words."""

from __future__ import annotations

import re
import unicodedata

from index.stop_words import STOP_WORDS

ENGLISH, OTHER = 0.2, 0.12  # shares of English's commonest words: prose has 0.3 to 0.5, other languages below 0.1
SHORT_WORDS = 5  # words: below it nothing is said
_WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)?")
_SHARED = frozenset("a an in on so was me do no he i as".split())  # words of other languages too


def english(text: str) -> bool | None:
    """True or False, or None where a text is too short or too mixed to tell."""
    words = [word.lower() for word in _WORD.findall(text)]
    if len(words) < SHORT_WORDS:
        return None
    common = (STOP_WORDS | {"said", "had", "not"}) - (_SHARED if len(words) < 12 else frozenset())
    share = sum(word in common for word in words) / len(words)
    if share >= ENGLISH:
        return True
    return False if share < OTHER and not any(word in ("the", "and", "of") for word in words) else None


def same_language(one: str, other: str) -> bool:
    """Whether two texts may be in one language: False only when one is English and the other is not."""
    return {english(one), english(other)} != {True, False}


def mixed_alphabets(text: str) -> list[re.Match[str]]:
    """The words with letters of Latin and of another alphabet: no language writes so, look-alikes do."""
    return [m for m in _WORD.finditer(text) if not m[0].isascii() and len({*map(_alphabet, m[0])} - {""}) > 1]


def _alphabet(letter: str) -> str:
    """LATIN, CYRILLIC or GREEK, whose letters look alike; "" for any other."""
    name = unicodedata.name(letter, "").split(" ")[0]
    return name if name in ("LATIN", "CYRILLIC", "GREEK") else ""
