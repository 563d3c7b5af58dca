"""What a language model asks to be limited to, as a Filter within the one its caller gave."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date

from index.errors import InvalidValue
from index.types import Filter


def narrowed(
    where: Filter,
    known: Callable[[], Iterable[str]],
    since: date | None = None,
    until: date | None = None,
    publishers: Sequence[str] | None = None,
    article_ids: Sequence[str] | None = None,
) -> Filter:
    """The filter, narrowed; InvalidValue, in words a model can act on, when nothing could pass it.

    known: the publishers of the library; asked for only when publishers are named. They are matched whatever their
    case, and one that is not there is refused: a name slightly wrong would find nothing, and not say why.
    """
    begins = max((day for day in (where.since, since) if day), default=None)
    ends = min((day for day in (where.until, until) if day), default=None)
    if since and until and since > until:
        raise InvalidValue(f"since {since} is after until {until}; swap them")
    if begins and ends and begins > ends:
        raise InvalidValue(f"only articles from {where.since or 'any day'} to {where.until or 'any day'} may be asked")
    names = where.publishers
    if publishers:
        by_name = {name.casefold(): name for name in known()}
        if unknown := [name for name in publishers if name.casefold() not in by_name]:
            raise InvalidValue(f"no article here is by {unknown[0]!r}; the publishers are {_some(by_name.values())}")
        names = tuple(by_name[name.casefold()] for name in publishers)
        if where.publishers and not (names := tuple(name for name in names if name in where.publishers)):
            raise InvalidValue(f"only articles by {_some(where.publishers)} may be asked")
    ids = where.article_ids
    if article_ids:
        ids = tuple(article_ids)
        if where.article_ids and not (ids := tuple(one for one in ids if one in where.article_ids)):
            raise InvalidValue("none of these articles may be asked")
    return replace(where, since=begins, until=ends, publishers=names, article_ids=ids)


def _some(names: Iterable[str], most: int = 20) -> str:
    listed = list(names)
    return ", ".join(listed[:most]) + (f" and {len(listed) - most} more" if len(listed) > most else "")
