"""A feed (RSS, Atom; feedparser) or a sitemap to the addresses of its articles."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime
from html import unescape
from typing import Any
from urllib.parse import urljoin

from index.errors import UnreadableSource
from index.sources.articles import split_names
from index.sources.dates import parse_date
from index.sources.xml import local, refuse_entities, text_of, tree

MAX_ITEMS = 50_000  # addresses in one feed or sitemap; the sitemap protocol's own limit
_HEAD = re.compile(rb"<(rss|feed|rdf:RDF|urlset|sitemapindex)\b", re.I)


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """An address with what its feed or sitemap says of the article. mark: changes when the article does. publisher:
    the feed's name."""

    url: str
    title: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    mark: str = ""
    publisher: str = ""

    def within(self, since: date | None, until: date | None) -> bool:
        """True when its day lies in the window; an item without a date lies in any."""
        day = self.published.date() if self.published else None
        return day is None or not ((since and day < since) or (until and day > until))


@dataclass(frozen=True, slots=True)
class FeedContents:
    """A feed's or a sitemap's items, and further sitemaps to read."""

    title: str
    items: tuple[FeedEntry, ...] = ()
    further: tuple[FeedEntry, ...] = ()


def form(data: bytes) -> str:
    """ "feed", "sitemap", or "" for anything else, by the first element."""
    match = _HEAD.search(data[:5000].replace(b"\x00", b""))
    if match is None or re.search(rb"<(html|body)\b", data[: match.start()], re.I):
        return ""
    return "sitemap" if match[1].lower() in (b"urlset", b"sitemapindex") else "feed"


def parsed(data: bytes) -> Any:
    """A feed as feedparser gives it: `entries`, and `feed` with what is said of the whole."""
    refuse_entities(data)
    import feedparser

    return feedparser.parse(data)


def read_feed(data: bytes, url: str) -> FeedContents:
    """The items of a feed. UnreadableSource when it is none, or declares entities."""
    found = parsed(data)
    entries = [entry for entry in found.entries if entry.get("link")]
    if not entries and not found.feed.get("title"):
        raise UnreadableSource(f"it is no feed that can be read ({found.get('bozo_exception', 'it holds no items')})")
    items = []
    for entry in entries[:MAX_ITEMS]:
        updated = dict.get(entry, "updated", "")  # asked the usual way, feedparser puts the other date in its place
        said = dict.get(entry, "published", "") or updated
        names = [author.get("name", "") for author in entry.get("authors", ())]
        state = "\n".join((updated, said, entry.get("title", ""), entry.get("summary", "")))
        items.append(
            FeedEntry(
                urljoin(url, entry.link),
                " ".join(entry.get("title", "").split()),
                split_names([name for name in names if name and "@" not in name]),
                parse_date(said),
                hashlib.sha256(state.encode("utf-8", "replace")).hexdigest()[:16],
                " ".join((entry.get("source") or {}).get("title", "").split()) or feed_publisher(found.feed),
            )
        )
    unique = {item.url: item for item in reversed(items)}
    return FeedContents(found.feed.get("title", ""), tuple(reversed(unique.values())))


def feed_publisher(feed: Any) -> str:
    """Who a feed is of: its title without the section that it is of ("Tolby Post - Sport", "Tolby Post | World")."""
    return " ".join(re.split(r"\s+[-–—|»>:]\s+", unescape(feed.get("title", "")))[0].split())


def read_sitemap(data: bytes, url: str) -> FeedContents:
    """The pages of a sitemap, or the sitemaps of an index, each with its date."""
    root = tree(data)
    items = []
    for entry in list(root)[:MAX_ITEMS]:
        facts: dict[str, str] = {}
        for element in entry.iter():
            facts.setdefault(local(element), text_of(element))
        if not facts.get("loc"):
            continue
        said = facts.get("publication_date") or facts.get("lastmod") or ""
        state = "\n".join((facts.get("lastmod", ""), facts.get("publication_date", "")))
        items.append(FeedEntry(urljoin(url, facts["loc"]), published=parse_date(said), mark=state.strip()))
    if local(root) == "sitemapindex":
        return FeedContents(url, further=tuple(items))
    return FeedContents(url, tuple(items))
