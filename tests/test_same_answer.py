"""One answer, every door: Python, the command line, HTTP, its stream, OpenAI's client, MCP's, Gradio's, LangChain's."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client as GradioClient
from mcp.client import Client as McpClient
from openai import OpenAI

from assistant import Assistant
from assistant.json_codec import as_json
from assistant.remote.client import reach
from assistant.samples import folder as samples_folder
from tests.test_http import EVENTS, QUESTION, events

Door = Callable[[str], dict[str, Any]]
QUESTIONS = [
    QUESTION,
    "How many people were hurt when the ferry ran aground?",
    "what did Macron say about the ceasefire",  # the articles do not say
    "Where is this from: “an opening bid, and a steep one”",
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("doors") / "library"


@pytest.fixture(scope="module")
def desk(library: Path) -> Iterator[Assistant]:
    with Assistant.open(library) as opened:
        opened.add(samples_folder())
        yield opened


@pytest.fixture(scope="module")
def doors(desk: Assistant, library: Path) -> dict[str, Door]:
    """Each door as a function from a question to the answer in the terms of JSON."""
    import ui

    address = ui.serve(desk, port=0, block=False)
    web = httpx.Client(base_url=address, timeout=120)
    client = OpenAI(base_url=f"{address}/v1", api_key="none", timeout=120)
    gradio = GradioClient(address, verbose=False)

    def command_line(question: str) -> dict[str, Any]:
        command = [sys.executable, "-m", "newsdesk", "ask", question, "--json", "-l", str(library)]
        return json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stdout)  # type: ignore[no-any-return]

    def stream(question: str) -> dict[str, Any]:
        name, answer = events(web.post("/v1/ask", json={"question": question}, headers={"Accept": EVENTS}))[-1]
        assert name == "answer"
        return answer  # type: ignore[no-any-return]

    def chat(question: str) -> dict[str, Any]:
        done = client.chat.completions.create(model="newsdesk", messages=[{"role": "user", "content": question}])
        return done.choices[0].message.newsdesk  # type: ignore[attr-defined, no-any-return]

    def chat_streamed(question: str) -> dict[str, Any]:
        chunks = client.chat.completions.create(
            model="newsdesk", messages=[{"role": "user", "content": question}], stream=True
        )
        *_, last = chunks
        return last.choices[0].delta.newsdesk  # type: ignore[attr-defined, no-any-return]

    def mcp(question: str) -> dict[str, Any]:
        async def asked() -> Any:
            async with McpClient(f"{address}/mcp") as connected:
                return await connected.call_tool("ask", {"question": question, "passages": True})

        return asyncio.run(asked()).structured_content  # type: ignore[no-any-return]

    def another_process(question: str) -> dict[str, Any]:
        there = reach(library)
        assert there
        return as_json(there.ask(question))  # type: ignore[no-any-return]

    return {
        "Python": lambda question: as_json(desk.ask(question)),
        "command line": command_line,
        "HTTP": lambda question: web.post("/v1/ask", json={"question": question}).json(),
        "server-sent events": stream,
        "OpenAI": chat,
        "OpenAI, streamed": chat_streamed,
        "MCP": mcp,
        "Gradio's client": lambda question: gradio.predict(question=question, api_name="/ask"),
        "RemoteAssistant": another_process,
    }


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_door_gives_the_same_answer(doors: dict[str, Door], desk: Assistant, question: str) -> None:
    answers = {name: ask(question) for name, ask in doors.items()}
    wanted = answers["Python"]
    for name, answer in answers.items():
        assert answer["citations"] == wanted["citations"], name
        assert answer == wanted, name
    assert bool(wanted["citations"]) is not wanted["abstained"]
    for citation in wanted["citations"]:
        text = desk.article(citation["article"]["id"]).text
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_gradios_client_finds_that_one_function_and_no_other(doors: dict[str, Door], desk: Assistant) -> None:
    note = reach_address(desk)
    described = GradioClient(note, verbose=False).view_api(return_format="dict", print_info=False)
    assert list(described["named_endpoints"]) == ["/ask"] and not described["unnamed_endpoints"]


def reach_address(desk: Assistant) -> str:
    """Where the desk's library is served."""
    from index.stores.lock import holder_of

    note = holder_of(desk._library.folder)
    assert note
    return note.address
