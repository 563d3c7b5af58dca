"""What comes in is what the source says: no guessed date, no text that was deleted, no row cut, nothing overwritten."""

from __future__ import annotations

import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from assistant import Assistant
from index.sources.dates import day_first, parse_date
from index.sources.fields import without_markup
from index.sources.loading import load
from index.sources.options import Options
from index.types import Article, Failure
from tests import made


def read(source: Path) -> tuple[list[Article], list[Failure]]:
    items = [getattr(item, "article", item) for item in load(str(source), Options())]
    return [i for i in items if isinstance(i, Article)], [i for i in items if isinstance(i, Failure)]


def test_a_word_document_is_read_as_its_final_text(tmp_path: Path) -> None:
    document = docx.Document()
    runs = (
        "<w:r><w:t xml:space='preserve'>The pier will </w:t></w:r>"
        "<w:del w:id='1' w:author='x'><w:r><w:delText xml:space='preserve'>not </w:delText></w:r></w:del>"
        "<w:ins w:id='2' w:author='x'><w:r><w:t xml:space='preserve'>surely </w:t></w:r></w:ins>"
        "<w:sdt><w:sdtContent><w:r><w:t>open in May</w:t></w:r></w:sdtContent></w:sdt>"
        "<w:r><w:t>, the harbour master of Tolby said.</w:t></w:r>"
    )
    document.element.body.insert(0, parse_xml(f"<w:p {nsdecls('w')}>{runs}</w:p>"))
    document.save(str(tmp_path / "pier.docx"))
    ((article,), failed) = read(tmp_path / "pier.docx")
    assert not failed and article.text == "The pier will surely open in May, the harbour master of Tolby said."
    assert article.published is None


def test_an_open_document_leaves_out_what_was_deleted_and_remarked(tmp_path: Path) -> None:
    spaces = (
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    )
    content = (
        f"<office:document-content {spaces}><office:body><office:text>"
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>took a bribe</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes>"
        "<text:p>The treasurer<office:annotation><text:p>check this!</text:p></office:annotation> of Orlo resigned"
        "<text:note><text:note-citation>1</text:note-citation><text:note-body>"
        "<text:p>On 4 May.</text:p></text:note-body>"
        "</text:note> after<text:s/>nine years.</text:p></office:text></office:body></office:document-content>"
    )
    with zipfile.ZipFile(tmp_path / "letter.odt", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", content)
    ((article,), _) = read(tmp_path / "letter.odt")
    assert article.text == "The treasurer of Orlo resigned after nine years.\n\nOn 4 May."


def test_a_year_in_the_text_of_a_page_is_not_its_date(tmp_path: Path) -> None:
    told = "Ines Marlow has led the ferry office of Tolby since 2016. She will retire in the autumn, it said on Monday."
    page = f"<html><head><title>Ferry chief retires</title></head><body><article><h1>Retiring</h1><p>{told}</p>"
    (tmp_path / "page.html").write_text(f"{page}<p>{told.replace('Monday', 'Friday')}</p></article></body></html>")
    ((article,), _) = read(tmp_path / "page.html")
    assert article.published is None and "since 2016" in article.text


@pytest.mark.parametrize(
    ("value", "order", "expected"),
    [
        ("05/06/2024", None, None),
        ("05/06/2024", True, date(2024, 6, 5)),
        ("05/06/2024", False, date(2024, 5, 6)),
        ("05.06.2024", None, date(2024, 6, 5)),
        ("25/06/2024", None, date(2024, 6, 25)),
        ("25. Dezember 2023", None, date(2023, 12, 25)),
        ("3 août 2024", None, date(2024, 8, 3)),
        ("7 de enero de 2024", None, date(2024, 1, 7)),
        ("202406051830", None, date(2024, 6, 5)),
        ("20240605T183000Z", None, date(2024, 6, 5)),
        ("Updated 5 Jun 2024", None, date(2024, 6, 5)),
        ("June 2024", None, None),
        ("2024", None, None),
    ],
)
def test_a_date_is_read_or_it_is_none(value: str, order: bool | None, expected: date | None) -> None:
    found = parse_date(value, order)
    assert (found.date() if found else None) == expected


def test_one_value_settles_the_order_of_a_whole_column(tmp_path: Path) -> None:
    assert day_first(["05/06/2024", "25/06/2024"]) is True and day_first(["05/06/2024", "06/25/2024"]) is False
    assert day_first(["25/06/2024", "06/25/2024"]) is None and day_first(["05/06/2024"]) is None
    rows = "title,date,text\nOne,05/06/2024,The first ferry left Tolby.\nTwo,25/06/2024,The second ferry left Tolby.\n"
    (tmp_path / "days.csv").write_text(rows)
    articles, _ = read(tmp_path / "days.csv")
    assert [a.day for a in articles] == [date(2024, 6, 5), date(2024, 6, 25)]
    lines = [{"text": "A ferry left.", "date": "06/25/2024"}, {"text": "A tram left.", "date": "05/06/2024"}]
    (tmp_path / "days.jsonl").write_text("\n".join(map(json.dumps, lines)))
    assert [a.day for a in read(tmp_path / "days.jsonl")[0]] == [date(2024, 6, 25), date(2024, 5, 6)]


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda rows: {"status": "ok", "articles": rows},
        lambda rows: {"response": {"total": 2, "results": rows}},
        lambda rows: {"data": {"items": rows}, "tags": [{"name": "ferry"}]},
    ],
)
def test_a_list_under_a_key_is_found(tmp_path: Path, wrapped: Any) -> None:
    rows = [
        {
            "headline": {"rendered": "Ferry &#8211; back"}, "source": {"id": None, "name": "Tolby Post"},
            "content": "<p>The ferry is <b>back</b>.</p><p>It&#8217;s late &amp; slow.</p>",
            "publishedAt": "2024-06-05T07:00:00Z", "author": "nan", "webUrl": f"https://tolby.example/{n}",
        }
        for n in range(2)
    ]  # fmt: skip
    (tmp_path / "news.json").write_text(json.dumps(wrapped(rows)))
    articles, failed = read(tmp_path / "news.json")
    assert not failed and len(articles) == 2
    first = articles[0]
    assert (first.title, first.publisher, first.authors) == ("Ferry – back", "Tolby Post", ())
    assert first.text == "The ferry is back.\n\nIt’s late & slow." and first.day == date(2024, 6, 5)
    assert first.url == "https://tolby.example/0"


