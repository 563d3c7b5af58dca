"""Feeds that are followed: read again with conditional requests, their new pages brought in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from index.errors import UnreadableSource
from index.sources.feeds import FeedContents, form, read_feed
from index.sources.options import Options
from index.sources.web import LISTS, PAGES, Web
from index.stores.visits import Feed
from index.types import AddReport, OnOutcome, OnProgress, Outcome

if TYPE_CHECKING:
    from index.library import Library


def follow(library: Library, web: Web, url: str, options: Options, tell: OnProgress) -> AddReport:
    """Add a feed's articles and remember it. UnreadableSource, and nothing remembered, when it is no feed."""
    reply = web.fetcher.fetch(url, (*LISTS, *PAGES), stop=options.stop)
    if form(reply.body) != "feed":
        raise UnreadableSource(f"{url} is no RSS or Atom feed; add a page or a sitemap with `newsdesk add {url}`")
    listing = read_feed(reply.body, reply.url)
    library.visits.follow(url)
    report = _bring(library, web, listing, options, tell)
    if report.counts["failed"] or report.stopped:  # what failed is tried again: the feed is read whole next time
        library.visits.refreshed(url, listing.title)
    else:
        library.visits.refreshed(url, listing.title, reply.etag, reply.modified)
    return report


def refresh(
    library: Library, web: Web, options: Options, tell: OnProgress, note: OnOutcome | None = None
) -> dict[str, AddReport]:
    """Bring what is new in every followed feed."""
    reports = {}
    lasting = replace(web, resurrect=False)
    for feed in library.visits.feeds():
        if options.stop():
            break
        reports[feed.url] = _refresh(library, lasting, feed, options, tell, note)
    return reports


def _refresh(
    library: Library, web: Web, feed: Feed, options: Options, tell: OnProgress, note: OnOutcome | None
) -> AddReport:
    try:
        reply = web.fetcher.fetch(feed.url, (*LISTS, *PAGES), etag=feed.etag, modified=feed.modified, stop=options.stop)
        if reply.unchanged:
            library.visits.refreshed(feed.url, "", feed.etag, feed.modified)
            return AddReport()
        listing = read_feed(reply.body, reply.url)
    except UnreadableSource as error:
        library.visits.refreshed(feed.url, problem=str(error))
        if note:
            note(Outcome("failed", feed.url, str(error)))
        return AddReport(failed=((feed.url, str(error)),))
    report = _bring(library, web, listing, options, tell, note)
    whole = not report.counts["failed"] and not report.stopped
    library.visits.refreshed(feed.url, listing.title, reply.etag if whole else None, reply.modified if whole else None)
    return report


def _bring(
    library: Library, web: Web, listing: FeedContents, options: Options, tell: OnProgress, note: OnOutcome | None = None
) -> AddReport:
    return library.add(web.listed(listing, options), tell, len(listing.items), options.stop, note)
