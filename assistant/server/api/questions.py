"""Questions: ask (JSON, or a stream of server-sent events), retrieve, timeline."""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator, Callable, Generator, Sequence
from contextlib import AsyncExitStack
from typing import Annotated, Any

import anyio
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import Field

from assistant.answer.timeline import Timeline
from assistant.json_codec import answer_from
from assistant.server.api.door import Door, TheDoor
from assistant.server.api.forms import Day, Form, Question, Text, Where
from assistant.server.api.guard import Reader
from assistant.server.api.problems import Problem, described, detail_of, document, request_id, status_of
from assistant.server.api.tracing import begin, failed, step
from assistant.server.api.wire import EVENT_STREAM, Events, Json, comment, event
from assistant.types import Answer, Turn
from assistant.verify.types import Verified
from index.types import Filter, Hit

router = APIRouter(prefix="/v1", tags=["questions"])
SIGN_OF_LIFE_SECONDS = 10.0  # seconds between two signs of life in a stream while the model is silent


class EarlierTurn(Form):
    """An earlier question and its answer, so that a follow-up can be understood."""

    question: Question
    answer: Text | dict[str, Any] = Field(
        default="", description="Its text, or the whole answer as it came from here: then what it cites is kept."
    )

    def turn(self) -> Turn:
        """The same as the desk takes it. InvalidValue: the answer is none."""
        return Turn(self.question, self.answer if isinstance(self.answer, str) else answer_from(self.answer))


class Ask(Form):
    """A question."""

    question: Question
    turns: list[EarlierTurn] = Field(default=[], max_length=100, description="The conversation so far, oldest first.")
    where: Where = Where()
    as_of: Day | None = Field(default=None, description='The day that "today" means; nothing later is found.')


class Timed(Form):
    """What to follow over time."""

    question: Question
    where: Where = Where()
    as_of: Day | None = Field(default=None, description='The day that "today" means; nothing later is found.')


class Retrieve(Form):
    """What to look for."""

    question: Question
    k: int = Field(default=8, strict=True, ge=1, le=1000, description="How many passages.")
    where: Where = Where()
    as_of: Day | None = Field(default=None, description='The day that "today" means; nothing later is found.')


class Draft(Form):
    """A draft to verify."""

    text: Annotated[str, Field(strict=True, min_length=1, max_length=100_000, pattern=r"\S", description="The draft.")]
    where: Where = Where()
    as_of: Day | None = Field(default=None, description="The day after which nothing is found.")


class Asking:
    """One question on its way: its pieces as they come, within its time, in its seat."""

    def __init__(self, door: Door, pieces: Generator[str | Answer, None, None], seat: AsyncExitStack) -> None:
        self._door = door
        self._pieces = pieces
        self._seat = seat
        self._stepping = threading.Lock()  # the server may stop waiting for a step while its thread goes on
        self._begun = time.monotonic()
        self._outcome = "failed"
        self._span = begin("ask")
        self.first: str | Answer | None = None

    @classmethod
    async def begin(
        cls, door: Door, desk: Any, question: str, turns: Sequence[Turn], where: Filter,
        seated: Callable[[], None] = lambda: None,
    ) -> Asking:  # fmt: skip
        """Ask, and come back with the first piece: what cannot be asked is an error before any response begins.

        seated: called when it has its place among the questions that are being answered."""
        seat = AsyncExitStack()
        await seat.enter_async_context(door.seat())
        seated()
        asking = cls(door, desk.stream(question, turns, where), seat)
        try:
            asking.first = await asking._next()
        except BaseException:
            await asking.close()
            raise
        return asking

    async def _next(self) -> str | Answer | None:
        try:
            piece = await run_in_threadpool(self._step)
        except Exception as error:
            failed(self._span, error)
            raise
        if isinstance(piece, Answer):
            self._outcome = "declined" if piece.abstained else "answered"
            self._span.set_attributes(
                {"newsdesk.abstained": piece.abstained, "newsdesk.citations": len(piece.citations),
                 "newsdesk.searched": piece.searched.articles}
            )  # fmt: skip
        elif self._late():
            raise Problem(504, f"the answer was not finished within {self._door.rules.seconds:g} seconds")
        return piece

    def _step(self) -> str | Answer | None:
        with self._stepping:
            return next(self._pieces, None)

    def _end(self) -> None:
        with self._stepping:
            self._pieces.close()

    def _late(self) -> bool:
        return time.monotonic() - self._begun > self._door.rules.seconds

    async def pieces(self) -> AsyncIterator[str | Answer]:
        """The answer's text in pieces, then the Answer. Problem 504 when it takes too long."""
        piece = self.first
        while piece is not None:
            yield piece
            piece = await self._next()

    async def close(self) -> None:
        """End it: the model is stopped, the seat is free."""
        with anyio.CancelScope(shield=True):
            await run_in_threadpool(self._end)
            await self._seat.aclose()
        self._span.end()
        self._door.meters.answers.labels(self._outcome).inc()
        self._door.meters.answer_seconds.observe(time.monotonic() - self._begun)

    async def answer(self) -> Answer:
        """The finished Answer; closes by itself."""
        try:
            async for piece in self.pieces():
                if isinstance(piece, Answer):
                    return piece
            raise AssertionError("a stream ends with its Answer")
        finally:
            await self.close()


