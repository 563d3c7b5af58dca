"""An address to bytes, safely (httpx).

Whoever can name an address here could otherwise reach what only this machine can reach: routers, databases, a cloud's
metadata. So every connection is made to the very address that was looked up and judged (a name that resolves
differently the second time gains nothing), at every redirect anew; and size, time, redirects and decompression have
limits. A proxy of the environment is not used: it would make the connection, and nothing could be judged.
"""

from __future__ import annotations

import ipaddress
import socket
import time
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpcore
import httpx

from index.errors import Forbidden, UnreadableSource
from index.sources.robots import Pace, Robots

if TYPE_CHECKING:
    import ssl

USER_AGENT = "newsdesk/0.1 (news reader that answers with quotations; follows robots.txt)"
MAX_BYTES = 20_000_000  # of one answer, decompressed
MAX_RATIO, RATIO_FROM_BYTES = 100, 1_000_000  # a page shrinks 5 to 20 times in gzip; more, beyond a megabyte, is a bomb
MAX_SECONDS = 30.0  # for one address, its redirects included
MAX_REDIRECTS = 5  # of one address
PAUSE_SECONDS = 1.0  # between two requests to one host
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Blocks of IANA's registries of special-purpose addresses (IPv4 and IPv6, as of October 2024) that Python's ipaddress
# takes for public ones in some version or other: protocol assignments, 6to4 relays, AS112, AMT, site-local (RFC 3879),
# dummy prefix, ORCHID, documentation (RFC 9637), segment routing (RFC 9602).
_SPECIAL = tuple(
    ipaddress.ip_network(block)
    for block in (
        "192.0.0.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.175.48.0/24",
        "64:ff9b:1::/48", "100:0:0:1::/64", "2001::/23", "2620:4f:8000::/48", "3fff::/20", "5f00::/16", "fec0::/10",
    )
)  # fmt: skip
_METADATA = frozenset({"168.63.129.16"})  # a cloud's own service at an address that looks public
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Reply:
    """What an address gave. url: after redirects. kind: the content type without its parameters, lower case.

    unchanged: True when the server said that nothing changed since etag or modified; body is then empty.
    """

    url: str
    body: bytes
    kind: str = ""
    charset: str | None = None
    etag: str | None = None
    modified: str | None = None
    unchanged: bool = False


def resolve(host: str, port: int) -> list[str]:
    """The addresses a name has now."""
    return list(dict.fromkeys(str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))


def forbidden(address: str) -> str | None:
    """Why no connection is made to this IP address ("a private address"), or None when it is a public one."""
    ip: Address = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return forbidden(str(inner))
    if any(ip in block for block in _SPECIAL):
        return "a reserved address"
    for name, so in (
        ("a loopback", ip.is_loopback),
        ("a link-local", ip.is_link_local),
        ("a multicast", ip.is_multicast),
        ("an unspecified", ip.is_unspecified),
        ("a metadata", str(ip) in _METADATA),
        ("a private", ip.is_private),
        ("a reserved", ip.is_reserved or not ip.is_global),
    ):
        if so:
            return f"{name} address"
    return None


class _Deadline:
    """The moment at which a fetch has taken long enough, whatever the other side does."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self._seconds = seconds

    def left(self) -> float:
        """Seconds left; UnreadableSource when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise UnreadableSource(f"it took longer than {self._seconds:g} seconds")
        return left

    def bound(self, timeout: float | None) -> float:
        return min(self.left(), timeout) if timeout is not None else self.left()


