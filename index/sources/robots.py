"""What a site asks of programs in its robots.txt (Protego): which addresses to leave alone, how long to wait.

RFC 9309: a site without a robots.txt allows everything; one whose robots.txt cannot be reached allows nothing for now.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from protego import Protego

from index.errors import Forbidden, UnreadableSource

KEPT_SECONDS = 3600.0  # a site's rules, before they are asked for again (RFC 9309 allows a day)
LONGEST_PAUSE_SECONDS = 30.0  # what a Crawl-delay may ask for at the most
STEP_SECONDS = 0.25  # between two looks at stop


class Robots:
    """The rules of every site asked so far. Safe to use from several threads.

    agent: how this program calls itself; groups of rules name it by the part before "/".
    fetch: the address of a robots.txt to its bytes, None when there is none, UnreadableSource when it cannot be told.
    """

    def __init__(self, agent: str, fetch: Callable[[str], bytes | None]) -> None:
        self._agent = agent.partition("/")[0]
        self._fetch = fetch
        self._sites: dict[str, tuple[float, Protego]] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def ask(self, url: str) -> tuple[bool, float | None]:
        """(whether the address may be fetched, the seconds to wait between two requests if the site names them)."""
        parts = urlsplit(url)
        if parts.path == "/robots.txt":
            return True, None
        site = f"{parts.scheme}://{parts.netloc}"
        with self._lock:
            lock = self._locks.setdefault(site, threading.Lock())
        with lock:  # several threads at one new site ask for its rules once
            at, rules = self._sites.get(site, (0.0, None))
            if rules is None or time.monotonic() - at > KEPT_SECONDS:
                rules = self._rules(site)
                self._sites[site] = (time.monotonic(), rules)
        delay = rules.crawl_delay(self._agent)
        return rules.can_fetch(url, self._agent), min(delay, LONGEST_PAUSE_SECONDS) if delay else None

    def _rules(self, site: str) -> Protego:
        try:
            body = self._fetch(f"{site}/robots.txt")
        except Forbidden:
            raise
        except UnreadableSource as error:
            raise UnreadableSource(
                f"the site's robots.txt could not be read, so nothing is fetched: {error}"
            ) from error
        return Protego.parse((body or b"").decode("utf-8-sig", "replace"))


class Pace:
    """Whose turn it is: each host is asked at most once in `pause` seconds, however many threads want it."""

    def __init__(
        self,
        pause: float,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._pause = pause
        self._now = now
        self._sleep = sleep
        self._next: dict[str, float] = {}
        self._lock = threading.Lock()

    def wait(self, host: str, asked: float | None = None, stop: Callable[[], bool] = lambda: False) -> None:
        """Return when this host may be asked; asked: seconds its robots.txt names. UnreadableSource when stopped."""
        with self._lock:
            turn = max(self._now(), self._next.get(host, 0.0))
            self._next[host] = turn + max(self._pause, asked or 0.0)
        while (left := turn - self._now()) > 0:
            if stop():
                raise UnreadableSource("it was not fetched: the run was stopped")
            self._sleep(min(left, STEP_SECONDS))
