"""An e-mail gives every part of it, and a book the text that stands in no paragraph."""

from __future__ import annotations

import zipfile
from datetime import date
from email.message import EmailMessage
from pathlib import Path

from index.sources.loading import load
from index.sources.options import Options
from index.types import Article, Failure
from tests import made

STORY = "The harbour of Tolby was closed on Friday after a crane fell on the quay, and nobody was hurt. "
LATER = "The council of Orlo voted for a new bridge over the Sarn, which will cost nine million crowns. "


def read(source: Path) -> tuple[list[Article], list[Failure]]:
    items = [getattr(item, "article", item) for item in load(str(source), Options())]
    return [i for i in items if isinstance(i, Article)], [i for i in items if isinstance(i, Failure)]


def mail(subject: str, text: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Ada Moss <ada@tolby.example>"
    message["Subject"] = subject
    message["Date"] = "Tue, 04 Mar 2025 10:00:00 +0000"
    message.set_content(text)
    return message


def test_a_newsletter_is_read_from_its_html_when_the_plain_part_is_a_stub(tmp_path: Path) -> None:
    message = mail("Harbour closed", "Open this in a browser.")
    page = f"<html><body><article><h1>Harbour closed</h1><p>{STORY * 3}</p><p>{LATER * 3}</p></article></body></html>"
    message.add_alternative(page, subtype="html")
    (tmp_path / "letter.eml").write_bytes(bytes(message))
    ((article,), failed) = read(tmp_path / "letter.eml")
    assert not failed and "a crane fell" in article.text and "nine million" in article.text
    assert article.title == "Harbour closed" and article.authors == ("Ada Moss",)


def test_text_behind_a_picture_is_kept(tmp_path: Path) -> None:
    message = mail("Harbour", STORY)
    message.make_mixed()
    picture, behind = EmailMessage(), EmailMessage()
    picture.set_content(b"\x89PNG", "image", "png", disposition="inline")
    behind.set_content(LATER)
    message.attach(picture)
    message.attach(behind)
    (tmp_path / "inline.eml").write_bytes(bytes(message))
    ((article,), failed) = read(tmp_path / "inline.eml")
    assert not failed and article.text.index("a crane fell") < article.text.index("nine million")


def test_attachments_and_forwarded_messages_are_articles_or_named(tmp_path: Path) -> None:
    message = mail("For you", "Two texts are attached to this message.")
    message.add_attachment(mail("Bridge", LATER))
    message.add_attachment(STORY, filename="crane.txt")
    message.add_attachment(b"\0\1", "application", "octet-stream", filename="tape.bin")
    (tmp_path / "parts.eml").write_bytes(bytes(message))
    articles, (failure,) = read(tmp_path / "parts.eml")
    assert [a.title for a in articles][:2] == ["For you", "Bridge"]
    assert [a.text.strip() for a in articles[1:]] == [LATER.strip(), STORY.strip()]
    assert len({a.id for a in articles}) == 3
    assert "tape.bin" in failure.source and ".bin attached to an e-mail is not read" in failure.reason


def test_a_book_gives_the_text_that_stands_straight_in_a_div(tmp_path: Path) -> None:
    chapter = (
        '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title><style>p {}</style></head><body>'
        f"<h1>Crane</h1><div>{STORY}<div>{LATER}</div>It <i>rained</i>.</div></body></html>"
    )
    with zipfile.ZipFile(tmp_path / "book.epub", "w") as archive:
        root = '<container><rootfiles><rootfile full-path="b.opf"/></rootfiles></container>'
        archive.writestr("META-INF/container.xml", root)
        package = '<manifest><item id="a" href="a.xhtml"/></manifest><spine><itemref idref="a"/></spine>'
        archive.writestr("b.opf", f"<package>{package}</package>")
        archive.writestr("a.xhtml", chapter)
    ((article,), failed) = read(tmp_path / "book.epub")
    assert not failed and article.title == "Crane"
    assert article.text.split("\n\n")[-3:] == [STORY.strip(), LATER.strip(), "It rained."]


def issue(parts: dict[str, str]) -> bytes:
    page = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>c</title></head><body>{}</body></html>'
    items = "".join(f'<item id="{n}" href="{name}"/>' for n, name in enumerate(parts))
    order = "".join(f'<itemref idref="{n}"/>' for n in range(len(parts)))
    facts = "<metadata><title>Tolby Post, 4 March 2025</title><creator>Tolby Post</creator></metadata>"
    return made.packed(
        {
            "META-INF/container.xml": '<container><rootfiles><rootfile full-path="b.opf"/></rootfiles></container>',
            "b.opf": f"<package>{facts}<manifest>{items}</manifest><spine>{order}</spine></package>",
        }
        | {name: page.format(body) for name, body in parts.items()}
    )


def test_an_issue_gives_each_story_wherever_its_files_begin(tmp_path: Path) -> None:
    links = "".join(f'<li><a href="a.xhtml">Story {n} of the harbour and the town of Tolby</a></li>' for n in range(6))
    bar = '<div class="calibre_navbar">| <a href="b.xhtml">Next</a> | <a href="m.xhtml">Main Menu</a> |</div>'
    parts = {
        "a.xhtml": f"{bar}<h1>Crane</h1><p>By Ines Marlow, 2 March 2025</p><p>{STORY}</p>",
        "a_split_001.xhtml": f"<p>{LATER}</p>",
        "b.xhtml": f"<h2>Bridge</h2><p>{LATER}</p><h2>Quay</h2><p>{STORY}</p>",
        "c.xhtml": f"<h1>Contents</h1><ul>{links}</ul>",
        "d.xhtml": f"<h1>Long read</h1><p>{STORY}</p><h2>The quay</h2><p>{STORY}</p><h2>The town</h2><p>{LATER}</p>",
    }
    (tmp_path / "issue.epub").write_bytes(issue(parts))
    articles, failed = read(tmp_path / "issue.epub")
    assert not failed and [a.title for a in articles] == ["Crane", "Bridge", "Quay", "Long read"]
    assert articles[0].text.endswith(LATER.strip()) and "Next" not in articles[0].text
    assert [a.authors for a in articles[:2]] == [("Ines Marlow",), ("Tolby Post",)]
    assert [a.day for a in articles[:2]] == [date(2025, 3, 2), date(2025, 3, 4)]
    assert {a.publisher for a in articles} == {"Tolby Post"} and len({a.url for a in articles}) == 4
