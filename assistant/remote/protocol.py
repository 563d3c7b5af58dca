"""What a command asks of the server that holds its library: the methods of a desk, and what each gives back.

Both come from `Desk`, so they cannot disagree with it; tests/test_desk.py holds that every method of a desk is here.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any, get_args, get_type_hints

from pydantic import SecretStr

from assistant import interface
from assistant.answer.timeline import Timeline
from assistant.conversations.types import AnswerChange, RatedAnswer, StandingQuestion
from assistant.interface import Desk
from assistant.json_codec import as_json, value_from
from assistant.options import OF_THE_LIBRARY, DeskOptions
from assistant.types import Answer
from assistant.verify.types import Verified
from index.errors import InvalidValue
from index.types import Filter

# With those that Desk's own file names for type checkers only.
NAMES = {**vars(interface), "Timeline": Timeline, "Verified": Verified, "RatedAnswer": RatedAnswer}
NAMES |= {"AnswerChange": AnswerChange, "StandingQuestion": StandingQuestion}
# What is called by name with its arguments by name and gives a value back at once.
CALLED = (
    "article", "articles", "ask_watched", "back_up", "changes", "check", "copies", "count", "export_articles",
    "feedback", "follow_ups", "followed", "histogram", "history", "listing", "pending", "publishers", "remove",
    "restore", "retrieve", "settle", "suggestions", "timeline", "unfollow", "unwatch", "vacuum", "verify", "watch",
    "watched",
)  # fmt: skip
RUN = (
    "add",
    "follow",
    "import_articles",
    "refresh",
    "repair",
    "rebuild",
)  # the same for what takes long: it runs as a job
HERE = ("progress", "cancel", "note")  # arguments that stay with the command: what it is told, how it stops


def hints(method: str) -> dict[str, Any]:
    """The kinds of a method's arguments, and under "return" of what it gives back."""
    found: Any = getattr(Desk, method)
    return get_type_hints(found.fget if isinstance(found, property) else found, NAMES)


CALLS: dict[str, Any] = {method: hints(method)["return"] for method in CALLED}
RUNS: dict[str, Any] = {method: hints(method)["return"] for method in RUN}


def arguments_from(method: str, given: dict[str, Any]) -> dict[str, Any]:
    """The arguments of a call as `as_json` made these of them. InvalidValue for one that is of another kind."""
    kinds = hints(method)
    if unknown := given.keys() - kinds.keys():
        raise InvalidValue(f"{method} takes no {', '.join(sorted(unknown))}")
    return {name: value_from(kinds[name], value) if _ours(kinds[name]) else value for name, value in given.items()}


def _ours(kind: Any) -> bool:
    """Whether an argument is one of our values, or None; the others are as JSON has them, and judged by the desk."""
    return not {kind, *get_args(kind)}.isdisjoint((Answer, Filter, date))


def sent(options: DeskOptions) -> dict[str, Any]:
    """A command's options for answers in the terms of JSON; those of the library are the server's."""
    own = {one.name: getattr(options, one.name) for one in fields(options) if one.name not in OF_THE_LIBRARY}
    key = options.api_key.get_secret_value() if options.api_key else None
    return {**{name: as_json(value) for name, value in own.items()}, "api_key": key}


def received(data: dict[str, Any]) -> DeskOptions:
    """The options that `sent` made this of. InvalidValue for what is none."""
    kinds = get_type_hints(DeskOptions, localns={"SecretStr": SecretStr})
    if unknown := data.keys() - kinds.keys():
        raise InvalidValue(f"a desk has no option {', '.join(sorted(unknown))}")
    return DeskOptions(**{name: value_from(kinds[name], value) for name, value in data.items()})
