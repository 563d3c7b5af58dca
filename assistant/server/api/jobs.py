"""Jobs: how long runs stand, and a way to stop them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from assistant.server.api.door import TheDoor
from assistant.server.api.guard import Writer
from assistant.server.api.problems import described
from assistant.server.api.shapes import JobPage
from assistant.server.api.wire import EVENT_STREAM, Events, Json, comment, event
from assistant.server.jobs import ENDED, Job

router = APIRouter(prefix="/v1", tags=["jobs"])


@router.get(
    "/jobs",
    summary="The jobs, the newest first",
    response_class=Response,
    responses={200: {"model": JobPage, "description": "A page of them"}, **described(401, 403, 422, 429)},
)
def jobs(
    door: TheDoor,
    _: Writer,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """The last 200 are kept, until the server ends."""
    found, total = door.jobs.list(limit, offset)
    return Json({"jobs": found, "total": total})


@router.get(
    "/jobs/{job_id}",
    summary="How a job stands",
    response_class=Response,
    responses={200: {"model": Job, "description": "The job"}, **described(401, 403, 404, 429)},
)
def job(job_id: str, door: TheDoor, _: Writer) -> Response:
    """Its state, its progress, and the report of each source that is finished."""
    return Json(door.jobs.get(job_id))


@router.post(
    "/jobs/{job_id}/cancel",
    summary="Stop a job",
    response_class=Response,
    responses={200: {"model": Job, "description": "The job"}, **described(401, 403, 404, 429)},
)
def cancel(job_id: str, door: TheDoor, _: Writer) -> Response:
    """It stops between two articles; what was stored stays. A job that has ended already stays as it is."""
    return Json(door.jobs.cancel(job_id))


@router.get(
    "/jobs/{job_id}/events",
    summary="A job as it goes on",
    response_class=Response,
    responses={
        200: {
            "description": "Events: `job` each time it changes, the last when it has ended.",
            "content": EVENT_STREAM,
        },
        **described(401, 403, 404, 429),
    },
)
async def job_events(job_id: str, door: TheDoor, _: Writer) -> Response:
    """The job with its progress, as server-sent events."""
    door.jobs.get(job_id)
    return follow(door, job_id)


def follow(door: TheDoor, job_id: str) -> Events:
    """The events of a job: `outcome` for each article, if it notes them; `job` for each change."""
    changes = door.jobs.follow(job_id)

    async def close() -> None:
        return None

    return Events(_followed(changes), close)


async def _followed(changes: Iterator[Job | dict[str, str] | None]) -> AsyncIterator[bytes]:
    while True:
        change = await run_in_threadpool(next, changes, StopIteration)
        if change is StopIteration:
            return
        if change is None:
            yield comment("waiting")
        elif isinstance(change, Job):
            yield event("job", change if change.state in ENDED else _brief(change))
        else:
            yield event("outcome", change)


def _brief(job: Job) -> Job:
    """Without its reports, which would come anew with each step."""
    from dataclasses import replace

    return replace(job, reports={})
