"""Typing errors in a question, corrected against the library's own words: "eurovison" is read as "Eurovision"."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from rapidfuzz.distance import OSA

from assistant.english.wording import normal
from assistant.question.library_question import library_question
from assistant.question.topic import topic_of
from index.encoder.open import find_model
from index.encoder.types import DEFAULT_ENCODER
from index.library import Library

SHORTEST = 5  # letters: shorter words are one error from too many others
LONG_LETTERS = 9  # letters from which two errors are forgiven
MEANT_PASSAGES = 40  # passages in which the word that was meant is sought
_WORD = re.compile(r"[^\W\d_]+")
_SPELT_OUT = re.compile(r"(?<=[aouAOU])e")
_QUOTED = re.compile('["“”„«»]')
_PRECEDES = re.compile(r"[\w@/.-]")
_FOLLOWS = re.compile(r"[\w@/-]|\.\w")  # part of an address or of a compound: no word of its own


def corrected(library: Library, question: str) -> str:
    """The question with the words that stand in no article put as the articles have them, where they are a typing error
    or two away. What stands in quotation marks is left as it is, and so is every word of English, and a question most
    of whose words are unknown: it is in another language."""
    if (topic := _topic(question)) is not None:  # "summarise" is no typing error, whatever the articles hold
        return question.replace(topic, corrected(library, topic)) if topic else question
    words = [word for word in _WORD.findall(question) if len(word) >= SHORTEST]
    unknown = [word for word in words if not _known(library, word)]
    if _QUOTED.search(question) or len(unknown) > max(1, len(words) / 2):
        return question
    return _WORD.sub(lambda word: _meant(library, question, word), question)


def _topic(question: str) -> str | None:
    """The topic of a question about the library, or for news at large; None for another question."""
    if about := library_question(question):
        return about.topic
    topic = topic_of(question)
    return topic.text if topic and topic.text != question else None


def _meant(library: Library, question: str, found: re.Match[str]) -> str:
    word = found[0]
    if len(word) < SHORTEST or _compound(question, found) or _known(library, word):
        return word
    if plain := _with_umlauts(library, word):
        return plain
    most = 2 if len(word) >= LONG_LETTERS else 1
    likely: Counter[str] = Counter()
    for hit in library.by_likeness(word, most, MEANT_PASSAGES):
        for other in set(_WORD.findall(f"{hit.article.title} {hit.passage.text}")):
            if other[0].lower() == word[0].lower() and len(other) >= SHORTEST and _errors(word, other) <= most:
                likely[other] += 1
    if not likely:
        return word
    return min(likely, key=lambda other: (_errors(word, other), -likely[other], other))


def _with_umlauts(library: Library, word: str) -> str:
    """The word as the articles have it, where its "ae", "oe", "ue" stand for umlauts: "Hafenbruecke"; else ""."""
    bare = _SPELT_OUT.sub("", word)
    if bare == word or not library.knows(bare):
        return ""
    for hit in library.by_words(bare, 3):
        text = f"{hit.article.title} {hit.passage.text}"
        if found := [word for word in _WORD.findall(text) if normal(word) == normal(bare)]:
            return str(found[0])
    return ""


def _known(library: Library, word: str) -> bool:
    return word.lower() in _english() or library.knows(word)


def _errors(one: str, other: str) -> int:
    """Letters to put in, leave out, replace, or change about with the next."""
    return int(OSA.distance(one.lower(), other.lower()))


def _compound(question: str, found: re.Match[str]) -> bool:
    before = question[found.start() - 1 : found.start()]
    return bool(before and _PRECEDES.match(before)) or _FOLLOWS.match(question, found.end()) is not None


@cache
def _english() -> frozenset[str]:
    """The words of English that the shipped encoder holds whole: no typing errors, whatever the library has."""
    from tokenizers import Tokenizer

    folder = find_model(DEFAULT_ENCODER).folder
    if folder is None:
        return frozenset()
    made = Tokenizer.from_file(str(folder / "tokenizer.json"))
    return frozenset(word for word in made.get_vocab(with_added_tokens=False) if word.isalpha())
