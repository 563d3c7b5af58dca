"""Addresses through the whole way: pages, feeds and sitemaps of a site on this machine into a library."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from assistant import Assistant, UnreadableSource
from tests.site import Site, page, serving
from tests.test_cli import newsdesk

LIGHTHOUSE = (
    "The lighthouse on Tarn Point was lit again on Monday after eleven dark years, and the whole village came to see "
    "it burn above the sea.\n\nIts lamp was rebuilt by two retired engineers, Elin Sorby and Karl Idris, who worked on "
    "it in their spare time and paid for the glass themselves.\n\nThe coast guard said that ships had managed without "
    "it since 2014. “But nobody was happy about that,” said its spokesman."
)
ORCHARD = (
    "An orchard outside Quillan has found an apple that was believed to be lost, its owner said on Friday. The tree "
    "stands behind a barn and is thought to be 140 years old.\n\nThe apple, called Grey Duchess, was last listed in a "
    "catalogue of 1911. Cuttings have been sent to three nurseries, and the first young trees will be sold in 2028."
)
BRIDGE = (
    "A footbridge of glass will join the two halves of Astrup from next summer, the town’s council decided by 21 "
    "votes to 14.\n\nThe bridge is to cost 9 million crowns. Its architect, Mira Halloran, said that it would bear 300 "
    "people at a time and that nobody would have to look down."
)


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as opened:
        yield opened


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Assistant]:
    with Assistant.open(tmp_path / "library", allow_hosts=["127.0.0.1"]) as opened:
        yield opened


def rss(site: Site, *items: tuple[str, str, str], title: str = "Harbour Post") -> str:
    """A feed of (path, title, day)."""
    entries = "".join(
        f"<item><title>{name}</title><link>{site.address}{path}</link><pubDate>{day} 08:30:00 GMT</pubDate>"
        f"<dc:creator>Pia Lund</dc:creator></item>"
        for path, name, day in items
    )
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        f"<title>{title}</title>{entries}</channel></rss>"
    )


def three_pages(site: Site) -> None:
    site.put("/lighthouse", page("Lighthouse relit", LIGHTHOUSE))
    site.put("/orchard", page("Lost apple found", ORCHARD))
    site.put("/bridge", page("Glass bridge for Astrup", BRIDGE))


def test_a_page_is_added_by_its_address(site: Site, desk: Assistant) -> None:
    head = '<meta name="author" content="Elin Sorby"><meta property="article:published_time" content="2024-05-06">'
    url = site.put("/lighthouse", page("Lighthouse relit", LIGHTHOUSE, head))
    report = desk.add(url)
    assert not report.failed
    article = desk.article(report.added[0])
    assert (article.title, article.publisher, article.url) == ("Lighthouse relit", "Harbour Post", url)
    assert article.authors == ("Elin Sorby",) and article.day == date(2024, 5, 6)
    assert "eleven dark years" in article.text and "Contact us" not in article.text
    assert desk.retrieve("Who rebuilt the lamp of the lighthouse?", k=1)[0].article.id == article.id


def test_an_address_given_again_is_asked_with_its_tag_and_changes_nothing(site: Site, desk: Assistant) -> None:
    url = site.put("/a", page("Lighthouse relit", LIGHTHOUSE), ETag='"1"')
    first = desk.add(url)
    assert desk.add(url).unchanged == first.added
    assert site.asked[-1][1]["If-None-Match"] == '"1"'
    site.put("/a", page("Lighthouse relit", LIGHTHOUSE.replace("eleven", "twelve")), ETag='"2"')
    assert desk.add(url).updated == first.added


def test_without_leave_nothing_private_is_fetched(site: Site, tmp_path: Path) -> None:
    with Assistant.open(tmp_path / "closed") as desk:
        report = desk.add(site.address)
    assert "a loopback address, which is not fetched" in report.failed[0][1] and site.asked == []


def test_a_feed_brings_its_pages_with_their_dates_and_authors(site: Site, desk: Assistant) -> None:
    three_pages(site)
    url = site.put(
        "/feed",
        rss(site, ("/lighthouse", "Lighthouse", "Mon, 06 May 2024"), ("/orchard", "Apple", "Fri, 10 May 2024")),
        "application/rss+xml",
    )
    report = desk.add(url)
    assert len(report.added) == 2 and not report.failed
    listed = {a.title: a for a in desk.articles()}
    assert listed["Lighthouse relit"].published == datetime(2024, 5, 6, 8, 30, tzinfo=UTC)
    assert listed["Lost apple found"].authors == ("Pia Lund",)
    assert len(desk.add(url, since=date(2024, 5, 8)).unchanged) == 1


def test_an_atom_feed_is_read_too(site: Site, desk: Assistant) -> None:
    three_pages(site)
    atom = (
        '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Post</title><entry><title>Bridge</title>'
        '<link href="/bridge"/><updated>2025-01-02T03:04:05Z</updated><author><name>Mira</name></author></entry></feed>'
    )
    assert len(desk.add(site.put("/atom", atom, "application/atom+xml")).added) == 1
    assert desk.articles()[0].day == date(2025, 1, 2)


def test_a_followed_feed_brings_only_what_is_new(site: Site, desk: Assistant) -> None:
    three_pages(site)
    old = ("/lighthouse", "Lighthouse", "Mon, 06 May 2024")
    url = site.put("/feed", rss(site, old), "application/rss+xml", ETag='"1"')
    assert len(desk.follow(url).added) == 1
    assert [(feed.url, feed.title) for feed in desk.followed()] == [(url, "Harbour Post")]
    site.asked.clear()
    assert str(desk.refresh()[url]) == "0 added"
    assert site.paths() == ["/feed"] and site.asked[-1][1]["If-None-Match"] == '"1"'
    site.put("/feed", rss(site, ("/orchard", "Apple", "Fri, 10 May 2024"), old), "application/rss+xml", ETag='"2"')
    site.asked.clear()
    report = desk.refresh()[url]
    assert (len(report.added), len(report.unchanged)) == (1, 1)
    assert site.paths() == ["/feed", "/orchard"]  # the page that is known is not fetched again
    desk.unfollow(url)
    assert desk.followed() == [] and desk.refresh() == {} and len(desk.articles()) == 2


def test_what_was_removed_does_not_come_back_with_its_feed(site: Site, desk: Assistant) -> None:
    three_pages(site)
    url = site.put("/feed", rss(site, ("/lighthouse", "L", "Mon, 06 May 2024")), "application/rss+xml")
    desk.remove(desk.follow(url).added)
    desk.refresh()
    assert desk.articles() == []
    assert len(desk.add(f"{site.address}/lighthouse").added) == 1  # asked for by name it does


def test_a_page_that_failed_is_tried_again_by_the_next_refresh(site: Site, desk: Assistant) -> None:
    url = site.put("/feed", rss(site, ("/late", "Late", "Mon, 06 May 2024")), "application/rss+xml", ETag='"1"')
    assert "404" in desk.follow(url).failed[0][1]
    site.put("/late", page("Lighthouse relit", LIGHTHOUSE))
    assert len(desk.refresh()[url].added) == 1


def test_a_feed_that_is_gone_is_told_and_the_others_are_read(site: Site, desk: Assistant) -> None:
    three_pages(site)
    one = site.put("/a-feed", rss(site, ("/lighthouse", "L", "Mon, 06 May 2024")), "application/rss+xml")
    two = site.put("/b-feed", rss(site, ("/orchard", "O", "Mon, 06 May 2024")), "application/rss+xml")
    desk.follow(one), desk.follow(two)
    del site.pages["/a-feed"]
    site.put("/b-feed", rss(site, ("/bridge", "B", "Mon, 06 May 2024")), "application/rss+xml")
    reports = desk.refresh()
    assert "404" in reports[one].failed[0][1] and len(reports[two].added) == 1
    assert "404" in desk.followed()[0].problem


def test_only_a_feed_can_be_followed(site: Site, desk: Assistant) -> None:
    with pytest.raises(UnreadableSource, match="newsdesk add"):
        desk.follow(site.put("/a", page("Lighthouse relit", LIGHTHOUSE)))
    assert desk.followed() == []


def test_a_sitemap_s_pages_come_within_the_window(site: Site, desk: Assistant) -> None:
    three_pages(site)
    head = '<?xml version="1.0"?>'
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    days = {"/lighthouse": "2024-05-06", "/orchard": "2024-05-10", "/bridge": "2024-06-01"}
    entries = "".join(f"<url><loc>{site.address}{p}</loc><lastmod>{d}</lastmod></url>" for p, d in days.items())
    site.put("/may.xml", f"{head}<urlset {space}>{entries}</urlset>", "application/xml")
    site.put("/old.xml", f"{head}<urlset {space}></urlset>", "application/xml")
    index = "".join(
        f"<sitemap><loc>{site.address}{p}</loc><lastmod>{d}</lastmod></sitemap>"
        for p, d in (("/may.xml", "2024-06-01"), ("/old.xml", "2020-01-01"))
    )
    url = site.put("/sitemap.xml", f"{head}<sitemapindex {space}>{index}</sitemapindex>", "application/xml")
    report = desk.add(url, since=date(2024, 5, 8), until=date(2024, 5, 31))
    assert [a.title for a in desk.articles()] == ["Lost apple found"] and len(report.added) == 1
    assert "/old.xml" not in site.paths()
    site.asked.clear()
    assert len(desk.add(url, since=date(2024, 5, 8)).unchanged) == 1
    assert "/orchard" not in site.paths()  # its lastmod is what it was


@pytest.mark.parametrize(
    ("title", "body", "reason"),
    [
        ("404 Not Found", "The page you are looking for could not be found. Try the search.", "error page"),
        ("Something went wrong", "An error has occurred. Please try again later or write to us.", "error page"),
        (
            "Before you continue",
            "We and our 812 partners use cookies to store information on your device.\n\nYou can change your consent "
            "and privacy settings at any time.\n\nAccept all or manage options for personalised ads.",
            "cookie notice",
        ),
        (
            "Harbour sale: what the papers show",
            "The sale of the harbour was prepared two years before it was announced, papers show.\n\nSubscribe now to "
            "continue reading this article. Already a subscriber? Sign in to read.",
            "paywall",
        ),
        ("Just a moment", "Checking your browser before you go on. Enable JavaScript to continue here.", "check"),
    ],
)  # fmt: skip
def test_a_page_that_is_no_article_is_refused_with_the_reason(
    site: Site, desk: Assistant, title: str, body: str, reason: str
) -> None:
    report = desk.add(site.put("/a", page(title, body)))
    assert not report.added and reason in report.failed[0][1]


def test_an_article_about_cookies_or_paywalls_is_an_article(site: Site, desk: Assistant) -> None:
    body = "\n\n".join(
        f"The regulator’s report number {n} says that cookies and consent banners of {n * 7} sites broke the rules "
        "and that readers who subscribe to read the full story were tracked all the same, its chair said on Monday."
        for n in range(2, 9)
    )
    assert desk.add(site.put("/a", page("Consent banners broke the rules", body))).added


def test_a_correction_at_the_top_or_bottom_is_kept_with_the_article(site: Site, desk: Assistant) -> None:
    said = "Correction: An earlier version of this article said that the lamp was lit on Sunday."
    end = f'<div class="note"><p>{said}</p></div>'
    report = desk.add(site.put("/a", page("Lighthouse relit", LIGHTHOUSE, after=f"<aside>{end}</aside>")))
    text = desk.article(report.added[0]).text
    assert text.rstrip().endswith("said that the lamp was lit on Sunday.") and text.count("Correction:") == 1
    top = page("Lost apple found", ORCHARD).replace(
        "<article>", "<div><strong>Editor’s note:</strong> The price of a tree was corrected on 12 May.</div><article>"
    )
    report = desk.add(site.put("/b", top))
    assert desk.article(report.added[0]).text.startswith("Editor’s note: The price of a tree was corrected")


def test_a_page_cannot_take_the_place_of_another_site_s_article(site: Site, desk: Assistant) -> None:
    real = "https://news.example.org/real"
    head = f'<link rel="canonical" href="{real}"><meta property="og:url" content="{real}">'
    url = site.put("/fake", page("Lighthouse relit", LIGHTHOUSE, head))
    assert desk.article(desk.add(url).added[0]).url == url


def test_a_page_in_an_old_encoding_is_read_by_what_its_server_says(site: Site, desk: Assistant) -> None:
    body = "Le maire de Tarnby a décidé que l’été serait fêté, où le café coûte 2 €. " * 6
    html = page("Fête", body).replace("<meta charset='utf-8'>", "")
    report = desk.add(site.put("/a", html.encode("cp1252"), "text/html; charset=windows-1252"))
    assert "décidé que l’été serait fêté, où le café coûte 2 €" in desk.article(report.added[0]).text


def test_pages_are_fetched_several_at_a_time_and_come_in_order(site: Site, desk: Assistant) -> None:
    for n in range(12):
        site.put(f"/p{n}", page(f"Report {n}", LIGHTHOUSE.replace("eleven", f"{n + 20}").replace("Tarn", f"Point{n}x")))
    items = [(f"/p{n}", f"Report {n}", "Mon, 06 May 2024") for n in range(12)]
    url = site.put("/feed", rss(site, *items), "application/rss+xml")
    report = desk.add(url, jobs=6)
    assert not report.failed and report.counts["added"] + report.counts["duplicates"] == 12


def test_a_run_cut_short_goes_on_without_fetching_anything_twice(site: Site, tmp_path: Path) -> None:
    import threading

    three_pages(site)
    items = [(f"/{name}", name, "Mon, 06 May 2024") for name in ("lighthouse", "orchard", "bridge")]
    url = site.put("/feed", rss(site, *items), "application/rss+xml")
    cancel = threading.Event()
    with Assistant.open(tmp_path / "library", allow_hosts=["127.0.0.1"]) as desk:
        report = desk.add(url, jobs=1, cancel=cancel, note=lambda _: cancel.set())
        assert report.stopped and len(report.added) == 1
    site.asked.clear()
    with Assistant.open(tmp_path / "library", allow_hosts=["127.0.0.1"]) as desk:
        report = desk.add(url, jobs=1)
        assert (len(report.added), len(report.unchanged)) == (2, 1)
    assert sorted(site.paths()) == ["/bridge", "/feed", "/orchard"]


def test_the_command_follows_and_refreshes(site: Site, tmp_path: Path) -> None:
    three_pages(site)
    url = site.put("/feed", rss(site, ("/lighthouse", "L", "Mon, 06 May 2024")), "application/rss+xml")
    where = ("-l", tmp_path / "library")
    assert "1 added" in newsdesk("follow", url, "--allow-host", "127.0.0.1", *where).stdout
    assert "Harbour Post" in newsdesk("follow", *where).stdout
    site.put("/feed", rss(site, ("/orchard", "O", "Mon, 06 May 2024")), "application/rss+xml")
    assert "1 added" in newsdesk("refresh", "--allow-host", "127.0.0.1", *where).stdout
    assert "which is not fetched" in newsdesk("refresh", *where, code=4).stderr
    newsdesk("unfollow", url, *where)
    assert "no feed is followed" in newsdesk("refresh", *where).stdout
