"""A web server on 127.0.0.1 that says what a test tells it to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, Mapping[str, str], bytes]


@dataclass
class Site:
    """Its pages by path, what was asked of it, and where it is. A page may be a function of the request."""

    address: str
    pages: dict[str, Answer | Callable[[Any], None]] = field(default_factory=dict)
    asked: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)

    def put(self, path: str, body: str | bytes, kind: str = "text/html; charset=utf-8", **headers: str) -> str:
        """Serve a body at a path; its address."""
        data = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = (200, {"Content-Type": kind, **named}, data)
        return self.address + path

    def redirect(self, path: str, to: str) -> str:
        """Serve a redirect; its address."""
        self.pages[path] = (302, {"Location": to}, b"")
        return self.address + path

    def paths(self) -> list[str]:
        """What was asked for, in order, robots.txt left out."""
        return [path for path, _ in self.asked if path != "/robots.txt"]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Any

    def handle(self) -> None:
        try:
            super().handle()
        except (BrokenPipeError, ConnectionResetError):  # the reader had enough
            self.close_connection = True

    def do_GET(self) -> None:
        site: Site = self.server.site
        site.asked.append((self.path, dict(self.headers)))
        answer = site.pages.get(self.path, (404, {"Content-Type": "text/html"}, b"<h1>404 Not Found</h1>"))
        if callable(answer):
            answer(self)
            return
        status, headers, body = answer
        tag = headers.get("ETag")
        if tag and self.headers.get("If-None-Match") == tag:
            status, headers, body = 304, {"ETag": tag}, b""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        return


@contextmanager
def serving() -> Iterator[Site]:
    """A server on a free port of 127.0.0.1 for as long as the block lasts."""
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.site = Site(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server.site
    finally:
        server.shutdown()
        server.server_close()


def page(title: str, body: str, head: str = "", after: str = "") -> str:
    """A news page: its title, paragraphs divided by blank lines, and what else its head and end hold."""
    paragraphs = "".join(f"<p>{part}</p>" for part in body.split("\n\n"))
    return (
        f"<!doctype html><html><head><meta charset='utf-8'><title>{title}</title>"
        f'<meta property="og:site_name" content="Harbour Post">{head}</head><body><nav><a href="/">Home</a></nav>'
        f"<article><h1>{title}</h1>{paragraphs}</article>{after}<footer>Contact us</footer></body></html>"
    )
