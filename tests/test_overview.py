"""What is the latest on …: the leads of the articles about it."""

from __future__ import annotations

import pytest

from assistant import Assistant
from assistant.question.topic import Topic, topic_of


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("What is the latest on the Vessa flood?", Topic("the Vessa flood", True)),
        ("any news about the Astrid", Topic("the Astrid", True)),
        ("What is known about the outage in Aldra?", Topic("the outage in Aldra", False)),
        ("Summarise the ceasefire talks.", Topic("the ceasefire talks", False)),
        ("What is the capital of Norland?", None),
        ("Who told the mayor about the flood?", None),
        ("What is new in the law about?", Topic("the law about", True)),
    ],
)
def test_a_question_for_news_at_large_is_known_by_its_beginning(question: str, topic: Topic | None) -> None:
    assert topic_of(question) == topic


def test_the_latest_comes_first_and_every_lead_is_quoted_from_its_article(samples: Assistant) -> None:
    answer = samples.ask("What is the latest on the Vessa flood?")
    days = [c.article.day for c in answer.citations]
    assert len(days) == 3 and days == sorted(days, key=str, reverse=True)
    for c in answer.citations:
        assert samples.article(c.article.id).text[c.start : c.end] == c.quote


def test_what_is_known_is_told_in_the_order_it_happened(samples: Assistant) -> None:
    days = [c.article.day for c in samples.ask("What is known about the Vessa flood?").citations]
    assert len(days) == 3 and days == sorted(days, key=str)


def test_news_of_what_no_article_is_about_is_declined(samples: Assistant) -> None:
    assert samples.ask("What is the latest on the strike at the Orsted shipyard?").abstained
