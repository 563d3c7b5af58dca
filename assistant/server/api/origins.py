"""Where a request comes from: by which name the server was called, and from which web page.

A page on the web can make a browser send requests to any server the browser reaches, with the cookies it keeps for
that server, and, with a name of its own that it lets point there (DNS rebinding), read the answers.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Origins:
    """By which names a server may be called, and from which pages.

    loopback: only this machine asks, without keys: then only by this machine's own name. names: further names, such as
    those that a proxy in front is called by. Where people come from elsewhere, the machine's name and any address do
    too: nobody can let an address point to another.
    """

    def __init__(self, loopback: bool, names: Iterable[str] = ()) -> None:
        machine = socket.gethostname().lower()
        own = () if loopback else (machine, machine.partition(".")[0], f"{machine.partition('.')[0]}.local")
        self._loopback = loopback
        self._names = LOOPBACK | {name.lower().rstrip(".") for name in (*names, *own)}

    def refusal(self, method: str, headers: Headers) -> str:
        """Why a request with these headers is refused; "" when it is not."""
        named = headers.get("host", "")
        host = _name(named)
        if not self._is_ours(host):
            return self._foreign(host)
        origin = headers.get("origin")
        if origin == "null" and headers.get("sec-fetch-site") == "same-origin":
            return ""  # a form of a page that tells no referrer, as ours do
        if origin is not None and method not in SAFE and not self._is_own(origin, named):
            return "a web page elsewhere may not change anything here"
        return ""

    def _is_ours(self, host: str) -> bool:
        return host in self._names or (not self._loopback and _is_address(host))

    def _is_own(self, origin: str, named: str) -> bool:
        """Whether a page is this server's. A proxy may leave the port out of the Host it passes on."""
        place = origin.partition("://")[2]
        return place == named or (not self._loopback and _name(place) in {_name(named), *self._names} - {""})

    def _foreign(self, host: str) -> str:
        called = f"was asked for as {host or 'no host'}"
        if self._loopback:
            return (
                f"this server is open to this machine only, and {called}; call it as 127.0.0.1 or localhost, or start "
                "it with --access FILE, which asks for keys, or with --open"
            )
        return f"this server {called}, which is none of its names; --host-name {host or 'NAME'} makes it one"


def _name(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
