"""One process holds the library and serves everyone: commands go through it, in real processes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Article, Assistant
from assistant.remote.client import reach
from assistant.samples import folder as samples_folder
from index.errors import LibraryLocked
from index.stores.lock import holder_of

QUESTION = "what are Putin's ceasefire conditions"
NEWSDESK = [sys.executable, "-m", "newsdesk"]


class serving:
    """`newsdesk serve` over a library until the block ends; its address is what it prints first."""

    def __init__(self, library: Path, *options: str) -> None:
        self._command = [*NEWSDESK, "serve", "--no-page", "--port", "0", "-l", str(library), *options]
        self.log = library.with_name("serve.log")

    def __enter__(self) -> subprocess.Popen[str]:
        with self.log.open("w") as log:
            self.process = subprocess.Popen(self._command, stdout=subprocess.PIPE, stderr=log, text=True)
        assert self.process.stdout
        first = self.process.stdout.readline()
        assert first.startswith("Newsdesk on http://127.0.0.1:"), first + self.log.read_text()
        return self.process

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.communicate(timeout=60)
        lines = [json.loads(line) for line in self.log.read_text().splitlines()]
        assert not [line for line in lines if line.get("status", 0) >= 500 or line["level"] == "error"]


def newsdesk(*arguments: str | Path, given: str | None = None) -> tuple[int, str, str]:
    """The exit code of a command and what it printed."""
    done = subprocess.run(
        [*NEWSDESK, *map(str, arguments)], capture_output=True, text=True, check=False, input=given, timeout=300
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Path]:
    """The sample articles, held by nobody."""
    with Assistant.open(tmp_path / "library") as desk:
        desk.add(samples_folder())
    yield tmp_path / "library"


def test_commands_say_the_same_through_the_server(library: Path, tmp_path: Path) -> None:
    (tmp_path / "some.jsonl").write_text('{"text": "The quarry at Veltham is shut. It had 40 workers."}\n{broken\n')
    with Assistant.open(library) as desk:
        first = desk.articles()[0].id
    commands: list[tuple[str | Path, ...]] = [
        ("ask", QUESTION, "--json", "--since", "2025-01-01"),
        ("ask", "what did Macron say about the ceasefire"),  # exit code 3
        ("retrieve", "the ferry", "-k", "2", "--json"),
        ("list", "--json"),
        ("show", first),
        ("timeline", "How many people died in the Vessa flood?", "--json"),
        ("add", samples_folder(), "--json"),
        ("add", tmp_path / "nowhere"),  # exit code 1
    ]
    alone = [newsdesk(*command, "-l", library) for command in commands]
    assert [code for code, _, _ in alone] == [0, 3, 0, 0, 0, 0, 0, 1]
    with serving(library):
        assert [newsdesk(*command, "-l", library) for command in commands] == alone
        added = newsdesk("add", tmp_path / "some.jsonl", "-l", library, "--report", tmp_path / "report.json")
        assert (
            added[0] == 4 and "1 added, 1 failed" in added[1] and f"{tmp_path}/some.jsonl" in added[2].replace("\n", "")
        )
        kinds = [row["kind"] for row in json.loads((tmp_path / "report.json").read_text())["outcomes"]]
        assert sorted(kinds) == ["added", "failed"]
        said = newsdesk("add", "-", "-l", library, given="The lighthouse at Pell is for sale. It was built in 1904.")
        assert "1 added" in said[1], said
        assert "1904" in newsdesk("ask", "When was the lighthouse at Pell built?", "-l", library)[1]
        assert newsdesk("remove", first, "-l", library)[:2] == (0, "1 removed\n")
        assert newsdesk("show", first, "-l", library)[0] == 1


def test_a_second_server_is_told_who_holds_the_library_and_the_first_ends_clean(library: Path) -> None:
    with serving(library) as server:
        note = holder_of(library)
        assert note and note.pid == server.pid and note.secret
        assert stat.S_IMODE((library / "owner.json").stat().st_mode) == 0o600
        for command in (("serve", "--no-page"), ("chat",)):
            code, _, told = newsdesk(*command, "--port", "0", "-l", library)
            assert code == 1 and f"process {server.pid}" in told and note.address in told
        with pytest.raises(LibraryLocked, match=note.address):
            Assistant.open(library, wait=0.1)
        server.send_signal(signal.SIGINT)
        server.communicate(timeout=60)
        assert server.returncode == 0
    assert holder_of(library) is None and reach(library) is None
    with serving(library) as again:
        again.kill()  # it leaves its note behind, and nobody answers at that address any more
        again.wait()
        assert holder_of(library) is not None and newsdesk("ask", QUESTION, "-l", library)[0] == 0


ASKER = """
import sys
from assistant.remote.client import reach
desk = reach(sys.argv[1])
for _ in range(4):
    answer = desk.ask("How many boats are moored at Harbour 3?")
    assert answer.abstained or answer.citations
    for citation in answer.citations:
        assert desk.article(citation.article.id).text[citation.start : citation.end] == citation.quote
    for hit in desk.retrieve("boats moored", k=5):
        assert desk.article(hit.article.id).text[hit.passage.start : hit.passage.end] == hit.passage.text
