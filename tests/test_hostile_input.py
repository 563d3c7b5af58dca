"""Input meant to harm: each gets a clear reason, costs little, and the articles beside it go in."""

from __future__ import annotations

import gzip
import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Article, Assistant
from index.sources import files
from index.sources.loading import load
from index.types import Failure, Read
from tests import made
from tests.site import Site, page, serving

GOOD = "The harbour bridge at Lowmere is closed. Two of its cables are cracked, engineers said on Tuesday."
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + '<!ENTITY file SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel><title>&j;&file;</title></channel></rss>'
)


def outcome(path: Path) -> tuple[list[Article], list[Failure]]:
    items = [i.article if isinstance(i, Read) else i for i in load(path)]
    return [i for i in items if isinstance(i, Article)], [i for i in items if isinstance(i, Failure)]


def reasons(folder: Path) -> dict[str, str]:
    return {Path(failure.source.partition(", ")[0]).name: failure.reason for failure in outcome(folder)[1]}


def test_a_hundred_megabytes_of_html_are_refused(tmp_path: Path) -> None:
    with (tmp_path / "huge.html").open("wb") as file:
        for _ in range(100):
            file.write(b"<p>" + b"a" * 999_993 + b"</p>")
    (tmp_path / "wide.html").write_text("<html><body>" + "<p>It rains in the town today.</p>" * 100_000)
    (tmp_path / "open.html").write_text("<script>" * 400_000 + "</body>")
    found = reasons(tmp_path)
    assert "larger than 20 MB" in found["huge.html"]
    assert "2 MB of markup" in found["wide.html"] and "2 MB of markup" in found["open.html"]


@pytest.mark.parametrize("inner", ["div", "span", "table", "blockquote", "b", "ul"])
def test_deep_nesting_is_refused_or_read_but_harms_nothing(tmp_path: Path, inner: str) -> None:
    text = "".join(f"<p>{GOOD} Part {n}.</p>" for n in range(8))
    (tmp_path / "deep.html").write_text(f"<html><body>{f'<{inner}>' * 60_000}{text}{f'</{inner}>' * 60_000}")
    (tmp_path / "good.txt").write_text(GOOD)
    articles, failed = outcome(tmp_path)
    assert any(a.text == GOOD for a in articles) and len(articles) + len(failed) == 2


def test_deep_json_and_one_endless_line_are_told_and_the_rest_goes_in(tmp_path: Path) -> None:
    with (tmp_path / "a.jsonl").open("w") as file:
        file.write("[" * 200_000 + "\n")
        file.write('{"text": "' + "x" * 21_000_000 + '"}\n')
        file.write(json.dumps({"id": "good", "text": GOOD}) + "\n")
    (tmp_path / "b.json").write_text("[" * 200_000)
    articles, failed = outcome(tmp_path)
    assert [a.id for a in articles] == ["good"]
    assert ["too deep" in failed[0].reason, "longer than 20" in failed[1].reason, "too deep" in failed[2].reason] == [
        True
    ] * 3


def test_a_table_with_a_quote_that_never_ends_is_told(tmp_path: Path) -> None:
    with (tmp_path / "a.csv").open("w") as file:
        file.write(f'id,text\na,"{GOOD}"\nb,"' + "x\n" * 11_000_000)
    articles, failed = outcome(tmp_path / "a.csv")
    assert [a.id for a in articles] == ["a"] and "not CSV" in failed[0].reason


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfe\x00\xd8\x00\xd8 lone surrogates",
        b"\xef\xbb\xbf" + bytes(range(256)) * 4,
        GOOD.encode("utf-16")[:-1],
        "Grüße aus Lowmere. ".encode() * 3 + b"\xc3\x28\xa0\xa1",
        b"+ADw-script+AD4-alert(1) in UTF-7, they say",
        bytes(range(128, 256)) * 8,
    ],
)
def test_broken_encodings_give_storable_text_or_a_reason(tmp_path: Path, data: bytes) -> None:
    for ending in ("txt", "html", "jsonl", "csv", "md", "eml", "rtf"):
        (tmp_path / f"a.{ending}").write_bytes(data)
    articles, failed = outcome(tmp_path)
    for article in articles:
        article.text.encode()
    assert all(failure.reason for failure in failed)


def test_zip_bombs_are_refused_before_they_unpack(tmp_path: Path) -> None:
    (tmp_path / "ratio.zip").write_bytes(made.packed({"a.txt": b"\0" * 60_000_000}))
    (tmp_path / "word.docx").write_bytes(made.packed({"word/document.xml": b" " * 60_000_000}))
    (tmp_path / "book.epub").write_bytes(made.packed({"META-INF/container.xml": b" " * 60_000_000}))
    (tmp_path / "text.odt").write_bytes(made.packed({"content.xml": b" " * 60_000_000}))
    (tmp_path / "broken.zip").write_bytes(made.packed({"a.txt": GOOD})[:-30])
    (tmp_path / "page.html.gz").write_bytes(gzip.compress(b"\0" * 200_000_000))
    (tmp_path / "rows.jsonl.gz").write_bytes(gzip.compress(b"\0" * 200_000_000))
    found = reasons(tmp_path)
    for name in ("ratio.zip", "word.docx", "book.epub", "text.odt", "rows.jsonl.gz"):
        assert "decompression bomb" in found[name], name
    assert "decompression bomb" in found["page.html.gz"] and "not a whole zip" in found["broken.zip"]


