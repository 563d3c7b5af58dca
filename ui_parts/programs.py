"""The one function of the page that a program may call, through Gradio's client: a question to its answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from assistant import Assistant
from assistant.json_codec import as_json


def answering(desk: Assistant) -> Callable[[str], dict[str, Any]]:
    """The function over one desk."""

    def ask(question: str) -> dict[str, Any]:
        """Answer a question from the articles, as `newsdesk ask --json` prints it."""
        answer: dict[str, Any] = as_json(desk.ask(question))
        return answer

    return ask
