"""Articles, filters and confidence in plain words: the small texts that every view shows. Templates escape them."""

from __future__ import annotations

from assistant import Article, Filter
from ui_parts.texts import Texts


def one_line(text: str, most: int = 0) -> str:
    """A text on one line; most: cut after a word to this many characters, 0 for all of it."""
    text = " ".join(text.split())
    return text if not most or len(text) <= most else text[:most].rsplit(" ", 1)[0] + " …"


def title(article: Article, say: Texts) -> str:
    """The title, or that there is none."""
    return article.title or say("untitled")


def described(article: Article, say: Texts) -> str:
    """Title, publisher and date on one line."""
    return " · ".join(part for part in (title(article, say), facts(article, say)) if part)


def facts(article: Article, say: Texts, *more: str) -> str:
    """Publisher, date, and more, on one line."""
    day = say.day(article.day) if article.day else ""
    return " · ".join(part for part in (article.publisher or "", day, *more) if part)


def web_address(article: Article) -> str:
    """Where the article stands; "" for anything that is not http or https: nothing else is followed."""
    url = article.url or ""
    return url if url.startswith(("http://", "https://")) else ""


def filter_in_words(where: Filter, say: Texts) -> str:
    """The filter in words: "from 3 May 2025, to 10 May 2025, The Meridian, 2 articles"."""
    parts = [say("from_day", day=say.day(where.since))] if where.since else []
    parts += [say("to_day", day=say.day(where.until))] if where.until else []
    parts += where.publishers
    if where.article_ids:
        parts.append(f"{say.number(len(where.article_ids))} {say('articles')}")
    return ", ".join(parts)


def sure(value: float, say: Texts) -> str:
    """A confidence (0 to 1) as one of three phrases."""
    return say("sure_high" if value >= 0.8 else "sure_fair" if value >= 0.55 else "sure_low")
