"""What a Filter admits, said once: in numbers that each store translates word by word.

Two things are asked of a filter. A search looks in what stands for a story, which passes when one of its copies does
(`admitted_by`, `is_admitted`); a listing shows each article, and each passes for itself (`is_listed`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from index.stores.rows import LIVE, SEARCHED, marks
from index.types import Filter

MOST_REPRINTED = 5000  # articles that a filter by publisher admits for their copies: the stores take such lists
Condition = tuple[str, list[int | str]]  # of SQL, with the values for its question marks


@dataclass(frozen=True, slots=True)
class Admitted:
    """A filter resolved against the library, as every store translates it; None and () admit any.

    first_day, last_day: days since 0001-01-01, both inclusive. An article without a date has day 0: a filter that lets
    those through begins at 0, any other that names a day at 1 or later.
    publishers: as spelt in the library. article_keys: those named, or what stands for them.
    reprinted: the keys of articles of other publishers of which one of `publishers` has a copy: they pass too.
    """

    first_day: int | None = None
    last_day: int | None = None
    publishers: tuple[str, ...] = ()
    article_keys: tuple[int, ...] = ()
    reprinted: tuple[int, ...] = ()


def admitted_by(db: Any, where: Filter) -> Admitted | None:
    """Resolve a filter against the library; None when nothing in the library can pass it."""
    names = _as_spelt(db, where.publishers)
    keys = [
        row[0]
        for article_id in where.article_ids
        for row in db.execute(
            f"SELECT coalesce(copy_of, key) FROM articles WHERE id = ? AND {LIVE}", (article_id,)
        ).fetchall()
    ]
    if (where.publishers and not names) or (where.article_ids and not keys):
        return None
    return Admitted(*_days(where), names, tuple(keys), _reprinted(db, names))


def _days(where: Filter) -> tuple[int | None, int | None]:
    """The first and the last day that pass; None: no limit."""
    if not (where.since or where.until):
        return None, None
    first = where.since.toordinal() if where.since else (0 if where.undated else 1)
    return first, where.until.toordinal() if where.until else None


def _as_spelt(db: Any, names: tuple[str, ...]) -> tuple[str, ...]:
    """Publishers as the library spells them, whatever the case they are given in."""
    if not names:
        return ()
    wanted = {name.casefold() for name in names}
    rows = db.execute(
        f"SELECT DISTINCT publisher FROM articles INDEXED BY listed_by_publisher WHERE publisher IS NOT NULL AND {LIVE}"
    )
    return tuple(name for (name,) in rows if name.casefold() in wanted)


def _reprinted(db: Any, publishers: tuple[str, ...]) -> tuple[int, ...]:
    """The articles that are searched in place of a copy that one of these publishers has."""
    if not publishers:
        return ()
    rows = db.execute(
        f"SELECT DISTINCT copy_of FROM articles WHERE state = 'copy' AND publisher IN ({marks(publishers)})"
        " ORDER BY copy_of DESC LIMIT ?",
        (*publishers, MOST_REPRINTED),
    )
    return tuple(row[0] for row in rows)


def is_admitted(admitted: Admitted) -> Condition:
    """That an article `a` is searched and passes a filter."""
    limits, values = [f"a.{SEARCHED}"], list[int | str]()
    for sign, day in ((">=", admitted.first_day), ("<=", admitted.last_day)):
        if day is not None:
            limits.append(f"a.day {sign} ?")
            values.append(day)
    if admitted.article_keys:
        limits.append(f"a.key IN ({marks(admitted.article_keys)})")
        values.extend(admitted.article_keys)
    if admitted.publishers:
        limits.append(f"(a.publisher IN ({marks(admitted.publishers)}) OR a.key IN ({marks(admitted.reprinted)}))")
        values.extend((*admitted.publishers, *admitted.reprinted))
    return " AND ".join(limits), values


def is_listed(db: Any, where: Filter) -> Condition:
    """That a row of the articles is in the library and passes a filter for itself."""
    limits, values = [LIVE], list[int | str]()
    for sign, day in zip((">=", "<="), _days(where), strict=True):
        if day is not None:
            limits.append(f"day {sign} ?")
            values.append(day)
    if where.publishers:  # NOCASE: the order of the index that is read
        limits.append("publisher COLLATE NOCASE IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(_as_spelt(db, where.publishers)))
    if where.article_ids:
        limits.append("id IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(where.article_ids))
    return " AND ".join(limits), values
