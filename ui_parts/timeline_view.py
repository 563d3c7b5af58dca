"""A timeline as HTML: a row for each date with its citation, and a chart of the values where there are some."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from ui_parts.drawing import TEMPLATES
from ui_parts.texts import Texts
from ui_parts.words import filter_in_words

if TYPE_CHECKING:
    from assistant.answer.timeline import Timeline, TimelineRow

WIDE, HIGH, EDGE = 720, 220, 44  # of the chart, in its own units


def hint(say: Texts) -> str:
    """The tab before anything was asked."""
    return TEMPLATES.draw("timeline.html", "hint", say=say)


def timeline(found: Timeline, say: Texts) -> str:
    """What the articles say about a question over time."""
    if not found.rows:
        return TEMPLATES.draw("timeline.html", "nothing", found.question, say=say)
    within = f" ({filter_in_words(found.searched.where, say)})" if found.searched.where else ""
    count = say("timeline_rows", count=len({row.day for row in found.rows})) + within
    chart = _chart(found.drawn, found.unit, say)
    return TEMPLATES.draw("timeline.html", "timeline", found, count, chart, say=say, value=_value)


def _value(value: float, unit: str, say: Texts) -> str:
    """A number as people of the language write it, with its unit."""
    shown = say.number(int(value)) if value == int(value) else f"{value:g}".replace(".", say("decimal"))
    if len(unit) == 1 and not unit.isalpha():
        return f"{shown}{unit}" if unit in "%°" else f"{unit}{shown}"
    return f"{shown} {unit}".strip()


class _Point(NamedTuple):
    """A value on the chart, in the chart's units. day, value: in words; tells: whether its value is written there."""

    x: float
    y: float
    day: str
    value: str
    tells: bool


class _Chart(NamedTuple):
    """What the chart draws. base, left, right: of its axis; first, last: the days at its ends."""

    points: list[_Point]
    label: str
    first: str
    last: str
    width: int = WIDE
    height: int = HIGH
    base: int = HIGH - EDGE + 8
    left: int = EDGE
    right: int = WIDE - EDGE


def _chart(rows: Sequence[TimelineRow], unit: str, say: Texts) -> _Chart | None:
    """The values as a line; None for fewer than two days."""
    valued = [(row.day, row.value) for row in rows if row.value is not None]
    if not valued or valued[0][0] == valued[-1][0]:
        return None
    first, last = valued[0][0], valued[-1][0]
    low, high = min(0.0, *(value for _, value in valued)), max(value for _, value in valued)
    span, days = (high - low) or 1.0, (last - first).days

    def point(index: int) -> _Point:
        day, value = valued[index]
        along, up = (day - first).days / days, (value - low) / span
        x, y = round(EDGE + along * (WIDE - 2 * EDGE), 1), round(HIGH - EDGE + 8 - up * (HIGH - 2 * EDGE), 1)
        return _Point(x, y, say.day(day), _value(value, unit, say), _tells(index, valued))

    label = say("timeline_chart", count=len(valued), first=say.day(first), last=say.day(last))
    points = [point(index) for index in range(len(valued))]
    return _Chart(points, label, say.day(first, short=True), say.day(last, short=True))


def _tells(index: int, points: Sequence[tuple[object, float]]) -> bool:
    """Whether a point of the chart gets a label: the ends, and where the value changes its direction."""
    if index in (0, len(points) - 1):
        return True
    before, value, after = (points[index + step][1] for step in (-1, 0, 1))
    return len(points) <= 8 or (value - before) * (after - value) < 0
