"""The page and the command with a model: which one wrote the answer, what was struck, a Stop that stops it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from assistant import Assistant
from assistant.samples import folder as samples_folder
from tests.browser import QUESTION, ask, chromium, opened
from tests.scripted_model import Asked, Reply, ScriptedModel, scripted_model

TRUE = "Putin set four conditions for a truce, among them that Ukraine drop its hope of joining NATO. [{n}]"
FALSE = "Putin told this to the Pope in Rome."


def script(asked: Asked) -> Reply:
    """A true sentence and a false one."""
    return Reply(TRUE.replace("{n}", str(asked.passage_with("four conditions"))) + " " + FALSE)


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedModel]:
    with scripted_model() as opened:
        yield opened


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    there = tmp_path_factory.mktemp("model-page") / "library"
    with Assistant.open(there) as desk:
        desk.add(samples_folder())
    return there


def newsdesk(*arguments: str | Path, code: int = 0, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "newsdesk", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **environment})
    assert done.returncode == code, done.stderr
    return done


@pytest.mark.parametrize(("provider", "path"), [("openai", "/v1"), ("ollama", "")])
def test_the_command_writes_checks_and_says_who_wrote(
    library: Path, model: ScriptedModel, provider: str, path: str
) -> None:
    model.script = script
    done = newsdesk("ask", QUESTION, "-l", library, "--model", f"{provider}:scripted", "--base-url", model.host + path)
    assert f"written by {provider}:scripted" in done.stdout
    assert f"not supported: {FALSE}" in done.stdout and "the name Pope does not stand there" in done.stdout
    assert "[1] The Kremlin’s price for a 30-day truce" in done.stdout


def test_the_command_takes_its_model_from_the_settings_and_prints_json(library: Path, model: ScriptedModel) -> None:
    model.script = script
    done = newsdesk(
        "ask", QUESTION, "--json", "--strict",
        NEWSDESK_LIBRARY=str(library), NEWSDESK_MODEL="openai:scripted", NEWSDESK_BASE_URL=f"{model.host}/v1",
        NEWSDESK_API_KEY="sk-secret-2",
    )  # fmt: skip
    answer = json.loads(done.stdout)
    assert answer["model"] == "openai:scripted" and FALSE not in answer["text"]
    assert [s["supported"] for s in answer["statements"]][:2] == [True, False]
    assert model.asked[-1].headers["authorization"] == "Bearer sk-secret-2"
    assert "sk-secret-2" not in done.stdout + done.stderr


def test_the_command_says_why_no_model_answered(library: Path) -> None:
    done = newsdesk("-v", "ask", QUESTION, "-l", library, "--model", "ollama:x", "--base-url", "http://127.0.0.1:9")
    assert "NATO" in done.stdout and "there is no route to 127.0.0.1:9" in done.stdout
    missing = newsdesk("ask", QUESTION, "-l", library, "--model", "mistralai:small", code=1)
    assert "pip install langchain-mistralai" in missing.stderr


@pytest.fixture(scope="module")
def address(library: Path, model: ScriptedModel) -> Iterator[str]:
    import ui

    with Assistant.open(library, model="openai:scripted", base_url=f"{model.host}/v1", timeout=60) as desk:
        yield ui.serve(desk, port=0, block=False)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    found = opened(browser, address)
    yield found
    found.context.close()


def test_the_page_shows_which_model_wrote_and_what_was_struck(page: Page, model: ScriptedModel) -> None:
    model.script = script
    ask(page, QUESTION)
    expect(page.locator(".written-by")).to_contain_text("Written by openai:scripted")
    expect(page.locator(".written-by")).to_contain_text("1 of its sentences not supported")
    expect(page.locator(".struck del")).to_have_text(FALSE)
    expect(page.locator(".struck")).to_contain_text("the name Pope does not stand there")
    page.locator(".cite").first.click()
    expect(page.locator("#reader mark.here").first).to_contain_text("four conditions")


def test_stop_on_the_page_stops_the_model_even_before_its_first_word(page: Page, model: ScriptedModel) -> None:
    model.stopped.clear()
    model.script = lambda _: Reply(TRUE, before=50)
    page.fill("#question textarea", QUESTION)
    page.press("#question textarea", "Enter")
    expect(page.locator(".answer.writing")).to_be_visible(timeout=30_000)
    page.wait_for_timeout(1_000)
    page.click("#stop")
    assert model.stopped.wait(15)
    expect(page.locator(".answer.writing")).to_have_count(0, timeout=30_000)
    expect(page.locator("#question textarea")).to_have_value(QUESTION)  # to be changed and asked again
    expect(page.locator(".welcome")).to_be_visible()
    model.script = script
    ask(page, QUESTION)
    model.stopped.clear()
    model.script = lambda _: Reply(TRUE, before=50)
    page.locator("#shown [data-do=retry]").click()
    expect(page.locator(".answer.writing")).to_be_visible(timeout=30_000)
    page.locator("#question textarea").fill("")
    page.locator(".masthead [data-do=help]").focus()
    page.keyboard.press("s")
    assert model.stopped.wait(15)
    expect(page.locator("#shown .cite").first).to_be_visible()  # the answer that was there is there still
