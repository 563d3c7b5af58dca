"""How often a visitor may call the page's functions: the server's rate, which Gradio's own routes know nothing of."""

from __future__ import annotations

from starlette import types as asgi
from starlette.requests import Request

from assistant.server.api.guard import Guard
from assistant.server.api.problems import Problem, respond
from ui_parts.visitors import Visitors

ROUTES = ("/gradio_api/", "/conversations/")  # where a request makes work; the page's own files are only sent


class LimitEvents:
    """ASGI middleware: counts the events and uploads of a person or an address; those beyond the rate are refused."""

    def __init__(self, app: asgi.ASGIApp, visitors: Visitors, guard: Guard) -> None:
        self._app = app
        self._visitors = visitors
        self._guard = guard

    async def __call__(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        """Pass a request on, or answer 429."""
        if scope["type"] == "http" and self._counts(scope):
            try:
                self._guard.count_event(self._whose(Request(scope)))
            except Problem as problem:
                await respond(scope, problem.status, problem.detail, headers=problem.headers)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _counts(self, scope: asgi.Scope) -> bool:
        path = str(scope.get("path", "")).removeprefix(scope.get("root_path", ""))
        return path.startswith(ROUTES[1]) or (path.startswith(ROUTES[0]) and scope["method"] == "POST")

    def _whose(self, request: Request) -> str:
        person = self._visitors.person(request.cookies)
        if person and person.name:
            return f"person {person.name}"
        return f"address {request.client.host if request.client else ''}"
