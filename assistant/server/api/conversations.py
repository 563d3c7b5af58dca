"""Conversations: kept questions and answers of whoever asks; a key's are its own."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import Field

from assistant.conversations.export import attachment
from assistant.conversations.types import Conversation, Exchange
from assistant.server.api.door import TheDoor
from assistant.server.api.forms import Form, Question, Text, Where
from assistant.server.api.guard import Reader
from assistant.server.api.problems import described
from assistant.server.api.questions import Asking
from assistant.server.api.shapes import ConversationPage
from assistant.server.api.wire import Json

router = APIRouter(prefix="/v1", tags=["conversations"])
_ONE = {200: {"model": Conversation, "description": "The conversation"}, **described(401, 403, 404, 422, 429)}


class Begin(Form):
    """A new conversation."""

    where: Where = Where()


class Change(Form):
    """What to change of a conversation; what is left out stays."""

    title: Text | None = Field(default=None, min_length=1, max_length=200, pattern=r"\S")
    where: Where | None = None


class AskHere(Form):
    """The next question of a conversation, which leans on those before."""

    question: Question


class Thumb(Form):
    """What somebody thinks of an answer."""

    thumb: int = Field(strict=True, ge=-1, le=1, description="1 up, -1 down, 0 neither")


@router.get(
    "/conversations",
    summary="The conversations, the last changed first",
    response_class=Response,
    responses={200: {"model": ConversationPage, "description": "A page of them"}, **described(401, 403, 422, 429)},
)
def conversations(
    door: TheDoor,
    came: Reader,
    words: Annotated[str, Query(max_length=1000, description="All of which a conversation must hold.")] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=2**53)] = 0,
) -> Response:
    """Those of the key that asks."""
    found, total = door.desk.conversations.list(came.person.name, words, limit, offset)
    return Json({"conversations": found, "total": total})


@router.post(
    "/conversations",
    summary="Begin a conversation",
    status_code=201,
    response_class=Response,
    responses={
        201: {"model": Conversation, "description": "It is begun"}, **described(400, 401, 403, 413, 422, 429)
    },
)  # fmt: skip
def begin(form: Begin, door: TheDoor, came: Reader) -> Response:
    """Every question in it is looked for through its filter."""
    made = door.desk.conversations.start(came.person.name, form.where.filter())
    return Json(made, 201, {"Location": f"/v1/conversations/{made.id}"})


@router.get("/conversations/{conversation_id}", summary="A conversation", response_class=Response, responses=_ONE)
def conversation(conversation_id: str, door: TheDoor, came: Reader) -> Response:
    """With its questions and whole answers."""
    return Json(door.desk.conversations.get(came.person.name, conversation_id))


@router.patch(
    "/conversations/{conversation_id}",
    summary="Rename a conversation, or give it another filter",
    response_class=Response,
    responses={**_ONE, **described(400, 413)},
)
def change(conversation_id: str, form: Change, door: TheDoor, came: Reader) -> Response:
    """What is left out stays."""
    kept = door.desk.conversations
    if form.where is not None:
        kept.filter(came.person.name, conversation_id, form.where.filter())
    if form.title is not None:
        kept.rename(came.person.name, conversation_id, form.title)
    return Json(kept.get(came.person.name, conversation_id))


@router.delete(
    "/conversations/{conversation_id}",
    summary="Delete a conversation for good",
    status_code=204,
    response_class=Response,
    responses=described(401, 403, 404, 429),
)
def delete(conversation_id: str, door: TheDoor, came: Reader) -> None:
    """Nothing of it is left in the library's files."""
    door.desk.conversations.delete(came.person.name, conversation_id)


@router.post(
    "/conversations/{conversation_id}/ask",
    summary="Ask the next question of a conversation",
    response_class=Response,
    responses={
        200: {"model": Exchange, "description": "The question with its answer, as it is kept"},
        **described(400, 401, 403, 404, 413, 422, 429, 503, 504),
    },
)
async def ask(conversation_id: str, form: AskHere, request: Request, door: TheDoor, came: Reader) -> Response:
    """A follow-up is understood from what was asked before."""
    request.scope["question"] = form.question
    kept, owner = door.desk.conversations, came.person.name
    so_far = await run_in_threadpool(kept.get, owner, conversation_id)
    asking = await Asking.begin(door, door.desk, form.question, so_far.turns, so_far.where)
    answer = await asking.answer()
    return Json(await run_in_threadpool(kept.record, owner, conversation_id, answer))


@router.get(
    "/conversations/{conversation_id}/export",
    summary="A conversation as Markdown, or as one HTML file",
    response_class=Response,
    responses={
        200: {
            "description": "The file",
            "content": {"text/markdown": {"schema": {"type": "string"}}, "text/html": {"schema": {"type": "string"}}},
        },
        **described(401, 403, 404, 422, 429),
    },
)
def export(
    conversation_id: str,
    door: TheDoor,
    came: Reader,
    form: Annotated[Literal["markdown", "html"], Query(description="Which of the two.")] = "markdown",
) -> Response:
    """Every quote comes with its article, its address and its place."""
    kept, owner = door.desk.conversations, came.person.name
    name, of = (kept.export_html, "html") if form == "html" else (kept.export_markdown, "md")
    named = attachment(kept.get(owner, conversation_id).title, of)
    headers = {"Content-Disposition": named, "X-Content-Type-Options": "nosniff"}
    return Response(name(owner, conversation_id), media_type=f"text/{form}", headers=headers)


@router.put(
    "/exchanges/{exchange_id}/thumb",
    summary="Say what an answer is worth",
    status_code=204,
    response_class=Response,
    responses=described(400, 401, 403, 404, 413, 422, 429),
)
def rate(exchange_id: str, form: Thumb, door: TheDoor, came: Reader) -> None:
    """Thumbs make questions for `newsdesk evaluate`."""
    door.desk.conversations.rate(came.person.name, exchange_id, form.thumb)
