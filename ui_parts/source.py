"""The source beside the chat: an article with what was quoted from it highlighted. All of it is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from assistant import Article
from ui_parts.texts import Texts
from ui_parts.words import attribute, described, facts, linked, one_line

WINDOW = 12_000  # characters shown on either side of a quotation in a very long article
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Quoted:
    """What to highlight. here: the span scrolled to; spans: all of them; quote: the words of `here` when quoted."""

    here: Span | None = None
    spans: tuple[Span, ...] = ()
    quote: str = ""

    def in_text(self, text: str) -> tuple[Quoted, str]:
        """The same in the article as it stands now, and the name of the text that tells what became of it, or ""."""
        if self.here is None or not self.quote or text[slice(*self.here)] == self.quote:
            return self, ""
        at = text.find(self.quote)
        if at < 0:
            return Quoted(), "lost"
        moved = (at, at + len(self.quote))
        return Quoted(moved, (moved,), self.quote), "moved"


def frame(body: str, serial: str, say: Texts) -> str:
    """The frame around a source. serial: tells the script of the page which request this answers."""
    previous, later = escape(say("previous_quote")), escape(say("next_quote"))
    return (
        f'<div class="reader-frame"{attribute(data_serial=serial)}><div class="reader-bar">'
        f'<span class="steps" data-words="{escape(say("quote_at", number="%1", count="%2"))}">'
        f'<button type="button" class="step" data-do="previous" aria-label="{previous}" title="{previous}">‹</button>'
        f'<span class="at"></span>'
        f'<button type="button" class="step" data-do="next" aria-label="{later}" title="{later}">›</button></span>'
        f'<button type="button" class="quiet close" data-do="close">{escape(say("close"))}</button></div>'
        f'<div class="reader-body" tabindex="0" role="region" aria-label="{escape(say("source"))}">{body}</div></div>'
    )


def gone(quote: str, say: Texts) -> str:
    """What shows in place of an article that was removed since it was quoted."""
    shown = f"<blockquote>{escape(quote)}</blockquote>" if quote else ""
    return f'<h2 tabindex="-1">{escape(say("source"))}</h2><p class="problem">{escape(say("removed"))}</p>{shown}'


def article(
    article: Article, quoted: Quoted, say: Texts, copies: Sequence[Article] = (), changes: Sequence[Any] = ()
) -> str:
    """An article with its text, what is highlighted in it, where else it stands and what changed in it.

    changes: of `Assistant.history`, the newest first.
    """
    quoted, became = quoted.in_text(article.text)
    page = article.page_at(quoted.here[0]) if quoted.here else None
    about = facts(article, say, ", ".join(article.authors), say("page", number=str(page)) if page else "")
    also = "; ".join(described(copy, say) for copy in copies)
    also = f'<p class="facts">{escape(say("also_in"))}: {escape(also)}</p>' if copies else ""
    note = f'<p class="problem" role="status">{escape(say(became))}</p>' if became else ""
    if became == "lost":
        note += f"<blockquote>{escape(quoted.quote)}</blockquote>"
    only = (
        f'<button type="button" class="quiet" data-do="only"{attribute(data_id=article.id)}>{escape(say("ask_only"))}'
        "</button>"
    )
    return (
        f'<h2 tabindex="-1">{linked(article, say)}</h2><p class="facts">{about}</p>{also}'
        f'<p class="source-tools">{only}</p>{note}<div class="text">{_body(article.text, quoted, say)}</div>'
        f"{_history(changes, say)}"
    )


def _body(text: str, quoted: Quoted, say: Texts) -> str:
    at = quoted.here or (0, 0)
    start, end = max(0, at[0] - WINDOW), min(len(text), at[1] + WINDOW)
    before = f'<p class="cut">{escape(say("cut_before"))}</p>' if start else ""
    after = f'<p class="cut">{escape(say("cut_after"))}</p>' if end < len(text) else ""
    spans = sorted({*quoted.spans, *([quoted.here] if quoted.here else [])})
    out, stop = [], start
    for line in text[start:end].split("\n"):
        begin, stop = stop, stop + len(line)
        if line.strip():
            out.append(f"<p>{_marked(text, begin, stop, spans, quoted.here)}</p>")
        stop += 1
    return before + "".join(out) + after


def _marked(text: str, start: int, end: int, spans: Sequence[Span], here: Span | None) -> str:
    out, at = "", start
    for first, last in spans:
        a, b = max(first, at), min(last, end)
        if a >= b:
            continue
        inside = here is not None and here[0] <= a and b <= here[1]
        named = attribute(data_start=first, data_end=last) + (' class="here"' if inside else "")
        out += f"{escape(text[at:a])}<mark{named}>{escape(text[a:b])}</mark>"
        at = b
    return out + escape(text[at:end])


def _history(changes: Sequence[Any], say: Texts) -> str:
    if not changes:
        return ""
    rows = ""
    for change in changes:
        named = "".join(
            f"<li>{escape(name)}: {one_line(before or '–')} → {one_line(after or '–')}</li>"
            for name, before, after in change.fields
        )
        lines = "".join(
            f"<li><{tag}>{escape(line[1:].strip())}</{tag}></li>"
            for line in change.lines
            if line[:1] in "+-" and (tag := "ins" if line[0] == "+" else "del")
        )
        rows += f"<h3>{escape(say.day(change.when.date()))}</h3><ul>{named}{lines}</ul>"
    return f'<details class="history"><summary>{escape(say("history"))} ({len(changes)})</summary>{rows}</details>'
