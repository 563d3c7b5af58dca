"""Whether the stores agree: proved, mended, and a rebuild beside the old ones that a crash cannot harm."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from assistant import Article, Assistant
from index.errors import DamagedLibrary
from index.library import Library
from tests.test_cli import newsdesk
from tests.test_crash import generated
from tests.test_library import in_step, other_encoder

__all__ = ["other_encoder"]  # a fixture


@pytest.fixture
def folder(tmp_path: Path, articles: list[Article]) -> Path:
    with Assistant.open(tmp_path / "library") as desk:
        desk.add(articles)
    return tmp_path / "library"


def test_a_library_that_agrees_passes_the_check(folder: Path) -> None:
    assert "3 articles, 3 passages: in step" in newsdesk("check", "-l", folder).stdout


def break_words(library: Library) -> None:
    library.words.replace((), [library.catalogue.in_state("ready", 1)[0].key])


def double_words(library: Library) -> None:
    from index.stores.words import WordEntry

    key = min(library.catalogue.passage_keys("ready"))
    library.words.replace([WordEntry(key, 99, "", "once more", 0, "")])


def break_vectors(library: Library) -> None:
    library.vectors.drop([min(library.catalogue.passage_keys("ready"))])


def stray_vectors(library: Library) -> None:
    library.vectors.put([999_999], library.encoder.encode(["stray"]), [(1, 0, "")])


def break_passages(library: Library) -> None:
    with library.catalogue.writing() as db:
        db.execute("DELETE FROM passages WHERE article = (SELECT min(key) FROM articles)")


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (break_words, "the word index lacks 1 of 3 passages"),
        (double_words, "the word index holds 1 passages more than once"),
        (break_vectors, "the vector index lacks 1 of 3 passages"),
        (stray_vectors, "the vector index holds 1 passages that are in no article"),
        (break_passages, "1 searched articles have no passages"),
    ],
)
def test_what_does_not_agree_is_named_and_mended(folder: Path, harm: object, said: str) -> None:
    library = Library(folder)
    harm(library)  # type: ignore[operator]
    library.close()
    with Assistant.open_to_check(folder) as desk:
        assert said in desk.check().problems
        desk.repair()
        assert desk.check() and in_step(desk._library)
        assert desk.retrieve("Which bridge has cracked cables?", k=1)[0].article.title.startswith("Lowmere bridge")


def test_a_damaged_text_harms_no_other_and_can_be_removed(folder: Path, articles: list[Article]) -> None:
    library = Library(folder)
    bridge = next(a for a in library.articles() if a.title.startswith("Lowmere bridge"))
    with library.catalogue.writing() as db:
        db.execute(
            "UPDATE texts SET text = x'789c00' WHERE article = (SELECT key FROM articles WHERE id = ?)", (bridge.id,)
        )
    library.close()
    with Assistant.open_to_check(folder) as desk:
        assert "1 texts cannot be read" in desk.check().problems
    with Assistant.open(folder) as desk:
        assert bridge.id not in {hit.article.id for hit in desk.retrieve("Which bridge has cracked cables?", k=9)}
        with pytest.raises(DamagedLibrary, match="remove it and add it again"):
            desk.article(bridge.id)
        desk.remove([bridge.id])
        desk.add(articles)
        assert desk.check() and desk.article(bridge.id).text


def test_the_command_tells_and_mends(folder: Path) -> None:
    library = Library(folder)
    stray_vectors(library)
    break_words(library)
    library.close()
    done = newsdesk("check", "-l", folder, code=5)
    assert "word index lacks" in done.stderr and "--repair" in done.stderr
    assert "mended: the word index lacks" in newsdesk("check", "--repair", "-l", folder).stdout
    assert json.loads(newsdesk("check", "--json", "-l", folder).stdout)["problems"] == []


REBUILD = """
import sys
from assistant import Assistant
with Assistant.open_to_rebuild(sys.argv[1]) as desk:
    desk.rebuild(sys.argv[2], progress=lambda p: print(p.stage, p.done, flush=True))
"""


def test_a_rebuild_that_is_killed_leaves_the_old_stores_working(tmp_path: Path, other_encoder: str) -> None:
    folder = tmp_path / "library"
    with Assistant.open(folder) as desk:
        desk.add(generated(80))
        before = [hit.passage.id for hit in desk.retrieve("bridges in Quillan", k=5)]
    command = [sys.executable, "-c", REBUILD, str(folder), other_encoder]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert (folder / "chroma-2").exists()
    with Assistant.open(folder) as desk:  # with the model it was made with
        assert [hit.passage.id for hit in desk.retrieve("bridges in Quillan", k=5)] == before
        assert desk.check() and in_step(desk._library)
        assert not (folder / "chroma-2").exists()
    done = newsdesk("rebuild", "--model", other_encoder, "-l", folder)
    assert "80 articles rebuilt" in done.stdout
    assert sorted(p.name for p in folder.glob("*-2")) == ["chroma-2", "lexical-2"] and not (folder / "chroma").exists()
    with Assistant.open(folder, encoder=other_encoder) as desk:
        assert desk.check() and in_step(desk._library) and len(desk.retrieve("bridges in Quillan", k=5)) == 5
        desk.add([Article(id="later", text="The lighthouse is lit again.")])
        assert desk.retrieve("lighthouse", k=1)[0].article.id == "later" and in_step(desk._library)


def test_a_rebuild_can_be_followed_by_another(folder: Path) -> None:
    for _ in range(2):
        newsdesk("rebuild", "-l", folder)
    assert sorted(p.name for p in folder.glob("chroma*")) == ["chroma-3"]
    assert "in step" in newsdesk("check", "-l", folder).stdout
