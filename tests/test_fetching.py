"""An address to bytes: what is refused for safety's sake, the limits, robots.txt, pace, conditional requests."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator
from typing import Any

import pytest

from index.errors import Forbidden, UnreadableSource
from index.sources.fetching import Fetcher, forbidden
from index.sources.robots import Pace, Robots
from tests.site import Site, serving


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as opened:
        yield opened


@pytest.fixture
def fetcher() -> Fetcher:
    return Fetcher(allow_hosts=("127.0.0.1",), max_bytes=2_000_000, max_seconds=5)


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("127.0.0.1", "loopback"),
        ("::1", "loopback"),
        ("10.1.2.3", "private"),
        ("172.16.0.1", "private"),
        ("192.168.1.1", "private"),
        ("fd00::1", "private"),
        ("169.254.169.254", "link-local"),
        ("fe80::1%eth0", "link-local"),
        ("100.100.100.200", "reserved"),
        ("168.63.129.16", "metadata"),
        ("224.0.0.1", "multicast"),
        ("ff02::1", "multicast"),
        ("0.0.0.0", "unspecified"),
        ("::", "unspecified"),
        ("255.255.255.255", "private"),
        ("240.0.0.1", "private"),
        ("::ffff:127.0.0.1", "loopback"),
        ("::ffff:10.0.0.1", "private"),
        ("64:ff9b::7f00:1", "loopback"),
        ("2002:7f00:1::", "loopback"),
        ("192.0.0.9", "reserved"),
        ("192.88.99.1", "reserved"),
        ("192.175.48.1", "reserved"),
        ("fec0::1", "reserved"),
        ("3fff::1", "reserved"),
        ("5f00::1", "reserved"),
        ("2620:4f:8000::1", "reserved"),
        ("2001:0:4136:e378:8000:63bf:80ff:fffe", "loopback"),
    ],
)
def test_an_address_that_is_not_public_is_named_for_what_it_is(address: str, kind: str) -> None:
    assert kind in (forbidden(address) or "")


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:4700::1111", "::ffff:93.184.215.14"])
def test_a_public_address_is_fetched(address: str) -> None:
    assert forbidden(address) is None


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.org/x",
        "gopher://127.0.0.1:6379/_INFO",
        "javascript:alert(1)",
        "data:text/html,x",
    ],
)
def test_only_http_and_https_are_fetched(url: str) -> None:
    with pytest.raises(Forbidden, match="only http and https"):
        Fetcher().fetch(url)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "0177.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "127.1"]
)
def test_this_machine_is_refused_under_every_name_and_not_even_asked(site: Site, host: str) -> None:
    port = site.address.rpartition(":")[2]
    with pytest.raises(UnreadableSource, match=r"which is not fetched|is not known|no address"):
        Fetcher().fetch(f"http://{host}:{port}/")
    assert site.asked == []


def test_a_named_private_host_is_fetched(site: Site, fetcher: Fetcher) -> None:
    site.put("/a", "<p>hello</p>")
    reply = fetcher.fetch(f"{site.address}/a")
    assert (reply.body, reply.kind, reply.charset) == (b"<p>hello</p>", "text/html", "utf-8")
    assert "newsdesk" in dict(site.asked[-1][1])["User-Agent"]


def test_a_redirect_to_a_private_host_is_refused_however_many_steps_away(site: Site) -> None:
    names = {"public.test": "127.0.0.1", "inside.test": "127.0.0.1", "meta.test": "169.254.169.254"}
    port = site.address.rpartition(":")[2]
    fetcher = Fetcher(allow_hosts=("public.test",), look_up=lambda host, _: [names.get(host, host)])
    site.redirect("/start", f"http://public.test:{port}/next")
    for target in (f"http://inside.test:{port}/secret", "http://meta.test/latest/meta-data", "http://10.0.0.1/"):
        site.redirect("/next", target)
        with pytest.raises(Forbidden, match="not fetched"):
            fetcher.fetch(f"http://public.test:{port}/start")
    site.redirect("/next", "file:///etc/passwd")
    with pytest.raises(Forbidden, match="only http and https"):
        fetcher.fetch(f"http://public.test:{port}/start")
    assert "/secret" not in site.paths()


def test_a_name_that_resolves_differently_the_second_time_gains_nothing(site: Site) -> None:
    answers = iter(["192.0.2.1", "127.0.0.1", "127.0.0.1"])  # judged first, connected to later: rebinding
    looked_up: list[str] = []

    def look_up(host: str, port: int) -> list[str]:
        looked_up.append(next(answers))
        return [looked_up[-1]]

    port = site.address.rpartition(":")[2]
    fetcher = Fetcher(look_up=look_up, robots=False, max_seconds=2)
    for _ in range(2):
        with pytest.raises(UnreadableSource):
            fetcher.fetch(f"http://rebind.test:{port}/")
    assert looked_up == ["192.0.2.1", "127.0.0.1"]  # once for each connection, and that answer was judged
    assert site.asked == []


def test_the_connection_is_made_to_the_very_address_that_was_judged(site: Site) -> None:
    calls: list[str] = []

    def look_up(host: str, port: int) -> list[str]:
        calls.append(host)
        return ["127.0.0.1"]

    port = site.address.rpartition(":")[2]
    site.put("/a", "hello", "text/plain")
    fetcher = Fetcher(allow_hosts=("named.test",), look_up=look_up, robots=False)
    assert fetcher.fetch(f"http://named.test:{port}/a").body == b"hello"
    assert calls == ["named.test"] and site.asked[0][1]["Host"] == f"named.test:{port}"


def test_one_private_address_among_public_ones_is_enough_to_refuse(site: Site) -> None:
    fetcher = Fetcher(look_up=lambda host, port: ["93.184.215.14", "10.0.0.1"], robots=False)
    with pytest.raises(Forbidden, match=r"10\.0\.0\.1, a private address"):
        fetcher.fetch("http://mixed.test/")


def test_what_is_too_large_is_left_with_or_without_a_declared_length(site: Site, fetcher: Fetcher) -> None:
    def endless(handler: Any) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.send_header("Connection", "close")
        handler.end_headers()
        for _ in range(2000):
            handler.wfile.write(b"x" * 65_536)

    site.pages["/endless"] = endless
    site.put("/large", b"x" * 3_000_000)
    for path in ("/endless", "/large"):
        with pytest.raises(UnreadableSource, match="larger than 2 MB"):
            fetcher.fetch(site.address + path)


def test_a_server_that_drips_is_left_when_its_time_is_over(site: Site) -> None:
    def drip(handler: Any) -> None:
        for _ in range(200):
            handler.wfile.write(b"H")
            handler.wfile.flush()
            time.sleep(0.05)

    def drip_body(handler: Any) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        drip(handler)

    site.pages["/head"], site.pages["/body"] = drip, drip_body
    fetcher = Fetcher(allow_hosts=("127.0.0.1",), max_seconds=0.6, robots=False)
    for path in ("/head", "/body"):
        with pytest.raises(UnreadableSource, match=r"longer than 0\.6 seconds"):
            fetcher.fetch(site.address + path)


def test_a_decompression_bomb_is_left(site: Site) -> None:
    site.put("/bomb", gzip.compress(b"\0" * 19_000_000), Content_Encoding="gzip")
    site.put("/larger", gzip.compress(b"\0" * 30_000_000), Content_Encoding="gzip")
    site.put("/rare", b"x", Content_Encoding="br")
    site.put("/broken", b"no gzip at all", Content_Encoding="gzip")
    fetcher = Fetcher(allow_hosts=("127.0.0.1",))
    for path, reason in (
        ("/bomb", "decompression bomb"),
        ("/larger", "larger than 20 MB|bomb"),
        ("/rare", "packed as 'br'"),
        ("/broken", "packed wrongly"),
    ):
        with pytest.raises(UnreadableSource, match=reason):
            fetcher.fetch(site.address + path)


def test_a_packed_page_comes_unpacked(site: Site, fetcher: Fetcher) -> None:
    site.put("/a", gzip.compress(b"hello " * 100), Content_Encoding="gzip")
    assert fetcher.fetch(f"{site.address}/a").body == b"hello " * 100


def test_redirects_are_followed_and_an_endless_row_of_them_is_left(site: Site, fetcher: Fetcher) -> None:
    site.put("/there", "hello")
    site.redirect("/a", "/b")
    site.redirect("/b", "there")
    assert fetcher.fetch(f"{site.address}/a").url == f"{site.address}/there"
    site.redirect("/loop", "/loop")
    with pytest.raises(UnreadableSource, match="redirects more than 5 times"):
        fetcher.fetch(f"{site.address}/loop")


def test_a_content_type_that_is_not_wanted_and_an_error_are_told(site: Site, fetcher: Fetcher) -> None:
    site.put("/film", b"\0", "video/mp4")
    with pytest.raises(UnreadableSource, match="it is video/mp4"):
        fetcher.fetch(f"{site.address}/film", ("text/html",))
    with pytest.raises(UnreadableSource, match="the server answered 404 Not Found"):
        fetcher.fetch(f"{site.address}/nowhere")


def test_what_has_not_changed_comes_without_its_body(site: Site, fetcher: Fetcher) -> None:
    site.put("/a", "hello", ETag='"one"')
    reply = fetcher.fetch(f"{site.address}/a")
    assert fetcher.fetch(f"{site.address}/a", etag=reply.etag).unchanged


def test_robots_txt_is_respected_unless_told_otherwise(site: Site, fetcher: Fetcher) -> None:
    site.put(
        "/robots.txt", "User-agent: *\nDisallow: /private\n\nUser-agent: newsdesk\nDisallow: /ours\n", "text/plain"
    )
    site.put("/ours", "x")
    site.put("/private", "y")
    with pytest.raises(UnreadableSource, match=r"robots\.txt asks"):
        fetcher.fetch(f"{site.address}/ours")
    assert fetcher.fetch(f"{site.address}/private").body == b"y"  # the rules for newsdesk count, not those for all
    assert Fetcher(allow_hosts=("127.0.0.1",), robots=False).fetch(f"{site.address}/ours").body == b"x"
    assert [path for path, _ in site.asked].count("/robots.txt") == 1


@pytest.mark.parametrize(
    ("rules", "allowed", "refused"),
    [
        ("Allow: /about\nDisallow: /", "/about", "/news"),  # the longest rule counts, in whatever order
        ("Disallow: /\nAllow: /about", "/about/us", "/news"),
        ("Disallow: /*/print", "/print", "/a/print"),
        ("Disallow: /*.pdf$", "/a.pdf.html", "/a.pdf"),
        ("Disallow: /news?page=", "/news", "/news?page=2"),
        ("Disallow: /caf%C3%A9", "/cafe", "/caf%c3%a9"),
        ("Disallow:\nDisallow: /drafts", "/a", "/drafts/1"),
    ],
)
def test_rules_of_robots_txt_mean_what_rfc_9309_says(rules: str, allowed: str, refused: str) -> None:
    text = f"User-agent: *\n{rules}\n"
    for body in (text.encode(), text.encode("utf-8-sig")):  # a byte order mark hides nothing
        robots = Robots("newsdesk/0.1 (news reader)", {"https://site.test/robots.txt": body}.get)
        assert robots.ask(f"https://site.test{allowed}")[0]
        assert not robots.ask(f"https://site.test{refused}")[0]


@pytest.mark.parametrize(
    ("said", "seconds"), [("7", 7.0), ("2.5", 2.5), ("600", 30.0), ("soon", None), ("-4", None), ("nan", None)]
)
def test_a_crawl_delay_is_kept_up_to_half_a_minute(said: str, seconds: float | None) -> None:
    robots = Robots("newsdesk/0.1", lambda _: f"User-agent: newsdesk\nCrawl-delay: {said}\n".encode())
    assert robots.ask("https://site.test/a") == (True, seconds)


def test_a_redirect_into_what_robots_txt_forbids_is_not_followed(site: Site, fetcher: Fetcher) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /private\n", "text/plain")
    site.redirect("/a", "/private")
    with pytest.raises(UnreadableSource, match=r"robots\.txt asks"):
        fetcher.fetch(f"{site.address}/a")


def test_a_site_whose_robots_txt_fails_is_left_alone(site: Site, fetcher: Fetcher) -> None:
    site.pages["/robots.txt"] = (503, {}, b"")
    site.put("/a", "hello")
    with pytest.raises(UnreadableSource, match=r"robots\.txt could not be read"):
        fetcher.fetch(f"{site.address}/a")
    assert site.paths() == []


def test_a_host_is_asked_once_in_its_pause_and_others_do_not_wait() -> None:
    clock = [100.0]
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock[0] += seconds

    pace = Pace(1.0, lambda: clock[0], sleep)
    for host in ("a", "b", "a"):
        pace.wait(host)
    assert sum(slept) == pytest.approx(1.0)
    pace.wait("a", asked=5.0)
    assert sum(slept) == pytest.approx(2.0)
    pace.wait("a")
    assert sum(slept) == pytest.approx(7.0)
    with pytest.raises(UnreadableSource, match="stopped"):
        pace.wait("a", stop=lambda: True)


@pytest.mark.parametrize("url", ["http://", "http://[::1", "http://exa mple.org/", "http://a:99999/", "http:///x"])
def test_a_broken_address_is_an_error_that_says_so(url: str) -> None:
    with pytest.raises(UnreadableSource):
        Fetcher(look_up=lambda host, port: ["192.0.2.1"], robots=False, max_seconds=1).fetch(url)
