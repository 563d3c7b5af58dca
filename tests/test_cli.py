"""The `newsdesk` command as a person and as a program use it: real processes, real folders."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.samples import folder as samples_folder


def newsdesk(*arguments: str | Path, code: int = 0) -> subprocess.CompletedProcess[str]:
    """Run the command; it must end with this exit code."""
    command = [sys.executable, "-m", "newsdesk", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    return done


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli") / "library"
    assert "20 added" in newsdesk("add", "--samples", "--library", folder).stdout
    return folder


def test_adding_again_reports_everything_unchanged(library: Path) -> None:
    assert "20 unchanged" in newsdesk("add", samples_folder(), "-l", library).stdout


def test_a_failed_source_is_named_and_the_exit_code_tells(library: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text("{broken\n")
    done = newsdesk("add", tmp_path / "bad.jsonl", "-l", library, code=4)
    assert "line 1: it is not JSON" in done.stderr
    assert "no such file" in newsdesk("add", tmp_path / "nowhere", "-l", library, code=1).stderr
    newsdesk("add", "-l", library, code=2)


def test_an_answer_is_printed_with_its_sources(library: Path) -> None:
    done = newsdesk("ask", "what are Putin's ceasefire conditions", "-l", library)
    assert (
        "NATO" in done.stdout
        and "[1] The Kremlin’s price for a 30-day truce — The Meridian — 2025-03-14" in done.stdout
    )


def test_a_program_reads_the_answer_as_json(library: Path) -> None:
    done = newsdesk("ask", "what are Putin's ceasefire conditions", "-l", library, "--json")
    answer = json.loads(done.stdout)
    quote = answer["citations"][0]
    with Assistant.open(library) as desk:
        text = desk.article(quote["article"]["id"]).text
        assert set(answer) >= {
            "question",
            "text",
            "statements",
            "citations",
            "abstained",
            "confidence",
            "searched",
            "hits",
        }
    assert text[quote["start"] : quote["end"]] == quote["quote"]


def test_a_refusal_has_its_own_exit_code(library: Path) -> None:
    done = newsdesk("ask", "what did Macron say about the ceasefire", "-l", library, code=3)
    assert done.stdout.startswith("The articles in this library do not say.")


def test_passages_are_retrieved_within_a_filter(library: Path) -> None:
    done = newsdesk("retrieve", "central bank", "-k", "3", "--publisher", "Capital Ledger", "-l", library, "--json")
    hits = json.loads(done.stdout)
    assert len(hits) == 3 and {hit["article"]["publisher"] for hit in hits} == {"Capital Ledger"}
    dated = newsdesk("retrieve", "flood", "--since", "2024-06-05", "--until", "2024-06-30", "-l", library)
    assert "eleven dead" in dated.stdout and "rises to nine" not in dated.stdout


def test_listing_showing_and_removing(tmp_path: Path) -> None:
    (tmp_path / "kite.md").write_text("---\nid: kite\ntitle: Kites\n---\nThere were 900 kites.\n")
    folder = tmp_path / "library"
    newsdesk("add", tmp_path / "kite.md", "-l", folder)
    assert "kite  no date     -  Kites" in newsdesk("list", "-l", folder).stdout
    assert "There were 900 kites." in newsdesk("show", "kite", "-l", folder).stdout
    assert json.loads(newsdesk("show", "kite", "-l", folder, "--json").stdout)["title"] == "Kites"
    assert "1 removed" in newsdesk("remove", "kite", "-l", folder).stdout
    assert "no article 'kite'" in newsdesk("show", "kite", "-l", folder, code=1).stderr


def test_a_library_in_use_is_an_error_that_says_by_whom(library: Path) -> None:
    with Assistant.open(library):
        assert "is held by process" in newsdesk("list", "-l", library, code=1).stderr


def test_the_settings_of_the_environment_are_used(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSDESK_LIBRARY", str(library))
    monkeypatch.setenv("NEWSDESK_AS_OF", "2024-06-03")
    done = json.loads(newsdesk("ask", "How many people died in the Vessa flood?", "--json").stdout)
    assert {c["article"]["title"] for c in done["citations"]} == {"Vessa valley flood kills four"}


def test_help_and_version_are_there() -> None:
    assert "ask" in newsdesk("--help").stdout
    assert newsdesk("--version").stdout.startswith("newsdesk ")
