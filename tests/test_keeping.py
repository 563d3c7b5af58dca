"""Backups that open as libraries, and a vacuum after which nothing of a removed article is in any file."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import Article, Assistant
from index.errors import InvalidValue
from index.library import Library
from index.stores.undo import KEPT_SECONDS
from tests.test_cli import newsdesk
from tests.test_library import in_step
from tests.test_one_owner import serving

KEPT = Article(id="ferry", title="Ferry late", text="The ferry to Pellworm was late. Fog held it for two hours.")
SECRET = Article(
    id="xylograph77",
    title="Quezaltepeque memo",
    publisher="Wrexfordshire Herald",
    text="The Zanzibarquux warehouse at Veltham was sold. It held 40 barrels.",
)
TRACES = ("xylograph77", "quezaltepeque", "zanzibarquux", "wrexfordshire")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Assistant.open(tmp_path / "library") as desk:
        desk.add([KEPT, SECRET])
    return tmp_path / "library"


def traces(folder: Path) -> set[tuple[str, str]]:
    """Which files hold which words of the removed article."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    return {(file.name, word) for file in files for word in TRACES if word.encode() in file.read_bytes().lower()}


def test_vacuum_leaves_nothing_of_a_removed_article(folder: Path) -> None:
    with Assistant.open(folder) as desk:
        kept = desk.conversations
        talk = kept.start("ines")
        answer = desk.ask("Who sold the Zanzibarquux warehouse at Veltham?")
        assert answer.citations
        kept.record("ines", talk.id, answer)
        kept.record("ines", talk.id, desk.ask("Why was the ferry to Pellworm late?", where=None))
        desk.remove([SECRET.id])
        assert traces(folder)
        assert desk.vacuum() == 1  # an answer about the ferry stays, without the passages it only looked at
        assert [exchange.question for exchange in kept.get("ines", talk.id).exchanges] == [
            "Why was the ferry to Pellworm late?"
        ]
        assert not traces(folder)
        with pytest.raises(InvalidValue, match=f"kept for {KEPT_SECONDS / 60:.0f} minutes"):
            desk.restore([SECRET.id])
        assert "ferry" in desk.ask("Why was the ferry to Pellworm late?").text
        assert desk.check(deep=True) and in_step(desk._library)
    assert not traces(folder)
    with Assistant.open(folder) as desk:
        assert desk.check(deep=True) and [article.id for article in desk.articles()] == [KEPT.id]


def test_a_backup_opens_as_a_library_with_its_vectors(folder: Path, tmp_path: Path) -> None:
    into = tmp_path / "backup"
    with Assistant.open(folder) as desk:
        talk = desk.conversations.start("ines")
        desk.conversations.record("ines", talk.id, desk.ask("Why was the ferry to Pellworm late?"))
        desk.back_up(into)
        with pytest.raises(InvalidValue, match="there already"):
            desk.back_up(into)
        desk.remove([SECRET.id])
    library = Library(into)
    assert not library.pending and in_step(library)  # no vector is made again
    library.close()
    with Assistant.open(into) as desk:
        assert desk.check(deep=True) and {article.id for article in desk.articles()} == {KEPT.id, SECRET.id}
        assert desk.conversations.list("ines")[1] == 1
    assert into.stat().st_mode & 0o077 == 0


def test_the_commands_say_what_they_did(folder: Path, tmp_path: Path) -> None:
    assert "2 articles backed up" in newsdesk("backup", tmp_path / "backup", "-l", folder).stdout
    assert "there already" in newsdesk("backup", tmp_path / "backup", "-l", folder, code=1).stderr
    newsdesk("remove", SECRET.id, "-l", folder)
    assert "nothing of removed articles is left" in newsdesk("vacuum", "-l", folder).stdout
    assert not traces(folder) and traces(tmp_path / "backup")


def test_both_work_through_the_server_that_holds_the_library(folder: Path, tmp_path: Path) -> None:
    with serving(folder):
        assert "2 articles backed up" in newsdesk("backup", tmp_path / "backup", "-l", folder).stdout
        newsdesk("remove", SECRET.id, "-l", folder)
        newsdesk("vacuum", "-l", folder)
        assert not traces(folder)
        assert "ferry" in newsdesk("ask", "Why was the ferry to Pellworm late?", "-l", folder).stdout
    assert "in step" in newsdesk("check", "--deep", "-l", folder).stdout


def test_a_new_library_is_its_owners_alone(folder: Path) -> None:
    assert folder.stat().st_mode & 0o077 == 0
