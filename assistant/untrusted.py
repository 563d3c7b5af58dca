"""Makes what a model wrote harmless: no address but a cited article's, no markup, no role markers, no hidden thinking.

Works word by word, so that a stream cleaned as it comes equals the whole text cleaned at the end.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

REMOVED = "(address removed)"
_ADDRESS = re.compile(
    r"(?:[a-zA-Z][\w+.-]{1,20}:(?:\\|/){2}|www\.|(?:\\|/){2}(?=[\w-]+\.))[^\s<>\"”“()\[\]{}|^`]*"
    r"|\b(?:javascript|vbscript|data|mailto|file|tel|blob):[^\s<>\"”“()\[\]]+"
    r"|(?<![\w@.])(?:[\w-]+\.)+[a-zA-Z]{2,24}(?::\d+)?/[^\s<>\"”“()\[\]]*",
    re.I,
)
_ROLE = re.compile(
    r"<\|[^|<>\s]{0,40}\|>|<</?SYS>>|\[/?(?:INST|SYSTEM|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS)\]"
    r"|</?(?:start|end)_of_turn>|</?s>|</?(?:system|assistant|user|human)>",
    re.I,
)
_TAG = re.compile(r"<(?=[a-zA-Z/!?])")
_LINK = re.compile(r"\](?=[(\[:])(?!\[\d)")
_IMAGE = re.compile(r"!(?=\[)")
_THINKING, _THOUGHT = re.compile(r"<think(?:ing)?>", re.I), re.compile(r"</think(?:ing)?>", re.I)
# What an article says to a model and not to a reader.
_ORDER = re.compile(
    r"\b(?:ignore|disregard|forget|override|ignoriere)\b.{0,30}"
    r"\b(?:instructions?|rules?|prompts?|guidelines?|anweisungen|consignes)\b"
    r"|\byou (?:are|will be) now\b|\byou (?:must |shall |will )?now (?:answer|act|say)\b"
    r"|\b(?:system|developer) (?:prompt|message)\b|^\W*(?:system|assistant|user)\s*:"
    r"|^\W*(?:answer|reply|respond|repeat|print|output|cite|append|write|say|call)\b"
    r"(?: only| exactly| with|:| the (?:tool|word|words|following)| like)",
    re.I | re.M,
)
_KEPT = "\n\t"
_LONGEST_TAG = len("</thinking>")


def neutral(text: str, addresses: Iterable[str] = ()) -> str:
    """The text without what could act. addresses: those that may stand in it, whole."""
    cleaner = Cleaner(addresses)
    return cleaner.take(text) + cleaner.rest()


def tamed(text: str) -> str:
    """Text of an article as a model is shown it: its role markers and tags are broken, nothing else is changed.

    Local engines read such markers as their own even inside a message.
    """
    return _TAG.sub("‹", _ROLE.sub(lambda m: " ".join(m[0]), _shown(text)))


def unmarked(text: str) -> str:
    """Text of articles for what shows Markdown: no tag, image or link of theirs is one; every offset stays."""
    return _TAG.sub("‹", _IMAGE.sub("！", _LINK.sub("］", text)))


def role_markers(text: str) -> bool:
    """Whether a text holds the marks by which a model tells who is speaking: no sentence of an article does."""
    return _ROLE.search(_shown(text)) is not None


def orders(text: str) -> bool:
    """Whether a sentence of an article gives orders to a model: such a sentence is no evidence of anything."""
    return _ORDER.search(_shown(text)) is not None or _ROLE.search(text) is not None


def _shown(text: str) -> str:
    """The text without control and formatting characters: escape codes, zero-width marks, turned direction."""
    return "".join(c for c in text if c in _KEPT or unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cs"))


class Cleaner:
    """Cleans a stream: `take` each piece and say what it gives back, then `rest`."""

    def __init__(self, addresses: Iterable[str] = ()) -> None:
        self._addresses = frozenset(addresses)
        self._held = ""
        self._thinking = False

    def take(self, piece: str) -> str:
        """What can be said by now: whole words, up to the last white space."""
        self._held += piece
        out = ""
        while mark := (_THOUGHT if self._thinking else _THINKING).search(self._held):
            if not self._thinking:
                out += self._cleaned(self._held[: mark.start()])
            self._held = self._held[mark.end() :]
            self._thinking = not self._thinking
        if self._thinking:
            self._held = self._held[-_LONGEST_TAG:]
            return out
        end = max((self._held.rfind(space) for space in " \n\t"), default=-1) + 1
        out += self._cleaned(self._held[:end])
        self._held = self._held[end:]
        return out

    def rest(self) -> str:
        """What was still held back."""
        held, self._held = self._held, ""
        return "" if self._thinking else self._cleaned(held)

    def _cleaned(self, text: str) -> str:
        return "".join(self._word(word) for word in re.split(r"(\s+)", text))

    def _word(self, word: str) -> str:
        word = _ROLE.sub("", _shown(word))
        word = re.sub(r"【(\d+)[^】]*】", r"[\1]", word)
        word = _ADDRESS.sub(self._address, word)
        return _TAG.sub("‹", _LINK.sub("] ", word.replace("![", "[")))

    def _address(self, found: re.Match[str]) -> str:
        bare = found[0].rstrip(".,;:!?'’*_")
        return found[0] if bare in self._addresses else REMOVED + found[0][len(bare) :]
