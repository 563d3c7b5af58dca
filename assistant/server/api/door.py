"""Door: what the requests of one server share."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Annotated, Any

import anyio
from fastapi import Depends, Request

from assistant.server.api.alike import Alike
from assistant.server.api.desks import Desks
from assistant.server.api.guard import Guard
from assistant.server.api.limits import Rules
from assistant.server.api.metrics import Meters
from assistant.server.api.problems import Problem
from assistant.server.jobs import Jobs, State

LATER = "5"  # seconds after which to ask again
PATIENCE = 30.0  # seconds that a question waits in line


class Door:
    """The desk and everything around it. desk: an Assistant."""

    def __init__(self, desk: Any, guard: Guard, rules: Rules) -> None:
        self.desk = desk
        self.guard = guard
        self.rules = rules
        self.desks = Desks(desk)
        self.jobs = Jobs()
        self.alike = Alike()
        self.meters = Meters(lambda: float(desk.count()), lambda: desk.pending)
        for state in (State.WAITING, State.RUNNING):
            self.meters.jobs.labels(state.value).set_function(partial(self.jobs.count, state))
        self.ready = False
        self.ending = asyncio.Event()  # set when whoever still listens is to be let go
        self.since = int(time.time())  # a Unix time: when the server began
        self._seats = anyio.Semaphore(rules.at_once)

    @asynccontextmanager
    async def seat(self) -> AsyncIterator[None]:
        """A place among the questions answered at a time. Problem 503 when none gets free, or too many wait for one."""
        busy = Problem(503, "too many questions are being answered; ask again soon", {"Retry-After": LATER})
        if self._seats.statistics().tasks_waiting >= self.rules.waiting:
            raise busy
        try:
            with anyio.fail_after(PATIENCE):
                await self._seats.acquire()
        except TimeoutError:
            raise busy from None
        self.meters.answering.inc()
        try:
            yield
        finally:
            self.meters.answering.dec()
            self._seats.release()


def _door(request: Request) -> Door:
    door: Door = request.app.state.door
    return door


TheDoor = Annotated[Door, Depends(_door)]
