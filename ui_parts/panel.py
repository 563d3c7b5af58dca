"""The list of a person's conversations as HTML."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.conversations.types import Summary
from ui_parts.drawing import TEMPLATES
from ui_parts.texts import Texts


def panel(found: Sequence[Summary], total: int, open_id: str, say: Texts, words: str = "") -> str:
    """The conversations, the last changed first. total: how many there are; words: what was searched for."""
    return TEMPLATES.draw("panel.html", "panel", found, total, open_id, words, say=say)
