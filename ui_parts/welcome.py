"""What the chat shows before the first question: what there is to ask, or how to fill an empty library."""

from __future__ import annotations

from ui_parts.drawing import TEMPLATES
from ui_parts.texts import Texts

COMMAND = "newsdesk add articles/"


def welcome(articles: int, say: Texts, note: str = "") -> str:
    """The page without a question. articles: how many there are; note: such as that an answer is gone."""
    return TEMPLATES.draw("welcome.html", "welcome", articles, note, say=say)


def empty(say: Texts, may_write: bool) -> str:
    """A library without articles: the ways to fill it, for those who may."""
    return TEMPLATES.draw("welcome.html", "empty", may_write, COMMAND, say=say)


def filling(say: Texts) -> str:
    """The sample articles on their way in."""
    return TEMPLATES.draw("welcome.html", "filling", say=say)
