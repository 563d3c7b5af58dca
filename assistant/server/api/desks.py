"""Desks over one library, each with the options that a command wants."""

from __future__ import annotations

import threading

from assistant.desk import Assistant
from assistant.options import DeskOptions

MOST_DESKS = 8  # that are kept


class Desks:
    """The desk of each set of options, made once: a model keeps what it has learnt between two commands."""

    def __init__(self, desk: Assistant) -> None:
        self._desk = desk
        self._lock = threading.Lock()
        self._made: dict[DeskOptions, Assistant] = {}

    def of(self, options: DeskOptions) -> Assistant:
        """A desk with these options, which shares everything else with the server's."""
        with self._lock:
            if options not in self._made:
                if len(self._made) >= MOST_DESKS:
                    self._made.pop(next(iter(self._made)))
                self._made[options] = self._desk.like(options)
            return self._made[options]
