"""A live blog: one page of many posts, each with its time, under the page's own title."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any

from index.sources.dates import parse_date
from index.sources.fields import without_markup

_DATA = re.compile(r"<script[^>]+application/ld\+json[^>]*>(.*?)</script", re.I | re.S)
LEAST_SHARE = 0.6  # of the page's words that its data must hold to be read in the page's place


@dataclass(frozen=True, slots=True)
class LiveBlog:
    """What a live blog says of itself, and its posts, each below its time."""

    title: str
    published: datetime | None
    text: str


def live_blog(page: str, text: str) -> LiveBlog | None:
    """The live blog in a page; None when the page says of itself that it is something else.

    text: what was extracted of the page, kept where its posts are not found.
    """
    about = next((one for one in _objects(page) if "LiveBlogPosting" in str(one.get("@type"))), None)
    if about is None:
        return None
    posts = [_said(one) for one in about.get("liveBlogUpdate") or () if isinstance(one, Mapping)]
    told = "\n\n".join(post for post in posts if post)
    if len(told.split()) < LEAST_SHARE * len(text.split()):
        told = _posts_in(page) or text
    title = unescape(str(about.get("headline") or about.get("name") or ""))
    return LiveBlog(title, parse_date(about.get("datePublished")), told)


def _objects(page: str) -> Iterator[Mapping[str, Any]]:
    """What a page says of itself in JSON-LD."""
    for data in _DATA.findall(page):
        try:
            value = json.loads(data)
        except (ValueError, RecursionError):
            continue
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, Mapping):
                yield one
                graph = one.get("@graph")
                yield from (inner for inner in graph if isinstance(inner, Mapping)) if isinstance(graph, list) else ()


def _said(post: Mapping[str, Any]) -> str:
    body = without_markup(str(post.get("articleBody") or ""))
    if not body:
        return ""
    parts = (_clock(parse_date(post.get("datePublished"))), unescape(str(post.get("headline") or "")))
    head = " – ".join(part for part in parts if part)
    return f"{head}\n{body}" if head else body


def _clock(when: datetime | None) -> str:
    return f"{when.day} {when:%B %Y, %H:%M}" if when else ""


def _posts_in(page: str) -> str:
    """The posts of the page itself: the innermost elements that hold one <time> and some paragraphs."""
    from lxml import html

    posts: list[str] = []
    for time in html.fromstring(page).iter("time"):
        post: Any = next((above for above in time.iterancestors() if above.xpath(".//p")), None)
        if post is None or len(post.xpath(".//time")) > 1:
            continue
        heads = [" ".join(one.text_content().split()) for one in post.xpath(".//h2|.//h3|.//h4")]
        when = _clock(parse_date(time.get("datetime"))) or " ".join(time.text_content().split())
        paragraphs = [" ".join(one.text_content().split()) for one in post.iter("p", "li", "blockquote")]
        posts.append("\n".join([" – ".join([when, *heads[:1]]), *(said for said in paragraphs if said)]))
    return "\n\n".join(posts) if len(posts) > 1 else ""
