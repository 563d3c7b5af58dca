"""A library's articles with their earlier versions in one file (JSONL, an article a line), and in again.

What comes in is an article as any other: near copies are found, and what is there by the same id is replaced. Each line
keeps the source that the article came from, so that ids and addresses mean what they meant.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from index.errors import InvalidValue
from index.stores.catalogue import Catalogue
from index.stores.rows import LIVE, META, article_of
from index.stores.versions import versions_of
from index.types import Article, Failure, Read, SourceItem, Version

FORMAT = 1  # of a line, under "newsdesk"
_EXPORTED = (  # what replaces an article comes once it is found: until then it is the old one that counts
    f"SELECT {META}, unpacked(text), origin FROM articles AS a JOIN texts ON article = key WHERE {LIVE} OR (state ="
    f" 'pending' AND NOT EXISTS (SELECT 1 FROM articles AS old WHERE old.id = a.id AND old.{LIVE})) ORDER BY key"
)


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What an export wrote: how many articles and earlier versions; unreadable: the ids of articles left out because
    their stored text is damaged."""

    articles: int
    versions: int
    unreadable: tuple[str, ...] = ()


def export(catalogue: Catalogue, into: Path) -> ExportReport:
    """Write every article into a new file, as they are at one moment. Whole or not at all. InvalidValue when the file
    is there."""
    if into.exists():
        raise InvalidValue(f"{into} is there already; name a file that is not")
    part = into.with_name(f"{into.name}.part")
    part.unlink(missing_ok=True)
    into.parent.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            report = _write(catalogue, file)
            file.flush()
            os.fsync(file.fileno())
        part.rename(into)
    finally:
        part.unlink(missing_ok=True)
    return report


def _write(catalogue: Catalogue, file: Any) -> ExportReport:
    articles = versions = 0
    unreadable = []
    with catalogue.reading() as db:
        db.execute("BEGIN")  # what is written meanwhile is not seen
        try:
            for *row, text, origin in db.execute(_EXPORTED):
                if text is None:
                    unreadable.append(str(row[1]))
                    continue
                earlier = versions_of(db, row[1])
                line = {"newsdesk": FORMAT, **_fields(article_of(row, text)), "origin": origin}
                line["versions"] = [{"replaced": one.replaced.isoformat(), **_fields(one.article)} for one in earlier]
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
                articles, versions = articles + 1, versions + len(earlier)
        finally:
            db.execute("COMMIT")
    return ExportReport(articles, versions, tuple(unreadable))


def _fields(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "title": article.title,
        "url": article.url,
        "publisher": article.publisher,
        "authors": article.authors,
        "published": article.published.isoformat() if article.published else None,
        "pages": article.pages,
        "text": article.text,
    }


def exported(file: Path) -> Iterator[SourceItem]:
    """What an export holds, read as it is needed. InvalidValue, before anything else, for a file that is none."""
    if not file.is_file():
        raise InvalidValue(f"there is no file {file}")
    with file.open(encoding="utf-8", errors="replace", newline="\n") as lines:
        first = next(lines, "")
        if first and not _is_ours(first):
            raise InvalidValue(f"{file} is no export of newsdesk; `newsdesk add` reads other files of articles")
    return _items(file)


def _items(file: Path) -> Iterator[SourceItem]:
    with file.open(encoding="utf-8", errors="replace", newline="\n") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield _item(line, f"{file.name}, line {number}")


def _is_ours(line: str) -> bool:
    try:
        return "newsdesk" in json.loads(line)
    except (ValueError, RecursionError, TypeError):
        return False


def _item(line: str, source: str) -> SourceItem:
    try:
        value = json.loads(line)
        if value["newsdesk"] > FORMAT:
            return Failure(source, "it was exported by a newer version of newsdesk; install that version")
        versions = tuple(Version(_article(one), datetime.fromisoformat(one["replaced"])) for one in value["versions"])
        return Read(_article(value), origin=str(value["origin"]), earlier=versions)
    except (ValueError, LookupError, TypeError, RecursionError) as error:  # InvalidValue is a ValueError
        return Failure(source, f"it is no line of an export: it was cut off or changed ({error})")


def _article(value: Mapping[str, Any]) -> Article:
    return Article(
        id=value["id"],
        title=value["title"],
        url=value["url"],
        publisher=value["publisher"],
        authors=tuple(value["authors"]),
        published=datetime.fromisoformat(value["published"]) if value["published"] else None,
        pages=tuple(value["pages"]),
        text=value["text"],
    )