async def answered(door: Door, desk: Any, question: str, turns: Sequence[Turn], where: Filter, as_of: Any) -> Answer:
    """The whole answer; a question without earlier turns shares it with those that are alike and wait in line."""

    async def answering(seated: Callable[[], None]) -> Answer:
        asking = await Asking.begin(door, desk, question, turns, where, seated)
        return await asking.answer()

    if turns:
        return await answering(lambda: None)
    return await door.alike.answer((" ".join(question.split()), where, as_of), answering)


def asked_on(door: Door, as_of: Any) -> Any:
    """The desk, on another day if one is named."""
    return door.desk.on(as_of) if as_of else door.desk


@router.post(
    "/ask",
    summary="Answer a question from the articles, every sentence cited",
    response_class=Response,
    responses={
        200: {
            "description": "The answer; or, to `Accept: text/event-stream`, events: `text` with pieces of it as they "
            "are made, then `answer` with the whole of it and its citations, or `problem`.",
            "model": Answer,
            "content": EVENT_STREAM,
        },
        **described(400, 401, 403, 413, 422, 429, 503, 504),
    },
)
async def ask(form: Ask, request: Request, door: TheDoor, _: Reader) -> Response:
    """What the articles say, in their own sentences or a model's, each with the place it was quoted from.

    `abstained` is true when they do not say. Without a model the streamed pieces add up to the answer's text; with one
    they are what it writes, before its sentences were checked.
    """
    request.scope["question"] = form.question
    turns = await run_in_threadpool(lambda: [turn.turn() for turn in form.turns])
    desk = asked_on(door, form.as_of)
    where = form.where.filter()
    if "text/event-stream" not in request.headers.get("accept", ""):
        return Json(await answered(door, desk, form.question, turns, where, form.as_of))
    asking = await Asking.begin(door, desk, form.question, turns, where)
    return Events(_events(asking, request), asking.close)


async def _events(asking: Asking, request: Request) -> AsyncIterator[bytes]:
    quiet = time.monotonic()
    try:
        async for piece in asking.pieces():
            if piece:
                yield event("answer" if isinstance(piece, Answer) else "text", piece)
            elif time.monotonic() - quiet > SIGN_OF_LIFE_SECONDS:
                yield comment("waiting")
            else:
                continue
            quiet = time.monotonic()
    except Exception as error:  # the status is sent already: the stream itself says what went wrong
        yield event("problem", document(status_of(error), detail_of(error), request_id(request)))
        if status_of(error) == 500:
            raise


@router.post(
    "/retrieve",
    summary="The passages most likely to answer, best first",
    response_class=Response,
    responses={200: {"model": list[Hit], "description": "The passages"}, **described(400, 401, 403, 413, 422, 429)},
)
def retrieve(form: Retrieve, request: Request, door: TheDoor, _: Reader) -> Response:
    """Passages with their articles (without text) and scores; `article.text[start:end]` is the passage's text."""
    request.scope["question"] = form.question
    with step("retrieve", {"newsdesk.k": form.k}) as span:
        hits = asked_on(door, form.as_of).retrieve(form.question, form.k, form.where.filter())
        span.set_attribute("newsdesk.hits", len(hits))
    return Json(hits)


@router.post(
    "/timeline",
    summary="What the articles say over time, and the figure that changes",
    response_class=Response,
    responses={200: {"model": Timeline, "description": "Its rows"}, **described(400, 401, 403, 413, 422, 429)},
)
def timeline(form: Timed, request: Request, door: TheDoor, _: Reader) -> Response:
    """A row for each day that says something, oldest first, each with the quotation it rests on."""
    request.scope["question"] = form.question
    with step("timeline") as span:
        told = asked_on(door, form.as_of).timeline(form.question, form.where.filter())
        span.set_attribute("newsdesk.rows", len(told.rows))
    return Json(told)


@router.post(
    "/verify",
    summary="What the articles say of each sentence of a draft",
    response_class=Response,
    responses={
        200: {"model": Verified, "description": "A finding for each sentence, and the quotations"},
        **described(400, 401, 403, 413, 422, 429, 503),
    },
)
async def verify(form: Draft, door: TheDoor, _: Reader) -> Response:
    """Each sentence that claims something is borne out, contradicted, partly so, or not found here, with the quotations
    that say so; `text[start:end]` is the sentence. Questions and opinions are passed over."""
    desk = asked_on(door, form.as_of)
    async with door.seat():
        with step("verify") as span:
            report: Verified = await run_in_threadpool(desk.verify, form.text, form.where.filter())
            span.set_attribute("newsdesk.findings", len(report.findings))
    return Json(report)
