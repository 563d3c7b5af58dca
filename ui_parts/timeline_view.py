"""A timeline as HTML: a row for each date with its citation, and a chart of the values where there are some."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from ui_parts.texts import Texts
from ui_parts.words import attribute, described, facts, one_line, window

if TYPE_CHECKING:
    from assistant.answer.timeline import Row, Timeline

WIDE, HIGH, EDGE = 720, 220, 44  # of the chart, in its own units


def hint(say: Texts) -> str:
    """The tab before anything was asked."""
    return f'<div class="welcome"><h1>{escape(say("timeline"))}</h1><p>{escape(say("timeline_how"))}</p></div>'


def timeline(found: Timeline, say: Texts) -> str:
    """What the articles say about a question over time."""
    if not found.rows:
        return f'<h2>{escape(found.question)}</h2><p class="problem" role="status">{escape(say("timeline_none"))}</p>'
    within = f" ({window(found.searched.where, say)})" if found.searched.where else ""
    rows = "".join(_row(row, say) for row in found.rows)
    count = escape(say("timeline_rows", count=len({row.day for row in found.rows})) + within)
    return (
        f'<div class="timeline"><h2>{escape(found.question)}</h2><p class="searched">{count}</p>'
        f"{_chart(found.drawn, found.unit, say)}"
        f'<ol class="days">{rows}</ol></div>'
    )


def _row(row: Row, say: Texts) -> str:
    c = row.citation
    about = described(c.article, say)
    named = attribute(
        data_article=c.article.id, data_start=c.start, data_end=c.end, data_number=c.number,
        aria_label=say("source_of", number=str(c.number), article=about),
    )  # fmt: skip
    count = say("agree", count=row.articles) if row.articles > 1 else ""
    value = "" if row.value is None else f'<b class="value">{escape(_value(row.value, row.unit, say))}</b>'
    return (
        f'<li><time datetime="{row.day.isoformat()}">{escape(say.day(row.day, short=True))}</time><div>{value}'
        f'<p class="said">{one_line(row.text)}<span class="cite-at"><button type="button" class="cite"{named}>'
        f'{c.number}</button><span class="tip" role="tooltip"><q>{escape(c.quote)}</q></span></span></p>'
        f'<p class="facts">{facts(c.article, say, count)}</p></div></li>'
    )


def _value(value: float, unit: str, say: Texts) -> str:
    """A number as people of the language write it, with its unit."""
    shown = say.number(int(value)) if value == int(value) else f"{value:g}".replace(".", say("decimal"))
    if len(unit) == 1 and not unit.isalpha():
        return f"{shown}{unit}" if unit in "%°" else f"{unit}{shown}"
    return f"{shown} {unit}".strip()


def _chart(rows: Sequence[Row], unit: str, say: Texts) -> str:
    """The values as a line; nothing for fewer than two days. The rows below say the same."""
    points = [(row.day, row.value) for row in rows if row.value is not None]
    if not points or points[0][0] == points[-1][0]:
        return ""
    first, last = points[0][0], points[-1][0]
    low, high = min(0.0, *(value for _, value in points)), max(value for _, value in points)
    span, days = (high - low) or 1.0, (last - first).days

    def at(index: int) -> tuple[float, float]:
        day, value = points[index]
        along, up = (day - first).days / days, (value - low) / span
        return round(EDGE + along * (WIDE - 2 * EDGE), 1), round(HIGH - EDGE + 8 - up * (HIGH - 2 * EDGE), 1)

    places = [at(index) for index in range(len(points))]
    line = " ".join(f"{x},{y}" for x, y in places)
    dots = "".join(
        f'<circle cx="{x}" cy="{y}" r="4.5"><title>{escape(say.day(day))}: {escape(_value(value, unit, say))}</title>'
        f"</circle>{_label(x, y, _value(value, unit, say)) if _tells(index, points) else ''}"
        for index, ((x, y), (day, value)) in enumerate(zip(places, points, strict=True))
    )
    label = say("timeline_chart", count=len(points), first=say.day(first), last=say.day(last))
    base = HIGH - EDGE + 8
    return (
        f'<figure class="chart"><svg viewBox="0 0 {WIDE} {HIGH}" role="img"{attribute(aria_label=label)}>'
        f'<line class="axis" x1="{EDGE}" y1="{base}" x2="{WIDE - EDGE}" y2="{base}"/>'
        f'<polyline points="{line}"/>{dots}'
        f'<text class="axis" x="{EDGE}" y="{HIGH - 8}">{escape(say.day(first, short=True))}</text>'
        f'<text class="axis" x="{WIDE - EDGE}" y="{HIGH - 8}" text-anchor="end">'
        f"{escape(say.day(last, short=True))}</text>"
        f"</svg><figcaption>{escape(label)}</figcaption></figure>"
    )


def _tells(index: int, points: Sequence[tuple[object, float]]) -> bool:
    """Whether a point gets its value written: the ends, and where the value changes its direction."""
    if index in (0, len(points) - 1):
        return True
    before, value, after = (points[index + step][1] for step in (-1, 0, 1))
    return len(points) <= 8 or (value - before) * (after - value) < 0


def _label(x: float, y: float, text: str) -> str:
    return f'<text x="{x}" y="{y - 11}" text-anchor="middle">{escape(text)}</text>'
