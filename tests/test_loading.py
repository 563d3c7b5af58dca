"""Files, folders and data files to Articles; what fails is reported and stops nothing."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest

from assistant import Article, InvalidValue, UnreadableSource
from index.sources.loading import count, load
from index.types import Failure, Passed, Read

ROWS = [
    {"id": "a", "title": "One", "text": "The first text.", "published": "2024/01/05", "authors": "['Ann Lee']"},
    {"id": "b", "title": "Two", "text": 'A "quoted", second\ntext.', "publisher": "Harbour Post", "url": ""},
]


def split(source: object) -> tuple[list[Article], list[Failure]]:
    items = [item.article if isinstance(item, Read) else item for item in load(source)]  # type: ignore[arg-type]
    return [i for i in items if isinstance(i, Article)], [i for i in items if isinstance(i, Failure)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "plain.txt").write_text("The plain text. It has two sentences.")
    (tmp_path / "deep" / "notes.md").write_text("# A heading\n\nThe marked text.")
    (tmp_path / "deep" / "er" / "page.html").write_text(
        "<html><body><article><p>"
        + "The page says that the pool is open every day. " * 5
        + "</p></article></body></html>"
    )
    (tmp_path / ".hidden.txt").write_text("not this")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    (tmp_path / "report.pdf").write_bytes(b"%PDF-1.4")
    (tmp_path / "slides.pptx").write_bytes(b"PK")
    (tmp_path / "empty.txt").write_text(" \n")
    (tmp_path / "latin.txt").write_bytes("Le café de la mairie où l’été fut fêté est fermé. ".encode("cp1252") * 4)
    return tmp_path


def test_a_folder_is_read_whole_and_what_fails_is_named(folder: Path) -> None:
    articles, failed = split(folder)
    assert [a.title for a in articles] == ["latin", "plain", "A heading", "page"]
    assert "café" in articles[0].text
    assert {Path(f.source).name: f.reason.split(";")[0] for f in failed} == {
        "empty.txt": "it holds no text",
        "report.pdf": "it is not a whole PDF (PdfStreamError: Stream has ended unexpectedly)",
        "slides.pptx": ".pptx is not read",
        "picture.png": ".png is not read",
    }
    assert [Path(f.source).name for f in failed if isinstance(f, Passed)] == ["picture.png"]


def test_a_file_keeps_its_address_so_that_a_change_replaces_it(folder: Path) -> None:
    before = split(folder / "plain.txt")[0][0]
    (folder / "plain.txt").write_text("Another text.")
    after = split(folder / "plain.txt")[0][0]
    assert before.id == after.id and before.url == (folder / "plain.txt").resolve().as_uri()


def test_json_lines_are_read_and_each_bad_line_is_named(tmp_path: Path) -> None:
    file = tmp_path / "news.jsonl"
    lines = [json.dumps(ROWS[0]), "{broken", "", json.dumps([1]), json.dumps({"title": "no text"}), json.dumps(ROWS[1])]
    file.write_text("\n".join(lines))
    articles, failed = split(file)
    assert [a.id for a in articles] == ["a", "b"] and articles[0].authors == ("Ann Lee",)
    assert [f.source.rpartition(", ")[2] for f in failed] == ["line 2", "line 4", "line 5"]
    with gzip.open(tmp_path / "news.jsonl.gz", "wt") as packed:
        packed.write("\n".join(lines))
    assert [a.id for a in split(tmp_path / "news.jsonl.gz")[0]] == ["a", "b"]


def test_a_table_is_read_by_its_column_names(tmp_path: Path) -> None:
    file = tmp_path / "news.csv"
    with file.open("w", newline="", encoding="utf-8-sig") as out:
        writer = csv.DictWriter(out, ["Title", "Text", "ID", "published", "extra"])
        writer.writeheader()
        writer.writerows({"Title": r["title"], "Text": r["text"] * 30_000, "ID": r["id"]} for r in ROWS)
    articles, failed = split(file)
    assert not failed and [(a.id, len(a.text)) for a in articles] == [(r["id"], len(r["text"]) * 30_000) for r in ROWS]
    file.write_text("headline,wording\nx,y\n")
    assert "no column" in split(file)[1][0].reason


def test_a_json_file_holds_one_article_or_a_list(tmp_path: Path) -> None:
    file = tmp_path / "news.json"
    file.write_text(json.dumps(ROWS))
    assert [a.id for a in split(file)[0]] == ["a", "b"]
    file.write_text(json.dumps(ROWS[0]))
    assert [a.id for a in split(file)[0]] == ["a"]


def test_articles_and_mappings_are_taken_as_they_are(tmp_path: Path) -> None:
    made = Article(text="Given.")
    assert split(made) == ([made], [])
    articles, failed = split([made, ROWS[0], {"title": "no text"}])
    assert [a.id for a in articles] == [made.id, "a"] and failed[0].source == "item 3"
    with pytest.raises(InvalidValue, match="item 1 is a int"):
        split([7])


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("nowhere/at/all", "no such file"),
        ("https://example.org/x", "through Assistant.add"),
        ("setup.exe", "no such file"),
    ],
)
def test_a_source_that_is_not_there_is_an_error_at_once(source: str, message: str) -> None:
    with pytest.raises(UnreadableSource, match=message):
        load(source)


def test_a_file_of_another_kind_is_refused_with_the_kinds_that_are_read(tmp_path: Path) -> None:
    (tmp_path / "slides.pptx").write_bytes(b"PK")
    with pytest.raises(UnreadableSource, match=r"\.jsonl"):
        load(tmp_path / "slides.pptx")


def test_a_link_out_of_the_folder_is_passed_over(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "secret.txt").write_text("The secret text.")
    (inside / "link.txt").symlink_to(tmp_path / "secret.txt")
    (inside / "loop").symlink_to(inside, target_is_directory=True)
    assert split(inside) == ([], [])


def test_a_data_file_is_streamed(tmp_path: Path) -> None:
    file = tmp_path / "long.jsonl"
    with file.open("w") as out:
        for n in range(2000):
            out.write(json.dumps({"id": str(n), "text": "word " * 50}) + "\n")
    stream = load(file)
    first = next(stream)
    assert isinstance(first, Read) and first.article.id == "0"
    assert count(file) == 2000 and count([1, 2]) == 2 and count(tmp_path) is None
