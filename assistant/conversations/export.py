"""A conversation to take away: as Markdown, or as one HTML file that asks for nothing else.

Every quote comes with its article, publisher, date, address and offsets, so that it can be looked up without newsdesk.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from functools import cache
from pathlib import Path
from urllib.parse import quote

from assistant.conversations.types import Conversation, Exchange
from assistant.templates import Templates
from assistant.types import Answer, Citation, around
from index.types import Article, Filter

FRAGMENT = 5  # words of a long quotation, at each end of it, by which a browser finds it
MOST_NAME = 60  # characters of a file's name
_MARKER = re.compile(r"(\[\d+\])")
_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~&!$])")
_STYLE = """
:root { color-scheme: light dark; --ink: #1d1f23; --soft: #5c6370; --line: #dfdbd2; --paper: #fbfaf7;
  --accent: #7a2e1d }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e9e6df; --soft: #a5a196; --line: #383631; --paper: #191816; --accent: #f0a48f }
}
body { background: var(--paper); color: var(--ink); font: 400 18px/1.6 Georgia, "Iowan Old Style", serif;
  max-width: 42em; margin: 0 auto; padding: 2em 1.2em 4em; overflow-wrap: anywhere }
h1 { font-size: 1.6em; line-height: 1.25 } h2 { font-size: 1.2em; margin: 2em 0 .4em }
.facts, footer { color: var(--soft); font: 400 14px/1.5 system-ui, sans-serif } a { color: var(--accent) }
ol { padding-left: 1.6em } li { margin: 0 0 1em } li::marker { color: var(--accent); font-weight: 700 }
blockquote { margin: .3em 0; padding-left: .9em; border-left: 3px solid var(--line); white-space: pre-wrap }
del { color: var(--soft) } .refusal { font-style: italic }
""".strip()


def markdown(conversation: Conversation) -> str:
    """The conversation as Markdown (CommonMark)."""
    parts = [f"# {marked(conversation.title or 'Conversation')}", marked(_kept(conversation))]
    for exchange in conversation.exchanges:
        answer = exchange.answer
        before, short, after = around(answer.text, answer.short)
        bold = f"**{marked(short)}**" if short else ""
        parts += [f"## {marked(exchange.question)}", _joined(before, bold, after)]
        for c in answer.citations:
            link = quote_link(c)
            facts = [marked(described(c.article)), f"<{link}>" if link else "", marked(place_of(c))]
            shown = "\n   > ".join(marked(line) for line in c.quote.splitlines() if line.strip())
            parts.append(f"{c.number}. {', '.join(fact for fact in facts if fact)}\n\n   > “{shown}”")
        parts.append(marked(_searched(exchange)))
    return "\n\n".join(parts) + "\n"


def page(conversation: Conversation) -> str:
    """The conversation as one HTML file: no script, no image, no address but those of the articles, to be clicked."""
    title = conversation.title or "Conversation"
    return draw("conversation", conversation, title, _kept(conversation), said=_said, searched=_searched)


def draw(part: str, *values: object, **seen: object) -> str:
    """A part of templates/export.html."""
    return _templates().draw("export.html", part, *values, style=_STYLE, **seen)


@cache
def _templates() -> Templates:
    return Templates(
        Path(__file__).parent / "templates",
        address=address,
        described=described,
        place_of=place_of,
        quote_link=quote_link,
    )


def _said(answer: Answer) -> list[tuple[str, bool, int]]:
    """The answer's text in pieces: (text, whether it is of the words that answer, n when it is a citation's [n])."""
    numbers = {c.number for c in answer.citations}
    before, short, after = around(answer.text, answer.short)
    found = []
    for text, is_short in ((before, False), (short, True), (after, False)):
        for piece in _MARKER.split(text):
            is_number = bool(_MARKER.fullmatch(piece)) and int(piece[1:-1]) in numbers
            found.append((piece, is_short, int(piece[1:-1]) if is_number else 0))
    return [piece for piece in found if piece[0]]


def marked(text: str, keep_numbers: bool = False) -> str:
    """A text as Markdown shows it: no sign of it is read as Markdown; the [n] of an answer stay as they are."""
    safe = _SIGNS.sub(r"\\\1", " ".join(text.split()))
    safe = re.sub(r"^([-+=]|\d+(?=[.)]))", r"\\\1" if not text[:1].isdigit() else "\u200b\\1", safe)
    return re.sub(r"\\\[(\d+)\\\](?![(:])", r"[\1]", safe) if keep_numbers else safe


def _joined(before: str, bold: str, after: str) -> str:
    """The parts of an answer's text as Markdown, with the spaces between them as they were."""
    left = marked(before, keep_numbers=True) + " " * before.endswith(" ")
    right = " " * after.startswith(" ") + marked(after, keep_numbers=True)
    return f"{left}{bold}{right}" if bold else left + right


