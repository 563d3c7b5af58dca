"""What surrounds every request: its id, its size, where it comes from, its line in the log, its span and counts."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import secrets
import time
import traceback
from datetime import UTC, datetime

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.server.api import problems
from assistant.server.api.guard import Visitor
from assistant.server.api.limits import Rules
from assistant.server.api.metrics import Meters
from assistant.server.api.origins import Origins
from assistant.server.api.tracing import end_request, request_span

log = logging.getLogger("newsdesk.http")
_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
API, PAGE_UPLOAD = "/v1/", "/gradio_api/upload"


class Watch:
    """ASGI middleware around the whole server."""

    def __init__(self, app: ASGIApp, rules: Rules, meters: Meters, ending: asyncio.Event) -> None:
        self._app = app
        self._rules = rules
        self._meters = meters
        self._ending = ending
        self._origins = Origins(rules.loopback, rules.names)
        self._largest = {"/v1/articles": rules.articles, "/v1/files": rules.upload}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        name = scope["request_id"] = given if _ID.fullmatch(given) else secrets.token_hex(8)
        begun, status = time.perf_counter(), 500

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = name
            await send(message)

        with request_span(scope["method"], headers) as span:
            try:
                if problem := self._refused(scope, headers):
                    await problems.respond(scope, *problem)(scope, receive, answer)
                else:
                    await self._app(scope, self._counted(scope, receive), answer)
            finally:
                seconds = time.perf_counter() - begun
                route = _route(scope)
                end_request(span, scope["method"], route, status)
                self._meters.requests.labels(scope["method"], route, status).inc()
                self._meters.request_seconds.labels(route).observe(seconds)
                self._tell(scope, route, status, seconds)

    def _refused(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        if problem := self._origins.refusal(scope["method"], headers):
            return 403, problem
        length, most = headers.get("content-length", ""), self._most(scope)
        if length.isdigit() and int(length) > most:
            return 413, f"the request has {int(length):,} bytes; {most:,} is the most here"
        return None

    def _most(self, scope: Scope) -> int:
        """The bytes that a request may have."""
        path = _path(scope)
        if path.startswith(("/v1/owner/", PAGE_UPLOAD)):
            return self._rules.upload
        if path.startswith(API) or path == "/mcp":
            return self._largest.get(path, self._rules.body)
        return self._rules.articles  # an event of the page brings its state along

    def _counted(self, scope: Scope, receive: Receive) -> Receive:
        """Reading that ends when a body that did not say its size grows too large, or when the server ends."""
        most, size, whole = self._most(scope), 0, False

        async def counted() -> Message:
            nonlocal size, whole
            message = await (self._until_the_end(receive) if whole else receive())
            whole = whole or not message.get("more_body", False)
            size += len(message.get("body", b""))
            if size > most:
                raise HTTPException(413, f"the request has more than the {most:,} bytes that are the most here")
            return message

        return counted

    async def _until_the_end(self, receive: Receive) -> Message:
        """The client's going away; or the server's, which is told as such."""
        message, ending = asyncio.ensure_future(receive()), asyncio.ensure_future(self._ending.wait())
        try:
            await asyncio.wait((message, ending), return_when=asyncio.FIRST_COMPLETED)
            return message.result() if message.done() else {"type": "http.disconnect"}
        finally:
            message.cancel()
            ending.cancel()

    def _tell(self, scope: Scope, route: str, status: int, seconds: float) -> None:
        level = logging.ERROR if status >= 500 else logging.INFO
        if not log.isEnabledFor(level):
            return
        came: Visitor | None = scope.get("visitor")
        line = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "level": logging.getLevelName(level).lower(),
            "request_id": scope["request_id"],
            "method": scope["method"],
            "route": route,
            "status": status,
            "milliseconds": round(seconds * 1000, 1),
            "who": came.person.name if came else "",
            "address": scope["client"][0] if scope["client"] else "",
        }
        if self._rules.log_questions and "question" in scope:
            line["question"] = scope["question"]
        log.log(level, "%s", json.dumps(line, ensure_ascii=False))


def _path(scope: Scope) -> str:
    path, root = scope["path"], scope.get("root_path", "")
    return path[len(root) :] if root and path.startswith(f"{root}/") else str(path)


def _route(scope: Scope) -> str:
    """The route's pattern: no id of anything is in it, so that there are only some dozens."""
    route = scope.get("route")
    if isinstance(route, BaseRoute) and (pattern := getattr(route, "path", "")) and "{rest" not in pattern:
        return str(pattern)
    return "unknown" if _path(scope).startswith(API) else "page"


class JsonLines(logging.Formatter):
    """A log whose every line is JSON. messages: whether an error's own words are told; they might hold a question."""

    def __init__(self, messages: bool) -> None:
        super().__init__()
        self._messages = messages

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        if record.name == log.name:
            return record.getMessage()
        line: dict[str, str | list[str]] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage() if self._messages or not record.exc_info else str(record.msg),
        }
        if record.exc_info and record.exc_info[0]:
            kind, error, trace = record.exc_info
            line["error"] = kind.__name__ + (f": {error}" if self._messages else "")
            line["at"] = [f"{one.filename}:{one.lineno} {one.name}" for one in traceback.extract_tb(trace)]
        return json.dumps(line, ensure_ascii=False)


def log_to_standard_error(log_questions: bool) -> None:
    """Write everything that is logged to standard error, a line of JSON for each request and for whatever else."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines(log_questions))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    log.setLevel(logging.INFO)
