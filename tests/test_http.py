"""The HTTP API over a real socket: answers, streams, errors, keys, limits, what is logged and counted."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant import Assistant, Filter
from assistant.json_codec import as_json
from assistant.server import app as server
from assistant.server.access import Access, Scope
from assistant.server.api.limits import Rules
from assistant.server.running import Running

EVENTS = "text/event-stream"
QUESTION = "what are Putin's ceasefire conditions"


@pytest.fixture(scope="module")
def api(samples: Assistant) -> Iterator[httpx.Client]:
    """An open server on this machine over the sample articles."""
    with served(samples) as (running, _), httpx.Client(base_url=running.address, timeout=60) as client:
        yield client


class served:
    """A server over a desk until the block ends, and its access file if one is given."""

    def __init__(self, desk: Assistant, access: Path | None = None, **options: Any) -> None:
        self._access = Access.open(access) if access else None
        self._options = options
        self._desk = desk

    def __enter__(self) -> tuple[Running, Access | None]:
        self._running = server.serve(self._desk, port=0, access=self._access, block=False, **self._options)
        return self._running, self._access

    def __exit__(self, *_: object) -> None:
        self._running.stop()


def events(response: httpx.Response) -> list[tuple[str, Any]]:
    """The named events of a stream with their data."""
    found = []
    for block in response.text.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


def test_a_question_is_answered_as_the_desk_answers_it(api: httpx.Client, samples: Assistant) -> None:
    said = api.post("/v1/ask", json={"question": QUESTION})
    assert said.status_code == 200
    assert said.json() == as_json(samples.ask(QUESTION))
    where = {"since": "2025-03-01", "until": "2025-03-31", "publishers": ["The Meridian"]}
    limited = api.post("/v1/ask", json={"question": QUESTION, "where": where, "as_of": "2025-04-01"})
    assert limited.json()["searched"]["where"]["publishers"] == ["The Meridian"]


def test_a_stream_gives_the_text_in_pieces_then_the_answer(api: httpx.Client, samples: Assistant) -> None:
    question = "What is the latest on the Vessa flood?"  # told in several sentences
    answer = samples.ask(question)
    *pieces, (name, whole) = events(api.post("/v1/ask", json={"question": question}, headers={"Accept": EVENTS}))
    assert name == "answer" and whole == as_json(answer)
    assert [name for name, _ in pieces] == ["text"] * len(pieces) and len(pieces) > 1
    assert "".join(piece for _, piece in pieces) == answer.text


def test_a_follow_up_is_understood(api: httpx.Client) -> None:
    turns = [{"question": QUESTION, "answer": "Putin named four conditions."}]
    said = api.post("/v1/ask", json={"question": "and what did Zelenskyy say about it?", "turns": turns}).json()
    assert "good chance" in said["text"]


def test_passages_are_those_that_the_desk_finds(api: httpx.Client, samples: Assistant) -> None:
    found = api.post("/v1/retrieve", json={"question": "ferry", "k": 3, "where": {"until": "2025-12-31"}}).json()
    assert found == as_json(samples.retrieve("ferry", 3, Filter(until=date(2025, 12, 31))))


def test_a_timeline_is_the_one_that_the_desk_makes(api: httpx.Client, samples: Assistant) -> None:
    asked = "How many people died in the Vessa flood?"
    said = api.post("/v1/timeline", json={"question": asked}).json()
    assert said == as_json(samples.timeline(asked)) and said["rows"]


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ({"question": ""}, 422, "body.question"),
        ({"question": " \n"}, 422, "body.question"),
        ({"question": "x" * 4001}, 422, "body.question"),
        ({"question": "x", "wehre": {}}, 422, "body.wehre"),
        ({"question": "x", "where": {"since": "1 May"}}, 422, "a day is written 2025-03-14"),
        ({"question": "x", "where": {"since": "2025-03-02", "until": "2025-03-01"}}, 422, "swap them"),
        ({"question": "\ud800"}, 422, "body.question"),
        ("{", 400, "JSON"),
    ],
)
def test_what_cannot_be_right_is_told_as_a_problem(api: httpx.Client, body: Any, status: int, told: str) -> None:
    content = body if isinstance(body, str) else json.dumps(body)
    said = api.post("/v1/ask", content=content, headers={"Content-Type": "application/json"})
    problem = said.json()
    assert (said.status_code, said.headers["content-type"]) == (status, "application/problem+json")
    assert problem["status"] == status and problem["title"] and told in problem["detail"]
    assert problem["request_id"] == said.headers["x-request-id"]


def test_addresses_and_methods_that_are_not_there_are_told(api: httpx.Client) -> None:
    nowhere, wrong = api.get("/v1/asks"), api.get("/v1/ask")
    assert nowhere.status_code == 404 and "openapi.json" in nowhere.json()["detail"]
    assert wrong.status_code == 405 and wrong.headers["allow"] == "POST"


def test_a_request_keeps_its_id_and_an_odd_one_gets_another(api: httpx.Client) -> None:
    assert api.get("/v1/health", headers={"X-Request-ID": "abc-1"}).headers["x-request-id"] == "abc-1"
    assert api.get("/v1/health", headers={"X-Request-ID": "a b\tc"}).headers["x-request-id"] != "a b\tc"


def test_a_request_that_is_too_large_is_refused(api: httpx.Client) -> None:
    large = b"x" * (Rules().body + 1)
    assert api.post("/v1/ask", content=large).json()["detail"].endswith("is the most here")
    piecewise = api.post("/v1/ask", content=iter([large]), headers={"Content-Type": "application/json"})
    assert piecewise.status_code == 413 and piecewise.json()["status"] == 413


def test_a_page_elsewhere_cannot_use_an_open_server(api: httpx.Client) -> None:
    assert api.get("/v1/health", headers={"Host": "evil.example"}).status_code == 403
    for origin in ("https://evil.example", "http://127.0.0.1:1", "null"):
        said = api.post("/v1/ask", json={"question": QUESTION}, headers={"Origin": origin})
        assert said.status_code == 403
    own = {"Origin": str(api.base_url).rstrip("/")}
    assert api.post("/v1/ask", json={"question": QUESTION}, headers=own).status_code == 200


def test_health_and_readiness(api: httpx.Client) -> None:
    assert api.get("/v1/health").json()["status"] == "ok"
    while (ready := api.get("/v1/ready")).status_code == 503:
        assert ready.headers["retry-after"]
    assert ready.json()["articles"] == 20


def test_what_happened_is_counted_without_naming_what_was_asked(api: httpx.Client) -> None:
    api.post("/v1/ask", json={"question": "Who won the Zanzibar yodelling cup?"})
    counted = api.get("/metrics").text
    assert 'newsdesk_answers_total{outcome="declined"}' in counted
    assert 'newsdesk_requests_total{method="POST",route="/v1/ask",status="200"}' in counted
    assert "newsdesk_articles 20.0" in counted and "Zanzibar" not in counted


def test_keys_open_what_their_scopes_allow(samples: Assistant, tmp_path: Path) -> None:
    with served(samples, tmp_path / "access.json") as (running, access):
        assert access
        reading, adding = access.add_key("reader", [Scope.READ]), access.add_key("adder", [Scope.WRITE])
        with httpx.Client(base_url=running.address, timeout=60) as client:

            def asked(**headers: str) -> httpx.Response:
                return client.post("/v1/retrieve", json={"question": "ferry"}, headers=headers)

            assert client.get("/v1/health").status_code == 200
            assert client.get("/metrics").status_code == asked().status_code == 401
            assert asked().headers["www-authenticate"] == "Bearer"
            assert asked(Authorization=f"Bearer {reading}").status_code == 200
            assert asked(**{"X-API-Key": reading}).status_code == 200
            refused = asked(Authorization=f"Bearer {adding}")
            assert refused.status_code == 403 and "may not read" in refused.json()["detail"]
            access.remove("reader")
            assert asked(**{"X-API-Key": reading}).status_code == 401
            assert asked(Authorization="Bearer nd_no_key").status_code == 401
            guessed = [asked(**{"X-API-Key": f"{adding[:16]}{n}"}) for n in range(25)]
            assert guessed[0].status_code == 401 and guessed[-1].status_code == 429
            assert int(guessed[-1].headers["retry-after"]) >= 1
            assert asked(Authorization=f"Bearer {adding}").status_code == 403  # a key that was right before goes on


def test_who_asks_too_often_is_told_when_to_come_back(samples: Assistant) -> None:
    with (
        served(samples, rules=Rules(rate="2/minute")) as (running, _),
        httpx.Client(base_url=running.address) as client,
    ):
        codes = [client.post("/v1/retrieve", json={"question": "ferry"}).status_code for _ in range(3)]
        assert codes == [200, 200, 429]
        late = client.post("/v1/retrieve", json={"question": "ferry"})
        assert 0 < int(late.headers["retry-after"]) <= 60 and "2 in 60 seconds" in late.json()["detail"]


@pytest.mark.parametrize("log_questions", [False, True])
def test_the_log_holds_a_question_only_when_that_is_wanted(
    samples: Assistant, caplog: pytest.LogCaptureFixture, log_questions: bool
) -> None:
    caplog.set_level(logging.WARNING, "httpx")  # the client tells the address it asks
    caplog.set_level(logging.INFO)
    with served(samples, rules=Rules(log_questions=log_questions)) as (running, _):
        httpx.post(f"{running.address}/v1/ask?q=Quillan", json={"question": "Who won in Quillan?"}, timeout=60)
    (line,) = [json.loads(record.message) for record in caplog.records if record.name == "newsdesk.http"]
    assert {"time", "request_id", "milliseconds", "address"} <= set(line)
    assert (line["method"], line["route"], line["status"]) == ("POST", "/v1/ask", 200)
    assert ("Quillan" in caplog.text) is log_questions


def test_a_server_for_other_machines_wants_keys(samples: Assistant) -> None:
    with pytest.raises(ValueError, match="--access"):
        server.serve(samples, "0.0.0.0", 0, block=False)
    server.serve(samples, "0.0.0.0", 0, open_to_all=True, block=False).stop()


def test_a_taken_port_is_told(samples: Assistant, api: httpx.Client) -> None:
    with pytest.raises(Exception, match=rf"port {api.base_url.port} of 127.0.0.1 is taken"):
        server.serve(samples, port=api.base_url.port or 0, block=False)
    with pytest.raises(ValueError, match="no address of this machine"):
        server.serve(samples, "192.0.2.1", 0, open_to_all=True, block=False)