def test_signs_that_are_no_markup_stay() -> None:
    assert without_markup("2 < 3 and 5 > 4, AT&T said; R&D grew") == "2 < 3 and 5 > 4, AT&T said; R&D grew"


@pytest.mark.parametrize("address", ["N/A", "nan", "", "-", "https://tolby.example/", "https://tolby.example"])
def test_rows_without_an_address_of_their_own_do_not_overwrite_each_other(tmp_path: Path, address: str) -> None:
    rows = [{"url": address, "title": f"T{n}", "text": f"Ferry number {n} left Tolby at noon."} for n in range(3)]
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    with Assistant.open(tmp_path / "library") as desk:
        assert len(desk.add(tmp_path / "rows.jsonl").added) == 3


@pytest.mark.parametrize("sign", [";", "\t", "|", ","])
def test_the_separator_is_read_off_the_first_line_and_a_cut_row_is_reported(tmp_path: Path, sign: str) -> None:
    rows = [["title", "text", "publisher"], ["One", "The ferry left.", "Post"], ["Two", f"A tram{sign} a bus", "Post"]]
    (tmp_path / "table.csv").write_text("\n".join(sign.join(row) for row in rows), encoding="utf-16")
    articles, failed = read(tmp_path / "table.csv")
    assert [a.title for a in articles] == ["One"] and len(failed) == 1 and "line 3" in failed[0].source
    (tmp_path / "excel.csv").write_text("sep=;\ntitle;text\nOne;The ferry, which is old, left.\n")
    ((excel,), _) = read(tmp_path / "excel.csv")
    assert excel.text == "The ferry, which is old, left."


def test_soft_hyphens_and_characters_without_width_hide_no_word(tmp_path: Path) -> None:
    with Assistant.open(tmp_path / "library") as desk:
        desk.add([Article(title="Vote", text="The coun\u00adcil of Tol\u200bby voted for the har\u00adbour tram.")])
        assert desk._library.stems("coun\u00adcil of Tol\u200bby") == desk._library.stems("council of Tolby")
        assert [hit.article.title for hit in desk._library.by_words("council Tolby harbour", 3)] == ["Vote"]


def test_a_page_labelled_latin_1_is_read_as_browsers_do(tmp_path: Path) -> None:
    text = "“It’s late,” said the harbour master – again. The ferry of Tolby will not leave before ten, she said."
    head = '<head><meta charset="iso-8859-1"><title>Late ferry</title></head>'
    page = f"<html>{head}<body><article><p>{text}</p></article></body></html>"
    (tmp_path / "late.html").write_bytes(page.encode("cp1252"))
    ((article,), _) = read(tmp_path / "late.html")
    assert "“It’s late,” said the harbour master – again." in article.text


