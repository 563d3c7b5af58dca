"""Exports of press databases: each story an article with its own title, publisher, authors and date."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import docx
import pytest

from index.types import Article
from tests import made
from tests.test_intake_truth import read

CRANE = (
    "A crane fell on the quay of Tolby on Friday, and nobody was hurt.\n\n"
    "The harbour master, Ines Marlow, has been in office since 3 May 2019."
)
BRIDGE = (
    "The council of Orlo voted for a bridge over the Sarn.\n\n"
    "It will cost nine million crowns, said Ada Moss, who leads the town's works."
)
STORIES = (
    ("Crane falls on quay", "Tolby Post", "Jo Reed", "4 March 2025", "March 4, 2025", CRANE, "TOLP000020250304el0001"),
    ("Orlo votes on bridge", "The Orlo News", "Max Hale", "6 April 2025", "April 6, 2025", BRIDGE,
     "ORLN000020250406el0002"),
)  # fmt: skip


def nexis() -> str:
    return "".join(
        f"\n\n{n} of 2 DOCUMENTS\n\n\n      Copyright 2025 {paper} Ltd\n      All Rights Reserved\n      {paper}\n\n"
        f"      {day} Tuesday\n      First Edition\n\n{title}\n\nBYLINE: {by}\n\nSECTION: NEWS; Pg. 3\n\n"
        f"LENGTH: 31 words\n\nHIGHLIGHT: What is known so far.\n\n"
        f"{text}\n\nLOAD-DATE: June 1, 2025\n\nLANGUAGE: ENGLISH\n"
        for n, (title, paper, by, _, day, text, _) in enumerate(STORIES, 1)
    )


def nexis_uni() -> str:
    cover = "Date and Time: = 2026-01-09\n\nDocuments (2)\n\n" + "".join(
        f"{n}. {s[0]}\n\n" for n, s in enumerate(STORIES, 1)
    )
    return cover + "".join(
        f"{title}\n\n{paper}\n\n{day} Tuesday\n\nCopyright 2025 {paper} All Rights Reserved\n\nSection: NEWS; Pg. 3\n\n"
        f"Length: 31 words\n\nByline: By {by}\n\nBody\n\n{text}\n\nClassification\n\nLanguage: ENGLISH\n\n"
        "Load-Date: June 1, 2025\n\nEnd of Document\n\n"
        for title, paper, by, _, day, text, _ in STORIES
    )


def factiva() -> str:
    return "".join(
        f"SE  News\nHD  {title}\nBY  By {by}\nWC  31 words\nPD  {day}\nSN  {paper}\nSC  XY\nLA  English\n"
        f"CY  Copyright 2025\n\n"
        f"LP  {text.replace(chr(10) * 2, chr(10) * 2 + 'TD ' + chr(10))}\n\nIN  i1 : Ports\nAN  Document {key}\n\n\n"
        for title, paper, by, day, _, text, key in STORIES
    )


def factiva_plain() -> str:
    return "".join(
        f"News\n{title}\nBy {by}\n31 words\n{day}\n08:30\n{paper}\nXY\nEnglish\n"
        f"Copyright 2025. All rights reserved.\n\n"
        f"{text}\n\nDocument {key}\n\n\n"
        for title, paper, by, day, _, text, key in STORIES
    )


def proquest() -> str:
    return "".join(
        f"____________________________________________________________\n\nDocument {n} of 2\n\n{title}\n\n"
        f"Author: {by.split()[1]}, {by.split()[0]}\n\nPublication info: {paper} ; Tolby [Tolby]. {day}: A.1.\n\n"
        f"http://search.example/{n}\n\nAbstract: A short word.\n\nFull text: {text}\n\nSubject: Ports\n\n"
        f"Publication title: {paper}\n\nPublication date: {long}\n\nCopyright: 2025\n\nProQuest document ID: 7{n}\n\n"
        for n, (title, paper, by, day, long, text, _) in enumerate(STORIES, 1)
    )


def pressreader() -> str:
    return "".join(
        f"{title}\n{paper}\n{day}\nBy {by}\n{text}\n\nArticle Name: {title}\nPublication: {paper}\nSection: NEWS\n"
        f"Author: {by}\nStart Page: 3\nEnd Page: 3\n\n"
        for title, paper, by, day, _, text, _ in STORIES
    )


LAYOUTS = {
    "nexis": nexis(), "uni": nexis_uni(), "factiva": factiva(), "plain": factiva_plain(), "proquest": proquest(),
    "pressreader": pressreader(),
}  # fmt: skip


def written(folder: Path, form: str, text: str) -> Path:
    path = folder / f"export.{form}"
    if form == "txt":
        path.write_text(text)
    elif form == "rtf":
        path.write_text("{\\rtf1\\ansi " + text.replace("\n", "\\par\n") + "}")
    else:
        document, out = docx.Document(), io.BytesIO()
        for line in text.split("\n"):
            document.add_paragraph(line)
        document.core_properties.title, document.core_properties.author = "Results", "The database"
        document.save(out)
        path.write_bytes(out.getvalue())
    return path


@pytest.mark.parametrize("form", ["txt", "rtf", "docx"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_story_is_an_article(tmp_path: Path, layout: str, form: str) -> None:
    articles, failed = read(written(tmp_path, form, LAYOUTS[layout]))
    assert not failed and [a.title for a in articles] == [s[0] for s in STORIES]
    assert [a.publisher for a in articles] == ["Tolby Post", "The Orlo News"]
    assert [a.authors for a in articles] == [("Jo Reed",), ("Max Hale",)]
    assert [a.day for a in articles] == [date(2025, 3, 4), date(2025, 4, 6)]
    assert [a.text.split() for a in articles] == [CRANE.split(), BRIDGE.split()]
    assert len({a.id for a in articles}) == 2


@pytest.mark.parametrize("form", ["txt", "docx", "pdf"])
def test_a_press_review_gives_each_story(tmp_path: Path, form: str) -> None:
    text = "".join(f"{title}\n\n{paper}, {day}\n\n{body}\n\n" for title, paper, _, day, _, body, _ in STORIES)
    if form == "pdf":
        path = tmp_path / "review.pdf"
        path.write_bytes(made.pdf([text.replace("\n\n", "\n").split("\n")]))
    else:
        path = written(tmp_path, form, text)
    articles, failed = read(path)
    assert not failed and [(a.title, a.publisher) for a in articles] == [s[:2] for s in STORIES]
    assert [a.day for a in articles] == [date(2025, 3, 4), date(2025, 4, 6)] and all(not a.authors for a in articles)
    assert [a.text.split() for a in articles] == [CRANE.split(), BRIDGE.split()]


def test_a_layout_that_is_not_known_is_said_and_offered_whole(tmp_path: Path) -> None:
    text = "".join(f"Titel: {title}\nQuelle: {paper}\n\n{body}\n\n" for title, paper, _, _, _, body, _ in STORIES)
    (tmp_path / "other.txt").write_text(text)
    (article,), (failure,) = read(tmp_path / "other.txt")
    assert article.text == text and "layout that is not known" in failure.reason


def test_a_story_without_text_is_named_and_an_article_stays_one(tmp_path: Path) -> None:
    (tmp_path / "export.txt").write_text(nexis().replace(BRIDGE, ""))
    (article,), (failure,) = read(tmp_path / "export.txt")
    assert article.title == STORIES[0][0] and "story 2" in failure.source
    told = f"Crane falls\n\nTolby Post, 4 March 2025\n\n{CRANE}\n\nAuthor: nobody"
    (tmp_path / "one.txt").write_text(told)
    (one,), failed = read(tmp_path / "one.txt")
    assert isinstance(one, Article) and one.text == told and not failed
