"""Whether the server lives and is ready; what it has counted."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel

from assistant.server.api.door import TheDoor
from assistant.server.api.guard import Reader
from assistant.server.api.metrics import MEDIA_TYPE
from assistant.server.api.problems import Problem, described
from assistant.version import __version__

router = APIRouter(prefix="/v1", tags=["upkeep"])
metrics_router = APIRouter(tags=["upkeep"])


class Health(BaseModel):
    """The server lives."""

    status: str = "ok"
    version: str = __version__


class Readiness(BaseModel):
    """The server answers at its full speed. waiting: articles found by their words only so far."""

    status: str = "ready"
    articles: int
    waiting: int


@router.get("/health", summary="Whether the server lives")
async def health() -> Health:
    """Needs no key; touches nothing that could be slow."""
    return Health()


@router.get("/ready", summary="Whether it can answer", responses=described(503))
def ready(door: TheDoor) -> Readiness:
    """Needs no key. 503 until encoder and indexes are loaded, and again while the server ends."""
    if not door.ready:
        raise Problem(503, "the indexes are still being loaded, or the server is ending", {"Retry-After": "2"})
    return Readiness(articles=door.desk.count(), waiting=door.desk.pending)


@metrics_router.get(
    "/metrics",
    summary="What the server has counted, for Prometheus",
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}}, **described(401, 403, 429)},
)
def metrics(door: TheDoor, _: Reader) -> Response:
    """Requests, answers, articles, jobs. No question and no name is in it."""
    return Response(door.meters.text(), media_type=MEDIA_TYPE)
