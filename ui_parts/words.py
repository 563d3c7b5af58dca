"""Articles, filters and confidence in words, escaped: the small pieces that every view is made of."""

from __future__ import annotations

from html import escape

from assistant import Article, Filter
from ui_parts.texts import Texts

__all__ = ["attribute", "described", "facts", "linked", "one_line", "sure", "title", "window"]


def one_line(text: str, most: int = 0) -> str:
    """A text on one line, escaped; most: cut after a word to this many characters."""
    text = " ".join(text.split())
    return escape(text if not most or len(text) <= most else text[:most].rsplit(" ", 1)[0] + " …")


def attribute(**named: str | int) -> str:
    """HTML attributes, escaped: data_start=3 is ` data-start="3"`."""
    return "".join(f' {name.replace("_", "-")}="{escape(str(value))}"' for name, value in named.items())


def title(article: Article, say: Texts) -> str:
    """The title, or that there is none; not escaped."""
    return article.title or say("untitled")


def described(article: Article, say: Texts) -> str:
    """Title, publisher and date on one line; not escaped."""
    day = say.day(article.day) if article.day else ""
    return " · ".join(part for part in (title(article, say), article.publisher or "", day) if part)


def facts(article: Article, say: Texts, *more: str) -> str:
    """Publisher, date, and more, escaped."""
    day = say.day(article.day) if article.day else ""
    return " · ".join(escape(part) for part in (article.publisher or "", day, *more) if part)


def linked(article: Article, say: Texts) -> str:
    """The title, escaped, as a link to where the article stands; only http and https are followed."""
    shown = escape(title(article, say))
    if article.url and article.url.startswith(("http://", "https://")):
        return f'<a href="{escape(article.url)}" target="_blank" rel="noopener noreferrer">{shown}</a>'
    return shown


def window(where: Filter, say: Texts) -> str:
    """The filter in words, not escaped: "from 3 May 2025, to 10 May 2025, The Meridian, 2 articles"."""
    parts = [say("from_day", day=say.day(where.since))] if where.since else []
    parts += [say("to_day", day=say.day(where.until))] if where.until else []
    parts += where.publishers
    if where.article_ids:
        parts.append(f"{say.number(len(where.article_ids))} {say('articles')}")
    return ", ".join(parts)


def sure(value: float, say: Texts) -> str:
    """A confidence, 0 to 1, in words."""
    return say("sure_high" if value >= 0.8 else "sure_fair" if value >= 0.55 else "sure_low")
