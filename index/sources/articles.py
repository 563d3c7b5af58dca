"""Text or a page to an Article: title, authors, publisher and date found.

`Article.text` is what stands in the source with line ends as "\\n" and without NUL characters; nothing else is changed,
so that a person who opens the source finds every quotation there.
"""

from __future__ import annotations

import ast
import logging
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from index.errors import UnreadableSource
from index.sources.corrections import with_corrections
from index.sources.decoding import clean, decode
from index.sources.not_articles import refusal
from index.types import Article

TITLE_LENGTH = 150
NO_MAPPING: Mapping[str, str] = {}
MAX_PAGE = 20_000_000  # bytes of a page, scripts and all
MAX_MARKUP = 2_000_000  # bytes of a page without its scripts and styles: the extraction's time grows with its square
_NOT_MARKUP = re.compile(r"<(script|style|svg|noscript)\b|<!--")
_MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|March|Mar\.|April|Apr\.|May|June|July|Aug(?:ust|\.)?|Sept?(?:ember|\.)?|"
    r"Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
_DAY = (
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)? {_MONTH},? \d{{4}}|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}|\d{{4}}-\d\d-\d\d)"
)
# A date of publication stands on a line of its own or after a word that says so; one inside a sentence is news.
_DATE_SAID = re.compile(
    rf"^[^\S\n]*(?:(?:First )?(?:Published|Posted|Updated|Date|Last updated|Issued)(?: on)?:?\s+)?"
    rf"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,? )?({_DAY})(?=[^\S\n]*(?:$|[|•·,;-] ?|\d\d?[:.]\d\d|at ))|"
    rf"\b(?:Published|Posted)(?: on)?:?\s+({_DAY})",
    re.M,
)
_AGENCY = re.compile(
    r"^\s*(?:[A-Z][A-Z .,'’/-]{2,40}(?:, (?:[A-Z][a-z]+\.? ?\d{0,2}))? ?[-–—]? ?)?\(([A-Z][\w .&'’-]{1,40})\) ?[-–—]"
)
_HOUSE = re.compile(r"^\s*(CNN|AP|Reuters|AFP|BBC|NPR)(?: Business)? ?[-–—]\s")
_PERSON = r"[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){1,3}"
_BYLINE = re.compile(rf"^[^\S\n]*By:? ({_PERSON}(?:(?:,| and) {_PERSON})*)[^\S\n]*(?:$|[|,•])", re.M)


