"""Files that hold many articles, or only the addresses of some."""

from __future__ import annotations

from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pytest

from index.sources.options import Options
from index.types import Article
from tests.test_intake_truth import read
from tests.test_mail_and_books import LATER, STORY, mail

LONG = (STORY * 2).strip()


class Pages:
    """Stands in the place of the web: an article at every address. What it fetches is tested elsewhere."""

    def load(self, address: str, options: Options) -> object:
        return iter((Article(url=address, title=address, text=STORY),))


def read_with_web(source: Path) -> list[Article]:
    from index.sources.loading import load

    items = load(str(source), Options(web=Pages()))  # type: ignore[arg-type]
    return [one for item in items if isinstance(one := getattr(item, "article", item), Article)]


@pytest.mark.parametrize("name", ["box.mbox", "box.eml"])
def test_a_mailbox_gives_each_message(tmp_path: Path, name: str) -> None:
    quoted = LATER + "\n\n>From the quay one saw it all, she said."
    messages = [mail("Harbour", LONG), mail("Bridge", quoted)]
    messages[1]["Message-ID"] = "<b@tolby.example>"
    box = b"".join(b"From x@tolby.example Tue Mar  4 10:00:00 2025\n" + bytes(m) + b"\n\n" for m in messages)
    (tmp_path / name).write_bytes(box)
    articles, failed = read(tmp_path / name)
    assert not failed and [a.title for a in articles] == ["Harbour", "Bridge"]
    assert articles[0].text.strip() == LONG and "\nFrom the quay one saw" in articles[1].text
    assert all(a.authors == ("Ada Moss",) and a.day == date(2025, 3, 4) for a in articles)
    assert str(articles[1].url).endswith("#b@tolby.example")


def feed(items: str) -> str:
    spaces = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    spaces += 'xmlns:wp="http://wordpress.org/export/1.2/"'
    return f'<?xml version="1.0"?><rss version="2.0" {spaces}><channel><title>Tolby Post</title>{items}</channel></rss>'


def item(title: str, text: str, more: str = "") -> str:
    return (
        f"<item><title>{title}</title><link>https://tolby.example/{title.lower()}</link>"
        "<pubDate>Tue, 04 Mar 2025 10:00:00 +0000</pubDate><dc:creator>Ada Moss</dc:creator>"
        f"<content:encoded><![CDATA[{text}]]></content:encoded>{more}</item>"
    )


@pytest.mark.parametrize("ending", ["xml", "rss"])
def test_a_saved_feed_and_a_wordpress_export_give_each_story(tmp_path: Path, ending: str) -> None:
    drafted = "<wp:status>draft</wp:status><wp:post_type>post</wp:post_type>"
    picture = "<wp:status>inherit</wp:status><wp:post_type>attachment</wp:post_type>"
    items = item("Crane", f"<p>{STORY}</p><p>{LATER}</p>") + item("Idea", LATER, drafted) + item("Photo", "", picture)
    (tmp_path / f"posts.{ending}").write_text(feed(items))
    (article,), (failure,) = read(tmp_path / f"posts.{ending}")
    assert (article.title, article.publisher, article.authors) == ("Crane", "Tolby Post", ("Ada Moss",))
    assert article.text == f"{STORY.strip()}\n\n{LATER.strip()}" and article.day == date(2025, 3, 4)
    assert article.url == "https://tolby.example/crane" and "not published" in failure.reason


def test_a_teaser_of_a_saved_feed_is_read_at_its_address(tmp_path: Path) -> None:
    (tmp_path / "feed.atom").write_text(feed(item("Crane", "A crane fell.")))
    assert [a.url for a in read_with_web(tmp_path / "feed.atom")] == ["https://tolby.example/crane"]
    (tmp_path / "other.xml").write_text("<recipe><step>Stir.</step></recipe>")
    assert "no feed, sitemap" in read(tmp_path / "other.xml")[1][0].reason


