"""Work done by several threads at once, its results in the order in which it was asked for."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
TASKS_AHEAD = 2  # begun for each thread before the first is wanted: what waits in memory stays small


def in_order(tasks: Iterable[Callable[[], Iterable[T]]], jobs: int, stop: Callable[[], bool]) -> Iterator[T]:
    """Results of tasks in the order of the tasks, `jobs` of them at work at a time; ends early when stop() is true.

    A task whose result is a generator does its work here, in the caller's thread, item by item: so a long data file
    streams through without being read into memory.
    """
    if jobs <= 1:
        for task in tasks:
            if stop():
                return
            yield from task()
        return
    waiting: deque[Future[Iterable[T]]] = deque()
    pool = ThreadPoolExecutor(jobs, thread_name_prefix="newsdesk-read")
    try:
        for task in tasks:
            if stop():
                return
            waiting.append(pool.submit(task))
            if len(waiting) >= TASKS_AHEAD * jobs:
                yield from waiting.popleft().result()
        while waiting:
            if stop():
                return
            yield from waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
