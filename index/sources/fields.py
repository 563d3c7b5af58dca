"""The fields of a record under the dozen names that exports use, without markup and what stands for nothing."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from html import unescape
from typing import Any
from urllib.parse import urlsplit

# Names in lower case without "_", "-" and spaces, the first that holds something counts.
NAMES: dict[str, tuple[str, ...]] = {
    "id": ("id",),
    "title": ("title", "headline", "webtitle"),
    "url": ("url", "link", "address", "weburl", "permalink", "canonicalurl", "articleurl", "externalurl"),
    "publisher": ("publisher", "source", "sitename", "publication", "newspaper", "outlet", "domain"),
    "authors": ("authors", "author", "byline", "creator", "writers"),
    "published": (
        "published", "date", "publishedat", "pubdate", "publicationdate", "publisheddate", "datepublished",
        "webpublicationdate", "publishdate", "firstpublished", "seendate", "datetime",
    ),
    "text": (
        "text", "content", "body", "bodytext", "contenttext", "contenthtml", "articlebody", "articletext", "fulltext",
        "maintext", "bodyhtml",
    ),
}  # fmt: skip
NESTED = ("fields", "attributes", "_source")  # objects whose fields are the record's own
INNER = ("rendered", "name", "title", "value", "#text", "content")  # what of an object is meant where a text is
NOTHING = frozenset(("", "nan", "n/a", "na", "none", "null", "nil", "-", "--", "unknown"))
_MARKUP = re.compile(
    r"</?(?:p|div|br|a|b|i|em|strong|span|h[1-6]|ul|ol|li|img|blockquote|figure|table|td|tr)\b[^<>]*>", re.I
)
_ENTITY = re.compile(r"&(?:#\d{2,6}|#x[0-9a-f]{2,6}|[a-z]{2,8}\d?);", re.I)
_BLOCK = re.compile(r"</?(?:p|div|h[1-6]|ul|ol|li|blockquote|figure|table|tr|section|article)\b[^<>]*>", re.I)
_HIDDEN = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->", re.I | re.S)


def fields_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """What of a record are an Article's fields: texts without markup, None for what is not there."""
    flat = {plain_name(name): value for nested in NESTED for name, value in _inside(record, nested)}
    flat |= {plain_name(str(name)): value for name, value in record.items()}
    found = {field: _first(flat, names) for field, names in NAMES.items()}
    return found | {"text": _text(flat), "authors": _names(found["authors"])}


def plain_name(name: str) -> str:
    """A field's name as NAMES has it: in lower case, without "_", "-" and spaces."""
    return re.sub(r"[_\s-]", "", name).lower()


def _inside(record: Mapping[str, Any], name: str) -> Iterable[tuple[str, Any]]:
    value = record.get(name)
    return [(str(k), v) for k, v in value.items()] if isinstance(value, Mapping) else []


def _first(flat: Mapping[str, Any], names: Iterable[str]) -> Any:
    return next((value for name in names if (value := _said(flat.get(name))) is not None), None)


def _said(value: Any) -> Any:
    """A value as it is meant: an object's name or rendered text, a text without markup; None for nothing."""
    if isinstance(value, Mapping):
        value = next((value[name] for name in INNER if value.get(name)), None)
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, str):
        return None if value.strip().lower() in NOTHING else without_markup(value)
    return value


def _text(flat: Mapping[str, Any]) -> Any:
    """The text: the field's own name first; where that is cut off ("… [+812 chars]"), the longest."""
    values = [value for name in NAMES["text"] if isinstance(value := _said(flat.get(name)), str) and value.strip()]
    if "text" in flat and isinstance(flat["text"], str):
        return values[0] if values else flat["text"]
    return max(values, key=len, default=None)


def _names(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [said for one in value if (said := _said(one)) is not None]
    return value


def without_markup(text: str) -> str:
    """A text that was HTML as plain text, its paragraphs apart; any other text as it is."""
    if not _MARKUP.search(text):
        return unescape(text) if _ENTITY.search(text) else text
    bare = _BLOCK.sub("\n\n", re.sub(r"<br\b[^<>]*>", "\n", _HIDDEN.sub("", text), flags=re.I))
    lines = (" ".join(line.split()) for line in unescape(re.sub(r"<[^<>]+>", "", bare)).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def names_one_article(address: str) -> bool:
    """Whether an address can be an article's own: a site's home page stands for many."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return not parts.scheme.startswith("http") or bool(parts.path.strip("/") or parts.query)


def records_in(value: Any, depth: int = 3) -> list[Any]:
    """The records of a JSON file: a list, the longest list of objects under a key of it, or the object itself."""
    if isinstance(value, list):
        return value
    if not isinstance(value, Mapping) or fields_of(value)["text"] is not None:
        return [value]
    lists = sorted(_lists(value, depth), key=len)
    return lists[-1] if lists else [value]


def _lists(value: Any, depth: int) -> list[list[Any]]:
    found = []
    for inner in value.values():
        if isinstance(inner, list) and inner and all(isinstance(one, Mapping) for one in inner):
            found.append(inner)
        elif isinstance(inner, Mapping) and depth:
            found += _lists(inner, depth - 1)
    return found