def test_references_give_their_attachment_abstract_or_page(tmp_path: Path) -> None:
    head = "TY  - NEWS\nTI  - {}\nAU  - Moss, Ada\nAU  - Reed, Jo\nT2  - Tolby Post\nDA  - 2025/03/04/\n"
    (tmp_path / "files").mkdir()
    page = f"<html><body><article><p>{LONG}</p><p>{LATER * 3}</p></article></body></html>"
    (tmp_path / "files" / "b.html").write_text(page)
    entries = [
        head.format("Crane") + f"UR  - https://tolby.example/crane\nAB  - {LONG}\n",
        head.format("Bridge") + "L1  - files/b.html\n",
        head.format("Page") + "UR  - https://tolby.example/page\n",
        head.format("Nothing"),
    ]
    (tmp_path / "list.ris").write_text("ER  - \n\n".join([*entries, ""]))
    articles, failed = read(tmp_path / "list.ris")
    assert [a.title for a in articles] == ["Crane", "Bridge"] and len(failed) == 2
    for article in articles:
        assert (article.publisher, article.authors) == ("Tolby Post", ("Ada Moss", "Jo Reed"))
        assert article.day == date(2025, 3, 4)
    assert articles[0].text == LONG and "nine million" in articles[1].text
    assert [a.url for a in read_with_web(tmp_path / "list.ris")][2] == "https://tolby.example/page"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("urls.txt", "# to read\nhttps://tolby.example/a\n\nhttps://tolby.example/b\n"),
        (
            "marks.html",
            "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<TITLE>Bookmarks</TITLE><DL><p><DT><A HREF="
            '"https://tolby.example/a" ADD_DATE="1">A</A>\n<DT><A HREF="https://tolby.example/b">B</A></DL>',
        ),
        (
            "feeds.opml",
            '<opml version="2.0"><body><outline text="x"><outline xmlUrl="https://tolby.example/a"/>'
            '<outline xmlUrl="https://tolby.example/b"/></outline></body></opml>',
        ),
    ],
)
def test_what_stands_at_the_addresses_of_a_list_is_read(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    assert [a.url for a in read_with_web(tmp_path / name)] == ["https://tolby.example/a", "https://tolby.example/b"]
    articles, failed = read(tmp_path / name)
    assert not articles and len(failed) == 2 and "https://tolby.example/a" in failed[0].source


PAGE = f"<html><head><title>Crane</title></head><body><article><h1>Crane</h1><p>{LONG}</p></article></body></html>"


def test_a_page_saved_by_a_browser_keeps_its_address(tmp_path: Path) -> None:
    message = EmailMessage()
    message["From"] = "<Saved by Blink>"
    message["Snapshot-Content-Location"] = "https://tolby.example/crane"
    message["Date"] = "Tue, 04 Mar 2025 10:00:00 +0000"
    message.set_content("plain")
    message.make_related()
    message.set_payload([])
    part = EmailMessage()
    part.set_content(PAGE, subtype="html")
    message.attach(part)
    (tmp_path / "crane.mhtml").write_bytes(bytes(message))
    (article,), _ = read(tmp_path / "crane.mhtml")
    assert (article.title, article.url) == ("Crane", "https://tolby.example/crane") and article.published is None
    for comment in (
        "saved from url=(0027)https://tolby.example/crane",
        "Page saved with SingleFile \n url: https://tolby.example/crane \n saved date: x",
    ):
        (tmp_path / "crane.html").write_text(f"<!DOCTYPE html>\n<!-- {comment} -->\n{PAGE}")
        (article,), _ = read(tmp_path / "crane.html")
        assert article.url == "https://tolby.example/crane"


@pytest.mark.parametrize(
    "author", ['\n  - "[[Ada Moss]]"\n  - "[[people/Reed|Jo Reed]]"', ' ["[Ada Moss](x.md)", Jo Reed]']
)
def test_a_clippers_note_keeps_its_address_and_its_names(tmp_path: Path, author: str) -> None:
    head = f'---\ntitle: "Crane"\nsource: "https://tolby.example/crane"\nauthor:{author}\npublished: 2025-03-04\n'
    (tmp_path / "note.md").write_text(f"{head}created: 2025-03-20\n---\n{STORY}")
    (article,), _ = read(tmp_path / "note.md")
    assert (article.url, article.publisher) == ("https://tolby.example/crane", "Tolby")
    assert article.authors == ("Ada Moss", "Jo Reed") and article.day == date(2025, 3, 4)
