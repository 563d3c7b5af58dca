"""A refusal helps: what is not mentioned, what was searched, what is closest, and what to do, for this question."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from assistant import Assistant, Filter
from assistant.types import REFUSAL


@pytest.mark.parametrize(
    ("question", "absent"),
    [
        ("What did Emmanuel Macron say about the truce?", "Macron"),
        ("Who is the mayor of Bratislava?", "Bratislava"),
        ("How many crew members does Blue Star Ferries employ?", "Blue Star Ferries"),
    ],
)
def test_a_name_that_no_article_mentions_is_named(samples: Assistant, question: str, absent: str) -> None:
    told = samples.ask(question)
    assert told.abstained and told.text.startswith(REFUSAL)
    assert told.unmentioned and absent in " ".join(told.unmentioned)
    assert "mentions" in told.text and absent in told.text and "20 articles" in told.text


def test_what_is_closest_is_quoted_to_the_character_and_marked_as_uncertain(samples: Assistant) -> None:
    told = samples.ask("Which company will build the Lowmere trams?")
    assert told.abstained and told.citations == () and told.statements == ()
    (closest,) = told.closest
    assert samples.article(closest.article.id).text[closest.start : closest.end] == closest.quote
    assert "Closest, not certain: “" in told.text and "tram" in closest.article.title


def test_what_is_about_something_else_is_not_offered_as_closest(samples: Assistant) -> None:
    told = samples.ask("Which volcano erupted in Iceland?")
    assert told.abstained and not told.closest and "Closest" not in told.text


def test_an_empty_library_asks_for_articles(tmp_path: Path) -> None:
    with Assistant.open(tmp_path / "library") as desk:
        told = desk.ask("Who runs Aldra?")
    assert told.abstained and "add some first" in told.text and told.confidence == 0.0


def test_the_limit_that_was_searched_within_is_told(samples: Assistant) -> None:
    told = samples.ask("How many people died in the Vessa flood?", where=Filter(until=date(2024, 1, 1)))
    assert told.abstained and "until 1 January 2024" in told.text and "20" in told.text


def test_an_unknown_publisher_is_named_with_those_there_are_and_case_does_not_matter(samples: Assistant) -> None:
    told = samples.ask("Who runs Aldra?", where=Filter(publishers=("The Times",)))
    assert told.abstained and "“The Times”" in told.searched.note and "Harbour Post" in told.searched.note
    assert not samples.ask("What sank the Astrid?", where=Filter(publishers=("HARBOUR post",))).searched.note
