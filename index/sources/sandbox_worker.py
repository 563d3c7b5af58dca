"""The process that reads files for index/sources/sandbox.py: `python -m index.sources.sandbox_worker MEMORY PARENT`."""

from __future__ import annotations

import io
import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

from index.sources.files import File
from index.sources.loading import read_file, told
from index.sources.options import Loaded, Options
from index.sources.page import from_html
from index.sources.sandbox import LAST_FRAME, LENGTH, USED_UP, Request, Wanted, as_row, send_frame
from index.types import SourceItem


class _Elsewhere:
    """Reads addresses, for a worker: each is handed on to whoever asked it."""

    def load(self, address: str, options: Options) -> Loaded:  # noqa: ARG002 as what reads them is called
        """The address, in place of what stands there."""
        yield Wanted("", address)


def _serve(asked: IO[bytes], told: IO[bytes], memory: int, parent: int) -> None:
    """Read a file for each request, until there are no more."""
    _limit_memory(memory)
    threading.Thread(target=_end_with_parent, args=(parent,), daemon=True).start()
    while (request := _received(asked)) is not None:
        data, wanted = _received(asked) or b"", json.loads(request)
        _limit_time(wanted["seconds"])
        for item in _read_here(wanted, data):
            send_frame(told, json.dumps(as_row(item)).encode())
        send_frame(told, b"" if _largest() < USED_UP else LAST_FRAME)


def _read_here(asked: Request, data: bytes) -> Iterator[SourceItem]:
    if asked["do"] == "page":
        name, url, charset = asked["name"], asked["url"], asked["charset"]

        def page() -> Iterator[SourceItem]:
            yield from_html(data, name=name, url=url, charset=charset, fetched=True)

        yield from told(url, page())
        return
    path = Path(asked["path"]) if asked["path"] else None

    def opened() -> IO[bytes]:
        return path.open("rb") if path else io.BytesIO(data)

    file = File(asked["name"], asked["stem"], asked["ending"], opened, asked["url"], asked["mark"], path)
    options = Options(mapping=asked["mapping"], web=_Elsewhere() if asked["web"] else None)
    yield from told(file.name, read_file(file, options))


def _received(pipe: IO[bytes]) -> bytes | None:
    head = pipe.read(LENGTH.size)
    return pipe.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else None


def _limit_memory(most: int) -> None:
    with suppress(ImportError, ValueError, OSError):  # not on Windows, nor where a lower limit holds already
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_time(seconds: int) -> None:
    """Seconds of the processor until SIGXCPU ends the process."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds + 1, most))


def _largest() -> int:
    """The most memory that this process has had, where the system tells it (ru_maxrss counts its parent's too)."""
    with suppress(OSError, StopIteration, ValueError):
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) * 1024
    return 0


def _end_with_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


if __name__ == "__main__":
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a parser prints is no answer
    _serve(sys.stdin.buffer, answers, *map(int, sys.argv[1:]))
