"""A time in a question: of publication, which bounds the search, or of what is told, which only puts in order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from assistant import Article, Assistant, Filter
from assistant.question.filters import limits_of
from assistant.samples import folder as samples_folder

TODAY = date(2025, 5, 15)


@pytest.mark.parametrize(
    "question",
    [
        "What happened this week?",
        "What is the latest on the strike since Monday?",
        "Which articles published in March tell of bridges?",
        "What did the papers say in May about the vote?",
        "What did the mayor say yesterday?",
        "Who resigned in the last three days?",
        "What was reported on 3 May 2025?",
    ],
)
def test_what_speaks_of_reporting_bounds_the_day_of_publication(question: str) -> None:
    limits = limits_of(question, Filter(), TODAY, ())
    assert limits.frame and limits.told is None and limits.where.since


@pytest.mark.parametrize(
    "question",
    [
        "Which fort was rebuilt in 1964?",
        "What was the Space Shuttle that exploded in 1986?",
        "Who attacked Pearl Harbor on December 7, 1941?",
        "What happened to the ferry on 8 October 2024?",
        "Why were the phones down last spring?",
        "Who won the cup last year?",
        "Which book was published in 1922?",
        "How many people died in the flood in June?",
    ],
)
def test_the_time_of_what_is_told_bounds_nothing(question: str) -> None:
    limits = limits_of(question, Filter(), TODAY, ())
    assert limits.frame is None and limits.told and limits.where == Filter()


FORTS = [
    Article(id="fort", title="Fort Orrin",
            text="Fort Orrin was rebuilt in 1964 by the county. It burned down in 1911."),
    Article(id="keep", title="Keep at Halden", text="The keep at Halden was rebuilt in 1988. Visitors come in summer."),
    Article(
        id="cup14", title="Orrin cup", text="In 2014 the Orrin cup was won by Halden Rovers, who beat Tarnby 3-1."
    ),
    Article(id="cup16", title="Cup goes to Tarnby",
            text="In 2016 the Orrin cup was won by Tarnby, who beat Astrup 2-0."),
    Article(
        id="dated", title="Mayor opens pool", published=datetime(2024, 6, 3),
        text="The mayor of Quillan opened the new pool on Monday. It cost four million crowns.",
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with Assistant.open(tmp_path_factory.mktemp("told") / "library", as_of=date(2025, 12, 31)) as desk:
        desk.add(FORTS)
        yield desk


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Which fort was rebuilt in 1964?", "Fort Orrin"),
        ("Who won the Orrin cup in 2014?", "Halden Rovers"),
        ("Who won the Orrin cup in 2016?", "Tarnby"),
        ("What did the pool that the mayor of Quillan opened in June 2024 cost?", "four million"),
    ],
)
def test_a_year_in_a_question_is_looked_for_in_what_is_told(told: Assistant, question: str, said: str) -> None:
    answer = told.ask(question)
    assert not answer.abstained and said in answer.text
    assert answer.searched.articles == len(FORTS)


def test_another_year_than_the_articles_tell_of_is_no_answer(told: Assistant) -> None:
    assert told.ask("What did the pool that the mayor of Quillan opened in March 1995 cost?").abstained


@pytest.mark.parametrize(
    ("question", "when"),
    [
        ("What happened to the ferry Astrid?", ["on 8 October 2024"]),
        ("How many people died in the Vessa flood?", ["on 2 June 2024"]),
        ("What was Viktor Brandt found guilty of?", ["on 6 December 2023"]),
        ("Why were Aldra's phones down?", ["on 21 May 2025", "in May 2025", "last spring"]),
    ],
)
def test_a_day_added_in_words_changes_no_answer(
    tmp_path_factory: pytest.TempPathFactory, question: str, when: list[str]
) -> None:
    with Assistant.open(tmp_path_factory.mktemp("dated") / "library", as_of=date(2025, 12, 31)) as desk:
        desk.add(samples_folder())
        alone = desk.ask(question)
        assert not alone.abstained
        for words in when:
            dated = desk.ask(f"{question.rstrip('?')} {words}?")
            assert not dated.abstained
            assert dated.statements[0].text == alone.statements[0].text


def test_a_bound_that_leaves_no_answer_is_left_out_and_said(tmp_path: Path) -> None:
    with Assistant.open(tmp_path / "library", as_of=date(2024, 6, 5)) as desk:
        desk.add(
            [
                *FORTS,
                Article(id="fair", title="Fair", published=datetime(2024, 4, 2),
                        text="The spring fair at Tarnby drew 9,000 visitors. The organisers were pleased."),
            ]
        )  # fmt: skip
        answer = desk.ask("How many visitors did the spring fair at Tarnby draw this week?")
        assert "9,000" in answer.text and "so all dates were searched" in answer.searched.note
