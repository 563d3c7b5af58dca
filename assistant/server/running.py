"""Running: an app on a socket, until it is told to stop."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any

import uvicorn

from index.errors import InvalidValue, NewsdeskError

GRACE = 3  # seconds that requests on their way have to end; an open page keeps its connection for good
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class PortTaken(NewsdeskError):
    """Another program listens there."""


class _Server(uvicorn.Server):
    """Ends on SIGINT and SIGTERM and returns: uvicorn's own would raise the signal again, and nobody would close.

    `ending` is called a moment before the requests on their way are cut off: an open page never ends by itself.
    """

    def __init__(self, config: uvicorn.Config, ending: Callable[[], None]) -> None:
        super().__init__(config)
        self._ending = ending

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let what is on its way come to its end."""
        asyncio.get_running_loop().call_later(GRACE - 1, self._ending)
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def stop(number: int, frame: FrameType | None) -> None:
            self.handle_exit(number, frame)

        before = {number: signal.signal(number, stop) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


class Running:
    """A server on its socket, which listens from the beginning. address: its root, as this machine calls it.

    proxies: the addresses and networks that are believed when they say whom they pass a request on for; nobody else
    is, so that no one can choose the address that limits and the log know them by.
    """

    def __init__(self, host: str, port: int, proxies: Sequence[str] = ()) -> None:
        self._proxies = _networks(proxies)
        self._socket = _bound(host, port)
        self.port = int(self._socket.getsockname()[1])
        shown = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)
        self.address = f"http://{f'[{shown}]' if ':' in shown else shown}:{self.port}"
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    def _serving(self, app: Any, ending: Callable[[], None]) -> _Server:
        config = uvicorn.Config(
            app, log_level=logging.WARNING, access_log=False, log_config=None, timeout_graceful_shutdown=GRACE,
            server_header=False, lifespan="on", proxy_headers=bool(self._proxies), forwarded_allow_ips=self._proxies,
        )  # fmt: skip
        self._server = _Server(config, ending)
        return self._server

    def stay(self, app: Any, ending: Callable[[], None]) -> None:
        """Serve until SIGINT or SIGTERM. ending: called before the requests that are still open are cut off."""
        self._serving(app, ending).run(sockets=[self._socket])

    def start(self, app: Any, ending: Callable[[], None]) -> None:
        """Serve from a thread; back when requests are answered. ending: as for `stay`."""
        server = self._serving(app, ending)
        self._thread = threading.Thread(target=server.run, args=([self._socket],), name="newsdesk-server", daemon=True)
        self._thread.start()
        while not server.started:
            if not self._thread.is_alive():
                raise NewsdeskError("the server did not start; -v tells more")
            self._thread.join(0.02)

    def stop(self) -> None:
        """End a server that `start` began; let go of the socket."""
        if self._server and self._thread:
            self._server.should_exit = True
            self._thread.join()
        self._socket.close()


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches what listens there."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _networks(proxies: Sequence[str]) -> list[str]:
    """The proxies as given. InvalidValue: one is no address and no network."""
    for proxy in proxies:
        try:
            ipaddress.ip_network(proxy)
        except ValueError as error:
            raise InvalidValue(f"{proxy!r} is no address of a proxy, nor a network; write 10.0.0.0/8") from error
    return list(proxies)


def _bound(host: str, port: int) -> socket.socket:
    """A socket that listens. PortTaken; InvalidValue for a host that is not this machine's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
        made.listen(2048)
    except OSError as error:
        made.close()
        if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
            raise InvalidValue(f"{host} is no address of this machine; 127.0.0.1 is its own") from error
        if error.errno == errno.EADDRINUSE:
            message = f"port {port} of {host} is taken by another program; choose another with --port, or 0 for any"
            raise PortTaken(message) from error
        raise NewsdeskError(f"nothing can listen on {host}, port {port}: {error.strerror}") from error
    return made
