"""Bytes to an Article: decoding, dates, names, and what is found in the text itself."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import UnreadableSource
from index.sources.articles import from_markdown, from_record, from_text, split_names
from index.sources.dates import parse_date
from index.sources.decoding import decode
from index.sources.page import from_html

PAGE = """<html><head><title>Lighthouse relit - Harbour Post</title>
<meta property="og:site_name" content="Harbour Post"><meta name="author" content="Elin Sorby">
<meta property="article:published_time" content="2024-05-06T08:00:00Z">
<link rel="canonical" href="https://example.org/lighthouse"></head><body>
<nav><a href="/">Home</a> <a href="/sport">Sport</a></nav>
<article><h1>Lighthouse relit</h1><p>The lighthouse on Tarn Point was lit again on Monday after eleven dark years,
and the whole village came to see it.</p><p>Its lamp was rebuilt by two retired engineers, who worked on it in their
spare time and paid for the glass themselves.</p></article><footer>Cookie settings</footer></body></html>"""


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_utf8_and_utf16_come_back_as_they_were(text: str) -> None:
    assert decode(text.encode("utf-8-sig")) == text
    assert decode(text.encode("utf-16")) == text


def test_an_old_encoding_is_recognised() -> None:
    text = "Le conseil a décidé que l’été serait fêté à la mairie, où le café coûte 2 €. " * 5
    assert decode(text.encode("cp1252")) == text


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(UnreadableSource, match="not text"):
        decode(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xfe\x00")


@pytest.mark.parametrize(
    "form", ["%Y-%m-%d", "%Y/%m/%d", "%d %B %Y", "%B %d, %Y", "%b. %d, %Y", "%a, %d %b %Y 00:00:00 GMT", "%Y%m%d"]
)
@pytest.mark.parametrize("day", [date(2024, 1, 5), date(2023, 12, 31), date(2025, 9, 28)])
def test_a_date_in_any_common_form_is_read(form: str, day: date) -> None:
    assert parse_date(day.strftime(form)) == datetime(day.year, day.month, day.day, tzinfo=UTC)


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2090, 1, 1), timezones=st.just(UTC)))
def test_an_iso_date_comes_back_as_it_was(moment: datetime) -> None:
    assert parse_date(moment.isoformat()) == moment


@pytest.mark.parametrize("value", ["tomorrow", "12", "", None, "soon", "March", True, "n/a", 7])
def test_what_is_no_date_is_none(value: object) -> None:
    assert parse_date(value) is None


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("['Ann Lee', 'Bo Dahl']", ("Ann Lee", "Bo Dahl")),
        ("[]", ()),
        ("Ann Lee; Bo Dahl", ("Ann Lee", "Bo Dahl")),
        ("Ann Lee and Bo Dahl", ("Ann Lee", "Bo Dahl")),
        (["Ann  Lee"], ("Ann Lee",)),
        (None, ()),
    ],
)
def test_authors_are_split_into_names(value: object, names: tuple[str, ...]) -> None:
    assert split_names(value) == names


def test_front_matter_gives_the_facts_and_is_not_part_of_the_text() -> None:
    article = from_markdown(
        "---\ntitle: 'Tram: yes'\npublisher: Harbour Post\nauthor: Ann Lee\ndate: 2024-04-17\n---\n\nThe tram comes."
    )
    assert (article.title, article.publisher, article.authors) == ("Tram: yes", "Harbour Post", ("Ann Lee",))
    assert article.day == date(2024, 4, 17) and article.text == "The tram comes."


def test_broken_front_matter_is_refused_with_its_line() -> None:
    with pytest.raises(UnreadableSource, match="line 3"):
        from_markdown("---\ntitle: ok\npublisher: a: b\n---\ntext")


def test_a_short_first_line_is_the_title_and_stays_in_the_text() -> None:
    article = from_text("Mayor opens new pool\n\nBy Ann Lee\n5 March 2025\n\nThe pool is 50 metres long.")
    assert article.title == "Mayor opens new pool" and article.text.startswith("Mayor opens")
    assert article.authors == ("Ann Lee",) and article.day == date(2025, 3, 5)


def test_a_first_line_that_is_a_sentence_is_no_title_and_the_file_s_name_is_the_last_resort() -> None:
    assert from_text("The pool is open.\n\nIt is 50 metres long.", name="new-pool").title == "new pool"


@pytest.mark.parametrize(
    ("text", "publisher"),
    [
        ("(The Harbour Post)– In a shift on Friday, the council voted.", "The Harbour Post"),
        ("LONDON, March 3 (Reuters) - Oil rose.", "Reuters"),
        ("CNN —\n\nA ship was found.", "CNN"),
        ("The bank (founded in 1901) rose.", None),
    ],
)
def test_a_dateline_names_the_publisher(text: str, publisher: str | None) -> None:
    assert from_text(text).publisher == publisher


def test_a_date_inside_a_sentence_is_not_the_date_of_publication() -> None:
    assert from_text("The law of 5 March 2019 was changed. Nobody had asked for it.").published is None


def test_a_page_gives_its_text_and_facts() -> None:
    article = from_html(PAGE.encode())
    assert article.title == "Lighthouse relit" and article.publisher == "Harbour Post"
    assert article.authors == ("Elin Sorby",) and article.day == date(2024, 5, 6)
    assert article.url == "https://example.org/lighthouse"
    assert "eleven dark years" in article.text and "Cookie" not in article.text


def test_a_page_without_an_article_is_refused() -> None:
    with pytest.raises(UnreadableSource, match="no article text"):
        from_html("<html><body></body></html>")


def test_a_record_without_text_names_the_fields_it_has() -> None:
    with pytest.raises(UnreadableSource, match="title, wording"):
        from_record({"title": "x", "wording": "y"})


def test_line_ends_are_evened_out_and_nuls_left_out() -> None:
    assert from_record({"text": "one\r\ntwo\rthree\x00 \ud800"}).text == "one\ntwo\nthree ?"
