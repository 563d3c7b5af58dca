"""Every error as problem+json (RFC 9457): what happened, to what, and what to do next."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.types import Scope

from index.errors import (
    ArticleNotFound,
    DamagedLibrary,
    InvalidValue,
    LibraryClosed,
    LibraryLocked,
    MissingPart,
    NewsdeskError,
    ReadOnly,
    Unreachable,
    UnreadableSource,
    WrongModel,
)

MEDIA_TYPE = "application/problem+json"
OPENAI_PATHS = ("/v1/chat/", "/v1/models")  # where errors have the form that OpenAI's clients read
_STATUS: tuple[tuple[type[NewsdeskError], int], ...] = (  # the first that fits
    (ArticleNotFound, 404),
    (InvalidValue, 422),
    (UnreadableSource, 422),
    (LibraryClosed, 503),
    (LibraryLocked, 503),
    (ReadOnly, 403),
    (Unreachable, 503),
    (MissingPart, 501),
    (WrongModel, 500),
    (DamagedLibrary, 500),
)


class FieldProblem(BaseModel):
    """One value of a request that cannot be right."""

    where: list[str | int] = Field(description="the path to it", examples=[["body", "question"]])
    problem: str = Field(description="what is wrong with it", examples=["String should have at least 1 character"])


class ProblemDocument(BaseModel):
    """An error, as RFC 9457 has it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "about:blank",
                    "title": "Not Found",
                    "status": 404,
                    "detail": "no article 'a1' in this library; `newsdesk list` shows the ids there are",
                    "request_id": "5f0c6a1e9d3b4c77",
                }
            ]
        }
    )

    type: str = Field(description="always about:blank: title and status say which kind of error it is")
    title: str
    status: int
    detail: str = Field(description="what happened, and what to do next")
    request_id: str = Field(default="", description="under which the server's log has it; also in X-Request-ID")
    errors: list[FieldProblem] = Field(default=[], description="of a request whose form is wrong: each value")


class Problem(Exception):
    """An error that the one who asked is told of, with the status it has."""

    def __init__(self, status: int, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers or {}


def status_of(error: Exception) -> int:
    """The HTTP status of an error; 500 for what nobody foresaw."""
    if isinstance(error, Problem):
        return error.status
    if isinstance(error, HTTPException):
        return error.status_code
    if isinstance(error, KeyError) and isinstance(error, NewsdeskError):
        return 404
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def detail_of(error: Exception) -> str:
    """What a stranger may be told of an error: ours in their own words, others not at all."""
    if isinstance(error, HTTPException):
        return str(error.detail)
    if isinstance(error, Problem | NewsdeskError):
        return str(error)
    return "something went wrong that nobody foresaw; the server's log has it under this request's id"


def document(status: int, detail: str, request_id: str = "", errors: list[dict[str, Any]] | None = None) -> Any:
    """The problem as JSON has it."""
    title = HTTPStatus(status).phrase
    problem = {"type": "about:blank", "title": title, "status": status, "detail": detail, "request_id": request_id}
    return problem | ({"errors": errors} if errors else {})


def response(
    status: int,
    detail: str,
    request_id: str = "",
    errors: list[dict[str, Any]] | None = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """The problem as a response."""
    return JSONResponse(document(status, detail, request_id, errors), status, headers, MEDIA_TYPE)


def openai_document(status: int, detail: str) -> dict[str, Any]:
    """The problem as OpenAI's clients read it."""
    kinds = {401: "authentication_error", 403: "permission_error", 404: "not_found_error", 429: "rate_limit_error"}
    codes = {401: "invalid_api_key", 404: "model_not_found", 429: "rate_limit_exceeded"}
    kind = kinds.get(status, "server_error" if status >= 500 else "invalid_request_error")
    return {"error": {"message": detail, "type": kind, "param": None, "code": codes.get(status)}}


def respond(
    scope: Scope,
    status: int,
    detail: str,
    errors: list[dict[str, Any]] | None = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """The problem as a response, in the form of the place that was asked."""
    if any(part in scope["path"] for part in OPENAI_PATHS):
        return JSONResponse(openai_document(status, detail), status, headers)
    return response(status, detail, str(scope.get("request_id", "")), errors, headers)


def request_id(request: Request) -> str:
    """The id under which the log has this request."""
    return str(request.scope.get("request_id", ""))


def answer_errors(app: FastAPI) -> None:
    """Make every error of the app a problem document."""

    def told(request: Request, error: Exception) -> JSONResponse:
        headers = dict(getattr(error, "headers", None) or {})
        return respond(request.scope, status_of(error), detail_of(error), headers=headers)

    def ill_formed(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        errors = [{"where": list(one["loc"]), "problem": one["msg"]} for one in error.errors()]
        status = 400 if any(one["type"] == "json_invalid" for one in error.errors()) else 422
        return respond(request.scope, status, _summary(errors), errors)

    for kind in (Problem, NewsdeskError, HTTPException, Exception):
        app.add_exception_handler(kind, told)
    app.add_exception_handler(RequestValidationError, ill_formed)


def _summary(errors: list[dict[str, Any]]) -> str:
    first = errors[0]
    more = f", and {len(errors) - 1} more" if len(errors) > 1 else ""
    return f"{'.'.join(str(part) for part in first['where'])}: {first['problem']}{more}"


def described(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The errors of an operation for its OpenAPI description."""
    return {status: {"model": ProblemDocument, "description": _DESCRIPTIONS[status]} for status in statuses}


class OpenAIError(BaseModel):
    """What went wrong."""

    message: str
    type: str
    param: str | None
    code: str | None


class OpenAIErrorDocument(BaseModel):
    """An error, as OpenAI has it."""

    error: OpenAIError


def openai_errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The errors of an OpenAI-compatible operation for its OpenAPI description."""
    return {status: {"model": OpenAIErrorDocument, "description": _DESCRIPTIONS[status]} for status in statuses}


_DESCRIPTIONS = {
    400: "The request cannot be read, for example because its JSON is broken.",
    401: "The key is missing or wrong.",
    403: "The key does not allow this, or the request came from a web page elsewhere.",
    404: "There is no such thing.",
    405: "The address takes other methods.",
    409: "It cannot be done in the state things are in.",
    413: "The request is too large.",
    415: "The request's content type is not read.",
    422: "A value cannot be right; `errors` names each.",
    429: "Too many requests; `Retry-After` says in how many seconds to ask again.",
    500: "Something went wrong that nobody foresaw; the log has it.",
    503: "Too many questions are being answered, or the library is closing; ask again soon.",
    504: "The answer took longer than the server allows.",
}