class _Stream(httpcore.NetworkStream):
    """A connection of which every read ends at the deadline: a server that drips bytes holds nothing up."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: _Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.bound(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.bound(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(
            self._inner.start_tls(ssl_context, server_hostname, self._deadline.bound(timeout)), self._deadline
        )

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    """Looks a name up, judges what it means, and connects to that, never to the name."""

    def __init__(self, allowed: Collection[str], look_up: Resolve, deadline: _Deadline) -> None:
        self._inner = httpcore.SyncBackend()
        self._allowed = allowed
        self._look_up = look_up
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            addresses = list(self._look_up(host, port))
        except (OSError, UnicodeError) as error:
            raise UnreadableSource(f"the host {host} is not known ({error})") from error
        if host.lower() not in self._allowed:
            for address in addresses:
                if reason := forbidden(address):
                    raise Forbidden(
                        f"{host} is {address}, {reason}, which is not fetched; if you trust that host, name it with "
                        f"--allow-host {host}"
                    )
        problem: Exception = UnreadableSource(f"the host {host} has no address")
        for address in addresses:
            try:
                made = self._inner.connect_tcp(
                    address, port, self._deadline.bound(timeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
                continue
            return _Stream(made, self._deadline)
        raise problem


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


class _Transport(httpx.BaseTransport):
    """httpx over connections of `_Backend`: one for each request, none kept for the next."""

    def __init__(self, backend: _Backend, context: ssl.SSLContext) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=context, network_backend=backend, max_keepalive_connections=0, http2=False
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        response = self._pool.handle_request(
            httpcore.Request(
                request.method, url, headers=request.headers.raw, content=b"", extensions=request.extensions
            )
        )
        return httpx.Response(response.status, headers=response.headers, stream=_Body(response))

    def close(self) -> None:
        self._pool.close()


@dataclass
class Fetcher:
    """Fetches addresses. Safe to use from several threads.

    allow_hosts: hosts, as named in addresses, that may be private; they are the user's own and not paced.
    pause: least seconds between two requests to one host; what robots.txt asks counts when it is more.
    robots: False fetches what a site's robots.txt asks programs to leave alone.
    look_up: a host's addresses; given in tests only.
    """

    allow_hosts: Collection[str] = ()
    pause: float = PAUSE_SECONDS
    robots: bool = True
    max_bytes: int = MAX_BYTES
    max_seconds: float = MAX_SECONDS
    look_up: Resolve = resolve
    _rules: Robots = field(init=False)
    _pace: Pace = field(init=False)

    def __post_init__(self) -> None:
        if isinstance(self.allow_hosts, str):
            self.allow_hosts = (self.allow_hosts,)
        self.allow_hosts = frozenset(host.strip("[]").lower() for host in self.allow_hosts)
        self._rules = Robots(USER_AGENT, self._robots_txt)
        self._pace = Pace(self.pause)

    @cached_property
    def _context(self) -> ssl.SSLContext:
        return httpx.create_ssl_context(trust_env=False)

    def fetch(
        self,
        url: str,
        kinds: Collection[str] = (),
        *,
        etag: str | None = None,
        modified: str | None = None,
        stop: Callable[[], bool] = lambda: False,
    ) -> Reply:
        """What an address gives now. UnreadableSource, with the reason, when that is nothing of use.

        kinds: the content types wanted; empty takes any. etag, modified: of an earlier reply: what has not changed
        since comes without its body. stop: asked while waiting for a host's turn.
        """
        deadline: _Deadline | None = None
        for _ in range(MAX_REDIRECTS + 1):
            host = _host(url)
            delay = None
            if self.robots:
                allowed, delay = self._rules.ask(url)
                if not allowed:
                    raise UnreadableSource(
                        "the site's robots.txt asks programs to leave this address alone; save the page as .html and "
                        "add the file, or fetch it all the same with --ignore-robots"
                    )
            if host not in self.allow_hosts:
                self._pace.wait(host, delay, stop)
            deadline = deadline or _Deadline(self.max_seconds)  # waiting for one's turn is not the server's slowness
            headers = {"If-None-Match": etag, "If-Modified-Since": modified}
            reply, further = self._once(url, kinds, {k: v for k, v in headers.items() if v}, deadline)
            if further is None:
                return reply
            url = further
        raise UnreadableSource(f"it redirects more than {MAX_REDIRECTS} times")

    def _once(
        self, url: str, kinds: Collection[str], headers: Mapping[str, str], deadline: _Deadline
    ) -> tuple[Reply, str | None]:
        """(the reply, None), or (an empty reply, where it redirects to)."""
        backend = _Backend(self.allow_hosts, self.look_up, deadline)
        sent = {"User-Agent": USER_AGENT, "Accept": "*/*", "Accept-Encoding": "gzip, deflate", **headers}
        try:
            with (
                httpx.Client(transport=_Transport(backend, self._context), timeout=deadline.left()) as client,
                client.stream("GET", url, headers=sent, follow_redirects=False) as response,
            ):
                if response.is_redirect and (target := response.headers.get("location")):
                    return Reply(url, b""), str(httpx.URL(url).join(target))
                return self._read(url, response, kinds), None
        except (httpx.InvalidURL, httpx.LocalProtocolError, httpcore.LocalProtocolError, UnicodeError) as error:
            raise UnreadableSource(f"it is no address that can be fetched ({error})") from error
        except (httpx.HTTPError, httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
            deadline.left()
            raise UnreadableSource(f"it could not be fetched ({type(error).__name__}: {error})") from error

    def _read(self, url: str, response: httpx.Response, kinds: Collection[str]) -> Reply:
        tags = {"etag": response.headers.get("etag"), "modified": response.headers.get("last-modified")}
        if response.status_code == 304:
            return Reply(url, b"", unchanged=True, **tags)
        if response.status_code != 200:
            raise UnreadableSource(f"the server answered {response.status_code} {response.reason_phrase}".rstrip())
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kinds and kind and kind not in kinds:
            raise UnreadableSource(f"it is {kind}, which is no article, feed or sitemap")
        body = self._body(response)
        return Reply(url, body, kind, response.charset_encoding, **tags)

    def _body(self, response: httpx.Response) -> bytes:
        declared = response.headers.get("content-length", "")
        if declared.isdigit() and int(declared) > self.max_bytes:
            raise UnreadableSource(_too_large(self.max_bytes))
        encoding = response.headers.get("content-encoding", "identity").strip().lower()
        if encoding not in ("identity", "", "gzip", "x-gzip", "deflate"):
            raise UnreadableSource(f"it is packed as {encoding!r}, which was not asked for")
        packed = encoding not in ("identity", "")
        unpack = zlib.decompressobj(wbits=47) if packed else None  # 47: gzip or zlib, whichever it is
        body, received = bytearray(), 0
        for chunk in response.iter_raw():
            received += len(chunk)
            piece = chunk
            if unpack:
                try:
                    piece = unpack.decompress(chunk, self.max_bytes + 1 - len(body))
                except zlib.error as error:
                    raise UnreadableSource(f"it is packed wrongly ({error})") from error
            body += piece
            if len(body) > self.max_bytes:
                raise UnreadableSource(_too_large(self.max_bytes))
            if len(body) > RATIO_FROM_BYTES and len(body) > MAX_RATIO * received:
                raise UnreadableSource(f"it unpacks to more than {MAX_RATIO} times its size: a decompression bomb")
        return bytes(body)

    def _robots_txt(self, url: str) -> bytes | None:
        """A host's robots.txt; None when it has none; UnreadableSource when it cannot be told."""
        deadline = _Deadline(self.max_seconds)
        for _ in range(MAX_REDIRECTS + 1):
            _host(url)
            try:
                reply, further = self._once(url, (), {}, deadline)
            except UnreadableSource as error:
                if str(error).startswith("the server answered 4"):
                    return None
                raise
            if further is None:
                return reply.body[:500_000]
            url = further
        return None


def _host(url: str) -> str:
    """The host of an address, judged before anything is looked up."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        _ = parts.port
    except ValueError as error:
        raise UnreadableSource(f"it is no address that can be fetched ({error})") from error
    if parts.scheme not in ("http", "https"):
        raise Forbidden(f"{parts.scheme or 'it'}: only http and https addresses are fetched")
    if not host:
        raise UnreadableSource("it is no address that can be fetched: it names no host")
    return host


def _too_large(most: int) -> str:
    return f"it is larger than {most / 1_000_000:g} MB, which no article is"
