"""Text or a record to an Article: title, authors, publisher and date found.

`Article.text` is what stands in the source with line ends as "\\n" and without NUL characters; nothing else is changed,
so that a person who opens the source finds every quotation there.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import Any

from index.errors import UnreadableSource
from index.sources.dates import date_in, is_date_line, parse_date
from index.sources.decoding import clean
from index.sources.fields import fields_of, names_one_article
from index.sources.options import NO_MAPPING, Document
from index.sources.publishers import is_domain, publisher_at
from index.types import Article

TITLE_CHARACTERS = 150  # a longer first line is no headline
_AGENCY = re.compile(
    r"^\s*(?:[A-Z][A-Z .,'’/-]{2,40}(?:, (?:[A-Z][a-z]+\.? ?\d{0,2}))? ?[-–—]? ?)?\(([A-Z][\w .&'’-]{1,40})\) ?[-–—]"
)
_HOUSE = re.compile(r"^\s*(CNN|AP|Reuters|AFP|BBC|NPR)(?: Business)? ?[-–—]\s")
_PERSON = r"[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){1,3}"
_BYLINE = re.compile(rf"^[^\S\n]*By:? ({_PERSON}(?:(?:,| and) {_PERSON})*)[^\S\n]*(?:$|[|,•])", re.M)


def from_text(text: str, *, name: str = "", url: str | None = None, **known: Any) -> Article:
    """A plain text. What `known` (title, publisher, authors, published, id) leaves open is looked for in the text.

    name: the file's name without its ending, the title of last resort.
    """
    text = clean(text)
    if not text.strip():
        raise UnreadableSource("it holds no text")
    authors = known.get("authors") or ()
    return Article(
        id=known.get("id") or "",
        title=known.get("title") or _title_in(text) or " ".join(re.split(r"[-_\s]+", name)).strip(),
        url=url,
        publisher=named_publisher(known.get("publisher")) or _publisher_in(text) or publisher_at(url),
        authors=tuple(authors) or _authors_in(text),
        published=known.get("published") or date_in(text),
        text=text,
    )


def from_markdown(text: str, *, name: str = "", url: str | None = None) -> Article:
    """Markdown with optional YAML front matter; the front matter is not part of the text."""
    text = clean(text)
    meta: Mapping[str, Any] = {}
    if match := re.match(r"---[^\S\n]*\n(.*?\n)?(?:---|\.\.\.)[^\S\n]*(?:\n|$)", text, re.S):
        meta = _front_matter(match[1] or "")
        text = text[match.end() :].lstrip("\n")
    known = _known(fields_of(_clipped(meta)))
    return from_text(text, name=name, **known | {"url": known["url"] or url})


_LINK = re.compile(r"\[\[(?:[^\]|]*\|)?([^\]]+)\]\]|\[([^\]]+)\]\([^)]*\)")


def _clipped(meta: Mapping[str, Any]) -> Mapping[str, Any]:
    """The front matter of a clipper's note: its source is an address, no publisher, and its names are links."""

    def plain(value: Any) -> Any:
        if isinstance(value, list):  # [[Mira Talbot]] without quotation marks is a list in a list to YAML
            return plain(value[0]) if len(value) == 1 and isinstance(value[0], list) else [plain(one) for one in value]
        return _LINK.sub(lambda found: found[1] or found[2], value) if isinstance(value, str) else value

    meta = {name: plain(value) for name, value in meta.items()}
    source = meta.get("source")
    if isinstance(source, str) and source.startswith(("http://", "https://")):
        return {"url": source} | {name: value for name, value in meta.items() if name != "source"}
    return meta


def _front_matter(block: str) -> Mapping[str, Any]:
    import yaml

    try:
        meta = yaml.safe_load(block)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 2}" if mark else ""
        raise UnreadableSource(
            f"its front matter is not YAML{where} ({getattr(error, 'problem', None) or error}); put titles with a "
            "colon in quotes"
        ) from error
    if meta is None:
        return {}
    if not isinstance(meta, Mapping):
        raise UnreadableSource("its front matter is not a list of fields such as `title: ...`")
    return meta


