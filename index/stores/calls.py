"""The calls at work in a library: closing it waits for them, and none begins after that, or in a forked process."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from index.errors import ForkedProcess, LibraryClosed, ReadOnly


class Calls:
    """Counts the calls of several threads that change a library. read_only: they are refused."""

    def __init__(self, *, read_only: bool) -> None:
        self._read_only = read_only
        self._pid = os.getpid()
        self._changing = threading.Condition()  # guards the two counts
        self._changes = 0
        self._adding = 0
        self._stop = threading.Event()

    def check_open(self) -> None:
        """LibraryClosed when the library is; ForkedProcess in a process that forked after it was opened."""
        if self.forked:  # before any lock: a thread that stayed behind may hold it, and will never let go
            raise ForkedProcess(self._pid)
        if self._stop.is_set():
            raise LibraryClosed()

    @contextmanager
    def change(self, *, writing: bool = True) -> Iterator[None]:
        """While it lasts, `end` waits: nothing is taken away under a call that is still at work."""
        self.check_open()
        with self._changing:
            self.check_open()
            if writing and self._read_only:
                raise ReadOnly()
            self._changes += 1
        try:
            yield
        finally:
            with self._changing:
                self._changes -= 1
                self._changing.notify_all()

    @contextmanager
    def add(self) -> Iterator[None]:
        """A run of `add`: while it lasts, it makes the vectors of whatever else comes in."""
        with self._changing:
            self._adding += 1
        try:
            yield
        finally:
            with self._changing:
                self._adding -= 1

    @property
    def adding(self) -> bool:
        """Whether a run of `add` is on its way."""
        return self._adding > 0

    @property
    def forked(self) -> bool:
        """Whether this process forked off the one that opened the library."""
        return os.getpid() != self._pid

    @property
    def stopped(self) -> bool:
        """Whether the library is being closed: long calls end early."""
        return self._stop.is_set()

    def end(self) -> bool:
        """Let no call begin and wait for those at work; False when that was done before, or is for another process."""
        if self.forked:
            return False
        with self._changing:
            if self._stop.is_set():
                return False
            self._stop.set()
            self._changing.wait_for(lambda: self._changes == 0)
            return True
