"""The HTTP server: the API over one desk, with the page and whatever else is mounted beside it."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.routing import Match, Mount, Route
from starlette.types import Receive, Scope, Send

from assistant.server.access import Access
from assistant.server.api import (
    articles,
    conversations,
    jobs,
    mcp_route,
    openai,
    owner,
    problems,
    questions,
    standing,
    upkeep,
)
from assistant.server.api.door import Door
from assistant.server.api.guard import Guard
from assistant.server.api.limits import Rules
from assistant.server.api.middleware import Watch
from assistant.server.api.tracing import send_traces
from assistant.server.running import Running, is_loopback
from assistant.version import __version__
from index.errors import InvalidValue, NewsdeskError

if TYPE_CHECKING:
    from assistant.desk import Assistant

log = logging.getLogger(__name__)
PREFIX = "/v1"
ABOUT = """Questions to a library of news articles, answered in the articles' own sentences: every quotation is exact \
to the character, `article.text[start:end] == quote`. Every error is a problem document (RFC 9457). Send \
`X-Request-ID` to name a request; it comes back, and the log has it."""
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def app(
    desk: Assistant, access: Access | None = None, *, rules: Rules = Rules(), secret: str = "", root_path: str = ""
) -> FastAPI:
    """The API over one desk, which stays the caller's to close.

    access: people and keys; None: everyone may do everything. secret: with it as its key, a command of the same user
    on this machine acts as the library's owner. root_path: the prefix that a proxy in front serves it under.
    """
    send_traces()
    door = Door(desk, Guard(access, secret, rules.rate), rules)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        warming = threading.Thread(target=_warm, args=(door,), name="newsdesk-warm", daemon=True)
        warming.start()
        yield
        door.ready = False
        await run_in_threadpool(door.jobs.close)
        await run_in_threadpool(warming.join)

    made = FastAPI(
        title="Newsdesk", version=__version__, description=ABOUT, license_info={"name": "Apache-2.0"},
        openapi_url=f"{PREFIX}/openapi.json", docs_url=None, redoc_url=None, lifespan=life, root_path=root_path,
        redirect_slashes=False, telemetry={"tracing": False, "metrics": False, "logs": False},
    )  # fmt: skip
    made.state.door = door
    problems.answer_errors(made)
    for group in (questions, articles, jobs, conversations, standing, openai, owner, upkeep):
        made.include_router(group.router)
    made.include_router(upkeep.metrics_router)
    made.router.routes.append(Route(f"{PREFIX}/{{rest:path}}", endpoint=_Nowhere()))
    made.add_middleware(Watch, rules=rules, meters=door.meters, ending=door.ending)
    made.openapi = lambda: _described(made)  # type: ignore[method-assign]  # the way FastAPI documents
    return made


def serve(
    desk: Assistant,
    host: str = "127.0.0.1",
    port: int = 7860,
    *,
    mount: Callable[[FastAPI], object] | None = None,
    access: Access | None = None,
    rules: Rules = Rules(),
    open_to_all: bool = False,
    root_path: str = "",
    begun: Callable[[str], None] = lambda _: None,
    block: bool = True,
) -> Running:
    """Serve one desk until SIGINT or SIGTERM, or, unless `block`, from a thread until `stop`.

    mount: puts more on the app, such as the page. port: 0 takes a free one. begun: told the address.
    InvalidValue: host is reached from other machines and neither access nor open_to_all is given. PortTaken.
    """
    root_path = _prefix(root_path)
    if access is None and not open_to_all and not is_loopback(host):
        raise InvalidValue(
            f"{host} is reached from other machines, who could read, add and remove everything: give --access FILE "
            "(`newsdesk access` makes it), or --open if that is meant"
        )
    secret = secrets.token_urlsafe(32)
    running = Running(host, port, rules.proxies)
    rules = replace(rules, loopback=access is None and not open_to_all, names=(*rules.names, host))
    made = app(desk, access, rules=rules, secret=secret, root_path=root_path)
    mcp_route.mount(made)
    if mount:
        mount(made)
    made.user_middleware.sort(key=_is_inside)  # Watch is around what was mounted too
    desk.announce(running.address, secret)
    begun(running.address + root_path)
    if block:
        running.stay(made, made.state.door.ending.set)
    else:
        running.start(made, made.state.door.ending.set)
    return running


def _is_inside(middleware: Middleware) -> bool:
    kind: object = middleware.cls
    return kind is not Watch


def _prefix(root_path: str) -> str:
    bare = root_path.strip("/")
    return f"/{bare}" if bare else ""


def _warm(door: Door) -> None:
    try:
        door.desk.warm()
    except NewsdeskError:
        log.exception("the indexes could not be loaded; the server stays unready")
    else:
        door.ready = True


class _Nowhere:
    """What no route takes, as an ASGI app: 405 with the methods that would be right, or 404."""

    async def __call__(self, scope: Scope, _receive: Receive, _send: Send) -> None:
        """Always a Problem."""
        path = scope["path"]
        if allowed := ", ".join(sorted(self._allowed(scope))):
            raise problems.Problem(405, f"{path} takes {allowed}", {"Allow": allowed})
        raise problems.Problem(404, f"nothing is at {path}; {PREFIX}/openapi.json tells what there is")

    def _allowed(self, scope: Scope) -> set[str]:
        routes = [route for route in scope["app"].routes if getattr(route, "endpoint", None) is not self]
        return {
            method
            for route in routes
            for method in _METHODS
            if not isinstance(route, Mount) and route.matches({**scope, "method": method})[0] is Match.FULL
        }


def _described(made: FastAPI) -> dict[str, Any]:
    """FastAPI's description, with every error as what it is: application/problem+json, or OpenAI's form."""
    if made.openapi_schema is None:
        schema = FastAPI.openapi(made)
        for operation in (one for methods in schema["paths"].values() for one in methods.values()):
            for status, response in list(operation["responses"].items()):
                content = response.get("content", {})
                if "HTTPValidationError" in str(content):  # FastAPI's own form, which nothing here has
                    del operation["responses"][status]
                elif "ProblemDocument" in str(content):
                    response["content"] = {problems.MEDIA_TYPE: content["application/json"]}
        for name in ("HTTPValidationError", "ValidationError"):
            schema["components"]["schemas"].pop(name, None)
    assert made.openapi_schema is not None
    return made.openapi_schema
