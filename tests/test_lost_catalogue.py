"""A catalogue that is not there beside stores that are: no new library is begun over them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assistant import Article, Assistant
from index.errors import DamagedLibrary
from index.stores.catalogue import Catalogue
from tests.test_cli import newsdesk


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Assistant.open(tmp_path / "library") as desk:
        desk.add([Article(id="ferry", title="Ferry late", text="The ferry to Pellworm was late. Fog held it.")])
    return tmp_path / "library"


def lose(folder: Path) -> None:
    (folder / "catalogue.sqlite3").unlink()


def cut(folder: Path) -> None:
    (folder / "catalogue.sqlite3").write_bytes(b"")


def begin_anew(folder: Path) -> None:
    lose(folder)
    Catalogue(folder / "catalogue.sqlite3").close()


def lose_words_too(folder: Path) -> None:
    lose(folder)
    shutil.rmtree(folder / "lexical")


@pytest.mark.parametrize("harm", [lose, cut, begin_anew, lose_words_too])
def test_a_lost_catalogue_is_said_and_its_return_is_all_that_is_needed(folder: Path, harm: object) -> None:
    kept = folder.with_name("kept")
    shutil.copytree(folder, kept)
    harm(folder)  # type: ignore[operator]
    with pytest.raises(DamagedLibrary, match=r"catalogue.sqlite3.* is (missing|empty).*[Pp]ut it back"):
        Assistant.open(folder)
    with pytest.raises(DamagedLibrary, match=r"is (missing|empty)"):
        Assistant.open_to_check(folder)
    shutil.copy(kept / "catalogue.sqlite3", folder)
    with Assistant.open(folder) as desk:
        assert desk.check() and "ferry" in desk.ask("What was late?").text


def test_the_command_says_it_in_one_line(folder: Path) -> None:
    lose(folder)
    said = newsdesk("list", "-l", folder, code=1).stderr
    assert "is missing" in said and "Traceback" not in said and not (folder / "catalogue.sqlite3").exists()


def test_a_library_that_was_emptied_and_a_folder_of_other_things_open(folder: Path, tmp_path: Path) -> None:
    with Assistant.open(folder) as desk:
        desk.remove(["ferry"])
    with Assistant.open(folder) as desk:
        assert desk.check() and desk.articles() == []
    shutil.copytree(folder / "lexical", tmp_path / "other" / "lexical")  # empty
    with Assistant.open(tmp_path / "other") as desk:
        assert desk.articles() == []
