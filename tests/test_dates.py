"""Dates as articles of many languages print them, with the zones that they name."""

from __future__ import annotations

from datetime import datetime

import pytest

from index.sources.dates import parse_date


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("05-JUN-24", "2024-06-05T00:00:00+00:00"),
        ("25 Jun 24", "2024-06-25T00:00:00+00:00"),
        ("5.6.24", "2024-06-05T00:00:00+00:00"),
        ("25/06/24", "2024-06-25T00:00:00+00:00"),
        ("05/06/24", None),
        ("2024年6月5日", "2024-06-05T00:00:00+00:00"),
        ("2024年6月5日 08:30", "2024-06-05T08:30:00+00:00"),
        ("2024년 6월 5일", "2024-06-05T00:00:00+00:00"),
        ("٥ يونيو ٢٠٢٤", "2024-06-05T00:00:00+00:00"),
        ("5 حزيران 2024", "2024-06-05T00:00:00+00:00"),
        ("June 5, 2024, 9:05 p.m. ET", "2024-06-05T21:05:00-04:00"),
        ("5 Jun 2024 08:30 BST", "2024-06-05T08:30:00+01:00"),
        ("Wed, 05 Jun 2024 08:30:00 CEST", "2024-06-05T08:30:00+02:00"),
        ("5 Jun 2024 08:30 GMT+5:30", "2024-06-05T08:30:00+05:30"),
        ("2024年", None),
    ],
)
def test_dates_of_more_languages_and_zones_by_name(said: str, meant: str | None) -> None:
    assert parse_date(said) == (datetime.fromisoformat(meant) if meant else None)
