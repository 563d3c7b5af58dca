"""A process killed in the middle of an `add`: nothing that was ready is lost, and the next open goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from assistant import Article, Assistant
from index.stores.catalogue import Catalogue
from tests.test_library import in_step

SENTENCES = (
    "The committee on {0} met in {1} and heard {2} speakers.",
    "Its chair said that the plan for {1} would cost {2} million crowns.",
    "Residents of {1} asked for another {0} before the winter.",
    "A vote is expected in {2} days.",
)
SUBJECTS = ("bridges", "schools", "ferries", "museums", "forests", "tunnels", "harbours")
TOWNS = ("Lowmere", "Quillan", "Pellworm", "Astrup", "Tarnby")


def generated(n: int) -> list[dict[str, str]]:
    """n articles that differ from each other."""
    made = []
    for i in range(n):
        paragraphs = [
            " ".join(s.format(SUBJECTS[(i + p) % 7], TOWNS[(i * p) % 5], i * 7 + p) for s in SENTENCES)
            for p in range(6)
        ]
        made.append({"id": f"a{i}", "title": f"Meeting {i}", "text": "\n\n".join(paragraphs)})
    return made


ADD = """
import sys
from assistant import Assistant
with Assistant.open(sys.argv[1]) as desk:
    desk.add(sys.argv[2], progress=lambda p: print(p.stage, p.done, flush=True))
"""


@pytest.mark.parametrize("kill_at", ["words", "vectors"])
def test_a_kill_loses_nothing_that_was_ready_and_the_next_open_finishes(tmp_path: Path, kill_at: str) -> None:
    first, rest = tmp_path / "first.jsonl", tmp_path / "rest.jsonl"
    rows = generated(700)
    first.write_text("".join(json.dumps(row) + "\n" for row in rows[:20]))
    rest.write_text("".join(json.dumps(row) + "\n" for row in rows[20:]))
    folder = tmp_path / "library"
    with Assistant.open(folder) as desk:
        desk.add(first)
    process = subprocess.Popen([sys.executable, "-c", ADD, str(folder), str(rest)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(kill_at):
            break
    if kill_at == "words":
        time.sleep(0.05)  # into the next batch
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    process.stdout.close()

    catalogue = Catalogue(folder / "catalogue.sqlite3")
    waiting = catalogue.count_in("pending", "words")
    catalogue.close()
    assert waiting > 0  # the kill came in the middle
    with Assistant.open(folder) as desk:
        assert {f"a{i}" for i in range(20)} <= {a.id for a in desk.articles()}
        desk.settle()
        assert in_step(desk._library)
        report = desk.add(rest)
        assert not report.failed and not report.updated
        assert len(desk.articles()) == 700 and in_step(desk._library)


def test_an_update_that_was_cut_short_shows_the_old_article_or_the_new_never_none(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    old = Article(id="a", title="Bridge", text="The bridge is closed. Cables are cracked.")
    with Assistant.open(folder) as desk:
        desk.add([old])
    catalogue = Catalogue(folder / "catalogue.sqlite3")
    catalogue.take_in(Article(id="a", title="Bridge", text="The bridge is open again."))  # and the process dies here
    found = catalogue.article("a")
    assert found is not None and found.text == old.text
    catalogue.close()
    with Assistant.open(folder) as desk:
        desk.settle()
        assert desk.article("a").text == "The bridge is open again." and in_step(desk._library)
