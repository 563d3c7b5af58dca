"""Standing questions: kept, asked again whenever articles came, with what changed as JSON or as an Atom feed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from assistant.conversations.changes_feed import MEDIA_TYPE, atom
from assistant.conversations.standing import MOST_CHANGES
from assistant.conversations.types import AnswerChange, StandingQuestion
from assistant.server.api.door import TheDoor
from assistant.server.api.forms import Form, Question, Where
from assistant.server.api.guard import Reader
from assistant.server.api.problems import described
from assistant.server.api.wire import Json

router = APIRouter(prefix="/v1", tags=["standing questions"])
IN_FEED = 50  # changes in the Atom feed, the newest
_CHANGES = {"model": list[AnswerChange], "description": "What changed"}


class Keep(Form):
    """A question to keep."""

    question: Question
    where: Where = Where()


@router.get(
    "/standing",
    summary="The standing questions with their last answers",
    response_class=Response,
    responses={200: {"model": list[StandingQuestion], "description": "The questions"}, **described(401, 403, 429)},
)
def standing(door: TheDoor, came: Reader) -> Response:
    """Those of the key that asks, the last kept first."""
    return Json(door.desk.watched(came.person.name))


@router.post(
    "/standing",
    summary="Keep a question",
    status_code=201,
    response_class=Response,
    responses={
        201: {"model": StandingQuestion, "description": "It is kept, with its answer of now"},
        **described(400, 401, 403, 413, 422, 429, 503),
    },
)
async def keep(form: Keep, request: Request, door: TheDoor, came: Reader) -> Response:
    """It is asked now, and again whenever articles came. One that is kept already stays as it is."""
    request.scope["question"] = form.question
    async with door.seat():
        kept = await run_in_threadpool(door.desk.watch, form.question, form.where.filter(), came.person.name)
    return Json(kept, 201, {"Location": f"/v1/standing/{kept.id}"})


@router.get(
    "/standing/changes",
    summary="What changed in their answers, the newest first",
    response_class=Response,
    responses={200: _CHANGES, **described(401, 403, 422, 429)},
)
def changes(
    door: TheDoor,
    came: Reader,
    after: Annotated[int, Query(ge=0, le=2**53, description="The number of the last change seen before.")] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST_CHANGES)] = 50,
) -> Response:
    """The answer before and the answer after, each with its sources."""
    return Json(door.desk.changes(came.person.name, after=after, limit=limit))


@router.post(
    "/standing/check",
    summary="Ask the standing questions again",
    response_class=Response,
    responses={200: _CHANGES, **described(401, 403, 429, 503)},
)
async def check(door: TheDoor, came: Reader) -> Response:
    """What changed. It is done by itself whenever articles came."""
    async with door.seat():
        return Json(await run_in_threadpool(door.desk.ask_watched, came.person.name))


@router.get(
    "/standing/{question_id}",
    summary="A standing question",
    response_class=Response,
    responses={200: {"model": StandingQuestion, "description": "The question"}, **described(401, 403, 404, 422, 429)},
)
def one(question_id: str, door: TheDoor, came: Reader) -> Response:
    """With its last answer."""
    return Json(door.desk.conversations.standing.get(came.person.name, question_id))


@router.delete(
    "/standing/{question_id}",
    summary="Keep a question no longer",
    status_code=204,
    response_class=Response,
    responses=described(401, 403, 404, 429),
)
def stop(question_id: str, door: TheDoor, came: Reader) -> None:
    """Nothing of it or of its changes is left in the library's files."""
    door.desk.unwatch(question_id, came.person.name)


@router.get(
    "/standing.atom",
    summary="What changed in their answers, as an Atom feed",
    response_class=Response,
    responses={
        200: {"description": "The feed (RFC 4287)", "content": {MEDIA_TYPE: {"schema": {"type": "string"}}}},
        **described(401, 403, 429),
    },
)
def feed(request: Request, door: TheDoor, came: Reader) -> Response:
    """An entry for each change, with what is said now, what was said before, and links to the sources."""
    place = str(request.url.replace(query=""))
    return Response(atom(door.desk.changes(came.person.name, limit=IN_FEED), place), media_type=MEDIA_TYPE)
