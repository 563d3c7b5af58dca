"""What a question says of time and publisher limits the search, and what was searched is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from assistant import Article, Assistant, Filter
from assistant.question.filters import limits_of
from index.types import AddReport

TODAY = date(2025, 5, 15)
PUBLISHERS = ("Harbour Post", "The Meridian", "Reuters")


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("What closed the bridge, according to the Harbour Post?", ("Harbour Post",)),
        ("What did The Meridian report about the comet?", ("The Meridian",)),
        ("Reuters says the talks failed; why?", ("Reuters",)),
        ("Who owns Reuters's building?", ()),
        ("Which meridian passes through Greenwich?", ()),
        ("Who won the prize?", ()),
    ],
)
def test_a_publisher_is_taken_as_a_limit_only_when_named_as_the_source(question: str, named: tuple[str, ...]) -> None:
    assert limits_of(question, Filter(), TODAY, PUBLISHERS).where.publishers == named


def test_what_the_caller_asks_for_comes_before_what_the_question_says() -> None:
    asked = Filter(since=date(2024, 1, 1), publishers=("Reuters",))
    limits = limits_of("What did the Harbour Post report last week?", asked, TODAY, PUBLISHERS)
    assert limits.where == asked and limits.frame is None


def test_a_time_in_the_question_ends_at_the_as_of_date() -> None:
    where = limits_of("What was reported in May 2025?", Filter(until=TODAY, undated=True), TODAY, ()).where
    assert (where.since, where.until, where.undated) == (date(2025, 5, 1), TODAY, False)


@pytest.fixture
def dated(tmp_path: Path, articles: list[Article]) -> Iterator[Assistant]:
    """The three articles, asked on 1 May 2025."""
    with Assistant.open(tmp_path / "library", as_of=date(2025, 5, 1)) as desk:
        report = desk.add(articles)
        assert isinstance(report, AddReport) and len(report.added) == 3
        yield desk


def test_an_answer_tells_the_days_it_searched(dated: Assistant) -> None:
    answer = dated.ask("What did the papers say in March 2025 about when the Lowmere bridge was closed?")
    assert answer.searched.articles == 1 and not answer.searched.note
    assert (answer.searched.where.since, answer.searched.where.until) == (date(2025, 3, 1), date(2025, 3, 31))
    assert {hit.article.title for hit in answer.hits} == {"Lowmere bridge closed over cracked cables"}


def test_a_time_that_leaves_nothing_is_said_and_the_search_without_it_is_offered(dated: Assistant) -> None:
    answer = dated.ask("What did the papers say about the Lowmere bridge in 2019?")
    assert answer.abstained and answer.searched.articles == 0
    assert "Ask without the time to search all 3" in answer.searched.note


def test_this_week_is_left_out_of_a_library_that_ends_before_it(tmp_path: Path, articles: list[Article]) -> None:
    with Assistant.open(tmp_path / "library", as_of=date(2026, 1, 15)) as desk:
        desk.add(articles)
        answer = desk.ask("How many vehicles cross the bridge at Lowmere each day this week?")
        assert "14,000" in answer.text and answer.searched.articles == 3
        assert "the newest article is of 20 April 2025" in answer.searched.note


def test_nothing_dated_after_the_as_of_date_is_found(tmp_path: Path, articles: list[Article]) -> None:
    with Assistant.open(tmp_path / "library", as_of=date(2025, 3, 1)) as desk:
        desk.add(articles)
        hits = desk.retrieve("bridge comet bakery", k=20)
        assert {hit.article.title for hit in hits} == {"Quillan bakery wins rye prize again"}


def test_the_time_of_what_is_planned_only_ends_the_search() -> None:
    limits = limits_of("Which articles tell what will start from Lowmere in early May 2025?", Filter(), TODAY, ())
    assert (limits.where.since, limits.where.until) == (None, date(2025, 5, 10))
    limits = limits_of("Which articles tell what started from Lowmere in early May 2025?", Filter(), TODAY, ())
    assert (limits.where.since, limits.where.until) == (date(2025, 5, 1), date(2025, 5, 10))
