"""Many who ask at once: those in line with the same question share its answer, and beyond a bound nobody waits."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from assistant import Assistant
from assistant.server import app as server
from assistant.server.api.limits import Rules
from assistant.types import Answer

QUESTION = "what are Putin's ceasefire conditions"


class Held:
    """A real desk whose answers come when they are let go; counts the questions that it is asked."""

    def __init__(self, desk: Assistant) -> None:
        self._desk = desk
        self.asked: list[str] = []
        self.go = threading.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._desk, name)

    def stream(self, question: str, *rest: Any) -> Iterator[str | Answer]:
        self.asked.append(question)
        self.go.wait(60)
        yield from self._desk.stream(question, *rest)


@pytest.fixture
def held(samples: Assistant) -> Iterator[tuple[Held, str]]:
    """A server that answers one question at a time and lets three wait."""
    desk = Held(samples)
    running = server.serve(desk, port=0, block=False, rules=Rules(at_once=1, waiting=3))  # type: ignore[arg-type]
    yield desk, running.address
    desk.go.set()
    running.stop()


def ask(address: str, question: str) -> httpx.Response:
    return httpx.post(f"{address}/v1/ask", json={"question": question}, timeout=60)


def until(true: Any) -> None:
    end = time.monotonic() + 20
    while not true() and time.monotonic() < end:
        time.sleep(0.02)
    assert true()


def test_questions_in_line_that_are_alike_are_answered_once(held: tuple[Held, str]) -> None:
    desk, address = held
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(ask, address, QUESTION)
        until(lambda: desk.asked == [QUESTION])  # it has its place: what comes now shall see what was added since
        alike = [pool.submit(ask, address, text) for text in (QUESTION, f" {QUESTION} ", QUESTION, QUESTION, QUESTION)]
        chat = {"model": "newsdesk", "messages": [{"role": "user", "content": QUESTION}]}
        alike.append(pool.submit(httpx.post, f"{address}/v1/chat/completions", json=chat, timeout=60))
        time.sleep(1)
        desk.go.set()
        answers = [first.result().json(), *(one.result().json() for one in alike)]
    assert len(desk.asked) == 2
    assert {answer.get("text") for answer in answers[:-1]} == {answers[0]["text"]}
    assert answers[0]["text"] in answers[-1]["choices"][0]["message"]["content"]


def test_beyond_a_bound_the_answer_is_to_come_back_later(held: tuple[Held, str]) -> None:
    desk, address = held
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(ask, address, f"{QUESTION} {n}") for n in range(4)]
        until(lambda: len(desk.asked) == 1)
        time.sleep(1)
        begun = time.monotonic()
        refused = ask(address, "Why did the talks fail?")
        assert refused.status_code == 503 and int(refused.headers["retry-after"]) > 0
        assert time.monotonic() - begun < 2
        desk.go.set()
        assert [one.result().status_code for one in waiting] == [200] * 4


def test_what_cannot_be_asked_is_told_to_everyone_who_asked_it(held: tuple[Held, str]) -> None:
    desk, address = held
    desk.go.set()
    said = [httpx.post(f"{address}/v1/ask", json={"question": "x" * 5000}) for _ in range(2)]
    assert [one.status_code for one in said] == [422, 422]
