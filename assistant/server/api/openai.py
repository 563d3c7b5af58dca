"""The library as a model: OpenAI's chat completions, so that any chat client can ask it."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import AsyncIterator, Sequence
from typing import Any, Literal
from urllib.parse import quote

import anyio
from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from assistant.server.api.door import Door, TheDoor
from assistant.server.api.forms import Day, Form, Text, Where
from assistant.server.api.guard import Reader
from assistant.server.api.problems import Problem, detail_of, openai_document, openai_errors, status_of
from assistant.server.api.questions import SIGN_OF_LIFE_SECONDS, Asking, answered, asked_on
from assistant.server.api.wire import EVENT_STREAM, Events, Json, comment, data
from assistant.types import Answer, Citation, Turn
from assistant.untrusted import unmarked

router = APIRouter(prefix="/v1", tags=["OpenAI-compatible"])
MODEL = "newsdesk"
_MARK = re.compile(r"\[(\d+)\]")
_SOURCES = re.compile(r"\n\n\[1\] [^\n]+(?:\n\[\d+\] [^\n]+)*\s*\Z")
_PIECE = re.compile(r".*?(?:\n|[.!?…”] +|\Z)", re.S)


class Lenient(BaseModel):
    """A body as OpenAI's clients send it: what has no meaning here (temperature, tools) is passed over."""

    model_config = ConfigDict(extra="allow")


class Part(Lenient):
    """A part of a message; only text can be asked."""

    type: Text = Field(examples=["text"])
    text: Text = Field(default="", max_length=100_000)


class Message(Lenient):
    """What was said in the conversation."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Text | list[Part] | None = None

    def words(self) -> str:
        """Its text. Problem 400: it holds what is no text, and is asked by the user."""
        if self.content is None or isinstance(self.content, str):
            return self.content or ""
        if self.role == "user" and (other := next((part.type for part in self.content if part.type != "text"), None)):
            raise Problem(400, f"a message holds {other!r}; only text can be asked")
        return "\n".join(part.text for part in self.content)


class Narrowed(Form):
    """Newsdesk's own: which articles to look in, and the day that "today" means."""

    where: Where = Where()
    as_of: Day | None = None


class StreamOptions(Lenient):
    """How to stream."""

    include_usage: bool | None = Field(default=None, strict=True)


class Completion(Lenient):
    """A chat, whose last message is the question. System messages change nothing: the articles are what is said."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {"model": MODEL, "messages": [{"role": "user", "content": "what are Putin's ceasefire conditions"}]}
            ]
        },
    )

    model: Text = Field(examples=[MODEL])
    messages: list[Message] = Field(min_length=1, max_length=1000)
    stream: bool | None = Field(default=False, strict=True)
    stream_options: StreamOptions | None = None
    n: int | None = Field(default=1, ge=1, strict=True)
    newsdesk: Narrowed = Narrowed()


class Completed(BaseModel):
    """An answer as OpenAI has it; `message.annotations` and `message.newsdesk` hold the citations."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[dict[str, Any]]
    usage: dict[str, int]


class Model(BaseModel):
    """A model as OpenAI has it."""

    id: str = MODEL
    object: Literal["model"] = "model"
    created: int
    owned_by: str = "newsdesk"


class Models(BaseModel):
    """The models there are: one."""

    object: Literal["list"] = "list"
    data: list[Model]


@router.get("/models", summary="The models there are: one", responses=openai_errors(401, 403, 429))
def models(door: TheDoor, _: Reader) -> Models:
    """The library, as a model."""
    return Models(data=[Model(created=door.since)])


@router.get("/models/{model}", summary="A model", responses=openai_errors(401, 403, 404, 429))
def model(model: str, door: TheDoor, _: Reader) -> Model:
    """The library, as a model."""
    _known(model)
    return Model(created=door.since)


