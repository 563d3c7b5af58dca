"""What the chat shows before the first question: what there is to ask, or how to fill an empty library."""

from __future__ import annotations

from html import escape

from ui_parts.texts import Texts

COMMAND = "newsdesk add articles/"


def welcome(articles: int, say: Texts, note: str = "") -> str:
    """The page without a question. articles: how many there are; note: such as that an answer is gone."""
    told = f'<p class="problem" role="status">{escape(note)}</p>' if note else ""
    return (
        f'<div class="welcome">{told}<h1>{escape(say("welcome"))}</h1><p>{escape(say("welcome_how"))}</p>'
        f'<p class="count">{escape(say("welcome_count", count=articles))}</p></div>'
    )


def empty(say: Texts, may_write: bool) -> str:
    """A library without articles: the ways to fill it, for those who may."""
    if not may_write:
        return f'<div class="welcome"><h1>{escape(say("empty"))}</h1><p>{escape(say("not_allowed"))}</p></div>'
    command = escape(say("empty_command", command="\0")).replace("\0", f"<code>{COMMAND}</code>")
    return (
        f'<div class="welcome empty"><h1>{escape(say("empty"))}</h1><p>{escape(say("empty_how"))}</p><ol>'
        f'<li>{escape(say("empty_files"))}<br><button type="button" class="strong" data-do="library">'
        f"{escape(say('go_library'))}</button></li><li>{command}</li>"
        f'<li>{escape(say("empty_samples"))}<br><button type="button" class="strong" data-do="samples">'
        f"{escape(say('load_samples'))}</button></li></ol></div>"
    )


def filling(say: Texts) -> str:
    """The sample articles on their way in."""
    return (
        f'<div class="welcome"><h1>{escape(say("load_samples"))}</h1>'
        f'<p role="status">{escape(say("loading_samples"))}</p></div>'
    )
