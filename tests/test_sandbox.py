"""Files that take too much to read: each has a limit, nobody waits for them, and ordinary files hardly pay for it."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import threading
import time
import zlib
from itertools import pairwise
from pathlib import Path

import pytest

from assistant import Assistant
from index.sources import sandbox
from index.sources.loading import HOPELESS, load
from index.sources.options import Options
from index.stores import indexing
from index.types import Article, Failure, Read
from tests import made

GOOD = "The harbour bridge at Lowmere is closed. Two of its cables are cracked, engineers said on Tuesday."


def pdf_of(stream: bytes) -> bytes:
    """A PDF of one page that draws this."""
    packed = zlib.compress(stream, 9)
    whole = made.pdf([[GOOD]])
    head, _, rest = whole.partition(b"stream\n")
    return (
        head[: head.rindex(b"<<")]
        + b"<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(packed)
        + packed
        + (b"\nendstream" + rest.partition(b"endstream")[2])
    )


def read(path: Path, options: Options = Options()) -> list[Article | Failure]:
    items = [one.article if isinstance(one, Read) else one for one in load(path, options)]
    return [one for one in items if isinstance(one, Article | Failure)]


@pytest.fixture
def bomb(tmp_path: Path) -> Path:
    """A PDF of some kilobytes that takes minutes and gigabytes."""
    path = tmp_path / "bomb.pdf"
    path.write_bytes(pdf_of(b"BT /F1 12 Tf " + b"(The harbour bridge is closed.) Tj " * 600_000 + b"ET"))
    assert path.stat().st_size < 100_000
    return path


def test_a_pdf_that_takes_too_long_is_ended_and_the_next_file_is_read(
    bomb: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "MOST_SECONDS", 2)
    (bomb.parent / "good.html").write_text("<html><body>" + f"<p>{GOOD}</p>" * 5)
    bombed, good = read(bomb.parent)
    assert isinstance(bombed, Failure) and "longer than 2 seconds" in bombed.reason
    assert isinstance(good, Article) and "Lowmere" in good.text


def test_what_takes_too_much_memory_is_refused_and_this_process_has_none_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "MOST_MEMORY", 400 * sandbox.MB)
    sandbox._WORKERS.end()
    (tmp_path / "wide.json").write_text('[{"a":' + "[" + "[]," * 8_000_000 + "[]]}]")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    (refused,) = read(tmp_path / "wide.json")
    assert isinstance(refused, Failure) and "MB of memory" in refused.reason
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000  # kilobytes
    sandbox._WORKERS.end()


def test_nobody_waits_for_a_file_that_is_not_wanted_any_more(bomb: Path) -> None:
    stop = threading.Event()
    threading.Timer(0.5, stop.set).start()
    begun = time.monotonic()
    assert read(bomb, Options(stop=stop.is_set)) == []
    assert time.monotonic() - begun < 5


def test_a_worker_ends_with_whoever_asked_it(bomb: Path) -> None:
    """Killed in the middle of a bomb: nothing goes on reading it."""
    lines = "import sys, pathlib; from index.sources.loading import load; list(load(pathlib.Path(sys.argv[1])))"
    home = Path(__file__).parent.parent
    asking = subprocess.Popen([sys.executable, "-c", lines, str(bomb)], env=os.environ, cwd=home)
    children = Path(f"/proc/{asking.pid}/task/{asking.pid}/children")
    until = time.monotonic() + 30
    while not (found := children.read_text().split()) and time.monotonic() < until:
        time.sleep(0.05)
    asking.kill()
    asking.wait()
    while runs(found[0]) and time.monotonic() < until:
        time.sleep(0.1)
    assert not runs(found[0])


def runs(process: str) -> bool:
    """Whether a process is at work: it may stay listed, ended, where nothing collects orphans."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_worker_sees_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSDESK_API_KEY", "secret")
    worker = sandbox._Worker()
    while not (environment := Path(f"/proc/{worker._process.pid}/environ").read_bytes()):
        time.sleep(0.01)  # it is only just starting
    worker.end()
    assert b"secret" not in environment and b"PATH=" in environment


def test_a_file_of_a_million_things_that_are_no_articles_is_given_up(tmp_path: Path) -> None:
    (tmp_path / "numbers.json").write_text("[" + "1," * 1_000_000 + "1]")
    (tmp_path / "mixed.jsonl").write_text(f'{{"text": "{GOOD}"}}\n' + "1\n" * (HOPELESS + 5))
    failures = read(tmp_path / "numbers.json")
    assert len(failures) == HOPELESS + 1 and isinstance(failures[-1], Failure)
    assert "none of its first 1,000" in failures[-1].reason
    assert len(read(tmp_path / "mixed.jsonl")) == HOPELESS + 6


@pytest.mark.parametrize("text", ["a." * 1_000_000, "It rains. " * 100_000, "x" * 10_000_001])
def test_a_text_that_says_nothing_is_refused_at_once(tmp_path: Path, text: str) -> None:
    with Assistant.open(tmp_path / "library") as desk:
        begun = time.monotonic()
        report = desk.add([{"text": text}, {"text": GOOD}])
        assert report.counts["failed"] == 1 and report.counts["added"] == 1
        assert time.monotonic() - begun < 20


def test_a_book_is_stopped_between_two_batches_of_its_vectors(tmp_path: Path) -> None:
    """One article of some 900 passages: cancelling does not wait for all of them."""
    words = [f"word{n * 7919 % 9973}" for n in range(60_000)]
    text = " ".join(f"The {a} met {b}." for a, b in pairwise(words))
    cancel = threading.Event()
    with Assistant.open(tmp_path / "library") as desk:
        added = threading.Thread(target=lambda: desk.add([{"text": text}], cancel=cancel))
        added.start()
        while desk.pending != 1:
            time.sleep(0.05)
        cancel.set()
        begun = time.monotonic()
        added.join()
        assert time.monotonic() - begun < 20 and desk.pending == 1
    assert indexing.VECTORS_BATCH_PASSAGES < 900