@router.post(
    "/chat/completions",
    summary="Answer the last message of a chat",
    response_class=Response,
    responses={
        200: {
            "model": Completed,
            "description": "The answer; with `stream`, its chunks as server-sent events, the last with the citations",
            "content": EVENT_STREAM,
        },
        **openai_errors(400, 401, 403, 404, 413, 422, 429, 503, 504),
    },
)
async def completions(form: Completion, request: Request, door: TheDoor, _: Reader) -> Response:
    """The text has [n] marks and ends with the list of what they stand for.

    `annotations` tells where each mark stands, with the article's title and address; `newsdesk` is the answer as
    `/v1/ask` gives it. Only what was checked is said: with a model, nothing comes until it has finished.
    """
    _known(form.model)
    if form.n not in (None, 1):
        raise Problem(400, f"n is {form.n}; one answer is all there is to a question")
    question, turns = _asked(form.messages)
    request.scope["question"] = question
    desk = asked_on(door, form.newsdesk.as_of)
    where = form.newsdesk.where.filter()
    head = {"id": f"chatcmpl-{secrets.token_hex(12)}", "created": int(time.time()), "model": MODEL}
    counted = _Counted(door, [message.words() for message in form.messages])
    if form.stream:
        asking = await Asking.begin(door, desk, question, turns, where)
        usage = bool(form.stream_options and form.stream_options.include_usage)
        return Events(_chunks(asking, head, counted if usage else None), asking.close)
    answer = await answered(door, desk, question, turns, where, form.newsdesk.as_of)
    message = {"role": "assistant", "content": _content(answer), "refusal": None, **_cited(answer)}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    usage_of = await counted.usage(message["content"])
    return Json({**head, "object": "chat.completion", "choices": [choice], "usage": usage_of})


def _known(model: str) -> None:
    if model != MODEL:
        raise Problem(404, f"the model {model!r} does not exist; the one there is is {MODEL!r}")


def _asked(messages: Sequence[Message]) -> tuple[str, list[Turn]]:
    """The last message as the question, and the questions before it, each with its answer."""
    said = [message for message in messages if message.role in ("user", "assistant")]
    if not said or said[-1].role != "user" or not said[-1].words().strip():
        raise Problem(400, "the last message must be the user's, with the question as its text")
    turns: list[Turn] = []
    for message in said[:-1]:
        if message.role == "user":
            turns.append(Turn(message.words()))
        elif turns and not turns[-1].answer:
            turns[-1] = Turn(turns[-1].question, _SOURCES.sub("", message.words()))
    return said[-1].words(), [turn for turn in turns if turn.question.strip()]


def _content(answer: Answer) -> str:
    """The answer's text, and below it what its numbers stand for; chats show it as Markdown."""
    if not answer.citations:
        return unmarked(answer.text)
    return unmarked(f"{answer.text}\n\n" + "\n".join(_source(citation) for citation in answer.citations))


def _source(citation: Citation) -> str:
    article = citation.article
    parts = [article.title or "(untitled)", article.publisher, article.day.isoformat() if article.day else None]
    named = " — ".join(part for part in parts if part)
    return f"[{citation.number}] {named}" + (f" — {article.url}" if article.url else "")


def _cited(answer: Answer) -> dict[str, Any]:
    """The citations in a structured form, twice: in OpenAI's, and as the whole answer."""
    by_number = {citation.number: citation for citation in answer.citations}
    notes = [
        {
            "type": "url_citation",
            "url_citation": {
                "start_index": mark.start(),
                "end_index": mark.end(),
                "title": by_number[int(mark[1])].article.title,
                "url": _address(by_number[int(mark[1])]),
            },
        }
        for mark in _MARK.finditer(answer.text)
        if int(mark[1]) in by_number
    ]
    return {"annotations": notes, "newsdesk": answer}


def _address(citation: Citation) -> str:
    return citation.article.url or f"urn:newsdesk:article:{quote(citation.article.id, safe='')}"


async def _chunks(asking: Asking, head: dict[str, Any], counted: _Counted | None) -> AsyncIterator[bytes]:
    """The answer in OpenAI's chunks, once it is checked."""

    def chunk(delta: dict[str, Any], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return data({**head, "object": "chat.completion.chunk", "choices": [choice]})

    quiet = time.monotonic()
    yield chunk({"role": "assistant", "content": ""})
    try:
        async for piece in asking.pieces():
            if isinstance(piece, Answer):
                content = _content(piece)
                for part in _PIECE.findall(content):
                    if part:
                        yield chunk({"content": part})
                yield chunk(_cited(piece), "stop")
                if counted:
                    usage = await counted.usage(content)
                    yield data({**head, "object": "chat.completion.chunk", "choices": [], "usage": usage})
            elif time.monotonic() - quiet > SIGN_OF_LIFE_SECONDS:
                yield comment("waiting")
                quiet = time.monotonic()
    except Exception as error:  # the status is sent already: the stream itself says what went wrong
        yield data(openai_document(status_of(error), detail_of(error)))
        if status_of(error) == 500:
            raise
    yield b"data: [DONE]\n\n"


class _Counted:
    """Tokens, as the embedding model of the library counts them."""

    def __init__(self, door: Door, asked: list[str]) -> None:
        self._door = door
        self._asked = asked

    async def usage(self, content: str) -> dict[str, int]:
        """As OpenAI has it."""
        counts = await anyio.to_thread.run_sync(self._door.desk.count_tokens, [*self._asked, content])
        read, written = sum(counts[:-1]), counts[-1]
        return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}
