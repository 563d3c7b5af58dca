"""Desks over one library, each in the manner that a command wants."""

from __future__ import annotations

import threading
from typing import Any

from assistant.remote.protocol import Manner

MOST = 8  # that are kept


class Desks:
    """The desk of each manner, made once: a model keeps what it has learnt between two commands."""

    def __init__(self, desk: Any) -> None:
        self._desk = desk
        self._lock = threading.Lock()
        self._made: dict[Manner, Any] = {}

    def of(self, manner: Manner) -> Any:
        """A desk of this manner, which shares everything else with the server's."""
        with self._lock:
            if manner not in self._made:
                if len(self._made) >= MOST:
                    self._made.pop(next(iter(self._made)))
                self._made[manner] = self._desk.like(manner)
            return self._made[manner]
