"""A page of the library's articles, in any order and by words, days and publishers; and how many there are over time.

All of it is done by SQLite, from the indexes of the third step of schema.py: what comes back is one page of rows,
however many articles there are (bench/listing.py measures it).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from index.errors import InvalidValue
from index.stores.admitted import is_listed
from index.stores.rows import LIVE, META, article_of
from index.types import Article, Filter

SORTS = {  # the columns of the index of that name, so that a page is read off the index
    "date": ("day", "published", "publisher", "key"),
    "title": ("title COLLATE NOCASE", "publisher", "day", "key"),
    "publisher": ("publisher COLLATE NOCASE", "day", "published", "key"),
}
_INDEXES = {"date": "listed_by_day", "title": "listed_by_title", "publisher": "listed_by_publisher"}
MOST_ROWS = 1000  # in a page
MOST_BARS = 62  # of one unit of time; of a longer span the next larger unit is taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A page of articles, without their texts. total: how many there are on all pages.

    By article id: copies: how many copies it has; states: "words" (its vectors are being made), "ready" or "copy";
    copy_of: the id of the article it is a copy of; versions: how many earlier versions are kept. Those with none are
    left out of copies, copy_of and versions.
    """

    articles: tuple[Article, ...]
    total: int
    copies: Mapping[str, int] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)
    copy_of: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """How many articles are of these days, both inclusive."""

    start: date
    end: date
    articles: int


def listing(
    db: Any, words: str, held: Sequence[int], where: Filter, sort: str, descending: bool, offset: int, limit: int
) -> Listing:
    """The rows from `offset` on, at most `limit`. held: keys of articles whose texts hold all the words."""
    if sort not in SORTS:
        raise InvalidValue(f"articles are sorted by {', '.join(SORTS)}, not by {sort!r}")
    if not 1 <= limit <= MOST_ROWS or offset < 0:
        raise InvalidValue(f"a page has 1 to {MOST_ROWS} rows and begins at 0 or later, not {limit} from {offset}")
    found = _found(db, words, held)
    wanted, values = _wanted(db, found, where)
    total = int(db.execute(f"SELECT count(*) FROM {_rows(found, where)} WHERE {wanted}", values).fetchone()[0])
    order = ", ".join(f"{column} {'DESC' if descending else 'ASC'}" for column in SORTS[sort])
    keys = [
        row[0]
        for row in db.execute(
            f"SELECT key FROM {_rows(found, where, sort)} WHERE {wanted} ORDER BY {order} LIMIT ? OFFSET ?",
            [*values, limit, offset],
        )
    ]
    return _page(db, keys, total)


def _page(db: Any, keys: Sequence[int], total: int) -> Listing:
    def among(statement: str, of: Sequence[int | str]) -> dict[Any, Any]:
        return dict(db.execute(statement.format(", ".join("?" * len(of))), list(of)).fetchall())

    if not keys:
        return Listing(articles=(), total=total)
    marks = ", ".join("?" * len(keys))
    rows = {row[0]: row for row in db.execute(f"SELECT {META}, state FROM articles WHERE key IN ({marks})", keys)}
    found = [rows[key] for key in keys if key in rows]
    ids = [row[1] for row in found]
    copies = among(
        "SELECT copy_of, count(*) FROM articles INDEXED BY articles_by_copy WHERE copy_of IN ({})"
        " AND state = 'copy' GROUP BY copy_of",
        keys,
    )
    heads = among(
        "SELECT c.id, a.id FROM articles AS c JOIN articles AS a ON a.key = c.copy_of WHERE c.key IN ({})", keys
    )
    versions = among("SELECT id, count(*) FROM versions WHERE id IN ({}) GROUP BY id", ids)
    return Listing(
        articles=tuple(article_of(row) for row in found),
        total=total,
        copies={row[1]: copies[row[0]] for row in found if row[0] in copies},
        states={row[1]: row[8] for row in found},
        copy_of=heads,
        versions=versions,
    )


def histogram(db: Any, words: str, held: Sequence[int], where: Filter) -> tuple[Bar, ...]:
    """Bars of a day, a week, a month or a year, by the time from the first article to the last; empty ones included.

    Articles without a date are in none.
    """
    found = _found(db, words, held)
    wanted, values = _wanted(db, found, where)
    rows = _rows(found, where)
    counted = db.execute(f"SELECT day, count(*) FROM {rows} WHERE {wanted} AND day > 0 GROUP BY day", values)
    days = {date.fromordinal(day): number for day, number in counted}
    if not days:
        return ()
    first, last = min(days), max(days)
    begin = _unit(first, last)
    counts: dict[date, int] = {}
    for day, number in days.items():
        counts[begin(day)] = counts.get(begin(day), 0) + number
    bars, start = [], begin(first)
    while start <= last:
        following = _following(start, begin)
        bars.append(Bar(start=start, end=following - timedelta(1), articles=counts.get(start, 0)))
        start = following
    return tuple(bars)


def _unit(first: date, last: date) -> Callable[[date], date]:
    """What gives the first day of the bar that a day is in."""
    span = (last - first).days + 1
    if span <= MOST_BARS:
        return lambda day: day
    if span <= 7 * MOST_BARS:
        return lambda day: day - timedelta(day.weekday())
    if span <= 31 * 2 * MOST_BARS:
        return lambda day: day.replace(day=1)
    return lambda day: day.replace(month=1, day=1)


def _following(start: date, begin: Callable[[date], date]) -> date:
    """The first day of the next bar: units are at most 366 days long, and none begins twice."""
    for days in (1, 7, 28, 29, 30, 31, 365, 366):
        later = start + timedelta(days)
        if begin(later) == later:
            return later
    raise AssertionError(f"no unit begins after {start}")


def _rows(found: Sequence[int] | None, where: Filter, sort: str = "") -> str:
    """The table with the index to read it by: without a word SQLite takes the index of states, and sorts everything."""
    if found is not None:
        return "articles NOT INDEXED"  # by the keys that the words give
    if where.article_ids:
        return "articles INDEXED BY articles_by_id"
    return f"articles INDEXED BY {_INDEXES[sort or ('publisher' if where.publishers else 'date')]}"


def _wanted(db: Any, found: Sequence[int] | None, where: Filter) -> tuple[str, list[int | str]]:
    """The condition that a row must meet, and its values."""
    wanted, values = is_listed(db, where)
    if found is None:
        return wanted, values
    return f"{wanted} AND key IN (SELECT value FROM json_each(?))", [*values, json.dumps(found)]


def _found(db: Any, words: str, held: Sequence[int]) -> Sequence[int] | None:
    """The keys of the articles whose title and publisher hold every word, and of those whose text does; None: any."""
    if not (wanted := words.split()):
        return None
    inside, values = [], list[str]()
    for word in wanted:
        forms = dict.fromkeys((word, word.lower(), word.upper(), word.capitalize()) if not word.isascii() else (word,))
        inside.append(" OR ".join(["title LIKE ? ESCAPE '\\' OR publisher LIKE ? ESCAPE '\\'"] * len(forms)))
        values += [f"%{_plain(form)}%" for form in forms for _ in range(2)]
    named = db.execute(
        "SELECT key FROM articles INDEXED BY listed_by_title"
        f" WHERE {LIVE} AND {' AND '.join(f'({one})' for one in inside)}",
        values,
    )
    return sorted({row[0] for row in named}.union(held))


def _plain(word: str) -> str:
    """A word escaped for LIKE: its % and _ stand for themselves."""
    return "".join(f"\\{sign}" if sign in "\\%_" else sign for sign in word.encode("utf-8", "replace").decode())
