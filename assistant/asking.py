"""The ways to get an answer, all made of one stream of pieces: whole or as it is written, with an event loop or not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import suppress

from assistant.types import Answer, Turn
from index.types import Filter

_END = object()


class Asking:
    """What a desk that can stream an answer can do besides: the library's own desk, and the one afar."""

    def stream(
        self, question: str, turns: Sequence[Turn] = (), where: Filter | None = None
    ) -> Generator[str | Answer, None, None]:
        """The answer's text in pieces as they are made, then the finished Answer. Closing it stops a model."""
        raise NotImplementedError

    def ask(self, question: str, turns: Sequence[Turn] = (), where: Filter | None = None) -> Answer:
        """The answer, every sentence of it cited; turns: the conversation so far, oldest first."""
        *_, answer = self.stream(question, turns, where)
        assert isinstance(answer, Answer)
        return answer

    async def aask(self, question: str, turns: Sequence[Turn] = (), where: Filter | None = None) -> Answer:
        """`ask` for a program with an event loop, which goes on meanwhile. Cancelling it stops a model."""
        answer: str | Answer = ""
        async for piece in self.astream(question, turns, where):
            answer = piece
        assert isinstance(answer, Answer)
        return answer

    async def astream(
        self, question: str, turns: Sequence[Turn] = (), where: Filter | None = None
    ) -> AsyncGenerator[str | Answer, None]:
        """`stream` for a program with an event loop: `async for piece in desk.astream(question)`.

        Each piece is made in a thread. Closing the iterator, or cancelling the task, stops a model that is writing.
        """
        loop, pieces = asyncio.get_running_loop(), self.stream(question, turns, where)
        try:
            while True:
                step = loop.run_in_executor(None, next, pieces, _END)
                try:
                    piece = await asyncio.shield(step)
                except asyncio.CancelledError:
                    with suppress(Exception):  # a generator cannot be closed before it comes to its next yield
                        await step
                    raise
                if piece is _END:
                    return
                assert isinstance(piece, str | Answer)
                yield piece
        finally:
            await loop.run_in_executor(None, pieces.close)
