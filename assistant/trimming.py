"""Memory that was freed, given back to the system now and then.

Every question runs in threads of its own (LangChain's), and glibc keeps what they freed, an arena for each: a process
grew from 458 to 674 MB over 100,000 questions. One that had answered 750 different ones held 501 MB, and 417 with this.
"""

from __future__ import annotations

import ctypes
import sys
import threading
from collections.abc import Callable

EVERY = 100  # searches between two times: it takes some milliseconds


def _trim() -> Callable[[int], int] | None:
    """glibc's malloc_trim; None with another C library, which has none."""
    if not sys.platform.startswith("linux"):
        return None
    return getattr(ctypes.CDLL(None), "malloc_trim", None)


class Trimmer:
    """Counts searches. Safe to use from several threads."""

    def __init__(self, trim: Callable[[int], int] | None = _trim()) -> None:
        self._trim = trim
        self._lock = threading.Lock()
        self._searches = 0

    def searched(self) -> None:
        """One more; every hundredth gives back what is free."""
        with self._lock:
            self._searches += 1
            due = self._searches % EVERY == 0
        if due and self._trim:
            self._trim(0)
