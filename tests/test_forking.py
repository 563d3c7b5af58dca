"""A process that forked off the one that opened a library gets one clear error, and the library stays whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

FORKS = """
import json, os, sys
from assistant import Article, Assistant, NewsdeskError

def said(call):
    try:
        call()
    except NewsdeskError as error:
        return f"{type(error).__name__}: {error}"
    return "nothing was raised"

desk = Assistant.open(sys.argv[1])
desk.add([Article(id="a", title="Bridge", text="The bridge at Lowmere is closed. Its cables are cracked.")])
before = desk.ask("Why is the bridge at Lowmere closed?").text
_ = desk.conversations
calls = {
    "ask": lambda: desk.ask("Why is the bridge closed?"),
    "retrieve": lambda: desk.retrieve("bridge"),
    "add": lambda: desk.add([Article(text="Another one.")]),
    "remove": lambda: desk.remove(["a"]),
    "article": lambda: desk.article("a"),
    "articles": lambda: desk.articles(),
    "listing": lambda: desk.listing(),
    "publishers": lambda: desk.publishers(),
    "followed": lambda: desk.followed(),
    "check": lambda: desk.check(),
    "pending": lambda: desk.pending,
    "warm": lambda: desk.warm(),
    "conversations": lambda: desk.conversations.list("somebody"),
    "another": lambda: Assistant.open(sys.argv[1], wait=0),
}
reading, writing = os.pipe()
if os.fork() == 0:
    told = {name: said(call) for name, call in calls.items()}
    desk.close()
    os.write(writing, json.dumps(told).encode())
    os._exit(0)
os.close(writing)
with os.fdopen(reading) as pipe:
    told = json.loads(pipe.read())
os.wait()
after = desk.ask("Why is the bridge at Lowmere closed?").text
held = said(lambda: Assistant.open(sys.argv[1], wait=0))
print(json.dumps({"child": told, "parent": [before, after, held, bool(desk.check())], "pid": os.getpid()}))
desk.close()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="only where processes fork")
def test_a_forked_process_gets_one_clear_error_and_the_parent_goes_on(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FORKS, str(tmp_path / "library")],
        capture_output=True,
        text=True,
        timeout=300,  # it used to hang for ever
        check=True,
    )
    told = json.loads(done.stdout.splitlines()[-1])
    another = told["child"].pop("another")
    assert another.startswith("LibraryLocked")  # the parent's lock is still held
    for call, said in told["child"].items():
        assert said.startswith(f"ForkedProcess: process {told['pid']} opened this library"), call
    before, after, held, sound = told["parent"]
    assert before == after and "Lowmere" in after and sound
    assert held.startswith("LibraryLocked")
