"""What was removed lately, kept in memory so that a slip can be undone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from index.errors import InvalidValue
from index.types import Article

KEPT_SECONDS = 600.0
KEPT_CHARACTERS = 50_000_000  # of texts and versions together: some 100 MB; what is beyond cannot be undone
_COLUMNS = "id, replaced, title, url, publisher, authors, published, pages, text"


@dataclass(frozen=True, slots=True)
class Removed:
    """An article that was removed: with its text, its earlier versions as they were stored, the id of the article it
    was a copy of ("" for none), the ids of its copies, and the source it came from."""

    article: Article
    versions: tuple[tuple[Any, ...], ...] = ()
    copy_of: str = ""
    copies: tuple[str, ...] = ()
    origin: str = ""

    @property
    def characters(self) -> int:
        """How much of it there is."""
        return len(self.article.text) + sum(len(version[-1]) for version in self.versions)


def kept_of(db: Any, article: Article | None) -> Removed | None:
    """All there is of an article, before it is removed; None for no article."""
    if article is None:
        return None
    versions = db.execute(f"SELECT {_COLUMNS} FROM versions WHERE id = ? ORDER BY key", (article.id,)).fetchall()
    head = db.execute(
        "SELECT a.id FROM articles AS c JOIN articles AS a ON a.key = c.copy_of WHERE c.id = ? AND c.state = 'copy'",
        (article.id,),
    ).fetchone()
    copies = db.execute(
        "SELECT c.id FROM articles AS a JOIN articles AS c ON c.copy_of = a.key WHERE a.id = ? AND a.state != 'gone'"
        " AND c.state = 'copy'",
        (article.id,),
    ).fetchall()
    origin = db.execute("SELECT origin FROM articles WHERE id = ? AND state != 'gone'", (article.id,)).fetchone()
    return Removed(
        article,
        tuple(versions),
        head[0] if head else "",
        tuple(row[0] for row in copies),
        origin[0] if origin else "",
    )


def put_versions_back(db: Any, removed: Removed) -> None:
    """Store its earlier versions again, within the caller's transaction."""
    db.executemany(f"INSERT INTO versions ({_COLUMNS}) VALUES ({', '.join('?' * 9)})", removed.versions)


class RemovedLately:
    """Removed articles by id, each for ten minutes, the oldest let go of first when they grow too many."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[float, Removed]] = {}

    def put(self, removed: Sequence[Removed]) -> None:
        """Keep these."""
        with self._lock:
            for one in removed:
                self._kept.pop(one.article.id, None)
                self._kept[one.article.id] = (self._clock(), one)
            self._let_go()

    def take(self, article_ids: Sequence[str]) -> list[Removed]:
        """Hand these out, those that are copies of another last; InvalidValue if one of them is not kept."""
        with self._lock:
            self._let_go()
            if gone := [article_id for article_id in article_ids if article_id not in self._kept]:
                raise InvalidValue(
                    f"article {gone[0]!r} cannot be put back: what was removed is kept for {KEPT_SECONDS / 60:.0f} "
                    "minutes while newsdesk runs; add it again"
                )
            return sorted(
                (self._kept.pop(article_id)[1] for article_id in article_ids), key=lambda one: one.copy_of != ""
            )

    def forget(self) -> None:
        """Let go of all of them."""
        with self._lock:
            self._kept.clear()

    def _let_go(self) -> None:
        oldest = self._clock() - KEPT_SECONDS
        room = KEPT_CHARACTERS
        for article_id, (when, one) in reversed(list(self._kept.items())):
            room -= one.characters
            if when < oldest or room < 0:
                del self._kept[article_id]
