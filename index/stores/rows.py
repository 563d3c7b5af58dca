"""A row of the catalogue's articles, and the Article that it holds."""

from __future__ import annotations

import hashlib
import json
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from index.errors import DamagedLibrary
from index.types import Article

META = "key, id, title, url, publisher, authors, published, pages"
LIVE = "state IN ('words', 'ready', 'copy')"  # in the library, as a person sees it
SEARCHED = "state IN ('words', 'ready')"  # copies are not: they are found by what they are copies of


@dataclass(frozen=True, slots=True)
class Stored:
    """A row of the catalogue: its key, its state, and the article (without text unless it was asked for)."""

    key: int
    state: str
    article: Article


def digests(article: Article) -> tuple[bytes, bytes]:
    """(of everything, of the text alone with its white space folded)."""
    day = article.published.isoformat() if article.published else None
    whole = [article.id, article.title, article.url, article.publisher, article.authors, day, article.text]
    return (
        hashlib.sha256(json.dumps(whole).encode()).digest()[:16],
        hashlib.sha256(" ".join(article.text.split()).encode("utf-8", "surrogatepass")).digest()[:16],
    )


def insert(
    db: Any,
    article: Article,
    state: str,
    copy_of: int | None,
    digest: tuple[bytes, bytes],
    bands: Sequence[int],
    origin: str = "",
) -> int:
    """Store an article as a new row; its key."""
    key = db.execute(
        "INSERT INTO articles (id, state, copy_of, title, url, publisher, authors, published, day, digest,"
        " text_digest, pages, bands, origin) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            article.id,
            state,
            copy_of,
            article.title,
            article.url,
            article.publisher,
            json.dumps(article.authors, ensure_ascii=False),
            article.published.isoformat() if article.published else None,
            article.day.toordinal() if article.day else 0,
            *digest,
            json.dumps(article.pages),
            array("q", bands).tobytes(),
            origin,
        ),
    ).lastrowid
    db.execute("INSERT INTO texts VALUES (?, packed(?))", (key, article.text))
    db.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?)", [(band, key) for band in bands])
    return int(key)


def marks(values: Sequence[object]) -> str:
    """As many question marks as there are values, for IN (...)."""
    return ", ".join("?" * len(values))


def article_of(row: Sequence[object], text: object = "") -> Article:
    """The article of a row that begins with the columns of META. text: None stands for one that cannot be read;
    DamagedLibrary is raised."""
    _, article_id, title, url, publisher, authors, published, pages = row[:8]
    if text is None:
        raise DamagedLibrary(f"the stored text of article {article_id!r} is damaged: remove it and add it again")
    return Article(
        id=str(article_id),
        title=str(title),
        url=None if url is None else str(url),
        publisher=None if publisher is None else str(publisher),
        authors=tuple(json.loads(str(authors))),
        published=datetime.fromisoformat(str(published)) if published else None,
        text=str(text),
        pages=tuple(json.loads(str(pages))),
    )
