"""Files read in a process of their own, with a limit on its memory and on its time, that can be ended at any moment.

A parser is code that meets what strangers made: a PDF of 59 KB can unpack to gigabytes. So whatever has a parser is
read by a worker, whose address space is limited (RLIMIT_AS) and which is ended when a file takes too long or nobody
wants it any more. A worker is kept for the next file, and is ended when it has been idle for a while.

Over its pipes go frames: a length and as many bytes. A request is a frame of JSON and one of the file's bytes (none
when it lies on disk); the answer is a frame of JSON for each article or failure and an empty one at the end, or
LAST_FRAME. JSON and not pickle: a worker that a file has taken over can say nothing worse than a wrong article.
"""

from __future__ import annotations

import atexit
import json
import os
import selectors
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from index.sources.files import File, read_whole
from index.sources.options import Loaded, Options
from index.types import Article, Failure, SourceItem

MB = 1024 * 1024
MOST_MEMORY = 1536 * MB  # bytes of a worker's address space; an empty one with every parser has some 400 MB
MOST_SECONDS = 60  # of the processor, for a file; a PDF of 3,000 pages takes some 50
WAITS = 4  # times as long is waited where the processor is busy with others
USED_UP = 512 * MB  # bytes: a worker that has been larger than this is not used again
IDLE_SECONDS = 30.0
LOOK_SECONDS = 0.05  # between two looks at whether the file is still wanted
_KEPT_VARIABLES = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SYSTEMROOT")  # no key or secret among them
LAST_FRAME = b"0"  # in place of the empty frame: the answer is whole, and the worker not to be used again
LENGTH = struct.Struct(">Q")
Request = Mapping[str, Any]


def read(file: File, options: Options) -> Loaded:
    """What the reader of this file's kind gives, read in a worker; what stands at addresses that it names is read here,
    since a worker fetches nothing."""
    asked = {"do": "file", "name": file.name, "stem": file.stem, "ending": file.ending, "url": file.url,
             "mark": file.mark, "path": str(file.path) if file.path else None, "mapping": dict(options.mapping),
             "web": options.web is not None}  # fmt: skip
    for row in _answers(file.name, asked, b"" if file.path else read_whole(file), options.stop):
        if "address" in row and options.web:
            yield from options.web.load(row["address"], options)
        else:
            yield _item(row)


def read_page(data: bytes, name: str, url: str, charset: str | None, stop: Callable[[], bool]) -> Loaded:
    """The article of a web page that was fetched from this address, read in a worker."""
    asked = {"do": "page", "name": name, "url": url, "charset": charset}
    return map(_item, _answers(url, asked, data, stop))


def _answers(name: str, asked: Request, data: bytes, stop: Callable[[], bool]) -> Iterator[dict[str, Any]]:
    worker, whole = _WORKERS.take(), False
    try:
        yield from worker.ask(asked, data, stop)
        whole = True
    except _Ended as ended:
        if ended.reason:
            yield as_row(Failure(name, ended.reason))
    finally:
        if whole:
            _WORKERS.give_back(worker)
        else:
            worker.end()


class _Ended(Exception):
    """The worker is no more. reason: "" when nobody wants the file."""

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason)
        self.reason = reason


