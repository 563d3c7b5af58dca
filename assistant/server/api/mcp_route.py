"""MCP at /mcp of the HTTP server, behind the same guard as everything else there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as Connection

from assistant.server import mcp as mcp_server
from assistant.server.access import Scope
from assistant.server.api.door import Door
from assistant.server.api.problems import Problem
from index.errors import NewsdeskError

PATH = "/mcp"


def mount(app: FastAPI) -> None:
    """Put MCP on an app that is not running yet. A request needs a key that may read, where keys are needed at all."""
    door: Door = app.state.door

    @asynccontextmanager
    async def seat() -> AsyncIterator[None]:
        try:
            async with door.seat():
                yield
        except Problem as problem:
            raise NewsdeskError(problem.detail) from problem

    inner, running = mcp_server.over_http(mcp_server.server(door.desk, seat), PATH)
    app.router.routes.append(Route(PATH, endpoint=_Guarded(inner, door)))
    before = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(of: Any) -> AsyncIterator[Any]:
        async with before(of) as state, running():
            yield state

    app.router.lifespan_context = lifespan


class _Guarded:
    """Lets in whom the guard lets in and who may read."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app = app
        self._door = door

    async def __call__(self, scope: Connection, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        kind, _, token = headers.get("authorization", "").partition(" ")
        key = token if kind.lower() == "bearer" else headers.get("x-api-key")
        address = scope["client"][0] if scope.get("client") else ""
        came = await run_in_threadpool(self._door.guard.let_in, key, address)
        if not came.person.may(Scope.READ):
            raise Problem(
                403, f"{came.person.name or 'this key'} may not read; `newsdesk access` gives a key its scopes"
            )
        scope["visitor"] = came
        await self._app(scope, receive, send)
