"""Values as JSON, by the one codec that the command line prints with, as responses and server-sent events."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from fastapi.responses import Response, StreamingResponse
from fastapi.sse import format_sse_event
from starlette.types import Receive, Scope, Send

from assistant.json_codec import as_json


def json_text(value: Any) -> str:
    """A value of ours, or of plain types with such values inside, as JSON on one line."""
    return json.dumps(as_json(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))


EVENT_STREAM: dict[str, Any] = {  # in an OpenAPI description: what each event is
    "text/event-stream": {
        "schema": {
            "type": "object",
            "properties": {"event": {"type": "string"}, "data": {"type": "string"}},
            "required": ["data"],
        }
    }
}


class Json(Response):
    """A value of ours, or of plain types with such values inside, as JSON."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """UTF-8."""
        return json_text(content).encode("utf-8")


def event(name: str, data: Any) -> bytes:
    """One server-sent event; data as JSON on one line."""
    return format_sse_event(event=name, data_str=json_text(data))


def data(value: Any) -> bytes:
    """One server-sent event without a name."""
    return format_sse_event(data_str=json_text(value))


def comment(text: str) -> bytes:
    """A line that keeps the connection open and that clients pass over."""
    return format_sse_event(comment=text)


class Events(StreamingResponse):
    """A stream of events. `close` is awaited when it ends, however it ends: read, broken off, or never begun."""

    def __init__(self, body: AsyncIterator[bytes], close: Callable[[], Awaitable[None]]) -> None:
        super().__init__(
            body,
            media_type="text/event-stream",
            headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},  # nginx passes each event on at once
        )
        self._close = close

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._close()
