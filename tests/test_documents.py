"""PDF, Word, OpenDocument, RTF, EPUB, e-mail, Parquet, archives, standard input, other names and encodings."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pytest

from assistant import Article, Assistant, InvalidValue
from index.sources.loading import _load_file as load_file
from index.sources.loading import load, standard_input
from index.sources.options import Options
from index.types import Failure, Read
from tests import made

ONE = [
    "The harbour bridge at Lowmere was closed on Tuesday after engineers found cracks in two cables.",
    "Some 14,000 vehicles cross it each day. Ferries will run every 20 minutes, the mayor said.",
]
TWO = [
    "Dr. Ines Marlow expects the work to take six weeks. Every cable is to be tested, she said.",
    "The county has asked two firms for offers and will choose one of them on Friday.",
]


def read(source: Path, **options: object) -> tuple[list[Article], list[Failure]]:
    items = [i.article if isinstance(i, Read) else i for i in load(source, Options(**options))]  # type: ignore[arg-type]
    return [i for i in items if isinstance(i, Article)], [i for i in items if isinstance(i, Failure)]


def test_a_citation_of_a_pdf_says_its_page(tmp_path: Path) -> None:
    file = tmp_path / "bridge.pdf"
    file.write_bytes(made.pdf([ONE, TWO], "Bridge closed over cracks", "Elin Sorby"))
    article = read(file)[0][0]
    assert (article.title, article.authors, article.day) == (
        "Bridge closed over cracks",
        ("Elin Sorby",),
        None,  # the day the file was made is not the article's
    )
    assert article.page_at(article.text.index("harbour bridge")) == 1
    assert article.page_at(article.text.index("six weeks")) == 2
    with Assistant.open(tmp_path / "library") as desk:
        desk.add(file)
        answer = desk.ask("How long does Ines Marlow expect the work on the bridge to take?")
        pages = {c.page for c in answer.citations if "six weeks" in c.quote}
        assert pages == {2}
        assert desk.article(article.id).pages == article.pages


def test_a_pdf_without_text_a_locked_one_and_a_broken_one_are_refused(tmp_path: Path) -> None:
    import pypdf

    (tmp_path / "a.pdf").write_bytes(made.pdf([ONE], text=False))
    writer = pypdf.PdfWriter(io.BytesIO(made.pdf([ONE])))
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(tmp_path / "b.pdf")
    (tmp_path / "c.pdf").write_bytes(made.pdf([ONE])[:200])
    assert [f.reason.partition(";")[0].partition(" (")[0] for f in read(tmp_path)[1]] == [
        "it has no text layer: its pages are pictures",
        "it is locked with a password",
        "it is not a whole PDF",
    ]


def test_a_word_document_is_read_with_its_tables_and_facts(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(made.docx(ONE, "Bridge closed", "Elin Sorby"))
    article = read(tmp_path / "a.docx")[0][0]
    assert article.text == "\n\n".join([*ONE, "Turnout | 61 per cent"])
    assert (article.title, article.authors, article.day) == ("Bridge closed", ("Elin Sorby",), None)


def test_an_open_document_and_a_rich_text_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.odt").write_bytes(made.odt(ONE, "Bridge closed"))
    (tmp_path / "b.rtf").write_bytes(
        rb"{\rtf1\ansi\ansicpg1252{\fonttbl\f0 Arial;}\f0 The caf\'e9 of Lowmere is closed.\par "
        rb"It reopens in \b May\b0 .\par}"
    )
    articles, failed = read(tmp_path)
    assert not failed and articles[0].text == "\n\n".join(ONE) and articles[0].day is None
    assert articles[1].text.strip() == "The café of Lowmere is closed.\nIt reopens in May."


def test_each_part_of_an_epub_is_an_article(tmp_path: Path) -> None:
    (tmp_path / "issue.epub").write_bytes(
        made.epub({"Bridge closed": " ".join(ONE), "Six weeks": " ".join(TWO)}, "May issue")
    )
    articles, failed = read(tmp_path)
    assert not failed and [a.title for a in articles] == ["Bridge closed", "Six weeks"]
    assert articles[0].publisher == "Harbour Post" and articles[0].id != articles[1].id


def test_a_saved_mail_is_read_from_its_text_or_its_page(tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "Ann Lee <ann@example.org>", "The bridge is closed – café, too"
    mail["Date"] = "Mon, 06 May 2024 08:00:00 +0000"
    mail.set_content("\n\n".join(ONE) + "\nCafé hours: 8 to 10.", charset="iso-8859-1")
    (tmp_path / "a.eml").write_bytes(bytes(mail))
    article = read(tmp_path / "a.eml")[0][0]
    assert "Café hours" in article.text and article.authors == ("Ann Lee",) and article.day == date(2024, 5, 6)
    assert article.title == "The bridge is closed – café, too"
    paged = EmailMessage()
    paged["Subject"] = "Letter"
    paged.set_content(
        "<html><body><article>" + "".join(f"<p>{p}</p>" for p in ONE + TWO) + "</article></body></html>", "html"
    )
    (tmp_path / "b.eml").write_bytes(bytes(paged))
    assert "six weeks" in read(tmp_path / "b.eml")[0][0].text


def test_parquet_is_read_and_its_columns_can_be_named(tmp_path: Path) -> None:
    import pyarrow as arrow
    from pyarrow import parquet

    rows = {
        "headline": ["One", "Two"],
        "body": [" ".join(ONE), None],
        "when": ["2024-05-06", "2024-05-07"],
        "n": [1, 2],
    }
    parquet.write_table(arrow.table(rows), tmp_path / "news.parquet")
    articles, failed = read(tmp_path / "news.parquet", mapping={"text": "body", "published": "when"})
    assert [(a.title, a.day) for a in articles] == [("One", date(2024, 5, 6))]
    assert failed[0].source.endswith("row 2") and "--map text=NAME" in failed[0].reason


def test_fields_under_other_names_are_mapped(tmp_path: Path) -> None:
    line = {"headline": "One", "meta": {"body": ONE[0], "by": ["Ann Lee"]}}
    (tmp_path / "a.jsonl").write_text(json.dumps(line))
    (tmp_path / "b.csv").write_text(f'Kopf,Inhalt\nTwo,"{ONE[1]}"\n')
    articles, _ = read(tmp_path / "a.jsonl", mapping={"title": "headline", "text": "meta.body", "authors": "meta.by"})
    assert (articles[0].title, articles[0].text, articles[0].authors) == ("One", ONE[0], ("Ann Lee",))
    articles, _ = read(tmp_path / "b.csv", mapping={"title": "kopf", "text": "Inhalt"})
    assert (articles[0].title, articles[0].text) == ("Two", ONE[1])
    with pytest.raises(InvalidValue, match="no field 'headline'"):
        Options(mapping={"headline": "title"})


def test_an_archive_s_files_are_read_without_being_written(tmp_path: Path) -> None:
    file = tmp_path / "issue.zip"
    file.write_bytes(
        made.packed(
            {
                "one.txt": ONE[0],
                "deep/two.pdf": made.pdf([TWO]),
                "rows.jsonl": json.dumps({"id": "r", "text": ONE[1]}),
                "rows.csv.gz": gzip.compress(b"id,text\nz,A gzipped row.\n"),
                "../../escape.txt": "A file that wants to lie elsewhere.",
                "inner.zip": made.packed({"x.txt": "x"}),
                "picture.png": b"\x89PNG",
                "__MACOSX/._one.txt": b"\x00",
            }
        )
    )
    before = sorted(p.name for p in tmp_path.parent.rglob("*"))
    articles, failed = read(file)
    assert len(articles) == 5 and "six weeks" in articles[1].text and articles[2].id == "r" and articles[3].id == "z"
    assert [f.reason for f in failed] == [".zip inside an archive is not read; unpack it first", ".png is not read"]
    assert sorted(p.name for p in tmp_path.parent.rglob("*")) == before


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252", "iso-8859-15"])
def test_data_files_in_other_encodings_are_read_right(tmp_path: Path, encoding: str) -> None:
    text = "Le conseil a décidé que l'été serait fêté à la mairie, où le café est fermé. " * 3
    (tmp_path / "a.jsonl").write_bytes(
        (json.dumps({"id": "a", "text": text}, ensure_ascii=False) + "\n").encode(encoding)
    )
    (tmp_path / "b.csv").write_bytes(f'id,text\nb,"{text}"\n'.encode(encoding))
    (tmp_path / "c.txt").write_bytes(text.encode(encoding))
    articles, failed = read(tmp_path)
    assert not failed and [a.text for a in articles] == [text] * 3


def test_an_odd_byte_far_behind_a_utf8_beginning_stays_readable(tmp_path: Path) -> None:
    lines = [json.dumps({"id": str(n), "text": "word " * 60}).encode() for n in range(1000)]
    lines.append('{"id": "odd", "text": "Das Café schließt."}'.encode("cp1252"))
    (tmp_path / "a.jsonl").write_bytes(b"\n".join(lines))
    assert read(tmp_path / "a.jsonl")[0][-1].text == "Das Café schließt."


@pytest.mark.parametrize(
    ("data", "count"),
    [
        (b'{"id": "a", "text": "One."}\n{"id": "b", "text": "Two."}\n', 2),
        (b'[{"id": "a", "text": "One."}]', 1),
        (b'{\n "id": "a",\n "text": "One."\n}\n', 1),
        (b"A plain text. It has two sentences.", 1),
        (b"---\ntitle: T\n---\nMarked.", 1),
        (made.pdf([ONE]), 1),
        (made.docx(ONE, "T", "A"), 1),
        (made.odt(ONE, "T"), 1),
        (made.epub({"H": " ".join(ONE)}, "T"), 1),
        (made.packed({"a.txt": "One.", "b.txt": "Two."}), 2),
    ],
)
def test_standard_input_is_read_by_what_it_holds(data: bytes, count: int) -> None:
    items = list(load_file(standard_input(io.BufferedReader(io.BytesIO(data))), Options()))  # type: ignore[arg-type]
    assert len(items) == count and all(isinstance(item, Article) for item in items)


def test_the_command_reads_standard_input(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "newsdesk", "add", "-", "-l", str(tmp_path / "library")]
    done = subprocess.run(
        command, input=b'{"id": "a", "text": "The bridge is closed."}\n', capture_output=True, check=False
    )
    assert done.returncode == 0 and b"1 added" in done.stdout


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("东京都知事星期二宣布大桥将关闭六周。工程师在两根缆索上发现了裂缝。每天有一万四千辆车通过。", "缆索 裂缝"),
        ("पुल मंगलवार को बंद कर दिया गया। इंजीनियरों ने दो तारों में दरारें पाईं।", "पुल में दरारें"),
        ("أغلق جسر الميناء يوم الثلاثاء بعد أن وجد المهندسون شقوقًا في اثنين من كابلاته.", "جسر الميناء"),
        ("Гавань закрыла мост во вторник. Инженеры нашли трещины в двух тросах.", "трещины в тросах"),
        ("สะพานท่าเรือปิดเมื่อวันอังคาร วิศวกรพบรอยร้าวในสายเคเบิลสองเส้น", "รอยร้าว"),
        ("Hafenbrücke in Lowmere gesperrt. Ingenieure fanden Risse in zwei Seilen.", "Hafenbrücke Risse"),
    ],
    ids=["chinese", "hindi", "arabic", "russian", "thai", "german"],
)
def test_other_languages_are_stored_split_and_found_by_words(tmp_path: Path, text: str, question: str) -> None:
    with Assistant.open(tmp_path / "library") as desk:
        desk.add([Article(id="wanted", text=text), Article(id="other", text="The pool is open. 城市公园今天开放。")])
        assert desk.article("wanted").text == text
        assert desk._library.by_words(question, 1)[0].article.id == "wanted"