def address(article: Article) -> str:
    """The article's address, if it is one of the web's; with nothing in it that could end a link early."""
    url = article.url or ""
    if not url.startswith(("http://", "https://")):
        return ""
    return re.sub(r"[\s<>\"'`\\]", lambda m: "".join(f"%{byte:02X}" for byte in m[0].encode()), url)


def quote_link(c: Citation) -> str:
    """The article's address, at the words that are quoted: a text fragment (WICG), which browsers scroll to and mark;
    others go to the article. "" without an address."""
    link, words = address(c.article), c.quote.split()
    if not link:
        return ""
    long = len(words) > 2 * FRAGMENT or "\n" in c.quote.strip()
    ends = [words[:FRAGMENT], words[-FRAGMENT:]] if long else [words]
    said = ",".join(quote(" ".join(end), safe="").replace("-", "%2D") for end in ends)
    return f"{link}{'' if '#' in link else '#'}:~:text={said}"


def attachment(title: str, ending: str) -> str:
    """The Content-Disposition of a file that is named after a conversation: "vessa-flood.md" (RFC 6266)."""
    name = re.sub(r"[^\w]+", "-", title, flags=re.UNICODE).strip("-_").lower()[:MOST_NAME].strip("-_") or "conversation"
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().strip("-_") or "conversation"
    return f"attachment; filename=\"{plain}.{ending}\"; filename*=UTF-8''{quote(name, safe='')}.{ending}"


def described(article: Article) -> str:
    """Title, publisher and day."""
    day = f"{article.day:%-d %B %Y}" if article.day else "no date"
    return ", ".join(part for part in (f"“{article.title or 'Untitled'}”", article.publisher, day) if part)


def place_of(c: Citation) -> str:
    """Where a quotation stands."""
    page_ = f"page {c.page}, " if c.page else ""
    return f"{page_}characters {c.start:,} to {c.end:,} of article {c.article.id}"


def _searched(exchange: Exchange) -> str:
    searched = exchange.answer.searched
    noun = "article" if searched.articles == 1 else "articles"
    limits = filter_in_words(searched.where)
    return f"Asked {_moment(exchange.asked)}; searched {searched.articles:,} {noun}{f' ({limits})' if limits else ''}."


def _kept(conversation: Conversation) -> str:
    count = len(conversation.exchanges)
    questions = "1 question" if count == 1 else f"{count} questions"
    limits = filter_in_words(conversation.where)
    return f"{questions}, begun {_moment(conversation.created)}{f'; only {limits}' if limits else ''}."


def filter_in_words(where: Filter) -> str:
    """The filter in words: "from 3 May 2025, to 10 May 2025, The Meridian"."""
    parts = [f"{name} {day:%-d %B %Y}" for name, day in (("from", where.since), ("to", where.until)) if day]
    chosen = len(where.article_ids)
    parts += [*where.publishers, *([f"{chosen} chosen article{'s' * (chosen > 1)}"] if chosen else [])]
    return ", ".join(parts)


def _moment(when: datetime) -> str:
    return f"{when:%-d %B %Y, %H:%M} UTC"
