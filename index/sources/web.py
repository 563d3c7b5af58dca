"""An address to Articles: a page, each page of a feed, each page of a sitemap."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import urldefrag, urlsplit

from index.errors import InvalidValue, UnreadableSource
from index.sources import sandbox
from index.sources.articles import from_text
from index.sources.decoding import decode
from index.sources.feeds import FeedContents, FeedEntry, form, read_feed, read_sitemap
from index.sources.fetching import Fetcher, Reply
from index.sources.files import File
from index.sources.options import Loaded, Options
from index.sources.parallel import in_order
from index.sources.publishers import publisher_at
from index.types import Article, Failure, Read, SourceItem, Unchanged, Visit

PAGES = ("text/html", "application/xhtml+xml", "text/plain", "application/pdf", "text/markdown")
LISTS = (
    "application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/xml", "text/xml",
    "application/gzip", "application/x-gzip",
)  # fmt: skip
MAX_SITEMAPS = 200  # read out of one index


@dataclass(frozen=True, slots=True)
class Web:
    """Reads addresses by way of a Fetcher. resurrect: False leaves pages alone that were read before, whether or not
    their article is still in the library: what was removed does not come back with the feed."""

    fetcher: Fetcher
    visited: Callable[[str], Visit | None] = lambda _: None
    resurrect: bool = True

    def load(self, address: str, options: Options) -> Loaded:
        """The article of a page, or those of a feed or sitemap, with their failures; never raises."""
        visit = options.known(_place(address))
        try:
            reply = self._fetch(address, visit, (*PAGES, *LISTS), options)
            if reply.unchanged and visit:
                yield Unchanged(visit.article_id)
                return
            kind = form(reply.body)
            if not kind:
                yield from self._page(FeedEntry(address), reply, options)
                return
            listing = read_feed(reply.body, reply.url) if kind == "feed" else read_sitemap(reply.body, reply.url)
        except (UnreadableSource, InvalidValue) as error:
            yield Failure(address, str(error))
            return
        except Exception as error:  # a parser met what nobody foresaw
            yield Failure(address, f"it could not be read ({type(error).__name__}: {error})")
            return
        yield from self.listed(listing, options)

    def _fetch(self, address: str, visit: Visit | None, kinds: Iterable[str], options: Options) -> Reply:
        tags = {"etag": visit.etag, "modified": visit.modified} if visit else {}
        return self.fetcher.fetch(address, tuple(kinds), stop=options.stop, **tags)

    def listed(self, listing: FeedContents, options: Options) -> Loaded:
        """The articles of a feed's or sitemap's items within the window, several pages at a time."""

        def tasks() -> Iterator[Callable[[], Iterable[SourceItem]]]:
            for item in self._items(listing, options):
                if isinstance(item, Failure):
                    yield lambda failure=item: (failure,)  # type: ignore[misc]
                elif item.within(options.since, options.until):
                    yield lambda wanted=item: list(self._item(wanted, options))  # type: ignore[misc]

        yield from in_order(tasks(), options.jobs, options.stop)

    def _items(self, listing: FeedContents, options: Options) -> Iterator[FeedEntry | Failure]:
        """The items of a listing and of the sitemaps it names; a sitemap older than the window is passed over."""
        yield from listing.items
        waiting, seen = list(listing.further), set[str]()
        while waiting and len(seen) < MAX_SITEMAPS and not options.stop():
            sitemap = waiting.pop(0)
            if sitemap.url in seen or not sitemap.within(options.since, None):
                continue
            seen.add(sitemap.url)
            try:
                reply = self.fetcher.fetch(sitemap.url, LISTS, stop=options.stop)
                found = read_sitemap(_unpacked(reply.body, self.fetcher.max_bytes), reply.url)
            except (UnreadableSource, InvalidValue) as error:
                yield Failure(sitemap.url, str(error))
                continue
            yield from found.items
            waiting += found.further

    def _item(self, item: FeedEntry, options: Options) -> Loaded:
        """The article of one item; not fetched again while its feed or sitemap shows no change."""
        visit = options.known(_place(item.url))
        if visit is None and not self.resurrect and (visit := self.visited(_place(item.url))):
            yield Unchanged(visit.article_id)
            return
        if visit and item.mark and visit.mark == item.mark:
            yield Unchanged(visit.article_id)
            return
        try:
            reply = self._fetch(item.url, visit, PAGES, options)
            if reply.unchanged and visit:
                yield Unchanged(visit.article_id)
                return
            yield from self._page(item, reply, options)
        except (UnreadableSource, InvalidValue) as error:
            yield Failure(item.url, str(error))
        except Exception as error:  # a parser met what nobody foresaw: one bad page never stops a run
            yield Failure(item.url, f"it could not be read ({type(error).__name__}: {error})")

    def _page(self, item: FeedEntry, reply: Reply, options: Options) -> Iterator[SourceItem]:
        for made in _articles(reply, options):
            if not isinstance(made, Article):
                yield made
                continue
            # a feed says when it published, to the second; a sitemap often only when the page last changed
            own = made.publisher if made.publisher != publisher_at(made.url) else None  # no more than its domain
            known = replace(
                made,
                title=made.title or item.title,
                authors=made.authors or item.authors,
                publisher=own or item.publisher or made.publisher,
                published=item.published if item.title and item.published else (made.published or item.published),
            )
            yield Read(known, Visit(_place(item.url), known.id, reply.etag, reply.modified, item.mark or None), "web")


def _articles(reply: Reply, options: Options) -> Iterable[SourceItem]:
    name = urlsplit(reply.url).path.rstrip("/").rpartition("/")[2]
    url = urldefrag(reply.url)[0]
    if reply.kind == "application/pdf" or reply.body.startswith(b"%PDF"):
        file = File(url, name.removesuffix(".pdf"), ".pdf", lambda: io.BytesIO(reply.body), url)
        return sandbox.read(file, options)
    if reply.kind in ("text/plain", "text/markdown"):
        return (from_text(decode(reply.body, reply.charset), name=name, url=url),)
    return sandbox.read_page(reply.body, name, url, reply.charset, options.stop)


def _place(address: str) -> str:
    return urldefrag(address)[0]


def _unpacked(data: bytes, most: int) -> bytes:
    """A sitemap as it is: some are sent packed, with a name that ends in .gz."""
    import zlib

    if not data.startswith(b"\x1f\x8b"):
        return data
    try:
        found = zlib.decompressobj(wbits=31).decompress(data, most + 1)
    except zlib.error as error:
        raise UnreadableSource(f"it is packed wrongly ({error})") from error
    if len(found) > most:
        raise UnreadableSource(f"it unpacks to more than {most // 1_000_000} MB")
    return found
