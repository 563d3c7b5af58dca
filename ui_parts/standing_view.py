"""Standing questions as HTML: each with its last answer, and what changed in it beside what was said before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from assistant import AnswerChange, StandingQuestion
from ui_parts.drawing import TEMPLATES
from ui_parts.texts import Texts
from ui_parts.words import filter_in_words

SHOWN = 3  # changes of one question, the newest


class _Kept(NamedTuple):
    """A standing question. limits: its filter in words; changes: the newest of them, first."""

    kept: StandingQuestion
    limits: str
    changes: list[AnswerChange]


def standing(kept: Sequence[StandingQuestion], changes: Sequence[AnswerChange], say: Texts, note: str = "") -> str:
    """The list, those whose answers changed last first. note: what was just done."""
    place = {change.standing: -change.number for change in reversed(changes)}
    rows = [
        _Kept(one, filter_in_words(one.where, say), [change for change in changes if change.standing == one.id][:SHOWN])
        for one in sorted(kept, key=lambda one: place.get(one.id, 1))
    ]
    return TEMPLATES.draw("standing.html", "standing", rows, note, say=say, moment=_moment)


def _moment(when: datetime, say: Texts) -> str:
    there = when.astimezone()
    return f"{say.day(there.date())}, {there:%H:%M}"
