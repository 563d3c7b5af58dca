"""A library out of a backup and out of an export: the same articles, versions and quotes as before."""

from __future__ import annotations

import json
import tarfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from assistant import Article, Assistant
from index.errors import DamagedLibrary, InvalidValue
from index.stores.copying import bring_back
from tests.test_cli import newsdesk
from tests.test_library import in_step
from tests.test_one_owner import serving

FERRY = Article(
    id="ferry",
    title="Ferry “late”",
    url="https://pellworm.example/ferry",
    publisher="Pellworm Post",
    authors=("Ines Marek", "Bo Öst"),
    published=datetime(2025, 3, 1, 8, 30, tzinfo=timezone(timedelta(hours=2))),
    text="  The ferry to Pellworm was late.\r\nFog held it for two hours.\u2028It carried 😀 60 people.\n",
    pages=(0, 20),
)
COPY = replace(FERRY, id="copy", url=None, publisher="Astrup Mail", published=datetime(2025, 3, 2, tzinfo=UTC))
MAYOR = Article(id="mayor", text="Mayor Ida Brandt opened the lighthouse of Astrup on Monday.")
QUESTIONS = ("Why was the ferry to Pellworm late?", "Who opened the lighthouse of Astrup?", "How many people died?")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Assistant.open(tmp_path / "library") as desk:
        desk.add([replace(FERRY, text="The ferry to Pellworm was early."), MAYOR])
        desk.add([replace(FERRY, text="The ferry to Pellworm was on time. Nobody had thought it possible.")])
        desk.add([FERRY, COPY])
        for n in (1, 2):  # one address in two exports: two articles
            rows = [{"id": "0", "url": "https://astrup.example/news", "text": f"Report {n}: {n + 4} boats were sold."}]
            (tmp_path / f"export{n}.jsonl").write_text("\n".join(map(json.dumps, rows)))
            desk.add(tmp_path / f"export{n}.jsonl")
        desk.add([Article(id="gone", text="A removed article about the Zanzibarquux warehouse.")])
        desk.remove(["gone"])
    return tmp_path / "library"


def told(folder: Path) -> dict[str, Any]:
    """All that a library tells: articles, versions, what copies what, and answers with their quotes."""
    with Assistant.open(folder) as desk:
        desk.settle()
        assert desk.check(deep=True) and in_step(desk._library)
        ids = sorted(article.id for article in desk.articles())
        answers = [desk.ask(question) for question in QUESTIONS]
        return {
            "articles": [desk.article(one) for one in ids],
            "versions": [desk.history(one) for one in ids],
            "copies": desk.listing().copy_of,
            "answers": [(a.text, [(c.article.id, c.quote, c.start, c.end) for c in a.citations]) for a in answers],
        }


def test_an_export_comes_in_again_as_it_was(folder: Path, tmp_path: Path) -> None:
    before = told(folder)
    assert len(before["articles"]) == 5 and before["copies"] == {"copy": "ferry"}
    assert "5 articles and 2 earlier versions" in newsdesk("export", tmp_path / "all.jsonl", "-l", folder).stdout
    assert (tmp_path / "all.jsonl").stat().st_mode & 0o077 == 0
    assert "Zanzibarquux" not in (tmp_path / "all.jsonl").read_text()
    assert "4 added, 1 copies" in newsdesk("import", tmp_path / "all.jsonl", "-l", tmp_path / "other").stdout
    assert told(tmp_path / "other") == before
    assert "5 unchanged" in newsdesk("import", tmp_path / "all.jsonl", "-l", folder).stdout
    assert told(folder) == before
    newsdesk("export", tmp_path / "again.jsonl", "-l", tmp_path / "other")
    assert (tmp_path / "again.jsonl").read_bytes() == (tmp_path / "all.jsonl").read_bytes()


