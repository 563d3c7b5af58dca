"""Questions that wait in line and are alike: one of them is answered, and all are told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Hashable
from typing import Any

from assistant.types import Answer

Answering = Callable[[Callable[[], None]], Coroutine[Any, Any, Answer]]  # given what to call when it leaves the line


class Alike:
    """The questions in line. What is being answered already is joined by nobody: its answer may lack an article that
    came since, and whoever adds one and asks is to find it."""

    def __init__(self) -> None:
        self._in_line: dict[Hashable, asyncio.Task[Answer]] = {}

    def answer(self, question: Hashable, answering: Answering) -> Awaitable[Answer]:
        """The answer to a question, shared with those that are equal and wait. One who goes away stops nobody's."""
        task = self._in_line.get(question)
        if task is None:
            task = asyncio.create_task(answering(lambda: self._leave(question, task)))
            self._in_line[question] = task
            task.add_done_callback(lambda done: self._ended(question, done))
        return asyncio.shield(task)

    def _leave(self, question: Hashable, task: asyncio.Task[Answer] | None) -> None:
        if self._in_line.get(question) is task:
            del self._in_line[question]

    def _ended(self, question: Hashable, task: asyncio.Task[Answer]) -> None:
        self._leave(question, task)
        if not task.cancelled():
            task.exception()  # looked at, also when everyone has gone
