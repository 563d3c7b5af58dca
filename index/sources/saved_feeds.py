"""An .xml file: a feed that was saved, an export of WordPress (WXR), a sitemap or a list of feeds."""

from __future__ import annotations

from typing import Any

from index.errors import UnreadableSource
from index.sources.articles import from_text, split_names
from index.sources.dates import parse_date
from index.sources.feeds import MAX_ITEMS, feed_publisher, form, parsed, read_sitemap
from index.sources.fields import names_one_article, without_markup
from index.sources.files import File, read_whole
from index.sources.lists import at_addresses, feeds_in
from index.sources.options import Loaded, Options
from index.sources.xml import local, tree
from index.types import Article, Failure

LEAST_WORDS = 20  # an item of fewer is a teaser: its page is read where it has one
UNPUBLISHED = ("draft", "pending", "private", "trash", "auto-draft", "future")  # of WordPress
POSTS = ("", "post", "page")  # what of WordPress is an article; menus, pictures and revisions are not


def load_xml(file: File, options: Options) -> Loaded:
    """The articles of a feed or an export, or what stands at the addresses of a list."""
    data = read_whole(file)
    kind = form(data)
    if kind == "feed":
        yield from _items(data, file, options)
        return
    if kind == "sitemap":
        yield from at_addresses((item.url for item in read_sitemap(data, "").items), file, options)
        return
    if (root := local(tree(data))).lower() == "opml":
        yield from at_addresses(feeds_in(data), file, options)
        return
    raise UnreadableSource(f"it is XML, but no feed, sitemap, WordPress export or list of feeds (its root is <{root}>)")


def load_opml(file: File, options: Options) -> Loaded:
    """The articles of each feed that an OPML file names."""
    yield from at_addresses(feeds_in(read_whole(file)), file, options)


def _items(data: bytes, file: File, options: Options) -> Loaded:
    found = parsed(data)
    if not found.entries:
        raise UnreadableSource("it is a feed without items")
    for number, entry in enumerate(found.entries[:MAX_ITEMS], 1):
        place = f"{file.name}, item {number}"
        if entry.get("wp_post_type", "") not in POSTS:
            continue
        if (state := entry.get("wp_status", "")) in UNPUBLISHED:
            yield Failure(place, f"it was not published (WordPress calls it “{state}”)")
            continue
        text, link = content_of(entry), entry.get("link") or ""
        if len(text.split()) < LEAST_WORDS and link.startswith("http") and options.web:
            yield from at_addresses((link,), file, options)
        elif not text.strip():
            yield Failure(place, "it holds no text")
        else:
            yield _article(entry, text, link, feed_publisher(found.feed))


def _article(entry: Any, text: str, link: str, feed: str) -> Article:
    names = [author.get("name", "") for author in entry.get("authors", ())]
    return from_text(
        text,
        url=link if names_one_article(link) and link else None,
        title=without_markup(entry.get("title", "")),
        publisher=(entry.get("source") or {}).get("title") or feed or None,
        authors=split_names([name for name in names if name and "@" not in name]),
        published=parse_date(dict.get(entry, "published", "") or dict.get(entry, "updated", "")),
    )


def content_of(entry: Any) -> str:
    """The longest text that a feed gives of an item, without markup."""
    texts = [one.get("value", "") for one in entry.get("content", ())] + [entry.get("summary", "")]
    return max((without_markup(text) for text in texts), key=len)
