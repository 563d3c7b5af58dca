"""A word index whose files a kill or a disk has left in any state: the library opens, and loses neither articles nor
vectors for it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant import Article, Assistant
from index.library import Library
from index.stores.catalogue import Catalogue
from index.stores.words import WordEntry
from tests.test_library import in_step

ARTICLES = [
    Article(id="bridge", title="Bridge closed", text="The bridge at Lowmere is closed. Two cables are cracked."),
    Article(id="ferry", title="Ferry late", text="The ferry to Pellworm was late. Fog held it for two hours."),
    Article(id="quarry", title="Quarry shut", text="The quarry at Veltham is shut. It had 40 workers."),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Assistant.open(tmp_path / "library") as desk:
        desk.add(ARTICLES)
    return tmp_path / "library"


def as_killed_in_remove(folder: Path, article_id: str) -> None:
    """The files of a process that was killed in `remove`, after tantivy had put its list of deleted documents in place
    and before it had written the commit that names it."""
    other = folder.with_name("other")
    shutil.copytree(folder, other)
    with Assistant.open(other) as desk:
        desk.remove([article_id])
    for found in (other / "lexical").glob("*.del"):
        shutil.copy(found, folder / "lexical" / found.name)
    catalogue = Catalogue(folder / "catalogue.sqlite3")
    catalogue.retire([article_id])
    catalogue.close()


def test_a_kill_within_remove_leaves_a_library_that_opens(folder: Path) -> None:
    as_killed_in_remove(folder, "ferry")
    assert list((folder / "lexical").glob("*.del"))
    with Assistant.open(folder) as desk:
        assert {article.id for article in desk.articles()} == {"bridge", "quarry"}
        assert "Lowmere" in desk.ask("Why is the bridge at Lowmere closed?").text
        assert "ferry" not in {hit.article.id for hit in desk.retrieve("ferry Pellworm fog", k=9)}
        desk.add(ARTICLES[1])
        desk.remove(["quarry"])
        assert desk.check() and in_step(desk._library)


def kept_vectors(library: Library) -> set[int]:
    return set(library.vectors.keys())


def lose(folder: Path) -> None:
    shutil.rmtree(folder / "lexical")


def break_commit(folder: Path) -> None:
    (folder / "lexical" / "meta.json").write_text("{")


def cut_segment(folder: Path) -> None:
    for found in (folder / "lexical").glob("*.store"):
        found.write_bytes(found.read_bytes()[:20])


@pytest.mark.parametrize("harm", [lose, break_commit, cut_segment])
def test_a_word_index_that_cannot_be_used_is_made_again_and_costs_no_vector(
    folder: Path, harm: Callable[[Path], None]
) -> None:
    with Assistant.open(folder) as desk:
        before = kept_vectors(desk._library)
    harm(folder)
    with Assistant.open(folder) as desk:
        assert kept_vectors(desk._library) == before and not desk._library.pending
        assert {article.id for article in desk.articles()} == {"bridge", "ferry", "quarry"}
        assert "Lowmere" in desk.ask("Why is the bridge at Lowmere closed?").text
        desk.remove(["ferry"])
        assert desk.check() and in_step(desk._library)


def test_only_what_differs_is_made_again(folder: Path) -> None:
    library = Library(folder)
    vectors, keys = kept_vectors(library), sorted(library.words.keys())
    library.words.amend([WordEntry(10_000 + n, 99, "stray", "stray words", 0, "") for n in range(2)], [keys[0]])
    library.close()
    library = Library(folder)
    assert sorted(library.words.keys()) == keys and kept_vectors(library) == vectors and not library.pending
    library.close()


def test_check_proves_postings_and_repair_mends_them(folder: Path) -> None:
    library = Library(folder)
    (key, *_) = sorted(library.words.keys())
    library.words.amend([WordEntry(key, 1, "Bridge closed", "quite other words", 0, "")], [key])
    library.close()
    with Assistant.open_to_check(folder) as desk:
        assert any("word index holds something else" in problem for problem in desk.check().problems)
        desk.repair()
        assert desk.check(deep=True)


@pytest.mark.parametrize("kind", ["store", "idx", "term", "pos", "fast", "fieldnorm"])
def test_check_and_repair_end_well_whatever_file_of_the_words_is_damaged(folder: Path, kind: str) -> None:
    for found in (folder / "lexical").glob(f"*.{kind}"):
        found.write_bytes(bytes(found.stat().st_size))
    with Assistant.open_to_check(folder) as desk:
        desk.check(deep=True)
        desk.repair(deep=True)
        assert desk.check(deep=True)
    with Assistant.open(folder) as desk:
        assert "Lowmere" in desk.ask("Why is the bridge at Lowmere closed?").text