def test_what_is_no_export_is_said_and_a_broken_line_stops_nothing(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "all.jsonl"
    with Assistant.open(folder) as desk:
        desk.export_articles(file)
        with pytest.raises(InvalidValue, match="is there already"):
            desk.export_articles(file)
        lines = file.read_text().split("\n")
        newer = json.dumps({**json.loads(lines[1]), "newsdesk": 2})
        file.write_text(
            "\n".join([lines[0][:-1] + ', "later": 1}', newer, lines[2][:90], "[" * 9999, "{}", *lines[3:]])
        )
    with Assistant.open(tmp_path / "other") as desk:
        report = desk.import_articles(file)
        assert len(report.failed) == 4 and report.counts["added"] + report.counts["duplicates"] == 3
        assert "newer version of newsdesk" in report.failed[0][1] and "cut off" in report.failed[1][1]
    (tmp_path / "plain.jsonl").write_text('{"text": "An article."}\n')
    assert "`newsdesk add`" in newsdesk("import", tmp_path / "plain.jsonl", "-l", folder, code=1).stderr
    assert "there is no file" in newsdesk("import", tmp_path / "none.jsonl", "-l", folder, code=1).stderr


def test_an_article_whose_text_is_damaged_is_named_and_the_rest_exported(folder: Path, tmp_path: Path) -> None:
    with Assistant.open(folder) as desk, desk._library.catalogue.writing() as db:
        db.execute("UPDATE texts SET text = x'00' WHERE article = (SELECT key FROM articles WHERE id = 'mayor')")
    done = newsdesk("export", tmp_path / "all.jsonl", "-l", folder, code=1)
    assert "4 articles" in done.stdout and "mayor: its stored text is damaged" in done.stderr


def test_both_work_through_the_server_that_holds_the_library(folder: Path, tmp_path: Path) -> None:
    before = told(folder)
    with serving(folder):
        newsdesk("export", tmp_path / "all.jsonl", "-l", folder)
        assert "5 unchanged" in newsdesk("import", tmp_path / "all.jsonl", "-l", folder).stdout
        newsdesk("backup", tmp_path / "saved.zip", "-l", folder)
    newsdesk("restore", tmp_path / "saved.zip", "-l", tmp_path / "other")
    assert told(tmp_path / "other") == before


@pytest.mark.parametrize("name", ["saved", "saved.tar", "saved.zip"])
def test_a_backup_is_restored_as_it_was_without_making_a_vector(folder: Path, tmp_path: Path, name: str) -> None:
    before = told(folder)
    assert "5 articles backed up" in newsdesk("backup", tmp_path / name, "-l", folder).stdout
    assert (tmp_path / name).stat().st_mode & 0o077 == 0
    assert "there already" in newsdesk("backup", tmp_path / name, "-l", folder, code=1).stderr
    with Assistant.open(folder) as desk:
        desk.remove(["mayor"])
    assert "holds something already" in newsdesk("restore", tmp_path / name, "-l", folder, code=1).stderr
    folder.rename(tmp_path / "aside")
    folder.mkdir()
    assert "5 articles restored" in newsdesk("restore", tmp_path / name, "-l", folder).stdout
    with Assistant.open(folder) as desk:
        assert not desk.pending
    assert told(folder) == before
    assert not list(tmp_path.glob("*.part")) and not list(tmp_path.glob("*.packing"))


def test_a_backup_packed_by_hand_with_its_folder_is_taken_too(folder: Path, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "saved.tar", "w") as tar:
        tar.add(folder, "library")
    assert bring_back(tmp_path / "saved.tar", tmp_path / "other") == 5
    assert told(tmp_path / "other") == told(folder)


def test_what_is_no_whole_backup_leaves_nothing_behind(folder: Path, tmp_path: Path) -> None:
    with Assistant.open(folder) as desk:
        desk.back_up(tmp_path / "saved.tar"), desk.back_up(tmp_path / "saved.zip"), desk.back_up(tmp_path / "saved")
    for name in ("saved.tar", "saved.zip"):
        whole = (tmp_path / name).read_bytes()
        (tmp_path / name).write_bytes(whole[: len(whole) // 2])
        with pytest.raises(InvalidValue, match="cannot be unpacked"):
            bring_back(tmp_path / name, tmp_path / "other")
    (tmp_path / "empty").mkdir(), (tmp_path / "note.txt").write_text("no")
    for name, said in (("empty", "holds no catalogue"), ("note.txt", "a .tar or a .zip"), ("none", "there is no")):
        with pytest.raises(InvalidValue, match=said):
            bring_back(tmp_path / name, tmp_path / "other")
    path = tmp_path / "saved" / "catalogue.sqlite3"
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(DamagedLibrary, match="was not restored"):
        bring_back(tmp_path / "saved", tmp_path / "other")
    assert not (tmp_path / "other").exists() and not list(tmp_path.glob("*.part"))


def test_a_tar_cannot_write_beside_the_library(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("x")
    with tarfile.open(tmp_path / "evil.tar", "w") as tar:
        tar.add(tmp_path / "x", "../../escaped")
    with pytest.raises(InvalidValue, match="cannot be unpacked"):
        bring_back(tmp_path / "evil.tar", tmp_path / "a" / "other")
    assert not list(tmp_path.rglob("escaped"))