print("asked")
"""
ADDER = """
import sys
from assistant import Article
from assistant.remote.client import reach
desk, first = reach(sys.argv[1]), int(sys.argv[2])
for begin in range(first, first + 40, 20):
    rows = [
        Article(id=f"h{n}", title=f"Harbour {n}", text=f"Harbour {n} is full. {n * 7} boats are moored at Harbour {n}.")
        for n in range(begin, begin + 20)
    ]
    assert desk.add(rows).counts["added"] == 20
    answer = desk.ask(f"How many boats are moored at Harbour {begin + 5}?")
    assert f"{(begin + 5) * 7} boats" in answer.text, answer.text
print("added")
"""


def test_eight_ask_while_two_add_and_nothing_is_lost(tmp_path: Path) -> None:
    library = tmp_path / "library"
    with Assistant.open(library) as desk:
        desk.add([Article(id="h3", title="Harbour 3", text="Harbour 3 is full. 21 boats are moored at Harbour 3.")])
    with serving(library, "--rate", "10/minute"):  # which is not for the owner
        scripts = [(ADDER, "100"), (ADDER, "200"), *[(ASKER, "0")] * 8]
        running = [
            subprocess.Popen(
                [sys.executable, "-c", script, str(library), first],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ},
            )
            for script, first in scripts
        ]  # fmt: skip
        said = [(process, *process.communicate(timeout=400)) for process in running]
        assert all(process.returncode == 0 for process, _, _ in said), [errors for _, _, errors in said]
        assert [out.strip() for _, out, _ in said] == ["added"] * 2 + ["asked"] * 8
        assert newsdesk("check", "-l", library)[0] == 0
    with Assistant.open(library) as desk:
        ids = {article.id for article in desk.articles()}
        assert ids == {"h3"} | {f"h{n}" for begin in (100, 200) for n in range(begin, begin + 40)}
        assert desk.check()


def test_a_copy_of_a_served_library_stands_alone(library: Path, tmp_path: Path) -> None:
    with serving(library):
        assert reach(library) is not None
        copy = tmp_path / "copy"
        shutil.copytree(library, copy)
        assert (copy / "owner.json").exists()  # it speaks of the original
        assert holder_of(copy) is None and reach(copy) is None
        one = json.loads(newsdesk("list", "--json", "-l", copy)[1])[0]["id"]
        assert newsdesk("remove", one, "-l", copy)[0] == 0
        assert newsdesk("show", one, "-l", library)[0] == 0 and newsdesk("show", one, "-l", copy)[0] == 1
        moved = tmp_path / "moved"
        library.rename(moved)  # the same library under another name
        assert reach(moved) is not None
        moved.rename(library)