def test_a_pdf_made_today_has_the_date_that_it_prints(tmp_path: Path) -> None:
    lines = ["Ferry back in service", "Published 5 June 2019", "The ferry of Tolby is back, the harbour master said."]
    (tmp_path / "ferry.pdf").write_bytes(made.pdf([lines]))
    ((article,), _) = read(tmp_path / "ferry.pdf")
    assert article.day == date(2019, 6, 5)


def test_two_files_numbered_from_nought_do_not_overwrite_each_other(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    for name, text in (("a", "The ferry {} left Tolby at noon."), ("b", "Orlo's mayor opened school number {}.")):
        rows = [{"id": n, "title": f"T{n}", "text": text.format(n)} for n in range(3)]
        (tmp_path / "files" / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)))
    with Assistant.open(tmp_path / "library") as desk:
        assert len(desk.add(tmp_path / "files").added) == 6
        again = desk.add(tmp_path / "files")
        assert len(again.unchanged) == 6 and not again.updated
        assert desk.article("0").text == "The ferry 0 left Tolby at noon."
        changed = (tmp_path / "files" / "b.jsonl").read_text().replace("number 1", "number 10")
        (tmp_path / "files" / "b.jsonl").write_text(changed)
        report = desk.add(tmp_path / "files" / "b.jsonl")
        assert len(report.updated) == 1 and len(desk.articles()) == 6
        assert desk.article(report.updated[0]).text == "Orlo's mayor opened school number 10."
        (tmp_path / "files" / "a.jsonl").rename(tmp_path / "moved.jsonl")
        assert len(desk.add(tmp_path / "moved.jsonl").unchanged) == 3


def test_an_address_replaces_only_within_its_source(tmp_path: Path) -> None:
    address = "https://tolby.example/ferry"
    row = {"url": address, "title": "Ferry", "text": "The ferry of Tolby left at noon with nine people on board."}
    (tmp_path / "short.jsonl").write_text(json.dumps(row))
    (tmp_path / "other.jsonl").write_text(json.dumps(row | {"text": "A tram in Orlo hit a van; nobody was hurt then."}))
    with Assistant.open(tmp_path / "library") as desk:
        desk.add(tmp_path / "short.jsonl")
        assert len(desk.add(tmp_path / "other.jsonl").added) == 1 and len(desk.articles()) == 2
        kept = desk.add(tmp_path / "short.jsonl")
        assert kept.unchanged and not kept.updated


def test_one_address_for_many_rows_is_none(tmp_path: Path) -> None:
    rows = [
        {"url": "https://tolby.example/news", "title": f"Ferry {n}", "text": f"Ferry {n} left at noon."}
        for n in range(3)
    ]
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    with Assistant.open(tmp_path / "library") as desk:
        assert len(desk.add(tmp_path / "rows.jsonl").added) == 3
        assert len(desk.add(tmp_path / "rows.jsonl").unchanged) == 3


def test_a_report_adds_up_and_names_what_was_passed_over(tmp_path: Path) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    texts = {"a.txt": "The ferry of Tolby left at noon.", "b.md": "The tram of Orlo was late on Monday."}
    for name, text in (texts | {"empty.txt": "", "run.py": "x = 1", "old.doc": "x", "README": "x"}).items():
        (folder / name).write_text(text)
    (folder / "photo.jpg").write_bytes(b"\xff\xd8")
    (folder / "more.zip").write_bytes(made.packed({"c.txt": "A crane fell in Sarn.", "d.png": b"\x89PNG"}))
    with Assistant.open(tmp_path / "library") as desk:
        report = desk.add(folder)
        assert report.counts == {
            "added": 3, "updated": 0, "unchanged": 0, "duplicates": 0, "failed": 2, "passed": 4,
        }  # fmt: skip
        assert sum(report.counts.values()) == 9 and "4 passed over" in str(report)
        names = {place.rpartition("/")[2]: reason for place, reason in report.passed}
        assert names == {
            "README": "a file without an ending is not read", "more.zip, d.png": ".png is not read",
            "photo.jpg": ".jpg is not read", "run.py": ".py is not read",
        }  # fmt: skip
        again = desk.add(folder)
        assert again.counts == report.counts | {"added": 0, "unchanged": 3}
