"""The stream of events between a command and the server that holds its library, over real HTTP."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from assistant.remote.client import RemoteAssistant
from index.errors import InvalidValue, NewsdeskError
from index.stores.lock import Holder

ODD = "not\u2028two\x85lines: é"


class _Door(BaseHTTPRequestHandler):
    """Tells a job and a sign of life, and goes on when the job is cancelled; hangs up in the middle of `repair`."""

    server: Any

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/v1/jobs/j1/cancel":
            self.server.cancelled.set()
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        if asked.get("method") == "repair":
            self.send_header("Content-Length", "1000")
        self.end_headers()
        if self.path == "/v1/owner/run":
            self._tell("job", "j1")
            if asked["method"] == "add":
                self._tell("beat", None)
                stopped = self.server.cancelled.wait(30)
                self._tell("error", {"kind": "InvalidValue", "message": ODD if stopped else "was not stopped"})

    def _tell(self, name: str, data: Any) -> None:
        self.wfile.write(f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode())
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:
        return


@pytest.fixture
def desk() -> Iterator[RemoteAssistant]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Door) as server:
        server.cancelled = threading.Event()  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        with RemoteAssistant(Holder(1, "here", "newsdesk serve", "now", address, "secret")) as opened:
            yield opened
        server.shutdown()


def test_a_command_that_is_stopped_says_so_though_nothing_else_comes(desk: RemoteAssistant) -> None:
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(InvalidValue) as told:
        desk.add("https://example.org/", cancel=cancel)
    assert str(told.value) == ODD  # only line feeds and carriage returns end a line of an event


def test_a_server_that_is_gone_in_the_middle_is_told_in_one_line(desk: RemoteAssistant) -> None:
    with pytest.raises(NewsdeskError, match="ended before it answered; what was stored stays, so ask again"):
        desk.repair()
