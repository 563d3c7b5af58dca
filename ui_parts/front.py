"""The front door: the page itself and what is fetched beside it; who comes in, and as whom.

Middleware before Gradio's app, because Gradio answers "/" itself: its page is taken, dressed (`shell`) and sent with
its policy. Everyone without a sign-in, where there is one, is sent to the sign-in page.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import MutableMapping
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from starlette import types as asgi
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from assistant import Assistant
from assistant.conversations.export import attachment
from assistant.server.access import MOST_NAME
from assistant.server.api.guard import Attempts
from ui_parts import shell
from ui_parts.security import Security, with_nonce
from ui_parts.texts import speaking
from ui_parts.visitors import BROWSER, SESSION, STAYS, NotAllowed, Visitors

YEAR = 365 * 24 * 3600
FORM = 16_384  # bytes of a sign-in form
log = logging.getLogger(__name__)


def open_front(app: Starlette, desk: Assistant, visitors: Visitors) -> None:
    """Add the page's own routes and its middleware to an app on which Gradio will be mounted at "/"."""
    door = _SignIn(visitors)
    app.add_route("/page/{name}", _file, include_in_schema=False)
    app.add_route("/conversations/{name}", _Exports(desk, visitors).send, include_in_schema=False)
    app.add_route("/sign-in", door.show, methods=["GET"], include_in_schema=False)
    app.add_route("/sign-in", door.come_in, methods=["POST"], include_in_schema=False)
    app.add_route("/sign-out", door.leave, methods=["POST"], include_in_schema=False)
    app.add_middleware(_Dresser, visitors=visitors)
    app.add_middleware(Security)


async def _file(request: Request) -> Response:
    """The page's style, script and icon. Their addresses change with them, so they may be kept for long."""
    name = request.path_params["name"]
    if name not in shell.FILES:
        return Response(status_code=404)
    kept = {"cache-control": f"public, max-age={YEAR}, immutable"}
    return FileResponse(shell.PARTS / name, media_type=shell.FILES[name], headers=kept)


class _Dresser:
    """ASGI middleware: Gradio's index page with our parts around it, and a cookie that tells browsers apart."""

    def __init__(self, app: asgi.ASGIApp, visitors: Visitors) -> None:
        self._app = app
        self._visitors = visitors

    async def __call__(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        """Answer a request for the page; all others pass through as they are."""
        path = str(scope.get("path", "")).removeprefix(scope.get("root_path", ""))
        if scope["type"] != "http" or scope["method"] != "GET" or path not in ("", "/"):
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        person = self._visitors.person(request.cookies)
        if person is None:
            await RedirectResponse("sign-in", 303)(scope, receive, send)
            return
        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        status, html = await _whole(self._app, {**scope, "headers": plain}, receive)
        await self._dressed(request, status, html, person.name)(scope, receive, send)

    def _dressed(self, request: Request, status: int, html: str, name: str) -> Response:
        say = speaking(request.headers.get("accept-language", ""))
        html, policy = with_nonce(shell.dressed(html, say, name, self._visitors.access is not None))
        headers = {"content-security-policy": policy, "cache-control": "no-store", "vary": "Accept-Language, Cookie"}
        made = HTMLResponse(html, status, headers)
        if self._visitors.access is None and BROWSER not in request.cookies:
            _set(made, request, BROWSER, secrets.token_urlsafe(24), YEAR)
        return made


async def _whole(app: asgi.ASGIApp, scope: asgi.Scope, receive: asgi.Receive) -> tuple[int, str]:
    """Status and body of a response, taken in instead of sent."""
    status, parts = 500, []

    async def take(message: MutableMapping[str, Any]) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = int(message["status"])
        else:
            parts.append(bytes(message.get("body", b"")))

    await app(scope, receive, take)
    return status, b"".join(parts).decode()


class _Exports:
    """Sends a conversation as a file, to its owner."""

    def __init__(self, desk: Assistant, visitors: Visitors) -> None:
        self._desk = desk
        self._visitors = visitors

    def send(self, request: Request) -> Response:
        """`/conversations/ID.md` and `/conversations/ID.html`."""
        name = request.path_params["name"]
        conversation_id, _, ending = name.rpartition(".")
        kept = self._desk.conversations
        make = {"md": kept.export_markdown, "html": kept.export_html}.get(ending)
        try:
            if make is None:
                raise KeyError(name)
            owner = self._visitors.of(request).owner
            text, title = make(owner, conversation_id), kept.get(owner, conversation_id).title
        except NotAllowed as error:
            return Response(str(error), 403, media_type="text/plain")
        except KeyError:
            return Response("no such conversation", 404, media_type="text/plain")
        kind = {"md": "text/markdown", "html": "text/html"}[ending]
        named = {"content-disposition": attachment(title, ending), "cache-control": "no-store"}
        return Response(text, media_type=f"{kind}; charset=utf-8", headers=named)


class _SignIn:
    """The sign-in page."""

    def __init__(self, visitors: Visitors) -> None:
        self._visitors = visitors
        self._attempts = Attempts()

    @cached_property
    def _hashing(self) -> CapacityLimiter:
        return CapacityLimiter(2)

    def show(self, request: Request) -> Response:
        """The form; those who are in already go on."""
        if self._visitors.person(request.cookies) is not None:
            return RedirectResponse("./", 303)
        return HTMLResponse(shell.sign_in(speaking(request.headers.get("accept-language", ""))))

    async def come_in(self, request: Request) -> Response:
        """Sign in with what the form sent. A form of another site is refused: it could sign someone in as another."""
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return Response("this form was sent from another site", 403, media_type="text/plain")
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > FORM:
                return Response("the form is too long", 413, media_type="text/plain")
        fields = parse_qs(body.decode("utf-8", "replace"))
        name, password = (fields.get(field, [""])[0] for field in ("name", "password"))
        address = request.client.host if request.client else ""
        say = speaking(request.headers.get("accept-language", ""))
        if not self._attempts.begin(name, address):
            log.warning("too many tries to sign in as %r from %s", name[:MOST_NAME], address)
            return HTMLResponse(shell.sign_in(say, wrong=True), 429, {"retry-after": "60"})
        # a slow hash, two at a time and in threads of its own: requests do not wait for it
        cookie = await run_sync(self._visitors.sign_in, name, password, limiter=self._hashing)
        if cookie is None:
            log.warning("a wrong name or password: %r from %s", name[:MOST_NAME], address)
            return HTMLResponse(shell.sign_in(say, wrong=True), 401)
        self._attempts.right(name)
        made = RedirectResponse("./", 303)
        _set(made, request, SESSION, cookie, STAYS)
        return made

    def leave(self, request: Request) -> Response:
        """Sign out."""
        self._visitors.sign_out(request.cookies)
        made = RedirectResponse("sign-in", 303)
        made.delete_cookie(SESSION)
        return made


def _set(response: Response, request: Request, name: str, value: str, seconds: int) -> None:
    """A cookie that scripts cannot read and other sites do not send along with their forms."""
    response.set_cookie(
        name, value, max_age=seconds, httponly=True, samesite="lax", secure=request.url.scheme == "https",
        path=request.scope.get("root_path") or "/",
    )  # fmt: skip
