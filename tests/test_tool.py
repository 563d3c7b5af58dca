"""The library in LangChain: a tool of a real agent, whose model is scripted behind its real protocol; a retriever."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain.chat_models import init_chat_model
from langchain_core.messages import ToolMessage

from assistant import Assistant, Filter
from tests.scripted_model import Asked, Reply, ScriptedModel, scripted_model

QUESTION = "Why was the harbour bridge at Lowmere closed?"


def calling(**arguments: Any) -> Reply:
    """A model's wish to have the tool run."""
    call = {
        "id": "call_1",
        "type": "function",
        "function": {"name": "ask_newsdesk", "arguments": json.dumps(arguments)},
    }
    message = {"role": "assistant", "content": None, "tool_calls": [call]}
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls"}
    usage = {"prompt_tokens": 9, "completion_tokens": 9, "total_tokens": 18}
    whole = {"id": "c1", "object": "chat.completion", "created": 1, "model": "scripted", "choices": [choice]}
    return Reply(raw=json.dumps({**whole, "usage": usage}).encode())


@pytest.fixture
def model() -> Iterator[ScriptedModel]:
    with scripted_model() as made:
        yield made


def agent_of(desk: Assistant, model: ScriptedModel, where: Filter | None = None) -> Any:
    chat = init_chat_model("openai:scripted", base_url=f"{model.host}/v1", api_key="none", max_retries=0)
    return create_agent(chat, tools=[desk.as_tool(where)])


def used(state: Any) -> ToolMessage:
    """The message of the one tool that was run."""
    [message] = [message for message in state["messages"] if isinstance(message, ToolMessage)]
    return message


def test_an_agent_asks_the_library_and_its_answer_can_be_cited(desk: Assistant, model: ScriptedModel) -> None:
    def script(asked: Asked) -> Reply:
        [tool] = asked.body["tools"]
        assert tool["function"]["name"] == "ask_newsdesk" and "stands alone" in tool["function"]["description"]
        if asked.body["messages"][-1]["role"] == "tool":
            content = asked.body["messages"][-1]["content"]
            assert "https://example.org/lowmere-bridge-closed-over-cracked-cables" in content
            return Reply("Because its cables are cracked [1].")
        return calling(question=QUESTION)

    model.script = script
    state = agent_of(desk, model).invoke({"messages": [("user", QUESTION)]})
    assert state["messages"][-1].content == "Because its cables are cracked [1]."
    message = used(state)
    assert message.status == "success"
    answer = desk.ask(QUESTION)
    assert message.artifact["text"] == answer.text and message.artifact["citations"]
    for citation in message.artifact["citations"]:
        text = desk.article(citation["article"]["id"]).text
        assert text[citation["start"] : citation["end"]] == citation["quote"]
        assert citation["article"]["published"] == "2025-03-04T00:00:00+00:00"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"question": QUESTION, "publishers": ["Post"]}, "No article here is by “Post”. The publishers are"),
        ({"question": QUESTION, "since": "May"}, "since: Input should be a valid date"),
        ({"question": QUESTION, "since": "2025-05-01", "until": "2025-01-01"}, "swap them"),
        ({"question": ""}, "question: String should have at least 1 character"),
    ],
)
def test_a_wrong_call_is_told_to_the_model(
    desk: Assistant, model: ScriptedModel, arguments: dict[str, Any], says: str
) -> None:
    model.says_in_turn(calling(**arguments), Reply("I could not find out."))
    message = used(agent_of(desk, model).invoke({"messages": [("user", QUESTION)]}))
    assert message.status == "error" and says in message.content


def test_an_agent_stays_within_the_filter_of_its_tool(desk: Assistant, model: ScriptedModel) -> None:
    model.says_in_turn(calling(question="Which prize was won?", publishers=["the meridian"]), Reply("A rye prize."))
    within = Filter(since=date(2025, 3, 1))
    message = used(agent_of(desk, model, within).invoke({"messages": [("user", "Which prize was won?")]}))
    assert message.artifact["searched"]["where"]["since"] == "2025-03-01"
    assert {hit["article"]["title"] for hit in message.artifact["hits"]} <= {"Comet Okafor photographed"}


def test_the_artifact_is_plain_and_can_be_stored(desk: Assistant) -> None:
    call = {"name": "ask_newsdesk", "args": {"question": QUESTION}, "id": "1", "type": "tool_call"}
    artifact = desk.as_tool().invoke(call).artifact
    assert json.loads(json.dumps(artifact)) == artifact


def test_a_retrieved_document_has_what_a_citation_needs(desk: Assistant) -> None:
    documents = desk.as_retriever(k=3).invoke("rye loaf prize")
    first = documents[0].metadata
    assert first["title"] == "Quillan bakery wins rye prize again" and first["publisher"] == "The Meridian"
    assert first["published"] == "2025-02-10T00:00:00+00:00" and first["url"].startswith("https://example.org/")
    for document in documents:
        place = document.metadata
        assert desk.article(place["article_id"]).text[place["start"] : place["end"]] == document.page_content
    scores = [document.metadata["score"] for document in documents]
    assert scores == sorted(scores, reverse=True)
