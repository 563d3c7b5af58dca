"""A language model that says what a test wants, behind the real protocols on 127.0.0.1.

It speaks OpenAI's chat completions (/v1/chat/completions, plain and as server-sent events) and Ollama's /api/chat
(lines of JSON), and can fail in every way a server does.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Reply:
    """What the server does with one request. Said in pieces of `step` characters, `pause` seconds between them."""

    text: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    error: str = "it went wrong"
    step: int = 12
    pause: float = 0.0
    before: float = 0.0  # seconds of silence before the first byte
    break_after: int | None = None  # pieces after which the connection is dropped
    silent_end: bool = False  # end without a finish reason
    raw: bytes | None = None  # this instead of a well-formed body
    finish: str = "stop"
    input_tokens: int = 1000

    def pieces(self) -> list[str]:
        """The text in pieces."""
        return [self.text[at : at + self.step] for at in range(0, len(self.text), self.step)]


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def prompt(self) -> str:
        """Everything said to the model."""
        return "\n".join(str(message["content"]) for message in self.body["messages"])

    @property
    def rewriting(self) -> bool:
        """Whether a follow-up is to be made to stand alone."""
        return "Follow-up: " in self.prompt

    def passage_with(self, words: str) -> int:
        """The number of the first passage that holds these words; 0 when none does."""
        for number, text in re.findall(r"<<<\w+ (\d+)>>> (.*?)<<<end", self.prompt, re.S):
            if words in text:
                return int(number)
        return 0


Script = Callable[[Asked], Reply]


class ScriptedModel:
    """The server. `script` says what to do; `asked` is what came; `stopped` is set when a client hung up early."""

    def __init__(self) -> None:
        self.script: Script = lambda _: Reply("Hello.")
        self.asked: list[Asked] = []
        self.stopped = threading.Event()
        scripted = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                asked = Asked(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
                scripted.asked.append(asked)
                self.close_connection = True
                try:
                    scripted._answer(self, asked, scripted.script(asked))
                except OSError:
                    scripted.stopped.set()

            def log_message(self, format: str, *args: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.host = f"http://127.0.0.1:{self._server.server_port}"

    def says(self, text: str, **options: Any) -> None:
        """Answer every request with this text; a rewriting with the follow-up as it is."""
        self.script = lambda _: Reply(text, **options)

    def says_in_turn(self, *replies: Reply) -> None:
        """One reply after the other; the last one stays."""
        waiting = list(replies)
        self.script = lambda _: waiting.pop(0) if len(waiting) > 1 else waiting[0]

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, to: BaseHTTPRequestHandler, asked: Asked, reply: Reply) -> None:
        self._wait(to, reply.before)
        ollama = asked.path.startswith("/api/")
        if reply.status != 200:
            error: Any = reply.error if ollama else {"message": reply.error, "type": "error", "code": None}
            self._whole(to, reply, json.dumps({"error": error}).encode())
        elif reply.raw is not None:
            self._whole(to, reply, reply.raw)
        elif asked.body.get("stream", ollama):
            self._streamed(to, reply, _ollama(reply) if ollama else _events(reply))
        else:
            self._whole(to, reply, json.dumps(_completion(reply)).encode())

    def _whole(self, to: BaseHTTPRequestHandler, reply: Reply, body: bytes) -> None:
        to.send_response(reply.status)
        for name, value in {"Content-Type": "application/json", **reply.headers}.items():
            to.send_header(name, value)
        to.send_header("Content-Length", str(len(body)))
        to.end_headers()
        to.wfile.write(body)

    def _streamed(self, to: BaseHTTPRequestHandler, reply: Reply, lines: Iterator[bytes]) -> None:
        to.send_response(200)
        to.send_header("Content-Type", "text/event-stream")
        to.send_header("Transfer-Encoding", "chunked")
        to.end_headers()
        for place, line in enumerate(lines):
            if reply.break_after is not None and place >= reply.break_after:
                to.connection.shutdown(2)
                return
            to.wfile.write(f"{len(line):x}\r\n".encode() + line + b"\r\n")
            to.wfile.flush()
            self._wait(to, reply.pause)
        to.wfile.write(b"0\r\n\r\n")

    def _wait(self, to: BaseHTTPRequestHandler, seconds: float) -> None:
        """Wait, and notice a client that hangs up meanwhile."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            to.connection.settimeout(min(left, 0.05))
            try:
                if to.connection.recv(1) == b"":
                    raise ConnectionResetError
            except TimeoutError:
                continue
            finally:
                to.connection.settimeout(None)


def _events(reply: Reply) -> Iterator[bytes]:
    def event(delta: dict[str, Any], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        chunk = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "scripted", "choices": [choice]}
        return b"data: " + json.dumps(chunk).encode() + b"\n\n"

    yield event({"role": "assistant", "content": ""})
    for piece in reply.pieces():
        yield event({"content": piece})
    if reply.silent_end:
        return
    yield event({}, reply.finish)
    usage = {"prompt_tokens": reply.input_tokens, "completion_tokens": 9, "total_tokens": reply.input_tokens + 9}
    last = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "scripted", "choices": []}
    yield b"data: " + json.dumps({**last, "usage": usage}).encode() + b"\n\n"
    yield b"data: [DONE]\n\n"


def _ollama(reply: Reply) -> Iterator[bytes]:
    def line(text: str, **more: Any) -> bytes:
        message = {"role": "assistant", "content": text}
        return (
            json.dumps(
                {"model": "scripted", "created_at": "2026-01-01T00:00:00Z", "message": message, "done": False, **more}
            ).encode()
            + b"\n"
        )

    for piece in reply.pieces():
        yield line(piece)
    if not reply.silent_end:
        yield line("", done=True, done_reason=reply.finish, prompt_eval_count=reply.input_tokens, eval_count=9)


def _completion(reply: Reply) -> dict[str, Any]:
    message = {"role": "assistant", "content": reply.text}
    usage = {"prompt_tokens": reply.input_tokens, "completion_tokens": 9, "total_tokens": reply.input_tokens + 9}
    choice = {"index": 0, "message": message, "finish_reason": reply.finish}
    return {
        "id": "c1", "object": "chat.completion", "created": 1, "model": "scripted", "choices": [choice], "usage": usage,
    }  # fmt: skip


@contextmanager
def scripted_model() -> Iterator[ScriptedModel]:
    """A server for the length of a block."""
    model = ScriptedModel()
    try:
        yield model
    finally:
        model.close()
