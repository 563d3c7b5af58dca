"""The publisher comes from the page, else from the feed, else from the address."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index.sources.feeds import read_feed
from index.sources.page import from_html
from index.sources.publishers import publisher_at
from tests.test_intake_truth import read
from tests.test_mail_and_books import LATER, STORY


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://www.tolby-post.example/a", "Tolby Post"),
        ("https://sport.orlonews.co.uk/a", "Orlonews"),
        ("https://www.nytimes.com/2024/a", "The New York Times"),
        ("https://bbc.co.uk/a", "BBC"),
        ("https://adamoss.substack.com/p/a", "Adamoss"),
        ("https://192.0.2.7/a", None),
        ("https://localhost:80/a", None),
        ("file:///a/b.txt", None),
        (None, None),
    ],
)
def test_a_domain_is_named_readably(address: str | None, name: str | None) -> None:
    assert publisher_at(address) == name


def test_the_page_names_its_publisher_before_its_address_does(tmp_path: Path) -> None:
    body = f"<body><article><p>{STORY * 2}</p><p>{LATER * 2}</p></article></body>"
    head = '<head><title>Crane</title><meta property="og:site_name" content="{}"></head>'
    address = "https://www.tolby-post.example/crane"
    for said, name in (("The Post of Tolby", "The Post of Tolby"), ("tolby-post.example", "Tolby Post")):
        assert from_html(f"<html>{head.format(said)}{body}</html>", url=address).publisher == name
    assert from_html(f"<html>{body}</html>", url=address).publisher == "Tolby Post"
    rows = [{"url": address, "text": STORY}, {"url": address + "2", "text": STORY, "domain": "orlo-news.example"}]
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    assert [a.publisher for a in read(tmp_path / "rows.jsonl")[0]] == ["Tolby Post", "Orlo News"]


def test_a_feed_names_the_publisher_of_its_items() -> None:
    entry = "<item><title>T</title><link>https://x.example/1</link></item>"
    feed = f"<rss><channel><title>Tolby Post &amp;amp; Sons - World</title>{entry}</channel></rss>"
    (item,) = read_feed(feed.encode(), "https://x.example/feed").items
    assert item.publisher == "Tolby Post & Sons"