def parse_date(value: object) -> datetime | None:
    """A date in any common form, with a time zone (UTC when it names none); None when it is not a date."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return _from_epoch(float(value))
    text = " ".join(str(value).split())
    if not text:
        return None
    if re.fullmatch(r"\d{9,13}(?:\.\d+)?", text):
        return _from_epoch(float(text))
    for read in (_iso, _slashed, _mail):
        if (found := read(text)) is not None:
            return found if found.tzinfo else found.replace(tzinfo=UTC)
    return _any_form(text)


def _from_epoch(seconds: float) -> datetime | None:
    if seconds > 1e11:  # milliseconds
        seconds /= 1000
    try:
        return datetime.fromtimestamp(seconds, UTC) if seconds > 1e8 else None
    except (ValueError, OverflowError, OSError):
        return None


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _slashed(text: str) -> datetime | None:
    """2024/01/05, with or without a time behind it."""
    if not re.match(r"\d{4}/\d\d?/\d\d?\b", text):
        return None
    day, _, rest = text.partition(" ")
    year, month, number = map(int, day.split("/"))
    return _iso(f"{year:04}-{month:02}-{number:02}{' ' + rest if rest else ''}")


def _mail(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, IndexError):
        return None


def _any_form(text: str) -> datetime | None:
    # dateparser takes "tomorrow" and "12" for dates of today's month: a date must name a month and a year
    if not re.search(r"\b(?:19|20)\d\d\b", text) or len(text) > 60:
        return None
    import dateparser

    found: datetime | None = dateparser.parse(
        text,
        languages=["en"],
        settings={"TIMEZONE": "UTC", "RETURN_AS_TIMEZONE_AWARE": True, "REQUIRE_PARTS": ["year", "month", "day"]},
    )
    return found


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
        publisher=known.get("publisher") or _publisher_in(text),
        authors=tuple(authors) or _authors_in(text),
        published=known.get("published") or _date_in(text),
        text=text,
    )


def from_markdown(text: str, *, name: str = "", url: str | None = None) -> Article:
    """Markdown with optional YAML front matter; the front matter is not part of the text."""
    text = clean(text)
    meta: Mapping[str, Any] = {}
    if match := re.match(r"---[^\S\n]*\n(.*?\n)?(?:---|\.\.\.)[^\S\n]*(?:\n|$)", text, re.S):
        meta = _front_matter(match[1] or "")
        text = text[match.end() :].lstrip("\n")
    known = _known(meta)
    return from_text(text, name=name, **known | {"url": known["url"] or url})


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


def from_html(
    data: bytes | str, *, name: str = "", url: str | None = None, charset: str | None = None, fetched: bool = False
) -> Article:
    """A web page: its main text, title, authors, date and publisher (trafilatura), its corrections kept.

    charset: the encoding its server named. fetched: url is where the page was fetched from, and an address of another
    site that the page gives as its own is not believed: it would take that article's place.
    UnreadableSource for a page without an article: an error page, a cookie notice, a paywall's stub.
    """
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # what it logs of a bad page is told as the reason
    page = clean(data if isinstance(data, str) else _decode_html(data, charset))
    locked = re.search(r'"isAccessibleForFree"\s*:\s*"?false', page, re.I) is not None
    if len(page) > MAX_MARKUP and _markup_size(page) > MAX_MARKUP:
        raise UnreadableSource(f"it has more than {MAX_MARKUP // 1_000_000} MB of markup, which no article has")
    tree: Any = trafilatura.load_html(page)
    found: Any = None
    if tree is not None:
        found = trafilatura.bare_extraction(
            tree, url=url, with_metadata=True, include_comments=False, include_tables=True
        )
    text = found.text if found is not None else None
    title = unescape((found.title if found is not None else None) or "")
    if not text or not text.strip():
        said = " ".join(" ".join(tree.itertext("p", "h1", "h2", "title")).split()) if tree is not None else ""
        raise UnreadableSource(refusal(title, said[:2000]) or "no article text was found in this page")
    if reason := refusal(title, text, locked):
        raise UnreadableSource(reason)
    canonical = found.url if not (fetched and url and not _same_site(found.url, url)) else None
    return from_text(
        with_corrections(trafilatura.load_html(page), text),
        name=name,
        url=canonical or url,
        title=title,
        publisher=found.sitename or None,
        authors=split_names(found.author),
        published=parse_date(found.date),
    )


def _markup_size(page: str) -> int:
    """The characters of a page outside its scripts, styles, drawings and comments, in one pass."""
    page = page.lower()
    size = at = 0
    while match := _NOT_MARKUP.search(page, at):
        size += match.start() - at
        end = f"</{match[1]}" if match[1] else "-->"
        at = page.find(end, match.end())
        if at < 0:  # never closed: the rest is inside it, and is markup all the same for a parser that mends
            return size + len(page) - match.start()
        at += len(end)
    return size + len(page) - at


def _same_site(one: str | None, two: str) -> bool:
    """True when two addresses are of one site, "www." and "m." aside."""

    def site(address: str) -> str:
        return re.sub(r"^(?:www|m|amp)\.", "", (urlsplit(address).hostname or "").lower())

    try:
        return bool(one) and site(str(one)) == site(two) and urlsplit(str(one)).port == urlsplit(two).port
    except ValueError:
        return False


def _decode_html(data: bytes, charset: str | None = None) -> str:
    """A page may name its encoding in its head; that counts when there is no mark, no server said and it is not
    UTF-8."""
    named = re.search(rb"<meta[^>]+charset=[\"']?([\w-]+)", data[:4096], re.I)
    return decode(data, charset or (named[1].decode("ascii") if named else None)).removeprefix("\ufeff")


def from_record(record: Mapping[str, Any], mapping: Mapping[str, str] = NO_MAPPING) -> Article:
    """One line of .jsonl or one row of .csv: the Article's fields by name; every one but text may be missing.

    mapping: for fields under another name: {"title": "headline"}; "meta.headline" reaches into an object.
    """
    if mapping:
        record = {**record, **{field: _reached(record, column) for field, column in mapping.items()}}
    text = record.get("text")
    if not isinstance(text, str):
        fields = ", ".join(sorted(str(k) for k in record)[:8])
        raise UnreadableSource(
            f'it has no field "text" (its fields: {fields or "none"}); name the one that holds it with --map text=NAME'
        )
    text = clean(text)
    if not text.strip():
        raise UnreadableSource("it holds no text")
    return Article(text=text, **{k: v for k, v in _known(record).items() if v is not None})


def _reached(record: Mapping[str, Any], column: str) -> Any:
    if column in record:
        return record[column]
    value: Any = record
    for part in column.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _known(record: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an Article out of a record or a front matter, under the names people use for them."""

    def said(*names: str) -> str | None:
        value = next((record[n] for n in names if record.get(n) not in (None, "")), None)
        return clean(str(value)) if value is not None else None

    authors = next((record[n] for n in ("authors", "author", "byline") if record.get(n)), None)
    return {
        "id": said("id"),
        "title": said("title", "headline"),
        "url": said("url", "link", "address"),
        "publisher": said("publisher", "source", "sitename"),
        "authors": split_names(authors),
        "published": parse_date(next((record[n] for n in ("published", "date") if record.get(n)), None)),
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


def _title_in(text: str) -> str:
    """The first line, if it is short, does not end like a sentence, and more follows."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    first = lines[0]
    if first.startswith("#"):
        return first.lstrip("#").strip()
    if len(lines) > 1 and len(first) <= TITLE_LENGTH and first[-1] not in ".,;:—–" and not _HOUSE.match(first + " "):
        return first if len(first.split()) > 1 and not _DATE_SAID.match(first) and not _BYLINE.match(first) else ""
    return ""


def _publisher_in(text: str) -> str | None:
    match = _AGENCY.match(text) or _HOUSE.match(text)
    return match[1].strip() if match else None


def _authors_in(text: str) -> tuple[str, ...]:
    match = _BYLINE.search(text[:400])
    return split_names(match[1]) if match else ()


def _date_in(text: str) -> datetime | None:
    for part in (text[:300], text[-200:]):
        if match := _DATE_SAID.search(part):
            return parse_date(re.sub(r"(\d)(?:st|nd|rd|th)\b", r"\1", match[1] or match[2]))
    return None
