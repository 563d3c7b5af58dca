"""A vector index whose files a kill, a disk or a hand has damaged: it is known before Chroma loads it, articles are
found by their words meanwhile, and the vectors are made again."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from assistant import Article, Assistant
from index.library import Library
from index.stores import trial
from index.stores.seal import SEAL, damage
from index.stores.vectors import COLLECTION, Place, VectorIndex
from tests.test_cli import newsdesk
from tests.test_library import in_step

ARTICLES = [
    Article(id="bridge", title="Bridge closed", text="The bridge at Lowmere is closed. Two cables are cracked."),
    Article(id="ferry", title="Ferry late", text="The ferry to Pellworm was late. Fog held it for two hours."),
    Article(id="quarry", title="Quarry shut", text="The quarry at Veltham is shut. It had 40 workers."),
]
QUESTION = "Why is the bridge at Lowmere closed?"
Harm = Callable[[Path], None]


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def empty(file: Path) -> None:
    file.write_bytes(b"")


def zero(file: Path) -> None:
    file.write_bytes(bytes(file.stat().st_size))


def flip(file: Path) -> None:
    held, at = bytearray(file.read_bytes()), random.Random(1)
    for _ in range(max(1, len(held) // 50)):
        held[at.randrange(len(held))] ^= 0xFF
    file.write_bytes(held)


def lose(file: Path) -> None:
    file.unlink()


HARMS = (cut, empty, zero, flip, lose)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library closed in good order."""
    folder = tmp_path_factory.mktemp("kept") / "library"
    with Assistant.open(folder) as desk:
        desk.add(ARTICLES)
        assert desk.check(deep=True)
    return folder


@pytest.fixture
def folder(kept: Path, tmp_path: Path) -> Path:
    shutil.copytree(kept, tmp_path / "library")
    return tmp_path / "library"


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index beyond the 1,000 vectors from which on Chroma writes all of its files."""
    folder = tmp_path_factory.mktemp("large") / "chroma"
    made = np.random.default_rng(7).normal(size=(1200, 16)).astype(np.float32)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    index = VectorIndex(Place(folder))
    index.put(range(1200), made, [(1, 0, "")] * 1200)
    index.close()
    assert damage(folder, COLLECTION) == ""
    return folder


def files(folder: Path) -> list[Path]:
    return sorted(f for f in folder.rglob("*") if f.is_file() and f.stat().st_size and f.name != SEAL)


@pytest.mark.parametrize("harm", HARMS)
def test_damage_to_any_file_is_known_without_loading_it(
    large: Path, harm: Harm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.stores.seal.try_to_load", lambda *_: pytest.fail("it was loaded"))
    assert len(files(large)) == 6
    for file in files(large):
        shutil.copytree(large, tmp_path / "chroma", dirs_exist_ok=True)
        harmed = tmp_path / "chroma" / file.relative_to(large)
        harm(harmed)
        assert str(harmed) in damage(tmp_path / "chroma", COLLECTION)


@pytest.mark.parametrize(
    "name", ["index_metadata.pickle", "header.bin", "data_level0.bin", "link_lists.bin", "chroma.sqlite3"]
)
def test_what_a_killed_process_left_is_judged_before_it_is_loaded_here(large: Path, name: str, tmp_path: Path) -> None:
    shutil.copytree(large, tmp_path / "chroma")
    (tmp_path / "chroma" / SEAL).unlink()
    assert damage(tmp_path / "chroma", COLLECTION) == ""
    cut(next((tmp_path / "chroma").rglob(name)))
    assert damage(tmp_path / "chroma", COLLECTION)


def test_an_index_is_sealed_when_it_is_closed_and_not_before(folder: Path) -> None:
    with Assistant.open(folder) as desk:
        desk.warm()
        assert not (folder / "chroma" / SEAL).exists()
    assert (folder / "chroma" / SEAL).exists() and damage(folder / "chroma", COLLECTION) == ""


@pytest.mark.parametrize("harm", HARMS)
def test_a_damaged_index_costs_no_answer_and_is_made_again(folder: Path, harm: Harm) -> None:
    for file in files(folder / "chroma"):
        harm(file)
    library = Library(folder)
    assert [hit.article.id for hit in library.by_words("bridge Lowmere", 1)] == ["bridge"]
    assert {hit.article.id for hit in library.by_vector(library.encoder.encode([QUESTION])[0], 3)} <= {
        article.id for article in ARTICLES
    }
    library.close()
    with Assistant.open(folder) as desk:
        answer = desk.ask(QUESTION)
        assert "Lowmere" in answer.text and answer.citations
        desk.settle()
        assert desk.check(deep=True) and in_step(desk._library) and not desk.pending


def test_an_answer_says_that_vectors_are_waited_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Library, "embed_waiting", lambda *_: None)  # the background has not come to it yet
    empty(folder / "chroma" / "chroma.sqlite3")
    with Assistant.open(folder) as desk:
        assert desk.ask(QUESTION).searched.pending == len(ARTICLES)


@pytest.mark.parametrize("sealed", [True, False])
def test_check_says_so_and_repair_mends_it(folder: Path, sealed: bool) -> None:
    cut(folder / "chroma" / "chroma.sqlite3")
    if not sealed:
        (folder / "chroma" / SEAL).unlink()
    said = newsdesk("check", "-l", folder, code=5)
    assert "the vector index is damaged" in said.stderr and "Traceback" not in said.stderr
    assert "mended: the vector index is damaged" in newsdesk("check", "--repair", "-l", folder).stdout
    assert "in step" in newsdesk("check", "--deep", "-l", folder).stdout


def test_check_proves_contents_and_repair_mends_them(folder: Path) -> None:
    library = Library(folder)
    key = library.vectors.keys()[0]
    stored = library.vectors.get([key])[key]
    library.vectors.put([key], -stored[None], [(1, 0, "")])
    library.close()
    with Assistant.open_to_check(folder) as desk:
        found = desk.check()
        assert any("vector index holds something else" in problem for problem in found.problems)
        desk.repair()
        assert desk.check(deep=True)
        assert np.allclose(desk._library.vectors.get([key])[key], stored, atol=0.05)


def test_a_process_that_does_not_end_is_ended(large: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "MOST_SECONDS", 0.01)
    assert "did not load within" in trial.try_to_load(large, COLLECTION)