def from_record(
    record: Mapping[str, Any], mapping: Mapping[str, str] = NO_MAPPING, day_before_month: bool | None = None
) -> Article:
    """One line of .jsonl or one row of .csv: the Article's fields by name; every one but text may be missing.

    mapping: for fields under another name: {"title": "headline"}; "meta.headline" reaches into an object.
    day_before_month: how 03/04/2025 is read in this file; None: not at all.
    """
    if mapping:
        record = {**record, **{field: _reached(record, column) for field, column in mapping.items()}}
    found = fields_of(record)
    text = found["text"]
    if not isinstance(text, str):
        fields = ", ".join(str(k) for k in sorted(record, key=str)[:8] if k not in mapping)
        raise UnreadableSource(
            f'it has no field "text" (its fields: {fields or "none"}); name the one that holds it with --map text=NAME'
        )
    text = clean(text)
    if not text.strip():
        raise UnreadableSource("it holds no text")
    known = _known(found, day_before_month)
    if known["url"] and not names_one_article(known["url"]):
        known["url"] = None  # the address of a site, under which every row would overwrite the one before
    known["publisher"] = named_publisher(known["publisher"]) or publisher_at(known["url"])
    return Article(text=text, **{k: v for k, v in known.items() if v is not None})


def from_document(document: Document, mapping: Mapping[str, str] = NO_MAPPING) -> Article:
    """A LangChain Document: its page_content, and of its metadata what an Article has a field for. "source" is there
    where a text was read from: an address, or a file's path, and no publisher."""
    known = {name: value for name, value in document.metadata.items() if name != "source"}
    source = document.metadata.get("source")
    if isinstance(source, str) and source.startswith(("http://", "https://")):
        known = {"url": source} | known
    own_id = getattr(document, "id", None)
    return from_record(({"id": own_id} if own_id else {}) | known | {"text": document.page_content}, mapping)


def _reached(record: Mapping[str, Any], column: str) -> Any:
    if column in record:
        return record[column]
    value: Any = record
    for part in column.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _known(given: Mapping[str, Any], day_before_month: bool | None = None) -> dict[str, Any]:
    """The fields of an Article, but for its text, out of a record's or a front matter's."""
    found = {name: given.get(name) for name in ("id", "title", "url", "publisher", "authors", "published")}
    told = {name: clean(str(value)) for name, value in found.items() if value is not None}
    return {
        **{name: told.get(name) for name in ("id", "title", "url", "publisher")},
        "authors": split_names(found["authors"]),
        "published": parse_date(found["published"], day_before_month),
    }


def split_names(value: object) -> tuple[str, ...]:
    """Names out of a list, or out of a text: "A B; C D", "A B and C D", "['A B', 'C D']", "[]"."""
    if value is None:
        return ()
    if isinstance(value, list | tuple):
        return tuple(" ".join(str(name).split()) for name in value if str(name).strip())
    text = str(value).strip()
    if text.startswith("[") and text.endswith("]"):
        try:
            listed = ast.literal_eval(text)
        except (ValueError, SyntaxError):
            listed = None
        if isinstance(listed, list):
            return split_names(listed)
    return tuple(name for part in re.split(r";|,| and | & ", text) if (name := " ".join(part.split())))


def named_publisher(name: str | None) -> str | None:
    """The name that a source gives its publisher; of a bare domain, the name that it stands for."""
    return publisher_at(f"https://{name.split('//')[-1]}") if name and is_domain(name) else name


def _title_in(text: str) -> str:
    """The first line, if it is short, does not end like a sentence, and more follows."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    first = lines[0]
    if first.startswith("#"):
        return first.lstrip("#").strip()
    if (
        len(lines) > 1
        and len(first) <= TITLE_CHARACTERS
        and first[-1] not in ".,;:—–"
        and not _HOUSE.match(first + " ")
    ):
        return first if len(first.split()) > 1 and not is_date_line(first) and not _BYLINE.match(first) else ""
    return ""


def _publisher_in(text: str) -> str | None:
    match = _AGENCY.match(text) or _HOUSE.match(text)
    return match[1].strip() if match else None


def _authors_in(text: str) -> tuple[str, ...]:
    match = _BYLINE.search(text[:400])
    return split_names(match[1]) if match else ()
