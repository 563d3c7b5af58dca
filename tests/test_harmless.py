"""An article that wants to act in a terminal, a browser or a chat: no door lets it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from assistant import Article, Assistant
from assistant.conversations import draft_report
from assistant.integrations.text_for_models import brief_answer, brief_hits
from assistant.server import app as server

CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
QUESTION = "Why is the bridge at Lowmere closed?"
ACTS = "\x1b[2J\x1b]8;;https://evil.example\x07\x9b31m"
MARKUP = "<img src=x onerror=alert(1)> ![log](https://evil.example/p.png) [renew](https://evil.example)"
EVIL = Article(
    id="a](https://evil.example)*_<b>\x1b[31m",
    title=f"Bridge{ACTS} closed {MARKUP}",
    publisher=f"Post {ACTS}<script>alert(1)</script>",
    authors=(f"Ann {ACTS}",),
    url="https://example.org/bridge\x1b[2J",
    text=f"The bridge at Lowmere is closed because two of its cables{ACTS} are cracked {MARKUP}. It rained on Monday.",
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with Assistant.open(tmp_path_factory.mktemp("harmless") / "library") as opened:
        assert not opened.add([EVIL]).failed
        assert not opened.ask(QUESTION).abstained
        yield opened


@pytest.fixture(scope="module")
def address(desk: Assistant) -> Iterator[str]:
    running = server.serve(desk, port=0, block=False)
    yield running.address
    running.stop()


def test_control_characters_are_replaced_one_for_one() -> None:
    article = Article(text="a\x1b[31m\tb\n\x93quoted\x94\x85\x0cnext \x81", title="t\x07 x")
    assert article.text == "a\ufffd[31m\tb\n“quoted”… next \ufffd" and article.title == "t\ufffd x"


def test_an_article_drives_no_terminal(address: str, desk: Assistant) -> None:
    """Through the commands, which go to the server that holds the library."""
    library, article_id = str(desk._library.folder), desk.articles()[0].id
    for command in (["ask", QUESTION], ["retrieve", QUESTION], ["list"], ["show", article_id], ["timeline", QUESTION],
                    ["ask", QUESTION, "--json"], ["list", "--json"]):  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-m", "newsdesk", *command, "--library", library],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert not CONTROLS.search(done.stdout + done.stderr), (command, done.stdout)
        assert "ridge" in done.stdout or command[0] == "timeline", (command, done.stdout, done.stderr)


def test_an_article_marks_nothing_up_in_a_chat(address: str, desk: Assistant) -> None:
    asked = {"model": "newsdesk", "messages": [{"role": "user", "content": QUESTION}]}
    said = httpx.post(f"{address}/v1/chat/completions", json=asked, timeout=60).json()
    message = said["choices"][0]["message"]
    assert "cracked" in message["content"] and not CONTROLS.search(message["content"])
    for marked in ("<img", "<script", "![", "](", "<b>"):
        assert marked not in message["content"]
    for note in (one["url_citation"] for one in message["annotations"]):
        assert re.fullmatch(r"\[\d\]", message["content"][note["start_index"] : note["end_index"]])


def test_the_api_gives_json_that_no_browser_takes_for_a_page(address: str) -> None:
    said = httpx.post(f"{address}/v1/ask", json={"question": QUESTION}, timeout=60)
    assert said.headers["content-type"].startswith("application/json")
    answer = said.json()
    assert not CONTROLS.search(json.dumps(answer, ensure_ascii=False))
    article = httpx.get(f"{address}/v1/articles/{answer['citations'][0]['article']['id']}").json()
    for citation in answer["citations"]:
        assert article["text"][citation["start"] : citation["end"]] == citation["quote"]


def test_exports_and_texts_for_models_hold_no_markup_of_an_article(desk: Assistant) -> None:
    conversation = desk.conversations.start("ann")
    answer = desk.ask(QUESTION)
    desk.conversations.record("ann", conversation.id, answer)
    report = desk.verify(EVIL.text)
    markdown = [desk.conversations.export_markdown("ann", conversation.id), draft_report.markdown(report)]
    html = [desk.conversations.export_html("ann", conversation.id), draft_report.page(report)]
    for text in markdown:
        assert "evil" in text and not re.search(r"(?<!\\)(?:!\[|\]\(|<(?:img|script|b)\b)", text), text
        assert "article a\\]" in text and "\\*\\_\\<b" in text  # the id
    for text in html:
        assert "evil" in text and not re.search(r"<(?:img|script|b>)", text)
    for text in (*markdown, *html, brief_answer(answer), brief_hits(answer.hits)):
        assert not CONTROLS.search(text)


def test_the_page_shows_an_article_as_text(desk: Assistant) -> None:
    from ui_parts import shelf_view
    from ui_parts.texts import speaking

    article = desk.article(desk.articles()[0].id)
    drawn = shelf_view.reader(article, (), (), speaking("en"), True)
    assert "evil" in drawn and not CONTROLS.search(drawn) and not re.search(r"<(?:img|script)\b", drawn)


def test_a_library_from_before_is_harmless_too(tmp_path: Path) -> None:
    import sqlite3

    with Assistant.open(tmp_path / "library") as desk:
        desk.add([Article(id="old", title="Bridge", text="The bridge at Lowmere is closed X now.")])
    with sqlite3.connect(tmp_path / "library" / "catalogue.sqlite3") as db:
        db.execute("UPDATE articles SET title = 'Bridge ' || char(27) || '[2J'")
    with Assistant.open(tmp_path / "library") as desk:
        assert not CONTROLS.search(desk.articles()[0].title) and not CONTROLS.search(desk.article("old").title)
