"""An asynchronous stream read by ordinary code: with an end to waiting, and an end at once when nobody reads on.

Model calls run as tasks of one event loop in a thread of its own: a task can be cancelled while it waits for the first
byte, which closes the connection, so that the server stops too; a blocking call could only be waited for. One loop for
all, because the clients keep their connections, and those belong to the loop they were opened in.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from functools import cache
from typing import TypeVar

Item = TypeVar("Item")
BEAT_SECONDS = 0.25  # seconds


@cache
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="newsdesk-models", daemon=True).start()
    return loop


def read(stream: Callable[[], AsyncIterator[Item]], until: float) -> Iterator[Item | None]:
    """The items of a stream as they come; None each BEAT_SECONDS without one, so that the reader can stop.

    until: time.monotonic() at which TimeoutError is raised. Closing the iterator cancels the stream. What the stream
    raises is raised here.
    """
    items: queue.SimpleQueue[tuple[str, Item | BaseException | None]] = queue.SimpleQueue()

    async def run() -> None:
        try:
            async for item in stream():
                items.put(("item", item))
            items.put(("end", None))
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # it is raised again where it is read
            items.put(("error", error))

    task = asyncio.run_coroutine_threadsafe(run(), _loop())
    try:
        while True:
            try:
                kind, value = items.get(timeout=max(0.0, min(BEAT_SECONDS, until - time.monotonic())))
            except queue.Empty:
                if time.monotonic() >= until:
                    raise TimeoutError from None
                yield None
                continue
            if kind == "end":
                return
            if kind == "error":
                assert isinstance(value, BaseException)
                raise value
            if time.monotonic() >= until:
                raise TimeoutError
            yield value  # type: ignore[misc]  # "item" comes with an item
    finally:
        task.cancel()
