"""The OpenAI-compatible door through the official client, and as a LangChain chat model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import openai
import pytest
from openai import OpenAI

from assistant import Assistant, Turn
from assistant.json_codec import answer_from, as_json
from assistant.server.access import Scope
from tests.scripted_model import Reply, scripted_model
from tests.test_http import QUESTION, served

FOLLOW_UP = "and what did Zelenskyy say about it?"


@pytest.fixture(scope="module")
def client(samples: Assistant) -> Iterator[OpenAI]:
    with served(samples) as (running, _):
        yield OpenAI(base_url=f"{running.address}/v1", api_key="none", max_retries=0)


def test_the_library_is_a_model(client: OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["newsdesk"]
    assert client.models.retrieve("newsdesk").owned_by == "newsdesk"


def test_an_answer_has_its_citations_in_the_text_and_in_fields(client: OpenAI, samples: Assistant) -> None:
    answer = samples.ask(QUESTION)
    done = client.chat.completions.create(
        model="newsdesk", messages=[{"role": "system", "content": "Be brief."}, {"role": "user", "content": QUESTION}]
    )
    message = done.choices[0].message
    assert message.content and message.content.startswith(answer.text + "\n\n[1] The Kremlin’s price for a 30-day")
    assert answer_from(message.newsdesk) == answer  # type: ignore[attr-defined]
    assert message.annotations and len(message.annotations) == len(answer.citations)
    for note, citation in zip(message.annotations, answer.citations, strict=True):
        place = note.url_citation
        assert message.content[place.start_index : place.end_index] == f"[{citation.number}]"
        assert (place.title, place.url) == (citation.article.title, citation.article.url)
    assert done.usage and done.usage.total_tokens == done.usage.prompt_tokens + done.usage.completion_tokens > 0


def test_a_stream_says_the_same_and_ends_with_the_citations(client: OpenAI) -> None:
    messages = [{"role": "user", "content": [{"type": "text", "text": QUESTION}]}]
    whole = client.chat.completions.create(model="newsdesk", messages=messages).choices[0].message  # type: ignore[arg-type]
    chunks = list(
        client.chat.completions.create(
            model="newsdesk", messages=messages, stream=True, stream_options={"include_usage": True}  # type: ignore[arg-type]
        )
    )  # fmt: skip
    *pieces, last, usage = chunks
    assert len(pieces) > 2 and "".join(c.choices[0].delta.content or "" for c in pieces) == whole.content
    assert last.choices[0].finish_reason == "stop"
    assert last.choices[0].delta.newsdesk == whole.newsdesk  # type: ignore[attr-defined]
    assert len(last.choices[0].delta.annotations) == len(whole.annotations or [])  # type: ignore[attr-defined]
    assert usage.usage and usage.usage.total_tokens > 0


def test_history_becomes_turns(client: OpenAI, samples: Assistant) -> None:
    first = client.chat.completions.create(model="newsdesk", messages=[{"role": "user", "content": QUESTION}])
    said = first.choices[0].message.content or ""
    messages = [("user", QUESTION), ("assistant", said), ("user", FOLLOW_UP)]
    done = client.chat.completions.create(
        model="newsdesk", messages=[{"role": role, "content": text} for role, text in messages]  # type: ignore[misc]
    )  # fmt: skip
    wanted = samples.ask(FOLLOW_UP, [Turn(QUESTION, samples.ask(QUESTION).text)])
    assert done.choices[0].message.newsdesk == as_json(wanted)  # type: ignore[attr-defined]
    assert "good chance" in wanted.text


def test_the_search_is_narrowed_by_an_extra_field(client: OpenAI) -> None:
    done = client.chat.completions.create(
        model="newsdesk", messages=[{"role": "user", "content": QUESTION}],
        extra_body={"newsdesk": {"where": {"publishers": ["Harbour Post"]}}},
    )  # fmt: skip
    where = done.choices[0].message.newsdesk["searched"]["where"]  # type: ignore[attr-defined]
    assert where["publishers"] == ["Harbour Post"]


def test_errors_are_those_that_the_client_knows(client: OpenAI, samples: Assistant, tmp_path: Path) -> None:
    with pytest.raises(openai.NotFoundError, match="the one there is is 'newsdesk'"):
        client.chat.completions.create(model="gpt-5", messages=[{"role": "user", "content": "x"}])
    with pytest.raises(openai.BadRequestError, match="last message must be the user's"):
        client.chat.completions.create(model="newsdesk", messages=[{"role": "assistant", "content": "x"}])
    with pytest.raises(openai.BadRequestError, match="'image_url'; only text"):
        picture = {"type": "image_url", "image_url": {"url": "data:,"}}
        client.chat.completions.create(model="newsdesk", messages=[{"role": "user", "content": [picture]}])  # type: ignore[list-item, misc]
    with pytest.raises(openai.UnprocessableEntityError, match=r"body\.messages"):
        client.chat.completions.create(model="newsdesk", messages=[])
    with served(samples, tmp_path / "access.json") as (running, access):
        assert access
        guarded = OpenAI(base_url=f"{running.address}/v1", api_key="wrong", max_retries=0)
        with pytest.raises(openai.AuthenticationError, match="the key is wrong"):
            guarded.models.list()
        assert guarded.with_options(api_key=access.add_key("chat", [Scope.READ])).models.list().data


def test_only_what_was_checked_is_said_when_a_model_writes(tmp_path: Path) -> None:
    from assistant.samples import folder

    with scripted_model() as model, Assistant.open(tmp_path / "library", model="openai:scripted",
                                                   base_url=f"{model.host}/v1", strict=True) as desk:  # fmt: skip
        desk.add(folder() / "truce-terms.md")
        model.script = lambda asked: Reply(
            f"Putin set four conditions for a truce. [{asked.passage_with('four conditions')}] He told it to the Pope."
        )
        with served(desk) as (running, _):
            client = OpenAI(base_url=f"{running.address}/v1", api_key="none", max_retries=0)
            chunks = client.chat.completions.create(
                model="newsdesk", messages=[{"role": "user", "content": QUESTION}], stream=True
            )
            said = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert said.startswith("Putin set four conditions for a truce.") and "Pope" not in said


def test_a_langchain_chat_model_asks_it(client: OpenAI, samples: Assistant) -> None:
    from langchain_openai import ChatOpenAI

    chat = ChatOpenAI(model="newsdesk", base_url=str(client.base_url), api_key="none")  # type: ignore[arg-type]
    assert str(chat.invoke(QUESTION).content).startswith(samples.ask(QUESTION).text)
