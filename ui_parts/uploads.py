"""Which files a visitor has uploaded: only those may be opened for them.

Gradio hands an event whatever path a browser names. Its own check, that the path lies among the uploads, is skipped
for an app that is mounted and not launched, and would let one visitor open what another has uploaded.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Iterable, MutableMapping
from pathlib import Path
from typing import Any

from starlette import types as asgi
from starlette.requests import Request

from ui_parts.visitors import NotAllowed, Visitors

ROUTE = "/gradio_api/upload"
MOST_VISITORS, MOST_FILES = 10_000, 10_000  # remembered; the longest ago are forgotten first
MOST_BYTES = 1_000_000  # of a response that lists what was uploaded


class Uploads:
    """Remembers the paths that each visitor's uploads were given. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._paths: OrderedDict[str, OrderedDict[Path, None]] = OrderedDict()

    def record(self, owner: str, paths: Iterable[str]) -> None:
        """Remember that these paths are this visitor's."""
        with self._lock:
            theirs = self._paths.setdefault(owner, OrderedDict())
            self._paths.move_to_end(owner)
            theirs.update((Path(path).resolve(), None) for path in paths)
            while len(theirs) > MOST_FILES:
                theirs.popitem(last=False)
            while len(self._paths) > MOST_VISITORS:
                self._paths.popitem(last=False)

    def admit(self, owner: str, paths: Iterable[str]) -> list[Path]:
        """The paths, all of which this visitor uploaded; NotAllowed when one is not theirs, links resolved."""
        wanted = [Path(path).resolve() for path in paths]
        with self._lock:
            theirs = set(self._paths.get(owner, ()))
        if not theirs.issuperset(wanted):
            raise NotAllowed("only a file that this visitor uploaded is read")
        return wanted


class RecordUploads:
    """ASGI middleware: notes what each upload answers, under the visitor who sent it."""

    def __init__(self, app: asgi.ASGIApp, visitors: Visitors, uploads: Uploads) -> None:
        self._app = app
        self._visitors = visitors
        self._uploads = uploads

    async def __call__(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        """Pass the request on; of an upload's response the paths are remembered before it is sent."""
        if scope["type"] != "http" or scope["method"] != "POST" or not str(scope.get("path", "")).endswith(ROUTE):
            await self._app(scope, receive, send)
            return
        try:
            owner = self._visitors.of(Request(scope)).owner
        except NotAllowed:  # Gradio's own door refuses it
            await self._app(scope, receive, send)
            return
        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        body, status = b"", 0

        async def noted(message: MutableMapping[str, Any]) -> None:
            nonlocal body, status
            if message["type"] == "http.response.start":
                status = int(message["status"])
            elif len(body) < MOST_BYTES:
                body += bytes(message.get("body", b""))
                if status == 200 and not message.get("more_body"):
                    self._uploads.record(owner, json.loads(body))
            await send(message)

        await self._app({**scope, "headers": plain}, receive, noted)
