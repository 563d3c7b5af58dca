"""Updates: the new version is found, the old one is kept, and its history tells what changed."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from pathlib import Path

from assistant import Article, Assistant
from index.stores.compression import unpack
from index.stores.schema import STEPS
from tests.test_cli import newsdesk
from tests.test_library import in_step

OLD = Article(
    id="bridge", title="Bridge closed", url="https://example.org/bridge",
    text="The bridge at Lowmere is closed. Two cables are cracked. Repairs take six weeks.",
)  # fmt: skip
NEW = replace(
    OLD,
    title="Bridge to reopen",
    text="The bridge at Lowmere is closed. Three cables are cracked. Repairs take six weeks. Correction: an earlier "
    "version gave two cables.",
)


def test_the_old_version_is_kept_and_no_longer_found(tmp_path: Path) -> None:
    with Assistant.open(tmp_path / "library") as desk:
        desk.add(OLD)
        assert desk.history("bridge") == []
        assert desk.add(NEW).updated == ("bridge",)
        change = desk.history("bridge")[0]
        assert change.fields == (("title", "Bridge closed", "Bridge to reopen"),)
        assert change.lines == (
            "- Two cables are cracked.",
            "+ Three cables are cracked.",
            "+ Correction: an earlier version gave two cables.",
        )
        assert not any("Two cables are" in hit.passage.text for hit in desk.retrieve("Two cables are cracked", k=20))
        assert len(desk.articles()) == 1 and in_step(desk._library)


def test_every_version_is_in_the_history_the_newest_first(tmp_path: Path) -> None:
    with Assistant.open(tmp_path / "library") as desk:
        for number in range(3):
            desk.add(replace(OLD, text=f"The bridge is closed. It costs {number} crowns."))
        assert [change.lines for change in desk.history("bridge")] == [
            ("- It costs 1 crowns.", "+ It costs 2 crowns."),
            ("- It costs 0 crowns.", "+ It costs 1 crowns."),
        ]


def test_a_history_follows_its_address_to_another_id(tmp_path: Path) -> None:
    with Assistant.open(tmp_path / "library") as desk:
        desk.add(OLD), desk.add(NEW)
        desk.add(replace(NEW, id="renamed", text="The bridge is open."))
        assert len(desk.history("renamed")) == 2


def test_removal_takes_the_versions_too(tmp_path: Path) -> None:
    with Assistant.open(tmp_path / "library") as desk:
        desk.add(OLD), desk.add(NEW), desk.remove(["bridge"])
        with desk._library.catalogue.reading() as db:
            assert db.execute("SELECT count(*) FROM versions").fetchone()[0] == 0
        desk.add(OLD)
        assert desk.history("bridge") == []


def test_the_command_prints_the_history(tmp_path: Path) -> None:
    with Assistant.open(tmp_path / "library") as desk:
        desk.add(OLD), desk.add(NEW)
    done = newsdesk("show", "bridge", "--history", "-l", tmp_path / "library")
    assert "title: Bridge closed → Bridge to reopen" in done.stdout and "- Two cables are cracked." in done.stdout
    done = newsdesk("show", "bridge", "--history", "--json", "-l", tmp_path / "library")
    assert json.loads(done.stdout)[0]["lines"][0] == "- Two cables are cracked."


def test_a_library_of_the_first_version_is_brought_up(tmp_path: Path) -> None:
    with Assistant.open(tmp_path / "library") as desk:
        desk.add([OLD, Article(id="long", text="The council of Astrup met on Monday and heard 12 speakers. " * 6)])
    path = tmp_path / "library" / "catalogue.sqlite3"
    with Assistant.open(tmp_path / "library"):
        pass
    with sqlite3.connect(path) as new, sqlite3.connect(tmp_path / "old.sqlite3") as old:
        for statement in STEPS[0].split(";\n"):
            old.execute("\n".join(line.partition("--")[0] for line in statement.split("\n")))
        for table in ("facts", "articles", "texts", "passages"):
            names = [row[1] for row in old.execute(f"PRAGMA table_info({table})")]
            rows = new.execute(f"SELECT {', '.join(names)} FROM {table}").fetchall()
            if table == "texts":  # they were not packed then
                rows = [(key, unpack(text)) for key, text in rows]
            old.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(names))})", rows)
        old.execute("PRAGMA user_version = 1")
    new.close(), old.close()
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    (tmp_path / "old.sqlite3").rename(path)
    with Assistant.open(tmp_path / "library") as desk:
        assert {a.id for a in desk.articles()} == {"bridge", "long"} and in_step(desk._library)
        copy = replace(
            desk.article("long"), id="copy", title="Copied", text=desk.article("long").text + " It closed at 9."
        )
        assert desk.add(copy).duplicates == (("copy", "long"),)
        assert desk.add(NEW).updated == ("bridge",) and len(desk.history("bridge")) == 1
