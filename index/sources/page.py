"""A web page to an Article: its main text, title, authors, date and publisher (trafilatura)."""

from __future__ import annotations

import logging
import re
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from index.errors import UnreadableSource
from index.sources.articles import from_text, split_names
from index.sources.corrections import with_corrections
from index.sources.dates import parse_date
from index.sources.decoding import clean, decode
from index.sources.live_blogs import live_blog
from index.sources.not_articles import has_paywall, refusal
from index.types import Article

MAX_PAGE_BYTES = 20_000_000  # scripts and all
MAX_MARKUP_BYTES = 2_000_000  # without its scripts and styles: the extraction's time grows with its square
# What the page says of itself, and not a year somewhere in its text; what stands on a line of its own is found later.
DATES = {"extensive_search": False, "original_date": True}
_NOT_MARKUP = re.compile(r"<(script|style|svg|noscript)\b|<!--")


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
    if len(page) > MAX_MARKUP_BYTES and _markup_size(page) > MAX_MARKUP_BYTES:
        raise UnreadableSource(f"it has more than {MAX_MARKUP_BYTES // 1_000_000} MB of markup, which no article has")
    tree: Any = trafilatura.load_html(page)
    locked = locked or has_paywall(tree)
    found: Any = None
    if tree is not None:
        found = trafilatura.bare_extraction(
            tree, url=url, with_metadata=True, include_comments=False, include_tables=True, date_extraction_params=DATES
        )
    text = found.text if found is not None else None
    title = unescape((found.title if found is not None else None) or "")
    if not text or not text.strip():
        said = " ".join(" ".join(tree.itertext("p", "h1", "h2", "title")).split()) if tree is not None else ""
        raise UnreadableSource(refusal(title, said[:2000]) or "no article text was found in this page")
    if reason := refusal(title, text, locked):
        raise UnreadableSource(reason)
    live = live_blog(page, text)
    canonical = found.url if not (fetched and url and not _same_site(found.url, url)) else None
    return from_text(
        with_corrections(trafilatura.load_html(page), live.text if live else text),
        name=name,
        url=canonical or url,
        title=(live and live.title) or title,
        publisher=found.sitename or None,
        authors=split_names(found.author),
        published=(live and live.published) or parse_date(found.date),
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
