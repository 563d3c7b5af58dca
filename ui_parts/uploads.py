"""Which files a visitor has uploaded: only those may be opened for them.

Gradio hands an event whatever path a browser names. Its own check, that the path lies among the uploads, is skipped
for an app that is mounted and not launched, and would let one visitor open what another has uploaded.
"""

from __future__ import annotations

import atexit
import json
import os
import tempfile
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, MutableMapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from starlette import types as asgi
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from assistant.server.access import Scope
from ui_parts.visitors import NotAllowed, Visitors

ROUTE = "/gradio_api/upload"
MOST_VISITORS, MOST_FILES = 10_000, 10_000  # remembered; the longest ago are forgotten first
KEPT = 3600.0  # seconds that an upload waits to go in
MOST_BYTES = 1_000_000  # of a response that lists what was uploaded


@cache
def own_folder() -> str:
    """The folder of this process's uploads, which only this user reads, and which is deleted when the process ends."""
    above = os.environ.get("GRADIO_TEMP_DIR")
    if above:
        Path(above).mkdir(parents=True, exist_ok=True)
    made = tempfile.TemporaryDirectory(prefix="newsdesk-uploads-", dir=above or None, ignore_cleanup_errors=True)
    atexit.register(made.cleanup)
    return str(Path(made.name).resolve())


@dataclass(slots=True)
class _Upload:
    """A path that a visitor's uploads were given. uses: uploads that have not gone in yet. since: of the last."""

    uses: int = 0
    since: float = 0.0


class Uploads:
    """Remembers the paths that each visitor's uploads were given. Safe to use from several threads.

    A file is deleted when all its uploads have gone in or were left out, and `kept` seconds after the last of them.
    Gradio names the folder of an upload by its content, so two visitors may have one path.
    """

    def __init__(self, kept: float = KEPT) -> None:
        self._kept = kept
        self._lock = threading.Lock()
        self._paths: OrderedDict[str, OrderedDict[Path, _Upload]] = OrderedDict()

    def record(self, owner: str, paths: Iterable[str]) -> None:
        """Remember that these paths are this visitor's; what was left lying is deleted."""
        now = time.time()
        with self._lock:
            theirs = self._paths.setdefault(owner, OrderedDict())
            self._paths.move_to_end(owner)
            for path in paths:
                upload = theirs.setdefault(Path(path).resolve(), _Upload())
                upload.uses, upload.since = upload.uses + 1, now
            while len(theirs) > MOST_FILES:
                theirs.popitem(last=False)
            while len(self._paths) > MOST_VISITORS:
                self._paths.popitem(last=False)
            self._sweep(now - self._kept)

    def admit(self, owner: str, paths: Iterable[str]) -> list[Path]:
        """The paths, all of which this visitor uploaded; NotAllowed when one is not theirs, links resolved."""
        wanted = [Path(path).resolve() for path in paths]
        with self._lock:
            theirs = set(self._paths.get(owner, ()))
        if not theirs.issuperset(wanted):
            raise NotAllowed("only a file that this visitor uploaded is read")
        return wanted

    def release(self, owner: str, path: Path) -> None:
        """An upload has gone in, or will not: its file is deleted unless another upload has the same one."""
        with self._lock:
            theirs = self._paths.get(owner, OrderedDict())
            if upload := theirs.get(path):
                upload.uses -= 1
                if upload.uses <= 0:
                    del theirs[path]
                    self._delete(path)

    def _delete(self, path: Path) -> None:
        if not any(path in theirs for theirs in self._paths.values()):
            path.unlink(missing_ok=True)
            with suppress(OSError):  # another file lies there
                path.parent.rmdir()

    def _sweep(self, before: float) -> None:
        """Delete what is older, also what was cut off on its way and never told."""
        for theirs in self._paths.values():
            for path in [path for path, upload in theirs.items() if upload.since < before]:
                del theirs[path]
        held = {path for theirs in self._paths.values() for path in theirs}
        for file in Path(own_folder()).rglob("*"):
            with suppress(OSError):
                if file not in held and file.is_file() and file.stat().st_mtime < before:
                    file.unlink()


class RecordUploads:
    """ASGI middleware: notes what each upload answers, under the visitor who sent it, who must be one that may add."""

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
            visitor = self._visitors.of(Request(scope))
            visitor.must(Scope.WRITE)
        except NotAllowed as error:
            await PlainTextResponse(str(error), 403)(scope, receive, send)
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
                    self._uploads.record(visitor.owner, json.loads(body))
            await send(message)

        await self._app({**scope, "headers": plain}, receive, noted)
