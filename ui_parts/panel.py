"""The list of a person's conversations as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from assistant.conversations.types import Summary
from ui_parts.texts import Texts
from ui_parts.words import attribute


def panel(found: Sequence[Summary], total: int, open_id: str, say: Texts, words: str = "") -> str:
    """The conversations, the last changed first. total: how many there are; words: what was searched for."""
    rows = "".join(_row(one, one.id == open_id, say) for one in found)
    if not found:
        rows = f'<li class="hint">{escape(say("none_found" if words else "none_yet"))}</li>'
    more = say("more_of", shown=len(found), count=total) if total > len(found) else ""
    search = escape(say("search_conversations"))
    return (
        f'<div class="panel-head"><h2>{escape(say("conversations"))}</h2>'
        f'<button type="button" class="quiet close" data-do="panel">{escape(say("close"))}</button></div>'
        f'<button type="button" class="strong new" data-do="new">{escape(say("new"))}</button>'
        f'<input type="search" class="search" data-do="search" aria-label="{search}" placeholder="{search}">'
        f'<ul class="conversations">{rows}</ul><p class="hint">{escape(more)}</p>'
    )


def _row(one: Summary, is_open: bool, say: Texts) -> str:
    current = ' aria-current="true"' if is_open else ""
    when = f"{say.day(one.changed.astimezone().date(), short=True)} · {say('questions', count=one.questions)}"
    named = attribute(data_id=one.id, data_title=one.title)
    label = attribute(aria_label=say("actions_of", title=one.title))
    files = "".join(
        f'<a href="conversations/{escape(one.id)}.{ending}" download>{escape(say(name))}</a>'
        for ending, name in (("md", "export_markdown"), ("html", "export_html"))
    )
    return (
        f'<li{named}><button type="button" class="open" data-do="open"{current}><b>{escape(one.title)}</b>'
        f"<span>{escape(when)}</span></button>"
        f'<details class="more"><summary{label}>⋯</summary><div class="menu">'
        f'<button type="button" data-do="rename">{escape(say("rename"))}</button>{files}'
        f'<button type="button" data-do="delete">{escape(say("delete"))}</button></div></details></li>'
    )
