"""Times named in questions: right for nearly all of a suite written out by hand, and never an exception."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question.timeframe import describe, find_timeframe

SUITE = [
    line.split("\t")
    for line in Path(__file__).with_name("timeframes.tsv").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))


def test_the_suite_of_expressions_is_understood() -> None:
    wrong = []
    for as_of, question, since, until in SUITE:
        frame = find_timeframe(question, date.fromisoformat(as_of))
        got = (str(frame.since or "-"), str(frame.until or "-")) if frame else ("none", "none")
        if got != (since, until):
            wrong.append(f"{as_of} {question} wanted {since} {until}, got {' '.join(got)}")
    share = 1 - len(wrong) / len(SUITE)
    assert len(SUITE) >= 300
    assert share >= 0.98, f"{share:.1%} right of {len(SUITE)}\n" + "\n".join(wrong)


@given(text=st.text(max_size=80) | st.sampled_from([row[1] for row in SUITE]), as_of=DAYS)
def test_an_interval_has_an_order_begins_in_the_past_and_quotes_the_question(text: str, as_of: date) -> None:
    frame = find_timeframe(text, as_of)
    if frame:
        assert text[frame.start : frame.end] == frame.phrase
        assert frame.since or frame.until
        assert not (frame.since and frame.until) or frame.since <= frame.until
        assert not frame.since or frame.since <= as_of
        assert not frame.until or frame.until <= as_of


@given(DAYS, st.integers(0, 900))
def test_a_day_written_out_is_found_again(as_of: date, back: int) -> None:
    day = as_of - timedelta(days=back)
    for form in (f"{day:%-d %B %Y}", f"{day:%B %-d, %Y}", day.isoformat()):
        frame = find_timeframe(f"What happened on {form}?", as_of)
        assert frame and (frame.since, frame.until) == (day, day)


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [
        (date(2025, 5, 3), date(2025, 5, 10), "3 to 10 May 2025"),
        (date(2025, 4, 28), date(2025, 5, 4), "28 April to 4 May 2025"),
        (date(2024, 12, 29), date(2025, 1, 4), "29 December 2024 to 4 January 2025"),
        (date(2025, 3, 1), date(2025, 3, 31), "March 2025"),
        (date(2024, 1, 1), date(2024, 12, 31), "2024"),
        (date(2025, 3, 14), date(2025, 3, 14), "14 March 2025"),
        (date(2025, 5, 3), None, "since 3 May 2025"),
        (None, date(2025, 5, 3), "until 3 May 2025"),
        (None, None, ""),
    ],
)
def test_days_are_described_the_way_people_write_them(since: date | None, until: date | None, words: str) -> None:
    assert describe(since, until) == words
