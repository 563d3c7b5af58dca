"""Copies within the catalogue: which stored articles a new one is a copy of, and who stands for a story.

Each change is made within the transaction of the connection it is given. An article that makes way for an earlier copy
goes in again under a new key: keys are never used twice, and so no store needs to know of it.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, time
from functools import lru_cache
from typing import Any

from index.stores.near_copies import same_story, signature
from index.stores.versions import keep_version
from index.types import Article

TEXT = "coalesce(unpacked(text), '')"  # a damaged one is a copy of nothing
PRIMARY = "state IN ('pending', 'words', 'ready')"
BAND_ARTICLES = 40  # looked at in one band, the newest first: boilerplate that thousands share costs no more
UPDATE_RATIO = 1.5  # of the characters: what tells so much more is an update and no reprint
MOST_COMPARED = 12  # texts compared with a new one, those that share most bands first


Kin = tuple[int, str, str | None, int]


def kin_of(db: Any, article: Article, text_digest: bytes, bands: Sequence[int]) -> list[Kin]:
    """(key, id, published, characters) of every searched article of another address that this one is a copy of."""
    other = f"{PRIMARY} AND id != ? AND (url IS NULL OR url IS NOT ?)"
    found: list[Kin] = db.execute(
        f"SELECT key, id, published, length({TEXT}) FROM articles JOIN texts ON article = key"
        " WHERE key IN (SELECT coalesce(copy_of, key) FROM articles"
        f" WHERE text_digest = ? AND state != 'gone') AND {other} ORDER BY key",
        (text_digest, article.id, article.url),
    ).fetchall()
    exact = {row[0] for row in found}
    shared = Counter(row[0] for row in db.execute(_in_bands(len(bands)), bands)) if bands else Counter()
    compared = 0
    for key, _ in shared.most_common(4 * MOST_COMPARED):
        if key in exact:
            continue
        row = db.execute(
            f"SELECT key, id, published, {TEXT} FROM articles JOIN texts ON article = key WHERE key = ? AND {other}",
            (key, article.id, article.url),
        ).fetchone()
        if row and same_story(article.text, row[3]):
            found.append((*row[:3], len(row[3])))
        compared += row is not None
        if compared == MOST_COMPARED:
            break
    return found


def still_kin(db: Any, article: Article, ids: Sequence[str]) -> dict[str, int]:
    """Of these articles, those that are searched and tell the same as this one: their keys by their ids."""
    found = {}
    for article_id in ids:
        row = db.execute(
            f"SELECT key, {TEXT} FROM articles JOIN texts ON article = key WHERE id = ? AND {PRIMARY}"
            " ORDER BY key DESC LIMIT 1",
            (article_id,),
        ).fetchone()
        if row and (article.text.split() == row[1].split() or same_story(article.text, row[1])):
            found[article_id] = row[0]
    return found


@lru_cache
def _in_bands(count: int) -> str:
    """The articles of so many bands, in one statement: one for each band took a fifth of the time of storing."""
    one = f"SELECT * FROM (SELECT article FROM bands WHERE band = ? ORDER BY article DESC LIMIT {BAND_ARTICLES})"
    return " UNION ALL ".join([one] * count)


def replace_by(db: Any, keys: Sequence[int], new: int, article_id: str) -> None:
    """Put a new version in the place of older ones, which are kept as versions."""
    for key in keys:
        keep_version(db, key, article_id)
    retire(db, keys, new)


def retire(db: Any, keys: Sequence[int], successor: int | None = None) -> None:
    """Mark articles gone. Their copies hang on the successor, as far as they are copies of it too; of the rest
    the earliest takes the place of what is gone, the others hang on that one."""
    for key in keys:
        db.execute("UPDATE articles SET state = 'gone', copy_of = NULL WHERE key = ?", (key,))
        hanging = db.execute(
            f"SELECT key, {TEXT} FROM articles JOIN texts ON article = key WHERE copy_of = ? AND state = 'copy'"
            " ORDER BY day = 0, day, published, key",
            (key,),
        ).fetchall()
        if successor is not None and hanging:
            # a successor that is a copy itself has a primary: that is what they hang on
            head, text = db.execute(
                f"SELECT coalesce(copy_of, key), {TEXT} FROM articles JOIN texts ON article = key WHERE key = ?",
                (successor,),
            ).fetchone()
            still = [copy for copy, of in hanging if same_story(text, of)]
            db.executemany("UPDATE articles SET copy_of = ? WHERE key = ?", [(head, copy) for copy in still])
            hanging = [row for row in hanging if row[0] not in still]
        if hanging:
            heir = hanging[0][0]
            db.execute("UPDATE articles SET state = 'pending', copy_of = NULL WHERE key = ?", (heir,))
            db.execute("UPDATE articles SET copy_of = ? WHERE copy_of = ?", (heir, key))


def take_over(db: Any, new: int) -> None:
    """Hang the articles that a found one takes the place of on it. They go in again under new keys, as copies:
    what the stores hold under the old ones is then cleared like that of anything else that is gone."""
    rows = db.execute(
        f"SELECT o.key, o.id, o.url FROM takeovers JOIN articles AS o ON o.key = old WHERE new = ? AND o.{PRIMARY}",
        (new,),
    ).fetchall()
    db.execute("DELETE FROM takeovers WHERE new = ?", (new,))
    columns = "id, title, url, publisher, authors, published, day, digest, text_digest, pages, bands"
    for old, article_id, url in rows:
        if db.execute(
            "SELECT 1 FROM articles WHERE (id = ? OR url = ?) AND key > ? AND state != 'gone'",
            (article_id, url, old),
        ).fetchone():
            continue  # a newer version of it is on its way and is judged for itself
        copy = db.execute(
            f"INSERT INTO articles (state, copy_of, {columns}) SELECT 'copy', ?, {columns} FROM articles WHERE key = ?",
            (new, old),
        ).lastrowid
        db.execute("INSERT INTO texts SELECT ?, text FROM texts WHERE article = ?", (copy, old))
        bands = array("q", db.execute("SELECT bands FROM articles WHERE key = ?", (old,)).fetchone()[0] or b"")
        db.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?)", [(band, copy) for band in bands])
        db.execute("UPDATE articles SET copy_of = ? WHERE copy_of = ?", (new, old))
        db.execute("UPDATE articles SET state = 'gone' WHERE key = ?", (old,))


def sign_unsigned(db: Any, limit: int) -> int:
    """Make the near-copy signatures of articles that a version without them stored; how many were made."""
    rows = db.execute(
        f"SELECT key, {TEXT} FROM articles JOIN texts ON article = key WHERE bands IS NULL LIMIT ?",
        (limit,),
    ).fetchall()
    for key, text in rows:
        bands = signature(text)
        db.execute("UPDATE articles SET bands = ? WHERE key = ?", (array("q", bands).tobytes(), key))
        db.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?)", [(band, key) for band in bands])
    return len(rows)


def primary_of(kin: Sequence[Kin], new: Article) -> Kin | None:
    """Which of its kin a new article hangs on; None when it has none, or is to stand for the story itself.

    The earliest stands for a story, because the others are reprints of it; but not for one that tells half as much
    again: that is an update, and hung on a first short report its news would never be found.
    """
    first = min(kin, key=_earliness, default=None)
    if first is None:
        return None
    for one in sorted(kin, key=_earliness):
        if one[3] >= UPDATE_RATIO * first[3]:
            first = one
    characters = len(new.text)
    if characters >= UPDATE_RATIO * first[3]:
        return None
    return first if first[3] >= UPDATE_RATIO * characters or not _precedes(new.published, first[2]) else None


def _precedes(new: datetime | None, old: str | None) -> bool:
    """True when an article is earlier than one stored before it; a bare date says nothing of the hour."""
    if new is None:
        return False
    if old is None:
        return True
    stored = datetime.fromisoformat(old)
    if new.time() == time.min or stored.time() == time.min:
        return new.date() < stored.date()
    return new < stored


def _earliness(row: Kin) -> tuple[bool, float, int]:
    """Sort key: time of publication, articles without one last."""
    key, _, published, _ = row
    return published is None, datetime.fromisoformat(published).timestamp() if published else 0.0, key
