"""The documentation: made pages are current, the site builds without a warning, and the cookbook's code runs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.answer import confidence as answerability
from assistant.answer import extractive
from assistant.json_codec import answer_from
from assistant.retrieval import reading_window as window
from assistant.retrieval import search as retrieval
from assistant.samples import folder as samples_folder
from tests.scripted_model import Asked, Reply, scripted_model
from tests.test_tool import calling

REPOSITORY = Path(__file__).parent.parent
DOCS = REPOSITORY / "docs"
_CODE = re.compile(r"^```(?:python|bash) title=\"(\S+)\"\n(.*?)^```$", re.M | re.S)
RECIPES = dict(_CODE.findall((DOCS / "cookbook.md").read_text(encoding="utf-8")))


def run(*command: str | Path, where: Path = REPOSITORY, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a program of the repository; it must succeed."""
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)} | variables
    done = subprocess.run([*map(str, command)], cwd=where, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def test_settings_and_commands_are_described_as_they_are() -> None:
    run(sys.executable, DOCS / "theme" / "generate.py", "--check")


def test_the_site_builds_without_a_warning_and_fetches_nothing(tmp_path: Path) -> None:
    done = run(
        sys.executable, "-m", "mkdocs", "build", "-f", DOCS / "theme" / "mkdocs.yml", "-d", tmp_path,
        NO_MKDOCS_2_WARNING="1",
    )  # fmt: skip
    assert "WARNING" not in done.stderr
    for page in tmp_path.rglob("*.html"):
        html = page.read_text(encoding="utf-8")
        assert not re.findall(r"<(?:script|img|iframe)[^>]+src=\"(?:https?:)?//", html), page
        assert not re.findall(r"<link[^>]+rel=\"(?:stylesheet|preconnect)\"[^>]+href=\"(?:https?:)?//", html), page
    assert "Answer a question" not in (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "as_tool" in (tmp_path / "api.html").read_text(encoding="utf-8")


def test_how_answers_are_made_is_told_with_the_numbers_of_the_code() -> None:
    told = " ".join((DOCS / "answers.md").read_text(encoding="utf-8").split())
    for said in (
        f"searched**, {retrieval.DEPTH_PASSAGES} passages each",
        f"the likeliest of the first {retrieval.SEEN} passages",
        f"{retrieval.WHOLE} whole, of {retrieval.WINDOWS} more",
        f"some {window.SIZE} characters",
        f"Below {answerability.DECLINE_BELOW} the desk declines",
        f"fit into {extractive.WORDS} words",
        f"up to {extractive.MORE_WORDS}.",
    ):
        assert said in told


@pytest.fixture(scope="module")
def kitchen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a library of the samples, as the cookbook's code expects it."""
    where = tmp_path_factory.mktemp("kitchen")
    with Assistant.open(where / "library") as desk:
        desk.add(samples_folder())
    return where


def cook(recipe: str, where: Path, **variables: str) -> str:
    """What a recipe prints."""
    (where / recipe).write_text(RECIPES[recipe], encoding="utf-8")
    return run(sys.executable, recipe, where=where, **variables).stdout


def test_the_agent_of_the_cookbook_asks_and_cites(kitchen: Path) -> None:
    def script(asked: Asked) -> Reply:
        asks = asked.body["messages"][-1]["role"] == "user"
        return calling(question="What are Putin's ceasefire conditions?") if asks else Reply("Four conditions [1].")

    with scripted_model() as model:
        model.script = script
        said = cook("agent.py", kitchen, OPENAI_API_KEY="none", OPENAI_BASE_URL=f"{model.host}/v1")
    assert said.startswith("Four conditions [1].\n[1] The Kremlin’s price for a 30-day truce https://example.org/")


def test_the_chain_of_the_cookbook_gives_the_passages_to_the_model(kitchen: Path) -> None:
    with scripted_model() as model:
        model.says("Eleven people died [1].")
        said = cook("chain.py", kitchen, OPENAI_API_KEY="none", OPENAI_BASE_URL=f"{model.host}/v1")
        assert "eleven dead" in model.asked[-1].prompt
    assert said.strip() == "Eleven people died [1]."


def test_the_cookbooks_retriever_works_in_llama_index(kitchen: Path) -> None:
    said = cook("llama.py", kitchen)
    assert len(said.splitlines()) == 4 and "https://example.org/" in said


@pytest.fixture(scope="module")
def server(kitchen: Path) -> Iterator[str]:
    """The address of `newsdesk serve` over the kitchen's library."""
    command = [sys.executable, "-m", "newsdesk", "serve", "--no-page", "--port", "0"]
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    process = subprocess.Popen(
        command, cwd=kitchen, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    found = re.search(r"http://\S+", process.stdout.readline())
    assert found is not None
    yield found[0]
    process.terminate()
    process.wait()
    process.stdout.close()


def test_the_cookbooks_curl_lines_get_answers(kitchen: Path, server: str) -> None:
    def curl(recipe: str) -> str:
        return run("bash", "-c", RECIPES[recipe], where=kitchen, NEWSDESK=server).stdout

    answer = answer_from(json.loads(curl("ask.sh")))
    assert answer.citations and not answer.abstained and "NATO" in answer.text
    streamed = curl("stream.sh")
    assert streamed.startswith("event: text") and "event: answer" in streamed and "11 people" in streamed
    assert len(json.loads(curl("retrieve.sh"))) == 3
    listed = json.loads(curl("list.sh"))
    assert len(listed["articles"]) == 2 and "Vessa" in listed["articles"][0]["title"]
    assert json.loads(curl("add.sh"))["state"] in ("waiting", "running", "done")


def test_the_notebook_runs_from_the_beginning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = json.loads((DOCS / "cookbook.ipynb").read_text(encoding="utf-8"))
    assert notebook["nbformat"] == 4 and all(not cell.get("outputs") for cell in notebook["cells"])
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), cell["id"], "exec"), names)
