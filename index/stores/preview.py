"""What adding a source would do: the articles as extracted, what may be wrong with each, and nothing stored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from index.stores.catalogue import Catalogue
from index.stores.intake import refused
from index.types import Article, Failure, Passed, Read, SourceItem

SHORT_WORDS = 40  # a page with less is often a wall, a menu or an error


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """One article as it was extracted, or a source that gave none (article is None).

    outcome: what adding it would do, one of index.types.OUTCOMES. copy_of: the id of what it is a copy of, or "".
    problems: in words; what failed, or what is missing.
    """

    source: str
    article: Article | None
    outcome: str
    copy_of: str = ""
    problems: tuple[str, ...] = ()


def preview(catalogue: Catalogue, items: Iterable[SourceItem], most: int) -> list[Preview]:
    """The first articles of a source, at most `most`; reading stops after them."""
    stream = iter(items)
    try:
        return [_preview(catalogue, item) for item in islice(stream, most)]
    finally:
        close = getattr(stream, "close", None)
        if close:
            close()  # its threads end before this returns


def _preview(catalogue: Catalogue, item: SourceItem) -> Preview:
    if isinstance(item, Failure):
        outcome = "passed" if isinstance(item, Passed) else "failed"
        return Preview(source=item.source, article=None, outcome=outcome, problems=(item.reason,))
    article, origin = (item.article, item.origin) if isinstance(item, Read) else (item, "")
    if not isinstance(article, Article):
        raise AssertionError("a preview reads everything anew: nothing is unchanged")
    name = article.url or article.title or article.id
    if failure := refused(article):
        return Preview(source=failure.source, article=None, outcome="failed", problems=(failure.reason,))
    how, first = catalogue.judge(article, origin)
    return Preview(
        source=name,
        article=article,
        outcome="duplicates" if how == "copy" else how,
        copy_of=first,
        problems=_problems(article),
    )


def _problems(article: Article) -> tuple[str, ...]:
    """What of an article is missing, or looks as if something went wrong."""
    missing = [name for name in ("title", "publisher") if not getattr(article, name)]
    missing += [] if article.published else ["date"]
    found = [f"no {' and no '.join(missing)} found"] if missing else []
    if (words := len(article.text.split())) < SHORT_WORDS:
        found.append(f"only {words} words of text")
    return tuple(found)