class _Worker:
    """A process that reads one file at a time."""

    def __init__(self) -> None:
        root = str(Path(__file__).parents[2])
        kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
        path = os.pathsep.join(dict.fromkeys([root, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]))
        self.owner = os.getpid()
        self.since = time.monotonic()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "index.sources.sandbox_worker", str(MOST_MEMORY), str(self.owner)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0,
            start_new_session=True,  # Ctrl-C is for whoever asked
            env=kept | {"PYTHONPATH": path, "MALLOC_ARENA_MAX": "2", "OMP_NUM_THREADS": "1"},
        )  # fmt: skip

    @property
    def lives(self) -> bool:
        """Whether it can be asked."""
        return self.owner == os.getpid() and self._process.poll() is None

    def ask(self, asked: Request, data: bytes, stop: Callable[[], bool]) -> Iterator[dict[str, Any]]:
        """The rows of the answer. _Ended: it took too long, too much, or nobody wants it."""
        assert self._process.stdin and self._process.stdout
        try:
            send_frame(self._process.stdin, json.dumps({**asked, "seconds": MOST_SECONDS}).encode())
            send_frame(self._process.stdin, data)
        except OSError:
            raise _Ended(self._why()) from None
        while frame := self._frame(self._process.stdout, stop):
            if frame == LAST_FRAME:
                raise _Ended
            yield json.loads(frame)

    def _frame(self, pipe: IO[bytes], stop: Callable[[], bool]) -> bytes:
        until = time.monotonic() + WAITS * MOST_SECONDS
        (length,) = LENGTH.unpack(self._bytes(pipe, LENGTH.size, until, stop))
        return self._bytes(pipe, length, until, stop)

    def _bytes(self, pipe: IO[bytes], count: int, until: float, stop: Callable[[], bool]) -> bytes:
        found = bytearray()
        with selectors.DefaultSelector() as ready:
            ready.register(pipe, selectors.EVENT_READ)
            while len(found) < count:
                if ready.select(LOOK_SECONDS):
                    piece = os.read(pipe.fileno(), min(count - len(found), 1 << 20))
                    if not piece:
                        raise _Ended(self._why())
                    found += piece
                elif stop():
                    raise _Ended
                elif time.monotonic() > until:
                    raise _Ended(_too_long())
        return bytes(found)

    def _why(self) -> str:
        """Why it has ended by itself."""
        if self._process.wait() == -getattr(signal, "SIGXCPU", 0):
            return _too_long()
        return f"reading it takes more than {MOST_MEMORY // MB:,} MB of memory, or breaks what reads it"

    def end(self) -> None:
        """End the process, whatever it is doing."""
        if self.owner == os.getpid():
            self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with suppress(OSError):
                    pipe.close()


def _too_long() -> str:
    return f"reading it takes longer than {MOST_SECONDS} seconds, as no article does"


class _Workers:
    """Those that wait for a file. Safe to use from several threads, and after a fork."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []
        self._looking: threading.Timer | None = None

    def take(self) -> _Worker:
        """One that waits, or a new one."""
        with self._lock:
            while self._idle:
                worker = self._idle.pop()
                if worker.lives:
                    return worker
                worker.end()
        return _Worker()

    def give_back(self, worker: _Worker) -> None:
        """Let it wait for another file."""
        worker.since = time.monotonic()
        with self._lock:
            self._idle.append(worker)
            self._look_later()

    def _look_later(self) -> None:
        if self._looking is None:
            self._looking = threading.Timer(IDLE_SECONDS, self._end_idle)
            self._looking.daemon = True
            self._looking.start()

    def _end_idle(self) -> None:
        before = time.monotonic() - IDLE_SECONDS / 2
        with self._lock:
            self._looking = None
            ended = [worker for worker in self._idle if worker.since < before]
            self._idle = [worker for worker in self._idle if worker.since >= before]
            if self._idle:
                self._look_later()
        for worker in ended:
            worker.end()

    def end(self) -> None:
        """End all that wait."""
        with self._lock:
            ended, self._idle = self._idle, []
        for worker in ended:
            worker.end()

    def begin_anew(self) -> None:
        """In a child of a fork: the workers are the parent's."""
        self.__init__()  # type: ignore[misc]


_WORKERS = _Workers()
atexit.register(_WORKERS.end)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_WORKERS.begin_anew)


class Wanted(Failure):
    """An address that a worker met, on its way to whoever asked it: its reason is the address."""


def as_row(item: SourceItem) -> dict[str, Any]:
    """What a reader gives, as JSON has it."""
    if isinstance(item, Wanted):
        return {"address": item.reason}
    assert isinstance(item, Article | Failure)  # a reader gives nothing else
    row = asdict(item)
    if isinstance(item, Article):
        row["published"] = item.published and item.published.isoformat()
    return row


def _item(row: dict[str, Any]) -> SourceItem:
    if "reason" in row:
        return Failure(row["source"], row["reason"])
    published = row["published"] and datetime.fromisoformat(row["published"])
    return Article(**{**row, "published": published, "authors": tuple(row["authors"]), "pages": tuple(row["pages"])})


def send_frame(pipe: IO[bytes], frame: bytes) -> None:
    """Write a frame, whole."""
    pipe.write(LENGTH.pack(len(frame)))
    view = memoryview(frame)
    while view:
        view = view[pipe.write(view) :]
    pipe.flush()
