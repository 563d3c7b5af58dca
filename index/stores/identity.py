"""Which article of the library one that comes in is: the same id or address counts only within its source.

Two exports numbered from 0, or two newsrooms that give the address of a section, are not to overwrite each other. What
no source is known of (a program gave it, or an earlier version stored it) is the same under the same name; so is what
comes from a file that has since been moved.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from index.types import Article

_ROWS = "SELECT key, digest, id, origin FROM articles WHERE state != 'gone' AND (id = ? OR url = ?) ORDER BY key DESC"


@dataclass(frozen=True, slots=True)
class Known:
    """A row of the catalogue that an article takes the place of."""

    key: int
    digest: bytes
    origin: str


def identify(db: Any, article: Article, origin: str) -> tuple[Article, list[Known]]:
    """The article, under another id when its own is taken by an article of another source, and the rows that it
    takes the place of, the newest first."""
    own, taken = _claimed(db, article, origin)
    if taken and not own:
        article = replace(article, id=hashlib.sha256(f"{origin}\n{article.id}".encode()).hexdigest()[:16])
        own, _ = _claimed(db, article, origin)
    return article, own


def _claimed(db: Any, article: Article, origin: str) -> tuple[list[Known], bool]:
    """The rows of this article's source, and whether its id is another source's."""
    rows = db.execute(_ROWS, (article.id, article.url)).fetchall()
    own = [Known(key, digest, of) for key, digest, _, of in rows if _one_source(of, origin)]
    return own, any(name == article.id and not _one_source(of, origin) for _, _, name, of in rows)


def _one_source(one: str, other: str) -> bool:
    return not one or not other or one == other or _is_gone(one)


def _is_gone(origin: str) -> bool:
    """True when the file that an article came from is no longer where it was."""
    if not origin.startswith("file:"):
        return False
    try:
        return not Path(unquote(urlsplit(origin).path)).exists()
    except (OSError, ValueError):
        return True
