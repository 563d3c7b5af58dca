"""Rows of a spreadsheet are articles, as those of a CSV are."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests import made
from tests.test_intake_truth import read

ROWS = [
    ["Headline", "Source", "Byline", "Date", "Body"],
    ["Ferry back", "Tolby Post", "Ines Marlow", "25/06/2024", "The ferry of Tolby, which is old, is back & runs."],
    ["", "", "", "", ""],
    ["Tram late", "Orlo News", "Ada Moss; Jo Reed", "05/06/2024", "<p>The tram of Orlo was late.</p>"],
]


@pytest.mark.parametrize("ending", ["xlsx", "ods"])
def test_each_row_is_an_article(tmp_path: Path, ending: str) -> None:
    (tmp_path / f"news.{ending}").write_bytes(made.xlsx({"News": ROWS}) if ending == "xlsx" else made.ods(ROWS))
    articles, failed = read(tmp_path / f"news.{ending}")
    assert not failed and [a.title for a in articles] == ["Ferry back", "Tram late"]
    assert [a.publisher for a in articles] == ["Tolby Post", "Orlo News"]
    assert [a.authors for a in articles] == [("Ines Marlow",), ("Ada Moss", "Jo Reed")]
    assert [a.day for a in articles] == [date(2024, 6, 25), date(2024, 6, 5)]
    assert articles[0].text == "The ferry of Tolby, which is old, is back & runs."
    assert articles[1].text == "The tram of Orlo was late."


def test_names_below_a_heading_days_as_days_and_other_sheets_named(tmp_path: Path) -> None:
    rows = [["Press review"], [], ["id", "title", "date", "text"], [7, "Ferry", date(2024, 6, 5), "The ferry left."]]
    (tmp_path / "book.xlsx").write_bytes(made.xlsx({"News": rows, "Costs": [["what", "euros"], ["paper", 12]]}))
    (article,), (failure,) = read(tmp_path / "book.xlsx")
    assert (article.id, article.title, article.day) == ("7", "Ferry", date(2024, 6, 5))
    assert "sheet Costs" in failure.source and "what, euros" in failure.reason


def test_a_table_without_texts_or_that_is_none_says_so(tmp_path: Path) -> None:
    (tmp_path / "costs.xlsx").write_bytes(made.xlsx({"Costs": [["what", "euros"], ["paper", 12]]}))
    articles, (failure,) = read(tmp_path / "costs.xlsx")
    assert not articles and "--map text=NAME" in failure.reason
    (tmp_path / "no.xlsx").write_bytes(b"PK\x03\x04 nothing")
    assert "not a whole" in read(tmp_path / "no.xlsx")[1][0].reason