def test_an_archive_of_too_many_files_or_one_that_lies_about_sizes_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as archive:
        for number in range(files.MAX_MEMBERS + 1):
            archive.writestr(f"{number}.png", b"")
    data = bytearray(made.packed({"a.txt": GOOD * 50}))
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")  # it says that ten bytes come out
    (tmp_path / "lies.zip").write_bytes(data)
    found = reasons(tmp_path)
    assert "50,001 files" in found["many.zip"] and found["lies.zip"]


def test_documents_with_entities_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.odt").write_bytes(made.packed({"content.xml": LAUGHS}))
    (tmp_path / "b.epub").write_bytes(made.packed({"META-INF/container.xml": LAUGHS.encode("utf-16")}))
    (tmp_path / "c.docx").write_bytes(made.packed({"word/document.xml": LAUGHS, "[Content_Types].xml": LAUGHS}))
    found = reasons(tmp_path)
    assert "entities" in found["a.odt"] and "entities" in found["b.epub"] and "Word" in found["c.docx"]
    assert not any("root:" in reason for reason in found.values())


def test_broken_pdfs_get_a_reason(tmp_path: Path) -> None:
    whole = made.pdf([[GOOD]])
    (tmp_path / "loop.pdf").write_bytes(
        whole.replace(b"/Kids [5 0 R]", b"/Kids [2 0 R]").replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]")
    )
    (tmp_path / "cut.pdf").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "noise.pdf").write_bytes(b"%PDF-1.7\n" + os.urandom(50_000))
    assert set(reasons(tmp_path)) == {"loop.pdf", "cut.pdf", "noise.pdf"}


def test_files_with_absurd_names_are_read_and_named_safely(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    names = [
        b"a" * 251 + b".txt", b"\xff\xfe\xe9.txt", b"line\nend \x1b[31mred.txt", b"-rf --help.txt", b"con .. .txt",
        "\u202etxt.exe.txt".encode(), b"'; DROP TABLE articles; --.txt", b"%s%n%x.txt",
    ]  # fmt: skip
    for number, name in enumerate(names):
        with open(os.fsencode(folder) + b"/" + name, "w") as file:  # noqa: PTH123 a name of bytes
            file.write(f"{GOOD} It is case {number} of {len(names)}.")
    with open(os.fsencode(folder) + b"/empty \x1b[31m\n\xff.txt", "w"):  # noqa: PTH123
        pass
    with Assistant.open(tmp_path / "library") as desk:
        report = desk.add(folder)
        assert report.counts["added"] + report.counts["duplicates"] == len(names)
        for article in desk.articles():
            assert f"{article.title}{article.url}".encode() and "\n" not in article.title
        source = report.failed[0][0]
        assert source.encode() and "\x1b" not in source and "\n" not in source


def test_a_pipe_in_a_folder_is_passed_over_with_a_reason(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    assert reasons(tmp_path) == {"a.txt": "it cannot be read (it is not a regular file)"}


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as opened:
        yield opened


def test_a_hostile_site_costs_its_own_pages_only(site: Site, tmp_path: Path) -> None:
    body = "\n\n".join(f"{GOOD} Part {n} was read out in the council of ward {n}." for n in range(6))
    good = site.put("/good", page("Bridge closed", body))
    hostile = {
        site.put("/laughs", LAUGHS, "application/rss+xml"): "entities",
        site.put("/laughs16", LAUGHS.encode("utf-16"), "application/xml"): "entities",
        site.put("/map", LAUGHS.replace("rss", "urlset"), "application/xml"): "entities",
        site.redirect("/inside", "http://169.254.169.254/latest/meta-data/"): "link-local address",
        site.redirect("/file", "file:///etc/passwd"): "only http and https",
        site.redirect("/loop", "/loop"): "redirects more than",
        site.put("/film", b"\0" * 100, "video/mp4"): "video/mp4",
        site.put("/bomb", gzip.compress(b"\0" * 150_000_000), Content_Encoding="gzip"): "bomb|larger",
        site.put("/deep", "<div>" * 100_000 + "text"): "no article",
        site.put("/empty", ""): "no article",
        site.put("/xml", "<rss>" + "<a>" * 100_000, "application/xml"): "no feed",
        site.put("/sitemap", "<urlset>" + "<a>" * 100_000, "application/xml"): "deep|well-formed",
        "http://user:secret@127.0.0.1:1/": "could not be fetched|not be read",
        "http://xn--/": "not known|no address|not be fetched",
        f"http://{'a' * 300}.example/": "not known|no address|not be fetched",
        "gopher://127.0.0.1/": "only http and https",
    }
    with Assistant.open(tmp_path / "library", allow_hosts=["127.0.0.1"]) as desk:
        import re

        for address, reason in hostile.items():
            report = desk.add(address)
            assert report.counts["added"] == 0 and re.search(reason, report.failed[0][1]), (address, report.failed)
        links = "".join(
            f"<item><title>x</title><link>{a.replace('&', '&amp;')}</link></item>" for a in [*hostile, good]
        )
        feed = site.put("/feed", f'<rss version="2.0"><channel><title>T</title>{links}</channel></rss>', "text/xml")
        report = desk.add(feed)
        assert report.counts["added"] == 1 and report.counts["failed"] >= len(hostile) - 2
        assert [a.title for a in desk.articles()] == ["Bridge closed"]
