"""What is remembered between runs: the feeds that are followed, and the pages and files that were read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from index.errors import InvalidValue
from index.stores.catalogue import Catalogue
from index.types import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed that is followed. refreshed: when it was last read; None: not yet. problem: why that failed, or ""."""

    url: str
    title: str
    followed: datetime
    refreshed: datetime | None = None
    etag: str | None = None
    modified: str | None = None
    problem: str = ""


class Visits:
    """The feeds and visits of one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def visit(self, place: str) -> Visit | None:
        """What is remembered of a page or file, whether or not its article is still there."""
        with self._catalogue.reading() as db:
            row = db.execute(
                "SELECT place, article_id, etag, modified, mark FROM visits WHERE place = ?", (place,)
            ).fetchone()
        return Visit(*row) if row else None

    def known(self, place: str) -> Visit | None:
        """What is remembered of a page or file whose article is in the library."""
        visit = self.visit(place)
        return visit if visit and self._catalogue.holds(visit.article_id) else None

    def feeds(self) -> list[Feed]:
        """The feeds that are followed, in the order of their addresses."""
        with self._catalogue.reading() as db:
            rows = db.execute("SELECT url, title, followed, refreshed, etag, modified, problem FROM feeds ORDER BY url")
            return [
                Feed(
                    url=u,
                    title=t,
                    followed=datetime.fromisoformat(f),
                    refreshed=datetime.fromisoformat(r) if r else None,
                    etag=e,
                    modified=m,
                    problem=p,
                )
                for u, t, f, r, e, m, p in rows
            ]

    def follow(self, url: str) -> None:
        """Remember a feed; nothing changes when it is followed already."""
        with self._catalogue.writing() as db:
            db.execute("INSERT OR IGNORE INTO feeds (url, title, followed) VALUES (?, '', ?)", (url, _now()))

    def unfollow(self, url: str) -> None:
        """Forget a feed; what came from it stays. InvalidValue when it is not followed."""
        with self._catalogue.writing() as db:
            if not db.execute("DELETE FROM feeds WHERE url = ?", (url,)).rowcount:
                raise InvalidValue(f"{url} is not followed; `newsdesk follow` lists what is")

    def refreshed(
        self, url: str, title: str = "", etag: str | None = None, modified: str | None = None, problem: str = ""
    ) -> None:
        """Remember that a feed was read, or why it was not. Without its tags it is read whole the next time."""
        with self._catalogue.writing() as db:
            db.execute(
                "UPDATE feeds SET title = coalesce(nullif(?, ''), title), refreshed = ?, etag = ?, modified = ?,"
                " problem = ? WHERE url = ?",
                (title, _now(), etag, modified, problem, url),
            )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
