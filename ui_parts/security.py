"""What a browser may do with the page: a Content-Security-Policy and its like on every response, as ASGI middleware.

Article text is escaped where it becomes HTML. This is the second wall: if a tag ever got through, it would run nothing,
load nothing and send nothing.

Scripts: files of this server, and those elements of the page that carry this response's nonce; nothing inline.
'unsafe-eval' is what Gradio needs: its HTML component makes a function out of its template, its events out of theirs.
Styles: Gradio and Svelte write style attributes and elements, so those may be inline; they can load nothing from
outside.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import MutableMapping
from typing import Any

from starlette import types as asgi

POLICY = {
    "default-src": "'self'",
    "script-src": "'self' 'unsafe-eval'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "worker-src": "'self' blob:",
    "form-action": "'self'",
    "base-uri": "'self'",
    "object-src": "'none'",
    "frame-src": "'none'",
    "frame-ancestors": "'none'",
}
HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_SCRIPT = re.compile(r"<script(?=[\s>])")


def policy(nonce: str = "") -> str:
    """The Content-Security-Policy; nonce: of the page's own script elements."""
    parts = dict(POLICY)
    if nonce:
        parts["script-src"] += f" 'nonce-{nonce}'"
    return "; ".join(f"{name} {value}" for name, value in parts.items())


class Security:
    """ASGI middleware: security headers on every response; one that a response carries already is left as it is."""

    def __init__(self, app: asgi.ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        """Pass a request on, with the headers put on its response."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                taken = {name.lower() for name, _ in message["headers"]}
                added = HEADERS | {"content-security-policy": policy()}
                message["headers"] = [
                    *message["headers"],
                    *((n.encode(), v.encode()) for n, v in added.items() if n.encode() not in taken),
                ]
            await send(message)

        await self._app(scope, receive, with_headers)


def with_nonce(html: str) -> tuple[str, str]:
    """A page of this server's own with a fresh nonce on each of its script elements, and the policy that admits it."""
    nonce = secrets.token_urlsafe(16)
    return _SCRIPT.sub(f'<script nonce="{nonce}"', html), policy(nonce)
