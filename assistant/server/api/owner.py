"""The owner's door: what commands of the same user on this machine ask of the process that holds their library.

It is no part of the public API: server and command are of one version, and nobody else has the secret.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import Field

from assistant.interface import Desk
from assistant.json_codec import value_from
from assistant.remote.protocol import CALLS, RUNS, arguments_from, hints, received
from assistant.server.api.articles import count
from assistant.server.api.door import Door, TheDoor
from assistant.server.api.forms import Form
from assistant.server.api.guard import Visitor, visitor
from assistant.server.api.problems import Problem, detail_of
from assistant.server.api.questions import Asking
from assistant.server.api.tracing import step
from assistant.server.api.wire import Events, Json, event
from assistant.server.jobs import Job, JobReport, State
from assistant.types import Answer, Turn
from assistant.version import __version__
from index.errors import InvalidValue, NewsdeskError
from index.types import AddReport, Article, Failure, Passed

KINDS = {"article": Article, "failure": Failure, "passed": Passed}  # of what a command read itself
_NOTED = ("add", "refresh", "import_articles")  # calls that tell of each article and can be cancelled
BEAT_SECONDS = 0.5  # seconds: how soon a command notices that it was stopped


def _owner(door: TheDoor, came: Annotated[Visitor, Depends(visitor)]) -> Door:
    if not came.owner:
        raise Problem(403, "this is for commands of the library's owner on this machine")
    return door


TheOwner = Annotated[Door, Depends(_owner)]
router = APIRouter(prefix="/v1/owner", include_in_schema=False)


class Call(Form):
    """A method of the desk, with its arguments by name."""

    version: str
    method: str
    arguments: dict[str, Any] = Field(default={})
    options: dict[str, Any] = Field(default={})


def _desk(door: Door, call: Call) -> Desk:
    if call.version != __version__:
        raise InvalidValue(f"the server is newsdesk {__version__} and the command {call.version}; start it anew")
    return door.desks.of(received(call.options))


def _failed(error: Exception) -> dict[str, Any]:
    return {"kind": type(error).__name__, "message": detail_of(error)}


@router.post("/call")
def call(call: Call, door: TheOwner) -> Response:
    """What a method gives back, or the error it raises."""
    if call.method not in CALLS:
        raise Problem(404, f"a desk has no {call.method!r} to call")
    try:
        asked = getattr(_desk(door, call), call.method)
        with step(call.method):
            value = asked(**arguments_from(call.method, call.arguments)) if callable(asked) else asked
    except NewsdeskError as error:
        return Json({"error": _failed(error)})
    return Json({"value": value})


@router.post("/ask")
async def ask(call: Call, door: TheOwner) -> Response:
    """A question: `text` for each piece, then `answer`; or `error`."""
    try:
        desk = await run_in_threadpool(_desk, door, call)
        turns = [
            Turn(turn["question"], said if isinstance(said := turn["answer"], str) else value_from(Answer, said))
            for turn in call.arguments.get("turns", ())
        ]
        where = value_from(hints("stream")["where"], call.arguments.get("where"))
        asking = await Asking.begin(door, desk, call.arguments["question"], turns, where)
    except (NewsdeskError, Problem) as error:
        return Json({"error": _failed(error)})
    return Events(_pieces(asking), asking.close)


async def _pieces(asking: Asking) -> AsyncIterator[bytes]:
    try:
        async for piece in asking.pieces():
            yield event("answer" if isinstance(piece, Answer) else "text", piece)
    except Exception as error:  # the command raises it
        yield event("error", _failed(error))


@router.post("/run")
def run(call: Call, door: TheOwner) -> Response:
    """Something that takes long: `progress` and `outcome` as they come, `beat` while nothing does, then `value`; or
    `error`.

    It stops when the command goes away, or when the job, whose id comes first, is cancelled.
    """
    if call.method not in RUNS:
        raise Problem(404, f"a desk has no {call.method!r} to run")
    result: dict[str, Any] = {}

    def work(told: JobReport) -> None:
        try:
            arguments = arguments_from(call.method, call.arguments)
            if call.method in _NOTED:
                arguments |= {"cancel": told.cancel, "note": lambda outcome: told.note("", outcome)}
            with _source(arguments) as given, step(call.method):
                result["value"] = getattr(_desk(door, call), call.method)(progress=told.progress, **given)
        except NewsdeskError as error:
            result["error"] = _failed(error)
            raise
        if isinstance(result["value"], AddReport):
            count(door, result["value"])

    job = door.jobs.start(call.method, "", (), work, noted=call.method in _NOTED)

    async def close() -> None:
        door.jobs.cancel(job.id)

    return Events(_run(door.jobs.follow(job.id, BEAT_SECONDS), job, result), close)


async def _run(
    changes: Iterator[Job | dict[str, str] | None], job: Job, result: dict[str, Any]
) -> AsyncIterator[bytes]:
    yield event("job", job.id)
    while True:
        change = await run_in_threadpool(next, changes, StopIteration)
        if change is StopIteration:
            break
        if change is None:
            yield event("beat", None)
        elif isinstance(change, Job):
            if change.progress:
                yield event("progress", change.progress)
            if change.state is State.FAILED and "error" not in result:
                result["error"] = {"kind": "NewsdeskError", "message": change.problem}
        else:
            yield event("outcome", change)
    if "error" in result:
        yield event("error", result["error"])
    else:
        yield event("value", result.get("value"))


class _source:
    """The arguments with the source as `Assistant.add` takes it: a path, an address, or the articles of a file."""

    def __init__(self, arguments: dict[str, Any]) -> None:
        self._arguments = arguments

    def __enter__(self) -> dict[str, Any]:
        source = self._arguments.get("source")
        if not isinstance(source, dict):
            return self._arguments
        if "path" in source:
            return {**self._arguments, "source": Path(source["path"])}
        return {**self._arguments, "source": _items(Path(source["items"]))}

    def __exit__(self, *_: object) -> None:
        source = self._arguments.get("source")
        if isinstance(source, dict) and "items" in source:
            Path(source["items"]).unlink(missing_ok=True)


def _items(file: Path) -> Iterator[Any]:
    """Articles and failures that the command read itself, a line each."""
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            kind, value = json.loads(line)
            yield value_from(KINDS[kind], value)
