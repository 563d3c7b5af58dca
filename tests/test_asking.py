"""Asking with an event loop: the same answer, a loop that goes on meanwhile, a model that stops when left alone."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from assistant import Answer, Assistant
from index.errors import InvalidValue
from tests.scripted_model import Reply, scripted_model

QUESTION = "How many people died in the Vessa flood?"


async def test_it_is_the_answer_that_ask_gives(samples: Assistant) -> None:
    told = await samples.aask(QUESTION)
    assert told.text == samples.ask(QUESTION).text and told.citations
    *pieces, last = [piece async for piece in samples.astream(QUESTION)]
    assert isinstance(last, Answer) and "".join(map(str, pieces)) == last.text


async def test_the_loop_goes_on_and_questions_run_beside_each_other(samples: Assistant) -> None:
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            beats += 1
            await asyncio.sleep(0.005)

    beating = asyncio.create_task(beat())
    answers = await asyncio.gather(*(samples.aask(QUESTION) for _ in range(4)))
    beating.cancel()
    assert beats > 5 and len({answer.text for answer in answers}) == 1


async def test_a_wrong_question_is_told_where_it_is_awaited(samples: Assistant) -> None:
    with pytest.raises(InvalidValue):
        await samples.aask("")


async def test_leaving_early_stops_the_model(tmp_path_factory: pytest.TempPathFactory, articles: list[object]) -> None:
    with scripted_model() as model:
        words = " ".join(f"Cable {n} was tested by engineers, and {n + 3} cracks were found." for n in range(60))
        model.script = lambda _: Reply(words, pause=0.05)
        folder = tmp_path_factory.mktemp("awaited") / "library"
        with Assistant.open(folder, model="openai:scripted", base_url=f"{model.host}/v1") as desk:
            desk.add(articles)  # type: ignore[arg-type]
            async with aclosing(desk.astream("Why was the harbour bridge at Lowmere closed?")) as pieces:
                async for piece in pieces:
                    if piece:
                        break
            assert model.stopped.wait(10)
            task = asyncio.create_task(desk.aask("Why was the harbour bridge at Lowmere closed?"))
            model.stopped.clear()
            await asyncio.sleep(1)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert model.stopped.wait(10)
