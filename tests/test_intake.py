"""Long runs: cancelled, interrupted and resumed, reported; memory that does not grow with the source."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import tracemalloc
from pathlib import Path

import pytest

from assistant import Article, Assistant, Progress
from index.sources.loading import load
from index.stores import intake
from index.types import KEPT_OUTCOMES, AddReport, Outcome
from tests.test_cli import newsdesk
from tests.test_crash import generated
from tests.test_library import in_step


@pytest.fixture
def many(tmp_path: Path) -> Path:
    file = tmp_path / "many.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in generated(1200)))
    return file


def test_a_cancelled_run_stops_and_keeps_what_was_done(tmp_path: Path, many: Path) -> None:
    cancel = threading.Event()

    def tell(at: Progress) -> None:
        if at.done >= 500:
            cancel.set()

    with Assistant.open(tmp_path / "library") as desk:
        report = desk.add(many, progress=tell, cancel=cancel)
        assert report.stopped and 500 <= sum(report.counts.values()) < 1200
        assert len(desk.articles()) == sum(report.counts.values())
        assert desk.retrieve("bridges in Quillan", k=3)  # by words already
        assert desk._library.pending


def test_what_is_being_added_is_answered_from_at_once_and_the_answer_says_what_is_still_to_come(
    tmp_path: Path, many: Path
) -> None:
    """Asking waits for no one: words are found while the rest is read and embedded in another thread."""
    by_words = threading.Event()
    with Assistant.open(tmp_path / "library") as desk:
        desk.add([Article(id="tram", title="Tram", text="The council of Pellworm bought 14 trams from Astrup in May.")])
        adding = threading.Thread(
            target=desk.add,
            args=[many],
            kwargs={"progress": lambda at: by_words.set() if at.stage == "vectors" else None},
        )
        adding.start()
        try:
            assert desk.retrieve("How many trams did the council of Pellworm buy?", k=1)[0].article.id == "tram"
            assert by_words.wait(300)
            answer = desk.ask("How many trams did the council of Pellworm buy?")
            assert [c.article.id for c in answer.citations] == ["tram"]
            assert answer.searched.pending > 0 and answer.searched.articles == 1201
            assert desk.retrieve("bridges in Quillan", k=3)
        finally:
            desk.close()  # ends the embedding between two batches, not after an hour
            adding.join(60)
    with Assistant.open(tmp_path / "library") as desk:
        assert len(desk.articles()) == 1201


def test_a_cancel_while_vectors_are_made_stops_too_and_the_next_opening_goes_on(tmp_path: Path, many: Path) -> None:
    cancel = threading.Event()
    rows = generated(80)
    with Assistant.open(tmp_path / "library") as desk:
        report = desk.add(rows, progress=lambda at: cancel.set() if at.stage == "vectors" else None, cancel=cancel)
        assert report.stopped and desk._library.pending
    with Assistant.open(tmp_path / "library") as desk:
        desk.settle()
        assert in_step(desk._library)
        assert desk.add(rows).counts["unchanged"] == 80


def test_ctrl_c_ends_a_run_with_its_report_and_it_can_be_given_again(tmp_path: Path, many: Path) -> None:
    command = [sys.executable, "-m", "newsdesk", "add", str(many), "-l", str(tmp_path / "library")]
    command += ["--report", str(tmp_path / "report.json")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    part = tmp_path / "report.json.part"
    while not (part.exists() and part.stat().st_size > 10_000) and process.poll() is None:
        pass
    os.kill(process.pid, signal.SIGINT)
    out, err = process.communicate()
    assert process.returncode == 130 and "stopped before the end" in out and "Ctrl-C again" in err
    report = json.loads((tmp_path / "report.json").read_text())
    done = [row["id"] for row in report["outcomes"]]
    assert report["stopped"] and done
    with Assistant.open(tmp_path / "library") as desk:
        assert {a.id for a in desk.articles()} == set(done)


def test_the_report_file_and_the_table_tell_what_became_of_each(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": "a", "text": "One."}\n{"id": "b", "text": "One."}\n{broken\n')
    (tmp_path / "b.txt").write_text("The bridge is closed.")
    out = tmp_path / "report.json"
    done = newsdesk(
        "add", tmp_path / "a.jsonl", tmp_path / "b.txt", "-l", tmp_path / "library", "--report", out, code=4
    )
    assert "together" in done.stdout and "copies" in done.stdout and "line 3: it is not JSON" in done.stderr
    report = json.loads(out.read_text())
    assert report["counts"] == {"added": 2, "updated": 0, "unchanged": 0, "duplicates": 1, "failed": 1, "passed": 0}
    assert [row["kind"] for row in report["outcomes"]] == ["added", "duplicates", "failed", "added"]
    assert report["outcomes"][1]["detail"] == "a" and not report["stopped"]


def test_files_that_have_not_changed_are_not_read_again(tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    for number in range(6):
        (folder / f"{number}.txt").write_text(f"Report {number}. The bridge of ward {number} is closed.")
    with Assistant.open(tmp_path / "library") as desk:
        assert len(desk.add(folder, jobs=3).added) == 6
        (folder / "2.txt").write_text("Report 2. The bridge of ward 2 is open again.")
        (folder / "3.txt").chmod(0)  # would fail if it were opened, but for root
        report = desk.add(folder)
        assert (report.counts["unchanged"], report.counts["updated"]) == (5, 1)
        desk.remove([desk.articles()[0].id])
        assert desk.add(folder).counts["added"] == 1  # what is no longer there is read again


def test_a_report_counts_all_and_keeps_a_limited_number() -> None:
    tally = intake.Tally()
    for number in range(KEPT_OUTCOMES + 10):
        tally.put(Outcome("unchanged", str(number)))
    report = tally.report(False)
    assert len(report.unchanged) == KEPT_OUTCOMES and report.counts["unchanged"] == KEPT_OUTCOMES + 10
    assert str(report) == f"0 added, {KEPT_OUTCOMES + 10} unchanged"
    assert AddReport(added=("a",)).counts["added"] == 1


def test_a_long_data_file_takes_no_more_memory_than_a_short_one(tmp_path: Path) -> None:
    peaks = []
    for count in (2_000, 40_000):
        file = tmp_path / f"{count}.jsonl"
        with file.open("w") as out:
            for number in range(count):
                out.write(json.dumps({"id": str(number), "text": "word " * 50}) + "\n")
        tracemalloc.start()
        assert sum(1 for _ in load(file)) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0] + 1_000_000
