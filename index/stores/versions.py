"""What an article was before: its earlier versions, and what changed from one to the next (difflib)."""

from __future__ import annotations

import difflib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from index.passages import sentences
from index.types import Article, Version

_FIELDS = "title, url, publisher, authors, published, pages"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a new version changed. when: the moment it came in. fields: (name, before, after).

    lines: sentences of the text with "- " (gone) or "+ " (new) in front, in the order of the text.
    """

    when: datetime
    fields: tuple[tuple[str, str, str], ...]
    lines: tuple[str, ...]


def keep_version(db: Any, key: int, article_id: str) -> None:
    """Keep an article that is replaced, under the id of what replaces it, within the caller's transaction."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    old_id = db.execute("SELECT id FROM articles WHERE key = ?", (key,)).fetchone()[0]
    if old_id != article_id:  # the same address under another id: its history comes along
        db.execute("UPDATE versions SET id = ? WHERE id = ?", (article_id, old_id))
    db.execute(
        f"INSERT INTO versions (id, replaced, {_FIELDS}, text) SELECT ?, ?, {_FIELDS}, text FROM articles JOIN texts"
        " ON article = key WHERE key = ?",
        (article_id, now, key),
    )


def put_versions(db: Any, article_id: str, earlier: Sequence[Version]) -> None:
    """Store what an article was before it came here, within the caller's transaction; one that has versions here keeps
    those."""
    if not earlier or db.execute("SELECT 1 FROM versions WHERE id = ? LIMIT 1", (article_id,)).fetchone():
        return
    db.executemany(
        f"INSERT INTO versions (id, replaced, {_FIELDS}, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, packed(?))",
        [
            (
                article_id,
                version.replaced.isoformat(),
                version.article.title,
                version.article.url,
                version.article.publisher,
                json.dumps(version.article.authors, ensure_ascii=False),
                version.article.published.isoformat() if version.article.published else None,
                json.dumps(version.article.pages),
                version.article.text,
            )
            for version in earlier
        ],
    )


def versions_of(db: Any, article_id: str) -> list[Version]:
    """The earlier versions of an article, oldest first."""
    rows = db.execute(
        f"SELECT replaced, {_FIELDS}, coalesce(unpacked(text), '') FROM versions WHERE id = ? ORDER BY key",
        (article_id,),
    )
    return [
        Version(
            Article(
                id=article_id,
                title=title,
                url=url,
                publisher=publisher,
                authors=tuple(json.loads(authors)),
                published=datetime.fromisoformat(published) if published else None,
                pages=tuple(json.loads(pages)),
                text=text,
            ),
            datetime.fromisoformat(replaced),
        )
        for replaced, title, url, publisher, authors, published, pages, text in rows
    ]


def changes(earlier: Sequence[Version], now: Article) -> list[Change]:
    """What each version changed from the one before it, the newest first."""
    chain = [version.article for version in earlier] + [now]
    made = [
        Change(
            when=version.replaced,
            fields=_fields(version.article, after),
            lines=_lines(version.article.text, after.text),
        )
        for version, after in zip(earlier, chain[1:], strict=True)
    ]
    return made[::-1]


def _fields(before: Article, after: Article) -> tuple[tuple[str, str, str], ...]:
    def said(article: Article, name: str) -> str:
        value = getattr(article, name)
        return ", ".join(value) if isinstance(value, tuple) else str(value or "")

    names = ("title", "url", "publisher", "authors", "published")
    return tuple((n, said(before, n), said(after, n)) for n in names if said(before, n) != said(after, n))


def _lines(before: str, after: str) -> tuple[str, ...]:
    old = [" ".join(before[start:end].split()) for start, end in sentences(before)]
    new = [" ".join(after[start:end].split()) for start, end in sentences(after)]
    found: list[str] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            found += [f"- {line}" for line in old[a:b]] + [f"+ {line}" for line in new[c:d]]
    return tuple(found)
