"""The source beside the chat: an article with what was quoted from it highlighted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from assistant import Article, Citation
from assistant.conversations.citation_styles import Style, cited
from ui_parts.drawing import TEMPLATES
from ui_parts.texts import Texts
from ui_parts.words import facts

CHARACTERS_AROUND = 12_000  # characters shown on either side of a quotation in a very long article
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Quoted:
    """The spans of an article to highlight. here: the one scrolled to; spans: all; quote: what `here` said then."""

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


_STYLES = {
    Style.PLAIN: "cite_plain",
    Style.MARKDOWN: "cite_markdown",
    Style.APA: "cite_apa",
    Style.BIBTEX: "cite_bibtex",
    Style.RIS: "cite_ris",
}


class _Piece(NamedTuple):
    """A part of a paragraph. span: of the quotation it belongs to, None for none; is_here: the one scrolled to."""

    text: str
    span: Span | None = None
    is_here: bool = False


class _Text(NamedTuple):
    """The paragraphs that are shown, and whether the article goes on before and after them."""

    paragraphs: list[list[_Piece]]
    cut_before: bool
    cut_after: bool


def frame(body: str, serial: str, say: Texts) -> str:
    """The frame around a source. body: HTML of `article` or `gone`; serial: tells the script of the page which request
    this answers."""
    return TEMPLATES.draw("source.html", "frame", body, serial, say=say)


def gone(quote: str, say: Texts) -> str:
    """What shows in place of an article that was removed since it was quoted."""
    return TEMPLATES.draw("source.html", "gone", quote, say=say)


def article(
    article: Article, quoted: Quoted, say: Texts, copies: Sequence[Article] = (), changes: Sequence[Any] = ()
) -> str:
    """An article with its text, what is highlighted in it, where else it stands and what changed in it.

    changes: of `Assistant.history`, the newest first.
    """
    found, became = quoted.in_text(article.text)
    page = article.page_at(found.here[0]) if found.here else None
    about = facts(article, say, ", ".join(article.authors), say("page", number=str(page)) if page else "")
    text = _text(article.text, found)
    return TEMPLATES.draw(
        "source.html", "article", article, about, copies, text, quoted.quote, became, changes,
        _to_take_away(article, found.here, say), say=say,
    )  # fmt: skip


def _to_take_away(article: Article, here: Span | None, say: Texts) -> list[tuple[str, str]]:
    """The quotation in each style: (name of the style, text); none where nothing is quoted."""
    if here is None or not (words := article.text[slice(*here)]).strip():
        return []
    start, end = here[0], here[0] + len(words)
    citation = Citation(number=1, article=article, quote=words, start=start, end=end)
    return [(say(name), cited(citation, style)) for style, name in _STYLES.items()]


def _text(text: str, quoted: Quoted) -> _Text:
    at = quoted.here or (0, 0)
    start, end = max(0, at[0] - CHARACTERS_AROUND), min(len(text), at[1] + CHARACTERS_AROUND)
    spans = sorted({*quoted.spans, *([quoted.here] if quoted.here else [])})
    paragraphs, stop = [], start
    for line in text[start:end].split("\n"):
        begin, stop = stop, stop + len(line)
        if line.strip():
            paragraphs.append(_pieces(text, begin, stop, spans, quoted.here))
        stop += 1
    return _Text(paragraphs, start > 0, end < len(text))


def _pieces(text: str, start: int, end: int, spans: Sequence[Span], here: Span | None) -> list[_Piece]:
    found, at = [], start
    for span in spans:
        a, b = max(span[0], at), min(span[1], end)
        if a >= b:
            continue
        is_here = here is not None and here[0] <= a and b <= here[1]
        found += [_Piece(text[at:a]), _Piece(text[a:b], span, is_here)]
        at = b
    return [*found, _Piece(text[at:end])]
